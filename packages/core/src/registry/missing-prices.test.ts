// One rule says what "priced" is: a row has what its kind of work is sold by. And the bundled registry, counted by it.
import { expect, test } from 'vitest';
import type { JsonObject } from '../json/index.ts';
import { bundledProviders, loadBundledFile, loadBundledJson } from './bundled-registry.ts';
import { registryStats, validateRegistry } from './curation/index.ts';
import { missingPrices } from './missing-prices.ts';
import { hashRegistryContent, readWholeRegistryFile } from './read-registry-file.ts';

const missingOf = (endpoint: string | undefined, prices: JsonObject): readonly string[] => {
  const row: JsonObject = { ...(endpoint !== undefined && { api_endpoint: endpoint }), ...prices };
  const [card] = readWholeRegistryFile({ provider: 'p', version: 1, models: { 'p:m': row } }).cards;
  if (card === undefined) throw new Error('The row was not read.');
  return missingPrices(card).map((field) => field.replace('dollars_per_million_tokens_', ''));
};

const dollars = (...rates: string[]): JsonObject =>
  Object.fromEntries(rates.map((rate) => [`dollars_per_million_tokens_${rate}`, 1]));
const units: JsonObject = { dollars_per_thousand_units: { searches: 2 } };

test.each<[string | undefined, JsonObject, string[]]>([
  ['chat', dollars('input', 'output'), []],
  ['chat', dollars('input'), ['output']],
  ['chat', dollars('cache_read'), ['input', 'output']],
  ['chat', units, ['input', 'output']],
  ['chat', {}, ['prices']],
  [undefined, dollars('input'), ['output']],
  ['embeddings', dollars('input'), []],
  ['rerank', units, []],
  [
    'chat',
    { ...dollars('input', 'output'), bills_requests_apart: true },
    ['dollars_per_thousand_units.requests'],
  ],
  [
    'chat',
    {
      ...dollars('input', 'output'),
      bills_requests_apart: true,
      dollars_per_thousand_units: { requests: 5 },
    },
    [],
  ],
  ['speech', dollars('input'), ['output']],
  ['speech', dollars('input', 'output_audio'), []],
  ['transcriptions', dollars('input_audio', 'output'), []],
  ['transcriptions', { dollars_per_thousand_units: { audio_seconds: 0.1 } }, []],
  ['images', dollars('input', 'output_image'), []],
  ['realtime', dollars('input', 'output'), ['input_audio', 'output_audio']],
])('%s with %o lacks %o', (endpoint, prices, missing) => {
  expect(missingOf(endpoint, prices)).toEqual(missing);
});

test('retired models are counted apart, and in nothing else', () => {
  const price = dollars('input', 'output');
  const file = readWholeRegistryFile({
    provider: 'p',
    version: 1,
    models: {
      'p:a': price,
      'p:old': { ...price, is_active: false },
      'p:b': { unknown: ['prices'] },
      'p:c': {},
    },
  });
  const counts = { models: 3, priced: 1, partlyPriced: 0, unpriced: 2, saidUnknown: 1, retired: 1 };
  expect(registryStats([file])).toMatchObject({ ...counts, providers: [counts] });
});

test('1,200 bundled models and more are priced, and every other one says that it is not', async () => {
  const files = await Promise.all(bundledProviders.map(loadBundledFile));
  const stats = registryStats(files);
  expect(stats.priced).toBeGreaterThanOrEqual(1200);
  expect(stats.saidUnknown).toBe(stats.models - stats.priced);
  expect(stats.malformed).toBe(0);
  for (const { provider, models, sources, updatedAt } of stats.providers) {
    expect(updatedAt, provider).toMatch(/^2026-\d\d-\d\d$/);
    expect(sources.every(({ name, date }) => name !== '' && date !== undefined)).toBe(true);
    expect(sources.reduce((sum, source) => sum + source.models, 0)).toBeGreaterThanOrEqual(models);
  }
});

test.each(
  bundledProviders,
)('%s: limits, abilities and prices, or an explicit unknown; the digest is right', async (provider) => {
  const json = await loadBundledJson(provider);
  expect(json.content_sha256_jcs).toBe(hashRegistryContent(json));
  expect(validateRegistry(json)).toEqual({ ok: true, problems: [], warnings: [] });
});
