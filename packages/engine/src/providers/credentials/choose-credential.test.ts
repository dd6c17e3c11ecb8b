// Choosing: by weight, around those that are left alone, and never one that was tried.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Choosable, chooseCredential, coolDownMs, refusalOf } from './choose-credential.ts';

const now = 1_000_000;
const one = (id: string, weight = 1, coolDownUntil = 0): Choosable => ({ id, weight, coolDownUntil });
const choose = (all: readonly Choosable[], chance = 0, tried: readonly string[] = []) =>
  chooseCredential(all, { now, chance, tried })?.id;

describe('by weight', () => {
  test('each gets its share of chance', () => {
    const all = [one('a', 1), one('b', 3), one('c', 0), one('d', 6)];
    const counts: Record<string, number> = {};
    for (let step = 0; step < 1000; step += 1) {
      const id = choose(all, step / 1000)!;
      counts[id] = (counts[id] ?? 0) + 1;
    }
    expect(counts).toEqual({ a: 100, b: 300, d: 600 });
  });

  test('one without weight is a reserve', () => {
    const all = [one('a', 2, now + 1), one('b', 0)];
    expect(choose(all, 0.99)).toBe('b');
    expect(choose([one('a', 2), one('b', 0)], 0.99)).toBe('a');
  });
});

describe('left alone', () => {
  test('until its time is over', () => {
    const all = [one('a', 9, now + 1), one('b')];
    expect(choose(all)).toBe('b');
    expect(choose([one('a', 9, now), one('b')])).toBe('a');
  });

  test('when all are, a first try goes to whoever comes back soonest, and there is no second', () => {
    const all = [one('a', 9, now + 50), one('b', 1, now + 10), one('c', 1, now + 20)];
    expect(choose(all)).toBe('b');
    expect(choose(all, 0, ['b'])).toBeUndefined();
  });
});

test('whatever there is: one that is free if any is, and never one that was tried', () => {
  const any = fc.record({
    id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    weight: fc.nat(5),
    coolDownUntil: fc.constantFrom(0, now, now + 1, now + 9),
  });
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const all = fc.uniqueArray(any, { selector: ({ id }) => id });
  fc.assert(
    fc.property(all, chance, fc.subarray(['a', 'b', 'c', 'd', 'e']), (credentials, draw, tried) => {
      const chosen = chooseCredential(credentials, { now, chance: draw, tried });
      const free = credentials.filter(({ id, coolDownUntil }) => coolDownUntil <= now && !tried.includes(id));
      if (free.length > 0) {
        expect(free).toContain(chosen);
        if (free.some(({ weight }) => weight > 0)) expect(chosen?.weight).toBeGreaterThan(0);
      } else if (tried.length > 0 || credentials.length === 0) expect(chosen).toBeUndefined();
      else expect(chosen?.coolDownUntil).toBe(Math.min(...credentials.map((each) => each.coolDownUntil)));
    }),
  );
});

describe('for how long', () => {
  test('doubles with every refusal in a row, up to a bound', () => {
    const times = [1, 2, 3, 7, 100].map(
      (inRow) => coolDownMs('provider_authentication_failed', inRow) / 60_000,
    );
    expect(times).toEqual([1, 2, 4, 60, 60]);
    expect(coolDownMs('rate_limited', 1)).toBe(5000);
    expect(coolDownMs('rate_limited', 100)).toBe(300_000);
  });

  test('what the provider asks for counts, up to an hour', () => {
    expect(coolDownMs('rate_limited', 5, 1500)).toBe(1500);
    expect(coolDownMs('rate_limited', 1, 1e12)).toBe(3_600_000);
    expect(coolDownMs('rate_limited', 1, 0)).toBe(5000);
  });

  test('only statuses that are about the credential are refusals', () => {
    const statuses = [200, 400, 401, 402, 403, 404, 408, 429, 500, 503, 529];
    expect(statuses.filter((status) => refusalOf(status) !== undefined)).toEqual([401, 402, 403, 429]);
  });
});
