/** Reads the body of a request up to a bound, as text. What the text means does not belong here. */
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { KeelsonError } from '@keelson/core';

const mostBodyBytes = 32 * 1024 * 1024;

/** Rejects with `request_too_large`, or with `invalid_json` for bytes that are no UTF-8. */
export async function readBody(request: IncomingMessage, mostBytes = mostBodyBytes): Promise<string> {
  if (Number(request.headers['content-length'] ?? 0) > mostBytes) throw tooLarge(mostBytes);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    const bytes = chunk as Uint8Array;
    length += bytes.length;
    if (length > mostBytes) throw tooLarge(mostBytes);
    chunks.push(bytes);
  }
  const isForm = request.headers['content-type']?.startsWith('multipart/') === true;
  // One character for each byte, because files are no text.
  return isForm ? Buffer.concat(chunks).toString('latin1') : decodeText(Buffer.concat(chunks));
}

/** Strict: a vendor refuses such bytes, too, and a lenient reading would show a test other text than was sent. */
function decodeText(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw new KeelsonError('invalid_json', 'The request body is not valid UTF-8.');
  return new TextDecoder().decode(bytes);
}

function tooLarge(limit: number): KeelsonError {
  const message = `The request body is larger than ${limit} bytes.`;
  return new KeelsonError('request_too_large', message, { details: { limit } });
}
