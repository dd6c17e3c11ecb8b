// Which path speaks which format. The formats say themselves where their callers knock; paths match at their end, so that
// any prefix of a vendor is served.
import type { IncomingHttpHeaders } from 'node:http';
import {
  type DialectName,
  dialects,
  embedDialects,
  matchPath,
  ownDialects,
  rerankDialects,
} from '@keelson/core';
import {
  type AnyDialect,
  type AskedCall,
  findPassed,
  type PassedEndpoint,
  passedDialects,
  passedEndpoints,
} from '@keelson/engine';

export interface Route {
  readonly endpoint: AskedCall['endpoint'];
  readonly dialect: AskedCall['dialect'];
  /** What passes in the vendor's own format. */
  readonly passed?: PassedEndpoint;
}

interface Row extends Route {
  readonly template: string;
}

// The longest says most: `/chat/completions` is not `/completions`.
const rows: readonly Row[] = [
  ...rowsOf('chat', dialects),
  ...rowsOf('embed', embedDialects),
  ...rowsOf('rerank', rerankDialects),
  ...rowsOf('chat', { own: ownDialects.chat }),
  ...rowsOf('embed', { own: ownDialects.embed }),
  ...rowsOf('rerank', { own: ownDialects.rerank }),
  // Those whose model stands in the path share it with formats that are understood.
  ...passedEndpoints.filter(({ model }) => model !== 'path' && model !== 'query').flatMap(passedRows),
].toSorted((one, other) => other.template.length - one.template.length);

function rowsOf(endpoint: Route['endpoint'], named: object): Row[] {
  return (Object.values(named) as Route['dialect'][]).flatMap((dialect) =>
    dialect.inbound.paths.map((template) => ({ template, endpoint, dialect })),
  );
}

function passedRows(passed: PassedEndpoint): Row[] {
  const route = passedRoute(passed);
  return passed.ways.map(({ template }) => ({ ...route, template }));
}

function passedRoute(passed: PassedEndpoint): Route {
  return { endpoint: 'passed', dialect: passedDialects[passed.dialect] as unknown as AnyDialect, passed };
}

/** What a call at an address of several formats is when it is in none that is understood here. */
export function findPassedRoute(path: string): Route | undefined {
  const passed = findPassed(path);
  return passed && passedRoute(passed);
}

/** Paths without variables come again and again. */
const known = new Map<string, Route>();
const maxKnown = 64;

export function findRoute(path: string): Route | undefined {
  const route = known.get(path);
  if (route !== undefined) return route;
  const row = rows.find(({ template }) => matchPath(template, path) !== undefined);
  if (row !== undefined && !row.template.includes('{') && known.size < maxKnown) known.set(path, row);
  return row;
}

/** Some vendors have other things at the same paths, which are not served. */
export function findRouteFor(path: string, headers: IncomingHttpHeaders): Route | undefined {
  const route = findRoute(path);
  return route?.passed?.kind !== undefined && vendorOf(headers) !== 'openai' ? undefined : route;
}

/** Methods and addresses, as the server's own router writes them, of calls that pass without a body. */
export function passedReads(): (readonly [method: 'GET' | 'DELETE', url: string])[] {
  const plain = passedEndpoints.filter(({ isSocket }) => isSocket !== true);
  return plain.flatMap(({ ways }) =>
    ways.flatMap(({ method = 'POST', template }) => {
      if (method === 'POST') return [];
      const url = template.replace(/\{(\w+)\}/g, ':$1');
      const urls = template.startsWith('/v1/') ? [url, `/openai${url}`] : [url];
      return urls.map((each) => [method, each] as const);
    }),
  );
}

/** Whose a path is that no format answers; the first that fits. */
const families: readonly (readonly [pattern: RegExp, name: DialectName])[] = [
  [/\/mistral\//, 'mistral-chat'],
  [/^\/api\//, 'ollama-chat'],
  [/^\/model\//, 'bedrock-converse'],
  [/^\/v1(?:beta|alpha)\d*\/|\/publishers\/google\//, 'gemini-generate'],
  [/\/v1\/messages(?:\/|$)/, 'anthropic-messages'],
  [/^\/v2\//, 'cohere-chat'],
];

/** The format in which a caller at this path, with these headers, is told an error. */
export function errorDialect(path: string, headers: IncomingHttpHeaders): Route['dialect'] {
  const route = findRouteFor(path, headers);
  if (route !== undefined) return route.dialect;
  const [, name = nameByHeaders(headers)] = families.find(([pattern]) => pattern.test(path)) ?? [];
  return dialects[name] as unknown as AnyDialect;
}

/** The libraries of some vendors are known by a header that all of them send; what all others expect is OpenAI's. */
function nameByHeaders(headers: IncomingHttpHeaders): DialectName {
  const vendor = vendorOf(headers);
  if (vendor === 'anthropic') return 'anthropic-messages';
  return vendor === 'gemini' ? 'gemini-generate' : 'openai-chat';
}

export function vendorOf(headers: IncomingHttpHeaders): 'anthropic' | 'gemini' | 'openai' {
  if (headers['anthropic-version'] !== undefined) return 'anthropic';
  return headers['x-goog-api-key'] === undefined ? 'openai' : 'gemini';
}

const readPaths: readonly (readonly [pattern: RegExp, methods: readonly string[]])[] = [
  [/\/responses\/[^/]+$/, ['GET', 'DELETE']],
  [
    /\/v1(?:beta)?\/models(?:\/|$)|^\/api\/(?:tags|version)$|^\/health(?:\/live|\/ready)?$|^\/metrics$|^\/api\/v1\/calls\/tail$|^\/registry(?:\.json|\/.*)?$/,
    ['GET'],
  ],
];

function methodsOf({ ways }: PassedEndpoint, path: string): readonly string[] {
  const there = ways.filter(({ template }) => matchPath(template, path) !== undefined);
  return [...new Set(there.map(({ method = 'POST' }) => method))].toSorted();
}

/** The methods that something answers at a path; none for a path that nobody has. */
export function methodsAt(path: string): readonly string[] {
  const route = findRoute(path);
  if (route?.passed?.kind !== undefined) return methodsOf(route.passed, path);
  if (route !== undefined) return ['POST'];
  return readPaths.find(([pattern]) => pattern.test(path))?.[1] ?? [];
}
