// What must hold of every cost, whatever the counts and the prices.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addUsage, type Usage } from '../message/index.ts';
import { type Cost, costOf } from './cost.ts';
import type { PriceRow } from './price-row.ts';
import { readWholeRegistryFile } from './read-registry-file.ts';
import { worstCase } from './worst-case.ts';

/** Counts that do not overlap, from which usage is put together as a provider would. */
interface Parts {
  readonly plain: number;
  readonly audio: number;
  readonly image: number;
  readonly cacheReadText: number;
  readonly cacheReadAudio: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  readonly written: number;
  readonly reasoning: number;
  readonly spoken: number;
  readonly searches: number;
}

const partNames = [
  'plain',
  'audio',
  'image',
  'cacheReadText',
  'cacheReadAudio',
  'cacheWrite5m',
  'cacheWrite1h',
  'written',
  'reasoning',
  'spoken',
  'searches',
] as const satisfies readonly (keyof Parts)[];

const partsUpTo = (max: number): fc.Arbitrary<Parts> => {
  const count = fc.oneof({ arbitrary: fc.constant(0), weight: 1 }, { arbitrary: fc.nat({ max }), weight: 3 });
  return fc.record(
    Object.fromEntries(partNames.map((name) => [name, count])) as Record<keyof Parts, typeof count>,
  );
};

function usageOf(parts: Parts): Usage {
  const { plain, audio, image, cacheReadText, cacheReadAudio, cacheWrite5m, cacheWrite1h } = parts;
  const cacheRead = cacheReadText + cacheReadAudio;
  const cacheWrite = cacheWrite5m + cacheWrite1h;
  const uncached = plain + audio + image;
  return {
    input: {
      total: uncached + cacheRead + cacheWrite,
      uncached,
      cacheRead,
      cacheReadText,
      cacheReadAudio,
      cacheWrite,
      cacheWrite5m,
      cacheWrite1h,
      audio: audio + cacheReadAudio,
      image,
    },
    output: {
      total: parts.written + parts.reasoning + parts.spoken,
      reasoning: parts.reasoning,
      audio: parts.spoken,
    },
    toolUnits: { searches: parts.searches },
  };
}

const fullRow = {
  dollars_per_million_tokens_input: 2.5,
  dollars_per_million_tokens_output: 10,
  dollars_per_million_tokens_cache_read: 0.0028,
  dollars_per_million_tokens_cache_write_5m: 3.125,
  dollars_per_million_tokens_cache_write_1h: 5,
  dollars_per_million_tokens_input_audio: 32.000001,
  dollars_per_million_tokens_cache_read_audio: 0.000000000001,
  dollars_per_million_tokens_output_thinking: 11.7,
  dollars_per_million_tokens_output_audio: 64,
  dollars_per_thousand_units: { searches: 10 },
};

const longRow = {
  ...fullRow,
  long_context_threshold_tokens: 500,
  ...Object.fromEntries(
    Object.entries(fullRow)
      .filter(([field]) => field.startsWith('dollars_per_million'))
      .map(([field, price]) => [`${field}_long_context`, (price as number) * 2]),
  ),
};

function pricesFrom(row: Record<string, unknown>): PriceRow {
  const prices = readWholeRegistryFile({ provider: 'p', version: 1, models: { 'p:m': row as never } })
    .cards[0]?.prices;
  if (prices === undefined) throw new Error('The row holds no price.');
  return prices;
}

const full = pricesFrom(fullRow);
const long = pricesFrom(longRow);
const rows = fc.constantFrom(full, long);

const nano = (cost: Cost): number => {
  if (cost.status === 'unpriced') throw new Error(`Unpriced: ${cost.unpriced.join()}`);
  return cost.nanoDollars;
};

const sum = (cost: Cost) => cost.breakdown.reduce((all, line) => all + BigInt(line.nanoDollars), 0n);

describe('for any counts', () => {
  test('more of any part never costs less', () => {
    const one = fc.constantFrom(...partNames);
    fc.assert(
      fc.property(partsUpTo(1000), one, fc.nat({ max: 1000 }), rows, (parts, name, more, row) => {
        const grown = { ...parts, [name]: parts[name] + more };
        expect(nano(costOf(usageOf(grown), row))).toBeGreaterThanOrEqual(nano(costOf(usageOf(parts), row)));
      }),
    );
  });

  test('the lines add up to the cost, and every one of them counts something', () => {
    fc.assert(
      fc.property(partsUpTo(100_000), rows, (parts, row) => {
        const cost = costOf(usageOf(parts), row);
        expect(sum(cost)).toBe(BigInt(nano(cost)));
        expect(cost.breakdown.every((line) => line.count > 0 && line.nanoDollars >= 0)).toBe(true);
      }),
    );
  });

  test('the parts of consistent usage are charged once, to the nano-dollar, however many they are', () => {
    fc.assert(
      fc.property(partsUpTo(2 ** 26), (parts) => {
        // In femto-dollars for one token, as the row above says.
        const exact =
          BigInt(parts.plain + parts.image) * 2_500_000_000n +
          BigInt(parts.audio) * 32_000_001_000n +
          BigInt(parts.cacheReadText) * 2_800_000n +
          BigInt(parts.cacheWrite5m) * 3_125_000_000n +
          BigInt(parts.cacheWrite1h) * 5_000_000_000n +
          BigInt(parts.written) * 10_000_000_000n +
          BigInt(parts.reasoning) * 11_700_000_000n +
          BigInt(parts.spoken) * 64_000_000_000n +
          BigInt(parts.searches) * 10_000_000_000_000n;
        const inAtto = exact * 1000n + BigInt(parts.cacheReadAudio);
        const expected = (inAtto + 500_000_000n) / 1_000_000_000n;
        const cost = costOf(usageOf(parts), full);
        expect(BigInt(nano(cost))).toBe(expected);
        expect(cost.notes).toEqual([]);
      }),
    );
  });

  test('counts as large as a number can hold lose nothing', () => {
    const cheap = pricesFrom({ dollars_per_million_tokens_input: 0.001 });
    fc.assert(
      fc.property(fc.maxSafeNat(), (total) => {
        expect(nano(costOf({ input: { total }, output: {} }, cheap))).toBe(total);
      }),
    );
  });

  test('the order in which usage arrives does not matter', () => {
    const halves = fc.array(partsUpTo(1000), { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(halves, rows, (list, row) => {
        const forward = list.map(usageOf).reduce(addUsage);
        const backward = list.map(usageOf).reverse().reduce(addUsage);
        expect(costOf(backward, row)).toMatchObject({ nanoDollars: nano(costOf(forward, row)) });
      }),
    );
  });

  test('the worst case is never less than the cost', () => {
    fc.assert(
      fc.property(partsUpTo(1000), rows, (parts, row) => {
        const usage = usageOf(parts);
        const most = worstCase(usage.input.total ?? 0, usage.output.total ?? 0, row, {
          units: { searches: parts.searches },
        });
        expect(nano(most)).toBeGreaterThanOrEqual(nano(costOf(usage, row)));
      }),
    );
  });

  test('contradictory counts are never charged for fewer tokens than either reading of them', () => {
    const count = fc.oneof(fc.nat({ max: 1000 }), fc.constant(undefined));
    const input = fc.record({
      total: count,
      uncached: count,
      cacheRead: count,
      cacheWrite5m: count,
      image: count,
    });
    const output = fc.record({ total: count, reasoning: count, text: count });
    fc.assert(
      fc.property(input, output, (read, wrote) => {
        const cost = costOf({ input: read, output: wrote } as Usage, full);
        const counted = (path: string) =>
          cost.breakdown
            .filter(({ bucket }) => bucket.startsWith(path))
            .reduce((all, { count }) => all + count, 0);
        const byCache = (read.uncached ?? 0) + (read.cacheRead ?? 0) + (read.cacheWrite5m ?? 0);
        expect(counted('input')).toBe(Math.max(read.total ?? 0, byCache, read.image ?? 0));
        expect(counted('output')).toBeGreaterThanOrEqual(
          Math.max(wrote.total ?? 0, wrote.reasoning ?? 0, wrote.text ?? 0),
        );
      }),
    );
  });

  test('nothing that a provider may send makes it throw', () => {
    const anything = fc.oneof(fc.double(), fc.integer(), fc.constant(undefined));
    const group = fc.dictionary(
      fc.constantFrom('total', 'audio', 'cacheRead', 'uncached', 'reasoning'),
      anything,
    );
    fc.assert(
      fc.property(group, group, group, (input, output, toolUnits) => {
        const usage = { input, output, toolUnits } as unknown as Usage;
        expect(['priced', 'unpriced']).toContain(costOf(usage, full).status);
      }),
    );
  });
});
