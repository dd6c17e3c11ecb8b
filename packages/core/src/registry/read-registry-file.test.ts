// What a registry file may say, and what is refused, by row and field.
import { describe, expect, test } from 'vitest';
import { KeelsonError } from '../errors/index.ts';
import type { Json } from '../json/index.ts';
import { priceVersionOf } from './price-version.ts';
import { readRegistryFile, readWholeRegistryFile } from './read-registry-file.ts';

const file = (models: Json, rest: Record<string, Json> = {}): Json => ({
  provider: 'p',
  version: 3,
  models,
  ...rest,
});
const readCard = (row: Record<string, Json>) => {
  const [card] = readWholeRegistryFile(file({ 'p:m': row })).cards;
  if (card === undefined) throw new Error('The row makes no card.');
  return card;
};

test('a row becomes a card', () => {
  const card = readCard({
    provider: 'p',
    model_name: 'm',
    display_name: 'M',
    model_family: 'ms',
    api_endpoint: 'chat',
    max_input_tokens: 90,
    max_output_tokens: 10,
    dollars_per_million_tokens_input: 1.5,
    supports_vision: true,
    supports_audio: null,
    is_reasoning_model: true,
    deprecated_date: '2026-09-01T00:00:00Z',
    speed_tier: 'fast',
  });
  expect(card).toMatchObject({
    key: 'p:m',
    displayName: 'M',
    family: 'ms',
    endpoint: 'chat',
    aliases: [],
    limits: { contextWindow: 100, maxInput: 90, maxOutput: 10 },
    abilities: { vision: true, thinking: true },
    lifeCycle: { isActive: true, isDeprecated: true, deprecatedDate: '2026-09-01' },
    registryVersion: 3,
  });
  expect(card.prices?.rates).toEqual({ input: 1_500_000_000_000n });
  expect(readCard({}).prices).toBeUndefined();
});

test('cached input is another name for reads of the cache', () => {
  const card = readCard({ dollars_per_million_tokens_cached_input: 1 });
  expect(card.prices?.rates).toEqual({ cache_read: 1_000_000_000_000n });
});

describe('files that are refused as a whole', () => {
  test.each<[string, Json]>([
    ['a list', []],
    ['models in a list', { provider: 'p', version: 1, models: [] }],
    ['no models', { provider: 'p', version: 1 }],
    ['no provider', { version: 1, models: {} }],
    ['a provider that no key could name', { provider: 'a:b', version: 1, models: {} }],
    ['version 0', { provider: 'p', version: 0, models: {} }],
    ['a version as text', { provider: 'p', version: '1', models: {} }],
  ])('%s', (_name, json) => {
    expect(() => readRegistryFile(json)).toThrow(KeelsonError);
  });
});

describe('rows that are left out', () => {
  const price = (name: string, value: Json) => ({ [`dollars_per_million_tokens_${name}`]: value });
  test.each<[string, string, Json, string | undefined]>([
    ['a key without provider', 'm', {}, undefined],
    ['a key of another provider', 'q:m', {}, undefined],
    ['a key without model', 'p:', {}, undefined],
    ['a key with a space', 'p:a b', {}, undefined],
    ['a row that is a list', 'p:m', [], undefined],
    ['another provider inside', 'p:m', { provider: 'q' }, 'provider'],
    ['another model inside', 'p:m', { model_name: 'n' }, 'model_name'],
    ['a name that is a number', 'p:m', { display_name: 1 }, 'display_name'],
    ['an ability that is text', 'p:m', { supports_vision: 'yes' }, 'supports_vision'],
    ['a limit below zero', 'p:m', { max_output_tokens: -1 }, 'max_output_tokens'],
    ['half a token', 'p:m', { max_output_tokens: 0.5 }, 'max_output_tokens'],
    ['aliases that are text', 'p:m', { model_aliases: 'x' }, 'model_aliases'],
    ['an empty alias', 'p:m', { model_aliases: [''] }, 'model_aliases'],
    ['a date in words', 'p:m', { release_date: 'May' }, 'release_date'],
    ['a price as text', 'p:m', price('input', '1'), 'dollars_per_million_tokens_input'],
    ['a negative price', 'p:m', price('input', -1), 'dollars_per_million_tokens_input'],
    ['a price that is too fine', 'p:m', price('input', 1e-13), 'dollars_per_million_tokens_input'],
    ['an unknown price', 'p:m', price('smell', 1), 'dollars_per_million_tokens_smell'],
    ['a price named like a method', 'p:m', price('constructor', 1), 'dollars_per_million_tokens_constructor'],
    [
      'two prices for one thing',
      'p:m',
      { ...price('cache_read', 1), ...price('cached_input', 2) },
      'dollars_per_million_tokens_cached_input',
    ],
    [
      'long prices without a threshold',
      'p:m',
      price('input_long_context', 1),
      'long_context_threshold_tokens',
    ],
    [
      'long context without prices',
      'p:m',
      { supports_long_context_pricing: true },
      'supports_long_context_pricing',
    ],
    ['units in a list', 'p:m', { dollars_per_thousand_units: [1] }, 'dollars_per_thousand_units'],
    [
      'a unit without a number',
      'p:m',
      { dollars_per_thousand_units: { x: null } },
      'dollars_per_thousand_units.x',
    ],
  ])('%s', (_name, key, row, field) => {
    const { cards, problems } = readRegistryFile(file({ 'p:good': {}, [key]: row }));
    expect(cards.map((card) => card.key)).toEqual(['p:good']);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ row: key, says: expect.stringContaining('`') });
    expect(problems[0]?.field).toBe(field);
    expect(() => readWholeRegistryFile(file({ 'p:good': {}, [key]: row }))).toThrow(problems[0]?.says);
  });
});

test('a corrected price is another version; anything else is not', () => {
  const row = { dollars_per_million_tokens_input: 1, display_name: 'M' };
  const version = priceVersionOf(readCard(row));
  expect(version).toMatch(/^p:m@3#[0-9a-f]{16}$/);
  expect(
    priceVersionOf(readCard({ ...row, display_name: 'N', dollars_per_million_tokens_output: null })),
  ).toBe(version);
  expect(priceVersionOf(readCard({ ...row, dollars_per_million_tokens_input: 1.01 }))).not.toBe(version);
  expect(priceVersionOf(readCard({ ...row, dollars_per_thousand_units: { x: 1 } }))).not.toBe(version);
});
