/** Decides what goes over the wire for an answer, its fault included. Sending it is `deliver.ts`. */
import { createFrameWriter, type Frame, type FramingName, type WireReply } from '@keelson/core';
import type { Answer } from '../endpoints/index.ts';
import type { Fault } from '../faults/index.ts';
import type { Delivery } from './delivery.ts';
import { strikeBytes } from './strike-bytes.ts';
import { damageJson, strikeFrames } from './strike-frames.ts';

export interface Sending {
  readonly fault?: Fault | undefined;
  /** Between two chunks of a stream. */
  readonly chunksMs?: number | undefined;
}

const wrongContentType = 'text/html; charset=utf-8';

export function planDelivery(answer: Answer, sending: Sending): Delivery {
  if (answer.type === 'bytes') return planBytes(answer, sending);
  if (answer.type === 'stream') return planStream(answer, sending);
  const { headers, ...delivery } = planWhole(answer.body, sending);
  return { ...delivery, headers: { ...headers, ...answer.headers } };
}

/** In pieces and without a length, as sound comes that is made while it is sent. */
function planBytes(
  { contentType, pieces }: Extract<Answer, { type: 'bytes' }>,
  { fault, chunksMs }: Sending,
): Delivery {
  return { status: 200, headers: headersOf(contentType, fault), steps: strikeBytes(pieces, fault, chunksMs) };
}

/** A reply as it is: errors, answers of the control endpoint. */
export function planReply({ status, headers, body }: WireReply): Delivery {
  const bytes = encodeBody(body);
  const type = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json';
  const length = { 'content-length': String(bytes.length) };
  return {
    status,
    headers: { 'content-type': type, ...headers, ...length },
    steps: [{ type: 'write', bytes }],
  };
}

function encodeBody(body: unknown): Uint8Array {
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

function planWhole(body: unknown, { fault }: Sending): Delivery {
  const text = JSON.stringify(body);
  const bytes = Buffer.from(fault?.name === 'malformed-json' ? damageJson(text) : text);
  // Halves, so that what strikes between two chunks finds a place.
  const half = Math.ceil(bytes.length / 2);
  const pieces = strikesBetween(fault) ? [bytes.subarray(0, half), bytes.subarray(half)] : [bytes];
  const length = fault?.name === 'empty-body' ? 0 : bytes.length;
  return {
    status: 200,
    headers: { ...headersOf('application/json', fault), 'content-length': String(length) },
    steps: strikeBytes(pieces, fault),
  };
}

function strikesBetween(fault: Fault | undefined): boolean {
  return fault?.name === 'reset-mid-stream' || fault?.name === 'stall-between-chunks';
}

interface Streamed {
  readonly contentType: string;
  readonly framing: FramingName;
  readonly frames: readonly Frame[];
}

function planStream({ framing, frames, contentType }: Streamed, { fault, chunksMs }: Sending): Delivery {
  const writer = createFrameWriter(framing);
  const pieces = strikeFrames(frames, fault).map((frame) => writer.push(frame));
  // The closing bytes of a framing are a terminal event as much as any.
  const closing = fault?.name === 'missing-end' ? new Uint8Array(0) : writer.end();
  if (closing.length > 0) pieces.push(closing);
  return {
    status: 200,
    headers: { ...headersOf(contentType, fault), 'cache-control': 'no-cache' },
    steps: strikeBytes(pieces, fault, chunksMs),
  };
}

function headersOf(contentType: string, fault: Fault | undefined): Record<string, string> {
  return { 'content-type': fault?.name === 'wrong-content-type' ? wrongContentType : contentType };
}
