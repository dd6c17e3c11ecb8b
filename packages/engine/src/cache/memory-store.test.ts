// The bounds of the memory store: how much it holds, and what goes first.
import { expect, test } from 'vitest';
import { createMemoryStore } from './memory-store.ts';

const key = (hash: string) => ({ workspace: 'w', hash });
const lifetime = { keptAt: 0, expiresAt: 1 };
const kilobyte = new Uint8Array(1024);
/** Each entry takes its bytes, its names and 200 besides. */
const room = (entries: number) => entries * (1024 + 6 + 200);

test('what was asked for longest ago goes first', () => {
  const store = createMemoryStore({ maxBytes: room(3) });
  for (const hash of ['a', 'b', 'c']) store.set(key(hash), kilobyte, lifetime);
  store.get(key('a'));
  store.set(key('d'), kilobyte, lifetime);
  expect(['a', 'b', 'c', 'd'].filter((hash) => store.get(key(hash)) !== undefined)).toEqual(['a', 'c', 'd']);
});

test('it never holds more than its bytes, and takes again what was given back', () => {
  const store = createMemoryStore({ maxBytes: room(10) });
  for (let round = 0; round < 5; round++) {
    for (let at = 0; at < 100; at++) store.set(key(String(at % 10)), kilobyte, lifetime);
    for (let at = 0; at < 5; at++) store.remove(key(String(at)));
    for (let at = 0; at < 5; at++) store.set(key(String(at)), kilobyte, lifetime);
  }
  const held = Array.from({ length: 10 }, (_, at) => store.get(key(String(at))));
  expect(held.every((sealed) => sealed !== undefined)).toBe(true);
  store.set(key('x'), kilobyte, lifetime);
  const left = Array.from({ length: 10 }, (_, at) => store.get(key(String(at))));
  expect(left.filter((sealed) => sealed === undefined)).toHaveLength(1);
});

test('what is larger than all of it is not kept, and leaves the rest alone', () => {
  const store = createMemoryStore({ maxBytes: room(2) });
  store.set(key('a'), kilobyte, lifetime);
  store.set(key('b'), new Uint8Array(10_000), lifetime);
  expect(store.get(key('b'))).toBeUndefined();
  expect(store.get(key('a'))).toBeDefined();
  // Nor is the answer that it would have replaced.
  store.set(key('a'), new Uint8Array(10_000), lifetime);
  expect(store.get(key('a'))).toBeUndefined();
});
