// Wrong keys, again and again: who is told to wait, for how long, and how little of it is remembered.
import { KeelsonError } from '@keelson/core';
import { expect, test } from 'vitest';
import { createAuthFailures } from './auth-failures.ts';

const refusal = new KeelsonError('authentication_failed', 'The key is not known here.');

function failures(more = {}) {
  const time = { now: 0 };
  const limits = { most: 3, windowMs: 60_000, ...more };
  return { time, ...createAuthFailures({ clock: { elapsed: () => time.now }, ...limits }) };
}

test('the fourth of a minute waits for the rest of it, and then all begins anew', () => {
  const { time, note } = failures();
  for (let at = 0; at < 3; at++) expect(note('192.0.2.1', refusal)).toBe(refusal);
  time.now = 20_000;
  const told = note('192.0.2.1', refusal);
  expect(told).toMatchObject({ code: 'rate_limited', details: { retryAfterMs: 40_000 } });
  expect(note('192.0.2.2', refusal)).toBe(refusal);
  time.now = 60_000;
  expect(note('192.0.2.1', refusal)).toBe(refusal);
});

test.each([
  ['2001:db8:0:1::1', '2001:0db8::1:aaaa:bbbb:cccc:dddd'],
  ['fe80::1%eth0', 'fe80::2'],
])('%s and %s are one network', (one, another) => {
  const { note } = failures({ most: 1 });
  expect(note(one, refusal)).toBe(refusal);
  expect(note(another, refusal).code).toBe('rate_limited');
});

test('2001:db8:0:1::1 and 2001:db8:0:2::1 are two', () => {
  const { note } = failures({ most: 1 });
  note('2001:db8:0:1::1', refusal);
  expect(note('2001:db8:0:2::1', refusal)).toBe(refusal);
});

test('of many addresses those that were quiet for longest are forgotten', () => {
  const { note } = failures({ most: 1, maxAddresses: 3 });
  for (const address of ['a', 'b', 'c', 'a', 'd']) note(address, refusal);
  expect(note('a', refusal).code).toBe('rate_limited');
  expect(note('b', refusal)).toBe(refusal);
});
