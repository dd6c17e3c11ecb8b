/** Rate limits as providers tell them: which headers are understood, and for how long a model is left alone. */
import { describe, expect, test } from 'vitest';
import { retryAfterOf, Throttle } from './throttle.ts';

const now = Date.parse('2026-10-01T12:00:00Z');

function waitAfter(headers: Record<string, string | string[]>): number {
  const throttle = new Throttle();
  throttle.read(headers, now, now);
  return throttle.waitMs(now);
}

describe('headers that say what is left', () => {
  test.each([
    ['6m0s', 360_000],
    ['1m30.5s', 90_500],
    ['120ms', 120],
    ['2', 2000],
    [String(now / 1000 + 5), 5000],
    [String(now + 7000), 7000],
    ['2026-10-01T12:00:09Z', 9000],
    ['Thu, 01 Oct 2026 12:00:11 GMT', 11_000],
    ['a while', 0],
    ['', 0],
    ['2026-10-01T11:00:00Z', 0],
    ['9999d', 86_400_000],
  ])('nothing left until %s is %i ms', (reset, ms) => {
    expect(waitAfter({ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': reset })).toBe(
      ms,
    );
    expect(
      waitAfter({
        'anthropic-ratelimit-input-tokens-remaining': '0',
        'anthropic-ratelimit-input-tokens-reset': reset,
      }),
    ).toBe(ms);
  });

  test('the longest of several counts, and only of those with nothing left', () => {
    const headers = {
      'x-ratelimit-remaining-requests': '12',
      'x-ratelimit-reset-requests': '1h',
      'x-ratelimit-remaining-tokens': ['0'],
      'x-ratelimit-reset-tokens': '3s',
      'x-ratelimit-remaining': '-1',
      'x-ratelimit-reset': '2s',
    };
    expect(waitAfter(headers)).toBe(3000);
  });

  test('something else in place of a number says nothing', () => {
    expect(waitAfter({ 'x-ratelimit-remaining': 'none', 'x-ratelimit-reset': '9' })).toBe(0);
  });

  test('room again takes back what was said, and silence does not', () => {
    const throttle = new Throttle();
    throttle.read({ 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '60s' }, now, now);
    throttle.read({ 'content-type': 'application/json' }, now, now);
    expect(throttle.waitMs(now + 1000)).toBe(59_000);
    throttle.read({ 'x-ratelimit-remaining-tokens': '5', 'x-ratelimit-reset-tokens': '60s' }, now, now);
    expect(throttle.waitMs(now)).toBe(0);
  });
});

describe('retry-after', () => {
  test.each([
    [{ 'retry-after': '3' }, 3000],
    [{ 'retry-after': 'Thu, 01 Oct 2026 12:01:00 GMT' }, 60_000],
    [{ 'retry-after-ms': '250', 'retry-after': '1' }, 250],
    [{}, undefined],
    [{ 'retry-after': 'soon' }, undefined],
  ])('%j is %s ms', (headers, ms) => {
    expect(retryAfterOf(headers, now)).toBe(ms);
  });
});

test('refusals that do not say how long double their pause up to a bound, until one is answered', () => {
  const throttle = new Throttle();
  let at = now;
  const waits = Array.from({ length: 7 }, () => {
    throttle.refuse(undefined, at);
    const ms = throttle.waitMs(at);
    at += ms;
    return ms;
  });
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  throttle.refuse(90_000, at);
  expect(throttle.waitMs(at)).toBe(90_000);
  throttle.succeed();
  expect(throttle.waitMs(at)).toBe(0);
  throttle.refuse(undefined, at);
  expect(throttle.waitMs(at)).toBe(1000);
});
