/**
 * A server that speaks one dialect to its callers and calls a vendor in another: nothing but the two halves of the
 * dialects and the sockets between them. What a gateway adds (keys, limits, retries, bounds) does not belong here.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type ChatEvent,
  type ChatRequest,
  createFrameReader,
  createFrameWriter,
  type Dialect,
  type DialectName,
  dialects,
  type ErrorCode,
  type Frame,
  type FramingName,
  fold,
  KeelsonError,
  type Loss,
  toKeelsonError,
  type WireCall,
} from '@keelson/core';

export interface Translation {
  readonly client: DialectName;
  readonly vendor: DialectName;
  /** What the vendor's path is appended to. */
  readonly vendorUrl: string;
  /** How the vendor differs from what its format can carry. */
  readonly quirks?: object;
}

/** What answers are called whose vendor gives them no id. */
export const answerId = 'translated';

export interface Translator {
  readonly url: string;
  /** What could not be said so far, in either direction; whoever reads it may empty it. */
  readonly losses: Loss[];
  close(): Promise<void>;
}

type AnyDialect = Dialect<object>;

/** What stands between a host that speaks all formats and the paths of a dialect. */
const basePaths: Readonly<Record<DialectName, string>> = {
  'anthropic-messages': '/v1',
  'bedrock-converse': '',
  'cohere-chat': '',
  'gemini-generate': '/v1beta',
  'mistral-chat': '/mistral/v1',
  'ollama-chat': '',
  'ollama-generate': '',
  'openai-chat': '/v1',
  'openai-completions': '/v1',
  'openai-responses': '/v1',
};

export function vendorUrl(host: string, vendor: DialectName): string {
  return host + basePaths[vendor];
}

interface Exchange {
  readonly client: AnyDialect;
  readonly vendor: AnyDialect;
  readonly vendorUrl: string;
  readonly quirks: object;
  readonly losses: Loss[];
  readonly response: ServerResponse;
  readonly hangUp: AbortSignal;
}

export async function startTranslator(translation: Translation): Promise<Translator> {
  const losses: Loss[] = [];
  const vendor = dialects[translation.vendor] as AnyDialect;
  const { vendorUrl: url, quirks = quirksOf(vendor) } = translation;
  const pair = { client: dialects[translation.client] as AnyDialect, vendor, vendorUrl: url, quirks };
  const server = createServer((request, response) => {
    const leaving = new AbortController();
    response.once('close', () => leaving.abort());
    void handle(request, { ...pair, losses, response, hangUp: leaving.signal });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    losses,
    close: async () => {
      server.close().closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function handle(request: IncomingMessage, exchange: Exchange): Promise<void> {
  try {
    await translate(await readCall(request), exchange);
  } catch (thrown) {
    if (!exchange.hangUp.aborted) sendError(toKeelsonError(thrown), exchange);
  }
}

async function readCall(request: IncomingMessage): Promise<WireCall> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  let body = '';
  for await (const piece of request.setEncoding('utf8')) body += piece;
  const headers = request.headers as Record<string, string>;
  return { method: 'POST', path: pathname, query: Object.fromEntries(searchParams), headers, body };
}

async function translate(call: WireCall, exchange: Exchange): Promise<void> {
  const { client, vendor, losses, response } = exchange;
  const chat = {
    ...client.inbound.parseRequest(call),
    answer: { id: answerId, createdAt: 1_790_000_000 },
  };
  const rendered = vendor.outbound.renderRequest(chat, exchange.quirks);
  losses.push(...rendered.losses);
  const reply = await send(rendered.value, exchange);
  if (reply.ok && chat.stream === true) return stream(chat, reply, exchange);
  const body = await reply
    .text()
    .catch(refuse('stream_interrupted', 'The answer of the provider broke off.'));
  const wire = { status: reply.status, headers: Object.fromEntries(reply.headers), body };
  if (!reply.ok) throw vendor.outbound.parseError(wire);
  const message = fold(vendor.outbound.parseResponse(wire));
  if (message.error !== undefined) throw message.error;
  const { value, losses: lost } = client.inbound.renderResponse(message, chat);
  losses.push(...lost);
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

async function send({ path, query, headers, body }: WireCall, exchange: Exchange): Promise<Response> {
  const url = `${exchange.vendorUrl}${path}?${new URLSearchParams(query)}`;
  const known = { ...headers, 'content-type': 'application/json', authorization: 'Bearer test' };
  const init = { method: 'POST', headers: known, body: JSON.stringify(body), signal: exchange.hangUp };
  return fetch(url, init).catch(refuse('provider_unavailable', 'The provider cannot be reached.'));
}

/** Whatever a socket throws becomes an error of ours. */
function refuse(code: ErrorCode, message: string): (cause: unknown) => never {
  return (cause) => {
    throw KeelsonError.is(cause) ? cause : new KeelsonError(code, message, { cause });
  };
}

const contentTypes: Readonly<Record<FramingName, string>> = {
  sse: 'text/event-stream',
  ndjson: 'application/x-ndjson',
  eventstream: 'application/vnd.amazon.eventstream',
  'bedrock-chunks': 'application/vnd.amazon.eventstream',
  'json-array': 'application/json',
};

/** The simulator is a host that takes whatever its format can carry. */
function quirksOf({ name, quirks }: AnyDialect): object {
  return name === 'openai-chat'
    ? { ...quirks, reasoningField: 'reasoning_details', thoughtSignatures: true }
    : quirks;
}

/** Every byte of the vendor is turned into what it completes and passed on at once. */
async function stream(chat: ChatRequest, reply: Response, exchange: Exchange): Promise<void> {
  const { client, vendor, losses, response } = exchange;
  const reader = createFrameReader(vendor.outbound.framingOf?.(exchange.quirks) ?? vendor.framing);
  const parser = vendor.outbound.createStreamParser(exchange.quirks);
  const renderer = client.inbound.createStreamRenderer(chat);
  const framing = chat.streamOptions?.framing ?? client.framing;
  const writer = createFrameWriter(framing);
  const write = (frames: Frame[]): void => void response.write(writer.push(frames));
  const render = (events: ChatEvent[]): void => write(events.flatMap((event) => renderer.push(event)));
  const parse = (frames: Frame[]): void => render(frames.flatMap((frame) => parser.push(frame)));
  response.writeHead(200, { 'content-type': contentTypes[framing] }).flushHeaders();
  try {
    for await (const bytes of reply.body ?? []) parse(reader.push(bytes));
    parse(reader.end());
    render(parser.end());
  } catch (cause) {
    const error = new KeelsonError('stream_interrupted', 'The provider broke off.', { cause });
    render([{ type: 'error', error: KeelsonError.is(cause) ? cause : error }]);
  }
  write(renderer.end());
  losses.push(...renderer.losses);
  response.end(writer.end());
}

function sendError(error: KeelsonError, { client, response }: Exchange): void {
  const { status, headers, body } = client.inbound.renderError(error);
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, headers).end(text);
}
