// The files that Keelson brings along: well-formed, with the content that their hash names, and with plausible prices.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../json/index.ts';
import {
  type BundledProvider,
  bundledProviders,
  loadBundledFile,
  loadBundledRegistry,
} from './bundled-registry.ts';
import { costOf } from './cost.ts';
import { missingPrices } from './missing-prices.ts';
import { maxPriceDecimals } from './money.ts';
import { hashRegistryContent, readRegistryFile } from './read-registry-file.ts';
import { supports } from './supports.ts';
import { unstated } from './unstated.ts';

/** Sold by subscription, so that no token has a price. */
const withoutTokenPrices: ReadonlySet<string> = new Set(['ollama_cloud']);

const fileName = (provider: BundledProvider) => `${provider.replaceAll('_', '-')}.json`;

const readJson = (provider: BundledProvider): JsonObject =>
  JSON.parse(readFileSync(new URL(`./bundled/${fileName(provider)}`, import.meta.url), 'utf8'));

test('every file is bundled', () => {
  const files = readdirSync(new URL('./bundled', import.meta.url)).sort();
  expect(files).toEqual(bundledProviders.map(fileName).sort());
});

test('keys are unique over all files', async () => {
  const files = await Promise.all(bundledProviders.map(loadBundledFile));
  const keys = files.flatMap((file) => file.cards.map((card) => card.key));
  expect(new Set(keys).size).toBe(keys.length);
  expect((await loadBundledRegistry()).cards.size).toBe(keys.length);
});

test('a part of the providers can be loaded alone', async () => {
  const { cards } = await loadBundledRegistry(['deepseek']);
  expect(new Set([...cards.values()].map((card) => card.provider))).toEqual(new Set(['deepseek']));
});

test('1,200 models and more have prices', async () => {
  const cards = [...(await loadBundledRegistry()).cards.values()];
  expect(cards.filter((card) => missingPrices(card).length === 0).length).toBeGreaterThanOrEqual(1200);
});

describe.each(bundledProviders)('%s', (provider) => {
  test('is well-formed, and its hash is right', () => {
    const json = readJson(provider);
    const file = readRegistryFile(json);
    expect(file.problems).toEqual([]);
    expect(file.provider).toBe(provider);
    expect(file.contentHash).toBe(hashRegistryContent(json));
  });

  test('says of every model what nobody knows, and where the rest was read, and when', async () => {
    for (const card of (await loadBundledFile(provider)).cards) {
      expect(card.unknown, card.key).toEqual(unstated(card));
      expect(card.source?.name, card.key).toMatch(/\w{4}/);
      expect(card.source?.date, card.key).toMatch(/^2026-\d\d-\d\d$/);
    }
  });

  test('has plausible prices', async () => {
    const { cards } = await loadBundledFile(provider);
    const thousandDollars = 1000n * 10n ** BigInt(maxPriceDecimals);
    for (const card of cards) {
      const { key, prices, limits } = card;
      const { rates = {} } = prices ?? {};
      for (const [name, rate] of Object.entries(rates))
        expect(rate >= 0n && rate <= thousandDollars, `${key} ${name}`).toBe(true);
      const { input = 0n, output, cache_read: cacheRead = 0n } = rates;
      expect(cacheRead <= input, `${key}: a cached token costs more than a fresh one`).toBe(true);
      // Pictures are asked for with many words and answered with few.
      if (output !== undefined && input > 0n && supports(card, 'text'))
        expect(output >= input, `${key} output`).toBe(true);
      expect(rates.input_long_context ?? input).toBeGreaterThanOrEqual(input);
      expect(limits.contextWindow).not.toBe(0);
    }
  });

  test('has a chat model whose calls can be priced', async () => {
    const { cards } = await loadBundledFile(provider);
    const usage = { input: { total: 1000 }, output: { total: 100 } };
    const priced = cards.filter(
      (card) => supports(card, 'text') && costOf(usage, card.prices).status === 'priced',
    );
    expect(priced.length > 0).toBe(!withoutTokenPrices.has(provider));
    expect(cards.some((card) => supports(card, 'text'))).toBe(true);
  });
});
