/** One chunk of an answer of unknown length, as HTTP/1.1 frames it (RFC 9112, section 7.1), in a single piece of memory. */

export const lastChunk = '0\r\n\r\n';

export function encodeChunk(bytes: Uint8Array | string): Buffer {
  const size = typeof bytes === 'string' ? Buffer.byteLength(bytes) : bytes.length;
  const head = `${size.toString(16)}\r\n`;
  const chunk = Buffer.allocUnsafe(head.length + size + 2);
  chunk.write(head, 'latin1');
  if (typeof bytes === 'string') chunk.write(bytes, head.length);
  else chunk.set(bytes, head.length);
  chunk[head.length + size] = 0x0d;
  chunk[head.length + size + 1] = 0x0a;
  return chunk;
}
