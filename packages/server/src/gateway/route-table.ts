// Which path speaks which format. The formats say themselves where their callers knock; paths match at their end, so that
// any prefix of a vendor is served.
import type { IncomingHttpHeaders } from 'node:http';
import { type DialectName, dialects, embedDialects, matchPath, rerankDialects } from '@keelson/core';
import type { AnyDialect, AskedCall } from '@keelson/engine';

export interface Route {
  readonly endpoint: AskedCall['endpoint'];
  readonly dialect: AskedCall['dialect'];
}

interface Row extends Route {
  readonly template: string;
}

// The longest says most: `/chat/completions` is not `/completions`.
const rows: readonly Row[] = [
  ...rowsOf('chat', dialects),
  ...rowsOf('embed', embedDialects),
  ...rowsOf('rerank', rerankDialects),
].toSorted((one, other) => other.template.length - one.template.length);

function rowsOf(endpoint: Route['endpoint'], named: object): Row[] {
  return (Object.values(named) as Route['dialect'][]).flatMap((dialect) =>
    dialect.inbound.paths.map((template) => ({ template, endpoint, dialect })),
  );
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
  const route = findRoute(path);
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
    /\/v1(?:beta)?\/models(?:\/|$)|^\/api\/(?:tags|version)$|^\/health(?:\/live|\/ready)?$|^\/metrics$|^\/api\/v1\/calls\/tail$|^\/registry\/./,
    ['GET'],
  ],
];

/** The methods that something answers at a path; none for a path that nobody has. */
export function methodsAt(path: string): readonly string[] {
  if (findRoute(path) !== undefined) return ['POST'];
  return readPaths.find(([pattern]) => pattern.test(path))?.[1] ?? [];
}
