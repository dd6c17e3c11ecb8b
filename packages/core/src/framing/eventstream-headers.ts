/**
 * The header block of an AWS event-stream message: https://smithy.io/2.0/aws/amazon-eventstream.html. Only
 * strings are ever read from it here; values of the other nine types are stepped over. What a header means
 * belongs to `eventstream.ts`.
 */
import { KeelsonError } from '../errors/index.ts';

const stringType = 7;

/** Bytes of the value by type number; a size of 0 for the two booleans, which have no value bytes. */
const fixedSizes: readonly (number | undefined)[] = [0, 0, 1, 2, 4, 8, undefined, undefined, 8, 16];
const sizedTypes: ReadonlySet<number> = new Set([6, stringType]);

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

/** The string headers by name. `position` is where `block` stands in the stream, for the error. */
export function decodeHeaders(block: Uint8Array, position: number): Map<string, string> {
  const headers = new Map<string, string>();
  const cursor = { block, offset: 0, position };
  while (cursor.offset < block.length) {
    const name = decoder.decode(takeBytes(cursor, takeNumber(cursor, 1)));
    const type = takeNumber(cursor, 1);
    const value = takeBytes(cursor, sizeOfValue(cursor, type));
    if (type === stringType) headers.set(name, decoder.decode(value));
  }
  return headers;
}

export function encodeHeaders(headers: readonly (readonly [name: string, value: string])[]): Uint8Array {
  return concatBytes(headers.map(([name, value]) => encodeHeader(name, value)));
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

interface Cursor {
  readonly block: Uint8Array;
  offset: number;
  readonly position: number;
}

function sizeOfValue(cursor: Cursor, type: number): number {
  if (sizedTypes.has(type)) return takeNumber(cursor, 2);
  const size = fixedSizes[type];
  if (size !== undefined) return size;
  throw invalidHeader(cursor, cursor.offset - 1, `has the unknown value type ${type}`);
}

function takeNumber(cursor: Cursor, size: 1 | 2): number {
  const [first = 0, second = 0] = takeBytes(cursor, size);
  return size === 1 ? first : first * 256 + second;
}

function takeBytes(cursor: Cursor, size: number): Uint8Array {
  const end = cursor.offset + size;
  if (end > cursor.block.length)
    throw invalidHeader(cursor, cursor.offset, 'runs past the end of the headers');
  const bytes = cursor.block.subarray(cursor.offset, end);
  cursor.offset = end;
  return bytes;
}

function invalidHeader(cursor: Cursor, offset: number, problem: string): KeelsonError {
  const position = cursor.position + offset;
  return new KeelsonError('invalid_response', `An event-stream header ${problem}, at byte ${position}.`, {
    details: { position },
  });
}

function encodeHeader(name: string, value: string): Uint8Array {
  const nameBytes = encoder.encode(name);
  const valueBytes = encoder.encode(value);
  if (nameBytes.length > 255 || valueBytes.length > 32767) {
    throw new KeelsonError(
      'internal_error',
      `The event-stream header \`${name.slice(0, 64)}\` is too long.`,
      {
        details: { field: name.slice(0, 64), limit: 32767 },
      },
    );
  }
  const start = [
    nameBytes.length,
    ...nameBytes,
    stringType,
    valueBytes.length >> 8,
    valueBytes.length & 0xff,
  ];
  return concatBytes([Uint8Array.from(start), valueBytes]);
}
