import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32 } from './crc32.ts';

describe('crc32', () => {
  it('knows the check value of the standard', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array(0))).toBe(0);
  });

  it('agrees with zlib', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(crc32(bytes)).toBe(zlibCrc32(bytes));
      }),
    );
  });

  it('goes on from the checksum of the bytes before, over any part of them', () => {
    const bytes = Uint8Array.from({ length: 64 }, (_, at) => (at * 37) & 0xff);
    for (let start = 0; start < 12; start += 1) {
      for (let end = start; end <= bytes.length; end += 1) {
        const before = crc32(bytes, { end: start });
        expect(crc32(bytes, { start, end })).toBe(zlibCrc32(bytes.subarray(start, end)));
        expect(crc32(bytes, { start, end, before })).toBe(zlibCrc32(bytes.subarray(0, end)));
      }
    }
  });
});
