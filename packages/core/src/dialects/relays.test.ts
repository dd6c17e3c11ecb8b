/** The table of relays says what the formats themselves say. */
import { expect, test } from 'vitest';
import { dialects } from './index.ts';
import { relays } from './relays.ts';

test('every chat format and its relay are in it, and nothing else is', () => {
  const own = Object.entries(dialects).map(([name, { relay }]) => [name, relay]);
  expect(relays).toEqual(Object.fromEntries(own));
  expect(own.length).toBeGreaterThan(9);
});
