/** Writes the client of the management API for TypeScript: types and one method for each operation, over `fetch`. */
import { type Description, type JsonType, type Operation, operationsOf } from './operations.ts';

export function typescriptClient(description: Description): string {
  const operations = operationsOf(description);
  return `${head(description)}
${operations.flatMap(typesOf).join('\n\n')}

${runtime}
${operations.map((operation) => methodOf(operation, { receiver: 'this.#', stream: 'Response' })).join('\n\n')}
}
`;
}

/** Chapters of the API that `ServerClient` of the SDK has; the others are for whoever runs a server. */
const sdkChapters: ReadonlySet<string> = new Set([
  'Keys',
  'Profiles',
  'Calls',
  'Usage',
  'Receipts',
  'Conversations',
  'Registration',
  'Flows',
  'Runs',
]);

/** The same operations over the transport of the SDK, for its `ServerClient`. */
export function sdkOperations(description: Description): string {
  const operations = operationsOf(description).filter(({ chapter }) => sdkChapters.has(chapter));
  const methods = operations.map((operation) => methodOf(operation, { receiver: 'this.', stream: 'Reply' }));
  return `${sdkHead(description)}
${operations.flatMap(typesOf).join('\n\n')}

${sdkRuntime}
${methods.join('\n\n')}
}
`;
}

const sdkHead = ({ info }: Description): string => `/**
 * Operations of the management API, version ${info.version}, that \`ServerClient\` has. It is generated from the description of the API
 * (\`npm run clients\`); how they are sent is not its to say.
 */
import type { Reply } from '../reply.ts';
`;

const sdkRuntime = `export interface AskOptions {
  /** Ends the request; it is then refused with the code \`cancelled\`. */
  readonly signal?: AbortSignal;
}

export interface Asked {
  readonly query?: object | undefined;
  readonly body?: unknown;
  readonly options?: AskOptions | undefined;
}

export abstract class ServerOperations {
  /** For answers that come in pieces, such as exports. */
  protected abstract send(method: string, path: string, asked: Asked): Promise<Reply>;
  protected abstract ask<Answer>(method: string, path: string, asked: Asked): Promise<Answer>;
`;

const head = ({ info }: Description): string => `/**
 * The client of Keelson's management API, version ${info.version}. It is generated from the description of the API (\`npm run clients\`), needs
 * nothing but \`fetch\`, and runs in Node, browsers and elsewhere.
 */
`;

const runtime = `export interface ManagementSettings {
  /** Where the gateway listens, such as http://127.0.0.1:4100. */
  readonly url: string;
  readonly key: string;
  readonly fetch?: typeof fetch;
}

export interface AskOptions {
  readonly signal?: AbortSignal;
}

/** What the API refused, in its own words. */
export class ManagementError extends Error {
  override readonly name = 'ManagementError';
  readonly status: number;
  readonly code: string;
  readonly hint: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly requestId: string;

  constructor(status: number, said: Readonly<Record<string, unknown>>) {
    super(String(said.message ?? \`The server answered with status \${status}.\`));
    this.status = status;
    this.code = String(said.code ?? 'unknown');
    this.hint = String(said.hint ?? '');
    this.details = (said.details ?? {}) as Readonly<Record<string, unknown>>;
    this.requestId = String(said.request_id ?? '');
  }
}

/** All entries of a list, page after page: \`for await (const key of entries((place) => client.listKeys({ ...place })))\`. */
export async function* entries<Entry>(
  read: (place: {
    readonly cursor?: string;
  }) => Promise<{ readonly data: readonly Entry[]; readonly next_cursor: string | null }>,
): AsyncGenerator<Entry> {
  for (let place = {}; ; ) {
    const { data, next_cursor: cursor } = await read(place);
    yield* data;
    if (cursor === null) return;
    place = { cursor };
  }
}

interface Asked {
  readonly query?: object | undefined;
  readonly body?: unknown;
  readonly options?: AskOptions | undefined;
}

export class ManagementClient {
  readonly #url: string;
  readonly #key: string;
  readonly #fetch: typeof fetch;

  constructor({ url, key, fetch: ask = fetch }: ManagementSettings) {
    this.#url = url.replace(/\\/+$/, '');
    this.#key = key;
    this.#fetch = ask;
  }

  async #send(method: string, path: string, { query = {}, body, options }: Asked): Promise<Response> {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
    const address = \`\${this.#url}\${path}\${search.size > 0 ? \`?\${search}\` : ''}\`;
    const response = await this.#fetch(address, {
      method,
      headers: {
        authorization: \`Bearer \${this.#key}\`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(options?.signal && { signal: options.signal }),
    });
    if (response.ok) return response;
    const said = (await response.json().catch(() => ({}))) as { error?: Record<string, unknown> };
    throw new ManagementError(response.status, said.error ?? {});
  }

  async #ask<Answer>(method: string, path: string, asked: Asked): Promise<Answer> {
    const response = await this.#send(method, path, asked);
    return (await response.json()) as Answer;
  }
`;

function typesOf({ name, query, body, answer }: Operation): string[] {
  const title = capital(name);
  return [
    ...(query ? [`export interface ${title}Query ${typeText(query)}`] : []),
    ...(body ? [`export interface ${title}Body ${typeText(body)}`] : []),
    ...(answer ? [`export interface ${title}Answer ${typeText(answer)}`] : []),
  ];
}

interface Style {
  /** How its methods of sending are reached. */
  readonly receiver: string;
  /** What answers that are streamed are. */
  readonly stream: string;
}

function methodOf(operation: Operation, { receiver, stream }: Style): string {
  const { name, method, path, summary, description, pathNames, query, body, answer } = operation;
  const title = capital(name);
  const needsQuery = (query?.required ?? []).length > 0;
  const parameters = [
    ...pathNames.map((one) => `${camel(one)}: string`),
    ...(body ? [`body: ${title}Body`] : []),
    ...(query ? [needsQuery ? `query: ${title}Query` : `query: ${title}Query = {}`] : []),
    'options?: AskOptions',
  ].join(', ');
  const place = path.replaceAll(/\{(\w+)\}/g, (_, one: string) => `\${encodeURIComponent(${camel(one)})}`);
  const address = pathNames.length > 0 ? `\`${place}\`` : `'${path}'`;
  const asked = ['options', ...(query ? ['query'] : []), ...(body ? ['body'] : [])].join(', ');
  const [result, run] = answer ? [`${title}Answer`, 'ask'] : [stream, 'send'];
  return `  /** ${summary}. ${description} */
  ${name}(${parameters}): Promise<${result}> {
    return ${receiver}${run}('${method}', ${address}, { ${asked} });
  }`;
}

/** `indent` is that of the line on which it begins. */
function typeText(schema: JsonType, indent = ''): string {
  const { type = 'object', enum: names } = schema;
  if (names !== undefined) return names.map((name) => JSON.stringify(name)).join(' | ');
  if (typeof type !== 'string')
    return type.map((one) => typeText({ ...schema, type: one }, indent)).join(' | ');
  switch (type) {
    case 'integer':
    case 'number':
      return 'number';
    case 'array':
      return schema.items ? `readonly (${typeText(schema.items, indent)})[]` : 'readonly unknown[]';
    case 'object':
      return objectText(schema, indent);
    default:
      return type;
  }
}

function objectText({ properties, required = [], additionalProperties }: JsonType, indent: string): string {
  const inner = `${indent}  `;
  if (properties === undefined || Object.keys(properties).length === 0) {
    const value =
      typeof additionalProperties === 'object' ? typeText(additionalProperties, indent) : 'unknown';
    return `{ readonly [name: string]: ${value} }`;
  }
  const fields = Object.entries(properties).map(([name, field]) => {
    const says = field.description ? `${inner}/** ${field.description} */\n` : '';
    return `${says}${inner}readonly ${name}${required.includes(name) ? '' : '?'}: ${typeText(field, inner)};`;
  });
  return `{\n${fields.join('\n')}\n${indent}}`;
}

function capital(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

function camel(name: string): string {
  return name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
