// The body of a request as text, within a bound. Read here rather than by the framework, which copies each body and makes a
// scope for it; what the text means does not belong here.
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { KeelsonError } from '@keelson/core';

/** Told once, unless the caller leaves before its body is complete: then there is nobody to be told anything. */
export interface BodyReader {
  onBody(body: string): void;
  /** More may follow, so the connection cannot be used again. */
  onRefusal(error: KeelsonError): void;
}

export interface BytesReader extends Pick<BodyReader, 'onRefusal'> {
  onBytes(bytes: Buffer): void;
}

export function readBody(request: IncomingMessage, limit: number, reader: BodyReader): void {
  readBytes(request, limit, {
    onBytes: (bytes) => {
      if (isUtf8(bytes)) reader.onBody(bytes.toString('utf8'));
      // What is no text would be replaced on the way, and nobody would be told.
      else reader.onRefusal(new KeelsonError('invalid_request', 'The body is not UTF-8.'));
    },
    onRefusal: (error) => reader.onRefusal(error),
  });
}

/** The same for bodies that hold more than text. */
export function readBytes(request: IncomingMessage, limit: number, reader: BytesReader): void {
  if (Number(request.headers['content-length']) > limit) {
    reader.onRefusal(tooLong(limit));
    return;
  }
  const packing = request.headers['content-encoding'];
  if (packing !== undefined && packing !== 'identity') {
    reader.onRefusal(packed(packing));
    return;
  }
  const pieces: Buffer[] = [];
  let length = 0;
  request.on('data', (piece: Buffer) => {
    length += piece.length;
    if (length <= limit) pieces.push(piece);
    // Only one piece passes the bound; the rest is not even looked at.
    else if (length - piece.length <= limit) reader.onRefusal(tooLong(limit));
  });
  request.on('end', () => {
    if (length > limit) return;
    const bytes = pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces, length);
    reader.onBytes(bytes);
  });
}

function tooLong(limit: number): KeelsonError {
  return new KeelsonError('request_too_large', `The body is longer than ${limit} bytes.`, {
    details: { limit },
  });
}

function packed(packing: string): KeelsonError {
  const hint = 'Send it as it is, without `content-encoding`.';
  const message = `The body is packed with \`${packing}\`, which is not read here.`;
  return new KeelsonError('invalid_request', message, { hint });
}
