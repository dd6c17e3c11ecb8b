/** A client for the tests of the simulator: asks it in any dialect over a real socket, by the dialect's outbound half. */
import {
  type ChatEvent,
  type ChatMessage,
  type ChatRequest,
  createFrameReader,
  type Dialect,
  dialects,
  type Frame,
  fold,
  KeelsonError,
  textOf,
  type WireCall,
} from '@keelson/core';
import { type Limit, limitsOf } from '../../../core/src/dialects/__fixtures__/format-limits.ts';
import type { Simulator } from '../simulator.ts';

export { type Limit, limitsOf };

export type DialectName = keyof typeof dialects;
export const dialectNames = Object.keys(dialects) as readonly DialectName[];

/** The formats that can say all of this. */
export function speakersOf(...limits: readonly Limit[]): readonly DialectName[] {
  return dialectNames.filter((name) => limits.every((limit) => !limitsOf(name).has(limit)));
}

/** Each of them, for whole answers and for streams. */
export function inBothWays(names: readonly DialectName[]): readonly (readonly [name: DialectName, stream: boolean])[] {
  return names.flatMap((name) => [[name, false] as const, [name, true] as const]);
}

export function dialectOf(name: DialectName): Dialect<object> {
  return dialects[name] as unknown as Dialect<object>;
}

export interface Told {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly frames: readonly Frame[];
  readonly events: readonly ChatEvent[];
  readonly message: ChatMessage;
  readonly text: string;
  /** What the dialect makes of a reply that is no answer. */
  readonly error: KeelsonError | undefined;
}

export function userSays(text: string, more: Partial<ChatRequest> = {}): ChatRequest {
  return { model: 'test-model', maxOutputTokens: 10_000, turns: [{ role: 'user', parts: [{ type: 'text', text }] }], ...more };
}

export function renderCall(name: DialectName, request: ChatRequest): WireCall {
  const dialect = dialectOf(name);
  return dialect.outbound.renderRequest(request, quirksOf(dialect)).value;
}

/** Where the vendor of a format is, in front of the paths of its calls: the simulator serves all of them at one place. */
export function addressOf(name: DialectName, call: WireCall): string {
  const prefixes = dialectOf(name)
    .inbound.paths.filter((path) => path.endsWith(call.path))
    .map((path) => path.slice(0, path.length - call.path.length));
  const query = new URLSearchParams(call.query).toString();
  return `${prefixes.find((prefix) => !prefix.includes('{')) ?? ''}${call.path}${query === '' ? '' : `?${query}`}`;
}

/** The simulator is a host that takes whatever its format can carry. */
function quirksOf({ name, quirks }: Dialect<object>): object {
  return name === 'openai-chat' ? { ...quirks, reasoningField: 'reasoning_details', thoughtSignatures: true } : quirks;
}

export async function ask(simulator: Pick<Simulator, 'url'>, name: DialectName, request: ChatRequest): Promise<Told> {
  const call = renderCall(name, request);
  const reply = await fetch(`${simulator.url}${addressOf(name, call)}`, {
    method: call.method,
    headers: { ...call.headers, 'content-type': 'application/json', authorization: 'Bearer test-key' },
    body: JSON.stringify(call.body),
  });
  const bytes = new Uint8Array(await reply.arrayBuffer());
  return readReply(name, { status: reply.status, headers: Object.fromEntries(reply.headers), bytes, isStream: request.stream === true });
}

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
  readonly isStream: boolean;
}

function readReply(name: DialectName, { status, headers, bytes, isStream }: Reply): Told {
  const dialect = dialectOf(name);
  const body = new TextDecoder().decode(bytes);
  const wire = { status, headers, body };
  if (status !== 200) {
    const message = fold([]);
    return { status, headers, body, frames: [], events: [], message, text: '', error: dialect.outbound.parseError(wire) };
  }
  const frames = isStream ? readFrames(dialect, bytes) : [];
  const events = isStream ? parseStream(dialect, frames) : dialect.outbound.parseResponse(wire);
  const message = fold(events);
  return { status, headers, body, frames, events, message, text: textOf(message), error: undefined };
}

export function readFrames({ framing }: Dialect<object>, bytes: Uint8Array): Frame[] {
  const reader = createFrameReader(framing);
  return [...reader.push(bytes), ...reader.end()];
}

function parseStream(dialect: Dialect<object>, frames: readonly Frame[]): ChatEvent[] {
  const parser = dialect.outbound.createStreamParser(dialect.quirks);
  return [...frames.flatMap((frame) => parser.push(frame)), ...parser.end()];
}

/** Any request at all, as text. */
export async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<{ status: number; text: string; headers: Headers }> {
  const reply = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: reply.status, text: await reply.text(), headers: reply.headers };
}

/** The code by which a refused call fails, or undefined when it did not. */
export function codeThrownBy(call: () => unknown): string | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    return KeelsonError.is(error) ? error.code : String(error);
  }
}
