// Costs of real models, computed by hand from their price lists, and what no price covers.
import { beforeAll, describe, expect, test } from 'vitest';
import type { Usage } from '../message/index.ts';
import { loadBundledRegistry } from './bundled-registry.ts';
import { costOf } from './cost.ts';
import { findCard } from './find-card.ts';
import type { PriceRow } from './price-row.ts';
import { readWholeRegistryFile } from './read-registry-file.ts';
import type { Registry } from './registry.ts';

let registry: Registry;
beforeAll(async () => {
  registry = await loadBundledRegistry();
});

const pricesOf = (reference: string): PriceRow | undefined => {
  const card = findCard(registry, reference);
  if (card === undefined) throw new Error(`No card for ${reference}.`);
  return card.prices;
};

/** Prices as a file would state them. */
const pricesFrom = (row: Record<string, never> | Record<string, unknown>): PriceRow => {
  const file = readWholeRegistryFile({ provider: 'p', version: 1, models: { 'p:m': row as never } });
  const prices = file.cards[0]?.prices;
  if (prices === undefined) throw new Error('The row holds no price.');
  return prices;
};

const simple = { dollars_per_million_tokens_input: 2, dollars_per_million_tokens_output: 8 };

interface Case {
  readonly model: string;
  readonly usage: Usage;
  readonly nanoDollars: number;
}

const byHand: Record<string, Case> = {
  'Claude: cache reads, writes of both life times, reasoning': {
    model: 'anthropic:claude-sonnet-4-5',
    usage: {
      input: {
        total: 23_500,
        uncached: 1000,
        cacheRead: 20_000,
        cacheWrite: 2500,
        cacheWrite5m: 2000,
        cacheWrite1h: 500,
      },
      output: { total: 700, reasoning: 200, text: 500 },
    },
    // 1000 x 3000 + 20,000 x 300 + 2000 x 3750 + 500 x 6000 + 700 x 15,000
    nanoDollars: 30_000_000,
  },
  'Claude: writes whose life time is not told are of the usual five minutes': {
    model: 'anthropic:claude-haiku-4-5',
    usage: { input: { total: 1100, uncached: 100, cacheWrite: 1000 }, output: { total: 10 } },
    nanoDollars: 100 * 1000 + 1000 * 1250 + 10 * 5000,
  },
  'Claude: web searches cost a cent, fetches nothing': {
    model: 'anthropic:claude-opus-5',
    usage: {
      input: { total: 1000, uncached: 1000 },
      output: { total: 100 },
      toolUnits: { web_search_requests: 3, web_fetch_requests: 2 },
    },
    nanoDollars: 1000 * 5000 + 100 * 25_000 + 3 * 10_000_000,
  },
  'Claude: kept in the United States': {
    model: 'anthropic:claude-opus-5',
    usage: {
      input: { total: 1000 },
      output: { total: 100 },
      toolUnits: { web_search_requests: 1 },
      region: 'us',
    },
    // 1.1 times the tokens, but not the search.
    nanoDollars: 8_250_000 + 10_000_000,
  },
  'Claude on Bedrock in Europe has prices of its own': {
    model: 'bedrock:eu.anthropic.claude-sonnet-4-6',
    usage: { input: { total: 1000 }, output: { total: 100 } },
    nanoDollars: 1000 * 3300 + 100 * 16_500,
  },
  'GPT-4o: cached input': {
    model: 'openai:gpt-4o',
    usage: { input: { total: 10_000, uncached: 2000, cacheRead: 8000 }, output: { total: 100 } },
    nanoDollars: 2000 * 2500 + 8000 * 1250 + 100 * 10_000,
  },
  'GPT-4: cached input without a price of its own is input': {
    model: 'openai:gpt-4',
    usage: { input: { total: 100, cacheRead: 40 }, output: { total: 1 } },
    nanoDollars: 100 * 30_000 + 60_000,
  },
  'o3: reasoning is billed as output, once': {
    model: 'openai:o3',
    usage: { input: { total: 100 }, output: { total: 1000, reasoning: 900 } },
    nanoDollars: 100 * 2000 + 1000 * 8000,
  },
  'GPT-5.6: cache writes, and rejected predictions that are in the total': {
    model: 'openai:gpt-5.6-sol',
    usage: {
      input: { total: 1000, uncached: 100, cacheRead: 500, cacheWrite: 400, cacheWrite30m: 400 },
      output: { total: 50, acceptedPrediction: 20, rejectedPrediction: 10 },
    },
    nanoDollars: 100 * 5000 + 500 * 500 + 400 * 6250 + 50 * 30_000,
  },
  'GPT-5.6: one token over the threshold makes the whole call long': {
    model: 'openai:gpt-5.6-sol',
    usage: { input: { total: 272_001, cacheRead: 200_000 }, output: { total: 10 } },
    nanoDollars: 72_001 * 10_000 + 200_000 * 1000 + 10 * 45_000,
  },
  'a realtime model: sound both ways': {
    model: 'openai:gpt-realtime-2.1',
    usage: { input: { total: 1000, audio: 600, text: 400 }, output: { total: 200, audio: 150 } },
    nanoDollars: 400 * 4000 + 600 * 32_000 + 50 * 24_000 + 150 * 64_000,
  },
  'Gemini: at the threshold the context is not long': {
    model: 'gemini:gemini-2.5-pro',
    usage: { input: { total: 200_000 }, output: { total: 10, reasoning: 4 } },
    nanoDollars: 200_000 * 1250 + 10 * 10_000,
  },
  'Gemini: above it the whole call is': {
    model: 'gemini:models/gemini-2.5-pro',
    usage: {
      input: { total: 200_001, uncached: 200_000, cacheRead: 1 },
      output: { total: 10, reasoning: 4 },
    },
    nanoDollars: 200_000 * 2500 + 250 + 10 * 15_000,
  },
  'Gemini: sound, pictures, and what tools added': {
    model: 'gemini:gemini-2.5-flash',
    usage: {
      input: { total: 1000, text: 200, audio: 300, image: 400, tools: 100 },
      output: { total: 20, reasoning: 15, text: 5 },
    },
    nanoDollars: 700 * 300 + 300 * 1000 + 20 * 2500,
  },
  'DeepSeek: fractions of a nano-dollar are rounded once, at the end': {
    model: 'deepseek:deepseek-v4-flash',
    // 1 x 140 + 3 x 2.8 = 148.4
    usage: { input: { total: 4, cacheRead: 3 }, output: { total: 0 } },
    nanoDollars: 148,
  },
  'embeddings: no output, and none is missed': {
    model: 'openai:text-embedding-3-small',
    usage: { input: { total: 1_000_000 }, output: {}, total: 1_000_000 },
    nanoDollars: 20_000_000,
  },
  'Cohere: the bill counts, not what the model read': {
    model: 'cohere:command-a-03-2025',
    usage: {
      input: { total: 1500 },
      output: { total: 20 },
      billed: { input_tokens: 100, output_tokens: 10 },
    },
    nanoDollars: 100 * 2500 + 10 * 10_000,
  },
};

test.each(Object.entries(byHand))('%s', (_name, { model, usage, nanoDollars }) => {
  const cost = costOf(usage, pricesOf(model));
  expect(cost).toMatchObject({ status: 'priced', nanoDollars, unpriced: [] });
  expect(cost.breakdown.reduce((sum, line) => sum + line.nanoDollars, 0)).toBe(nanoDollars);
});

test('the breakdown names count, rate and money of every bucket', () => {
  const { usage } = byHand['GPT-4o: cached input'] as Case;
  expect(costOf(usage, pricesOf('openai:gpt-4o')).breakdown).toEqual([
    { bucket: 'input.uncached', count: 2000, rate: 'input', nanoDollars: 5_000_000 },
    { bucket: 'input.cacheRead', count: 8000, rate: 'cache_read', nanoDollars: 10_000_000 },
    { bucket: 'output.text', count: 100, rate: 'output', nanoDollars: 1_000_000 },
  ]);
});

describe('unpriced, never zero', () => {
  const plain: Usage = { input: { total: 10 }, output: { total: 5 } };
  const unpriced: Record<string, { usage: Usage; prices: PriceRow | undefined; names: string[] }> = {
    'a model without prices': {
      usage: plain,
      prices: undefined,
      names: ['prices', 'input.uncached', 'output.text'],
    },
    'nothing was told': { usage: { input: {}, output: {} }, prices: pricesFrom(simple), names: ['usage'] },
    'the output was not told': {
      usage: { input: { total: 1 }, output: {} },
      prices: pricesFrom(simple),
      names: ['output.total'],
    },
    'sound without a price': {
      usage: { input: { total: 10, audio: 4 }, output: { total: 5, audio: 5 } },
      prices: pricesFrom(simple),
      names: ['input.audio', 'output.audio'],
    },
    'cache writes without a price': {
      usage: { input: { total: 10, cacheWrite: 4 }, output: { total: 5 } },
      prices: pricesFrom(simple),
      names: ['input.cacheWrite'],
    },
    'a life time without a price beside one that has a price': {
      usage: { input: { total: 10, cacheWrite: 4, cacheWrite1h: 4 }, output: { total: 5 } },
      prices: pricesFrom({
        ...simple,
        dollars_per_million_tokens_cache_write: 2.5,
        dollars_per_million_tokens_cache_write_5m: 2.5,
      }),
      names: ['input.cacheWrite1h'],
    },
    'units of a tool': {
      usage: { ...plain, toolUnits: { web_search_requests: 1 } },
      prices: pricesFrom(simple),
      names: ['units.web_search_requests'],
    },
    'a unit that is named like a field of every object': {
      usage: { ...plain, toolUnits: { constructor: 1 } },
      prices: pricesFrom(simple),
      names: ['units.constructor'],
    },
    'a tier': { usage: { ...plain, tier: 'priority' }, prices: pricesFrom(simple), names: ['tier:priority'] },
    'a speed': { usage: { ...plain, speed: 'fast' }, prices: pricesFrom(simple), names: ['speed:fast'] },
    'tokens that were bought beforehand': {
      usage: { ...plain, traffic: 'PROVISIONED_THROUGHPUT' },
      prices: pricesFrom(simple),
      names: ['traffic:provisioned_throughput'],
    },
    'a region': { usage: { ...plain, region: 'us' }, prices: pricesFrom(simple), names: ['region:us'] },
    'rounds that are billed beside the totals': {
      usage: { ...plain, iterations: [{ type: 'message' }, { type: 'compaction' }] },
      prices: pricesFrom(simple),
      names: ['iterations'],
    },
    'counts that are none': {
      usage: { input: { total: -1 }, output: { total: 1.5 } },
      prices: pricesFrom(simple),
      names: ['input.total', 'output.total'],
    },
    'sound of which only the length is told': {
      usage: { input: { total: 10, audioSeconds: 2.5 }, output: { total: 5 } },
      prices: pricesFrom(simple),
      names: ['units.audio_seconds'],
    },
    'long context without long prices of its own': {
      usage: { input: { total: 11 }, output: { total: 5, reasoning: 0 } },
      prices: pricesFrom({
        ...simple,
        long_context_threshold_tokens: 10,
        dollars_per_million_tokens_input_long_context: 4,
      }),
      names: ['output.text'],
    },
  };

  test.each(Object.entries(unpriced))('%s', (_name, { usage, prices, names }) => {
    const cost = costOf(usage, prices);
    expect(cost).toMatchObject({ status: 'unpriced', unpriced: names });
    expect(cost.nanoDollars).toBeUndefined();
  });

  test('reranking is charged by searches, which the bundled files do not price', () => {
    const usage: Usage = { input: {}, output: {}, billed: { search_units: 2 } };
    expect(costOf(usage, pricesOf('cohere:rerank-v3.5'))).toMatchObject({
      status: 'unpriced',
      unpriced: ['prices', 'units.search_units'],
    });
    const priced = pricesFrom({ dollars_per_thousand_units: { search_units: 2 } });
    expect(costOf(usage, priced)).toMatchObject({ status: 'priced', nanoDollars: 4_000_000 });
  });

  test('a charge for each request that is not stated makes the tokens no whole cost', () => {
    expect(costOf(plain, pricesOf('perplexity:sonar-pro'))).toMatchObject({ unpriced: ['units.requests'] });
    const stated = pricesFrom({
      ...simple,
      bills_requests_apart: true,
      dollars_per_thousand_units: { requests: 5 },
    });
    expect(costOf(plain, stated)).toMatchObject({ status: 'priced', nanoDollars: 60_000 + 5_000_000 });
  });
});

describe('rules', () => {
  test('reasoning that is priced apart', () => {
    const prices = pricesFrom({ ...simple, dollars_per_million_tokens_output_thinking: 3 });
    const usage: Usage = { input: { total: 0 }, output: { total: 100, reasoning: 60 } };
    expect(costOf(usage, prices).nanoDollars).toBe(60 * 3000 + 40 * 8000);
  });

  test('tiers and speeds with prices', () => {
    const prices = pricesFrom({
      ...simple,
      dollars_per_million_tokens_input_batch: 1,
      dollars_per_million_tokens_output_batch: 4,
      dollars_per_million_tokens_input_flex: 1.5,
      dollars_per_million_tokens_output_flex: 5,
    });
    const usage: Usage = { input: { total: 10 }, output: { total: 10 } };
    expect(costOf(usage, prices, { tier: 'batch' }).nanoDollars).toBe(50_000);
    expect(costOf({ ...usage, tier: 'flex' }, prices).nanoDollars).toBe(65_000);
    expect(costOf({ ...usage, traffic: 'ON_DEMAND_FLEX' }, prices).nanoDollars).toBe(65_000);
    expect(costOf({ ...usage, tier: 'default', speed: 'standard' }, prices).nanoDollars).toBe(100_000);
    expect(costOf({ ...usage, tier: 'flex' }, prices, { speed: 'batch' }).unpriced).toEqual([
      'tier:flex+batch',
    ]);
  });

  test('a kind that was cached is not cheaper than its own price, unless the row says so', () => {
    const usage: Usage = { input: { total: 100, audio: 80, cacheRead: 50 }, output: { total: 0 } };
    const row = {
      ...simple,
      dollars_per_million_tokens_cache_read: 0.2,
      dollars_per_million_tokens_input_audio: 10,
    };
    // 50 were not cached, all of them sound; 30 of the cached were sound too.
    expect(costOf(usage, pricesFrom(row)).nanoDollars).toBe(80 * 10_000 + 20 * 200);
    const own = pricesFrom({ ...row, dollars_per_million_tokens_cache_read_audio: 1 });
    expect(costOf(usage, own).nanoDollars).toBe(50 * 10_000 + 30 * 1000 + 20 * 200);
  });

  test('sound is measured once: by tokens where they are told', () => {
    const prices = pricesFrom({ ...simple, dollars_per_million_tokens_input_audio: 10 });
    const usage: Usage = { input: { total: 10, audio: 4, audioSeconds: 2.5 }, output: { total: 0 } };
    expect(costOf(usage, prices).nanoDollars).toBe(6 * 2000 + 4 * 10_000);
    const bySecond = pricesFrom({ ...simple, dollars_per_thousand_units: { audio_seconds: 0.1 } });
    const seconds: Usage = { input: { total: 10, audioSeconds: 2.5 }, output: { total: 0 } };
    expect(costOf(seconds, bySecond).nanoDollars).toBe(10 * 2000 + 3 * 100_000);
  });

  test('half a nano-dollar is rounded up', () => {
    const prices = pricesFrom({ dollars_per_million_tokens_input: 0.0005 });
    const cost = (total: number) => costOf({ input: { total }, output: {} }, prices).nanoDollars;
    expect([cost(0), cost(1), cost(2), cost(3)]).toEqual([0, 1, 1, 2]);
  });

  test('a sum that no number holds exactly is unpriced', () => {
    const prices = pricesFrom({ ...simple, dollars_per_million_tokens_input: 1000 });
    const usage: Usage = { input: { total: Number.MAX_SAFE_INTEGER }, output: { total: 0 } };
    expect(costOf(usage, prices)).toMatchObject({ status: 'unpriced', unpriced: ['total'] });
  });
});

describe('parts that contradict totals are charged by the larger reading, with a note', () => {
  const prices = pricesFrom({ ...simple, dollars_per_million_tokens_cache_read: 1 });
  const cases: Record<string, [Usage, number]> = {
    'more cached than there was': [{ input: { total: 10, cacheRead: 15 }, output: { total: 0 } }, 15 * 1000],
    'less uncached than the total leaves': [
      { input: { total: 10, uncached: 2, cacheRead: 3 }, output: { total: 0 } },
      7 * 2000 + 3 * 1000,
    ],
    'more of one kind than there was': [{ input: { total: 10, image: 12 }, output: { total: 0 } }, 12 * 2000],
    'more reasoning than output': [{ input: { total: 0 }, output: { total: 10, reasoning: 30 } }, 30 * 8000],
    'text and reasoning that both fit overlap': [
      { input: { total: 0 }, output: { total: 40, text: 40, reasoning: 30 } },
      40 * 8000,
    ],
  };

  test.each(Object.entries(cases))('%s', (name, [usage, nanoDollars]) => {
    const cost = costOf(usage, prices);
    expect(cost).toMatchObject({ status: 'priced', nanoDollars });
    expect(cost.notes.length).toBe(name.includes('overlap') ? 0 : 1);
  });
});
