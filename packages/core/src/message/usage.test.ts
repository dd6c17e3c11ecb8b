import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addUsage, remainder, totalTokens, type Usage } from './usage.ts';

const bucket = fc.option(fc.nat(1_000_000), { nil: undefined });
const usage: fc.Arbitrary<Usage> = fc
  .record({
    input: bucket,
    cacheRead: bucket,
    output: bucket,
    reasoning: bucket,
    total: bucket,
    searches: bucket,
  })
  .map(({ input, cacheRead, output, reasoning, total, searches }) => ({
    input: { ...(input !== undefined && { total: input }), ...(cacheRead !== undefined && { cacheRead }) },
    output: { ...(output !== undefined && { total: output }), ...(reasoning !== undefined && { reasoning }) },
    ...(total !== undefined && { total }),
    ...(searches !== undefined && { toolUnits: { searches } }),
  }));

describe('usage of two calls', () => {
  it('is the sum of every bucket; an unknown one adds nothing and stays unknown only if both are', () => {
    const a = {
      input: { total: 10, cacheRead: 4 },
      output: { total: 3 },
      total: 13,
      toolUnits: { search: 1 },
    };
    const b = { input: { total: 5 }, output: { reasoning: 2 }, toolUnits: { search: 2, fetch: 1 } };
    expect(addUsage(a, b)).toEqual({
      input: { total: 15, cacheRead: 4 },
      output: { total: 3, reasoning: 2 },
      total: 13,
      toolUnits: { search: 3, fetch: 1 },
    });
    expect(addUsage({ input: {}, output: {} }, { input: {}, output: {} })).toEqual({ input: {}, output: {} });
  });

  it('leaves out the words of one vendor', () => {
    const a: Usage = {
      input: {},
      output: {},
      tier: 'flex',
      region: 'eu',
      raw: { x: 1 },
      extensions: { d: { x: 1 } },
    };
    expect(addUsage(a, a)).toEqual({ input: {}, output: {} });
  });

  it('is the same in any order and grouping, and nothing added is nothing changed', () => {
    const none: Usage = { input: {}, output: {} };
    fc.assert(
      fc.property(usage, usage, usage, (a, b, c) => {
        expect(addUsage(a, b)).toEqual(addUsage(b, a));
        expect(addUsage(addUsage(a, b), c)).toEqual(addUsage(a, addUsage(b, c)));
        expect(addUsage(a, none)).toEqual(a);
      }),
    );
  });
});

describe('total and remainder', () => {
  it('stay unknown while a count is unknown', () => {
    expect(totalTokens({ input: { total: 1 }, output: {} })).toBeUndefined();
    expect(totalTokens({ input: {}, output: { total: 1 }, total: 9 })).toBeUndefined();
    expect(totalTokens({ input: { total: 1 }, output: { total: 2 }, total: 99 })).toBe(3);
    expect(remainder(undefined, 1, 2)).toBeUndefined();
  });

  it('take unknown parts for none and never fall below zero', () => {
    expect(remainder(10, 3, 2)).toBe(5);
    expect(remainder(10, undefined, 2)).toBe(8);
    expect(remainder(10, undefined)).toBe(10);
    expect(remainder(3, 5)).toBe(0);
    expect(remainder(0, 0)).toBe(0);
  });
});
