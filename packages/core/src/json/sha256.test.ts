// Against Node's own implementation: published vectors, every length around a block, and random bytes.
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256, sha256Hex } from './sha256.ts';

const reference = (input: Uint8Array | string) => createHash('sha256').update(input).digest('hex');

test('the vectors of the standard', () => {
  expect(sha256Hex('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

test('every length up to four blocks', () => {
  for (let length = 0; length <= 256; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 7 + length) % 256);
    expect(sha256Hex(bytes)).toBe(reference(bytes));
  }
});

test('any bytes and any text', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => sha256Hex(bytes) === reference(bytes)));
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => sha256Hex(text) === reference(text)));
});

test('the digest as bytes is the same digest', () => {
  const bytes = (input: Uint8Array) => Buffer.from(sha256(input)).toString('hex');
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (input) => bytes(input) === reference(input)));
});
