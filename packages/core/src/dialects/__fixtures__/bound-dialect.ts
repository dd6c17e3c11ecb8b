/** A dialect with its default quirks, as the contract drives it, and the ways a request or an answer can go through it. */
import { createFrameReader, createFrameWriter, type Frame } from '../../framing/index.ts';
import {
  type ChatEvent,
  type ChatMessage,
  type ChatRequest,
  type Dialect,
  fold,
  type Loss,
  unfold,
  type WireCall,
  type WireReply,
} from '../../message/index.ts';
import { dialects } from '../index.ts';

export type BoundDialect = Dialect<object>;

export const allDialects: readonly BoundDialect[] = Object.values(dialects);

/** Two of them, others for each `pick`: against all of them at once a suite of all with all would take too long. */
export function someDialects(pick: number): readonly BoundDialect[] {
  const first = allDialects[pick % allDialects.length] as BoundDialect;
  const second = allDialects[(pick + 1 + (pick % 3)) % allDialects.length] as BoundDialect;
  return first === second ? [first] : [first, second];
}

export function renderRequest(dialect: BoundDialect, request: ChatRequest): { value: WireCall; losses: Loss[] } {
  return dialect.outbound.renderRequest(request, dialect.quirks);
}

/** As the bytes of a body go over the wire: nothing survives but JSON. */
export function overTheWire<Value extends WireCall | WireReply>(value: Value): Value {
  return { ...value, body: JSON.stringify(value.body) };
}

export function requestThrough(dialect: BoundDialect, request: ChatRequest): { request: ChatRequest; losses: Loss[] } {
  const { value, losses } = renderRequest(dialect, request);
  return { request: dialect.inbound.parseRequest(overTheWire(value)), losses };
}

export function replyOf(body: unknown, status = 200): WireReply {
  return { status, headers: {}, body };
}

export function wholeThrough(
  dialect: BoundDialect,
  message: ChatMessage,
  request: ChatRequest,
): { message: ChatMessage; losses: readonly Loss[]; body: unknown } {
  const { value, losses } = dialect.inbound.renderResponse(message, request);
  const events = dialect.outbound.parseResponse(replyOf(JSON.stringify(value)));
  return { message: fold(events), losses, body: value };
}

export function framesOf(
  dialect: BoundDialect,
  events: readonly ChatEvent[],
  request: ChatRequest,
): { frames: Frame[]; losses: readonly Loss[] } {
  const renderer = dialect.inbound.createStreamRenderer(request);
  const frames = [...events.flatMap((event) => renderer.push(event)), ...renderer.end()];
  return { frames, losses: renderer.losses };
}

export function eventsOf(dialect: BoundDialect, frames: Iterable<Frame>): ChatEvent[] {
  const parser = dialect.outbound.createStreamParser(dialect.quirks);
  return [...[...frames].flatMap((frame) => parser.push(frame)), ...parser.end()];
}

/** Frames to bytes and back, the bytes cut into pieces of `size`. */
export function throughBytes(dialect: BoundDialect, frames: readonly Frame[], size: number): Frame[] {
  const writer = createFrameWriter(dialect.framing);
  const bytes = [...writer.push(frames), ...writer.end()];
  const reader = createFrameReader(dialect.framing);
  const read: Frame[] = [];
  for (let at = 0; at < bytes.length; at += size) read.push(...reader.push(Uint8Array.from(bytes.slice(at, at + size))));
  return [...read, ...reader.end()];
}

export function streamThrough(
  dialect: BoundDialect,
  message: ChatMessage,
  { request, size = 7 }: { readonly request: ChatRequest; readonly size?: number },
): { message: ChatMessage; losses: readonly Loss[]; frames: readonly Frame[] } {
  const { frames, losses } = framesOf(dialect, inPieces(unfold(message)), request);
  return { message: fold(eventsOf(dialect, throughBytes(dialect, frames, size))), losses, frames };
}

/** Deltas of a few characters each, as a model would send them. */
export function inPieces(events: readonly ChatEvent[]): ChatEvent[] {
  return events.flatMap((event): ChatEvent[] => {
    if (event.type === 'tool-call-delta')
      return cut(event.arguments).map((piece) => ({ ...event, arguments: piece }));
    if (event.type === 'text-delta' || event.type === 'reasoning-delta' || event.type === 'refusal-delta')
      return cut(event.text).map((text) => ({ ...event, text }));
    return [event];
  });
}

function cut(text: string): string[] {
  return Array.from({ length: Math.ceil(text.length / 5) }, (_, at) => text.slice(at * 5, at * 5 + 5));
}
