/** Sends a delivery over a real socket, one write at a time, and stops as soon as the other side has gone. */
import type { ServerResponse } from 'node:http';
import { sleep } from '../clock.ts';
import type { Delivery, Step } from './delivery.ts';

export interface Receiver {
  readonly response: ServerResponse;
  readonly hangUp: AbortSignal;
}

/** Bytes that were just written need a moment to leave before a reset throws them away. */
const beforeResetMs = 20;

/** `count` is told the body bytes of each write. Rejects when the receiver hangs up. */
export async function deliver(
  receiver: Receiver,
  delivery: Delivery,
  count: (bytes: number) => void,
): Promise<void> {
  const { response } = receiver;
  response.writeHead(delivery.status, delivery.headers);
  // A stream's headers tell its caller that an answer has begun, however long its first event takes.
  if (delivery.headers['content-length'] === undefined) response.flushHeaders();
  for (const step of delivery.steps) {
    receiver.hangUp.throwIfAborted();
    await execute(receiver, step, count);
    if (step.type === 'reset') return;
  }
  response.end();
}

async function execute(
  { response, hangUp }: Receiver,
  step: Step,
  count: (bytes: number) => void,
): Promise<void> {
  switch (step.type) {
    case 'write':
      await write(response, step.bytes, hangUp);
      count(step.bytes.length);
      return;
    case 'wait':
      await sleep(step.ms, hangUp);
      return;
    case 'reset':
      await sleep(beforeResetMs, hangUp);
      response.socket?.resetAndDestroy();
      return;
    default:
      step satisfies never;
  }
}

/**
 * Settles when the bytes have been handed to the system, so that each write is a packet of its own. The turn of the event
 * loop in between lets other callers have theirs: a write that succeeds at once would otherwise never leave this stream.
 */
async function write(response: ServerResponse, bytes: Uint8Array, hangUp: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const abort = (): void => reject(hangUp.reason as Error);
    hangUp.addEventListener('abort', abort, { once: true });
    response.write(bytes, (error) => {
      hangUp.removeEventListener('abort', abort);
      if (error) reject(error);
      else setImmediate(resolve);
    });
  });
}
