/** A whole answer at once, for the few calls that are no model's: tokens and lists. */
import type { ReplyHandler, ReplyHeaders, Sending } from './sending.ts';

export interface WholeReply {
  readonly status: number;
  readonly headers: ReplyHeaders;
  readonly text: string;
  readonly bytes: Uint8Array;
}

/** Rejects with the transport's error. */
export function collectReply(send: (handler: ReplyHandler) => Sending): Promise<WholeReply> {
  return new Promise((resolve, reject) => {
    const parts: Uint8Array[] = [];
    let status = 0;
    let headers: ReplyHeaders = {};
    send({
      onStart: (begun, head) => {
        status = begun;
        headers = head;
      },
      onData: (bytes) => void parts.push(bytes),
      onEnd: () => {
        const bytes = Buffer.concat(parts);
        resolve({ status, headers, bytes, text: bytes.toString('utf8') });
      },
      onError: reject,
    });
  });
}
