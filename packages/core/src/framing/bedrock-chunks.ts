/**
 * How Bedrock streams the answer of a model in the model's own format: an event-stream message `chunk` for each event, whose
 * payload holds that event's text as base64. A frame here is what is inside; exceptions are frames as they come.
 */
import { KeelsonError } from '../errors/index.ts';
import { framingBounds } from './bounds.ts';
import { createEventstreamSource, createEventstreamWriter } from './eventstream.ts';
import type { Frame, FrameReader, FrameWriter } from './frame.ts';
import { type FrameSource, guardReader } from './guard-reader.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

export function createBedrockChunksReader(maxFrameBytes: number = framingBounds.maxFrameBytes): FrameReader {
  const messages = createEventstreamSource(maxFrameBytes);
  return guardReader({
    take: (bytes, frames) => unwrapAll((inner) => messages.take(bytes, inner), frames),
    finish: (frames) => unwrapAll((inner) => messages.finish(inner), frames),
  } satisfies FrameSource);
}

/** The names of events are lost, but for exceptions: what a chunk holds says itself what it is. */
export function createBedrockChunksWriter(): FrameWriter {
  const messages = createEventstreamWriter();
  return {
    push: (frames) => messages.push(('data' in frames ? [frames] : frames).map(wrap)),
    end: () => messages.end(),
  };
}

/** Messages that were complete before a bad byte are told before it. */
function unwrapAll(read: (messages: Frame[]) => void, frames: Frame[]): void {
  const messages: Frame[] = [];
  try {
    read(messages);
  } finally {
    for (const message of messages) frames.push(unwrap(message));
  }
}

function unwrap(message: Frame): Frame {
  if (message.event !== 'chunk') return message;
  const bytes = readBytes(message.data);
  if (bytes === undefined)
    throw new KeelsonError('invalid_response', 'A `chunk` of the event stream holds no `bytes` in base64.', {
      details: { field: 'bytes' },
    });
  return { data: decoder.decode(bytes) };
}

/** Beside the bytes stands padding of random length, `p`, which means nothing. */
function readBytes(payload: string): Uint8Array | undefined {
  try {
    const { bytes } = JSON.parse(payload) as { readonly bytes?: unknown };
    return typeof bytes === 'string' ? decodeBase64(bytes) : undefined;
  } catch {
    return undefined;
  }
}

function decodeBase64(text: string): Uint8Array {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

function wrap({ event, data }: Frame): Frame {
  if (event?.endsWith('Exception')) return { event, data };
  return { event: 'chunk', data: JSON.stringify({ bytes: encodeBase64(encoder.encode(data)) }) };
}

function encodeBase64(bytes: Uint8Array): string {
  // In pieces, because a call takes only so many arguments.
  let binary = '';
  for (let at = 0; at < bytes.length; at += 8192)
    binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(binary);
}
