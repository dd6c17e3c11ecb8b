// Ids sort by the time of their making, and never repeat within one process.
import { expect, test } from 'vitest';
import { createIds } from './ids.ts';
import { systemRandom } from './random.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test('ids are UUIDs of version 7 that carry their time', () => {
  const id = createIds({ now: () => 0x0198_0000_abcd }, systemRandom)();
  expect(id).toMatch(uuid);
  expect(id.replaceAll('-', '').slice(0, 12)).toBe('01980000abcd');
});

test('ten thousand of one millisecond are sorted and different', () => {
  const next = createIds({ now: () => 1_790_000_000_000 }, systemRandom);
  const ids = Array.from({ length: 10_000 }, next);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual(ids.toSorted());
});

test('a clock that goes back does not', () => {
  const times = [2000, 1000, 3000];
  const next = createIds({ now: () => times.shift() as number }, systemRandom);
  const ids = [next(), next(), next()];
  expect(ids).toEqual(ids.toSorted());
});
