// Registry files as text: old ones that are read with a warning, and hostile ones that are refused by name.
import { expect, test } from 'vitest';
import type { JsonObject } from '../json/index.ts';
import { hashRegistryContent, readRegistryFile } from './read-registry-file.ts';
import { maxRegistryLength, readRegistryText } from './read-registry-text.ts';

const content = { provider: 'p', version: 3, models: { 'p:m': { dollars_per_million_tokens_input: 1 } } };
const signed = { ...content, content_sha256_jcs: hashRegistryContent(content) };
const read = (text: string, options = {}) => readRegistryText(text, { name: 'p/models.json', ...options });

test('weakness 6: a file whose digest is right is read', () => {
  const file = read(JSON.stringify(signed, null, 2));
  expect(file.cards.map(({ key }) => key)).toEqual(['p:m']);
  expect(file.digest).toBe(signed.content_sha256_jcs);
  expect(read(JSON.stringify(content)).digest).toBe(signed.content_sha256_jcs);
});

test('a changed file is refused, or told where wrong digests are known of', () => {
  const changed = JSON.stringify(signed).replace('input":1', 'input":2');
  expect(() => read(changed)).toThrow(/p\/models\.json states the digest .* but its content has/);
  const { warnings, cards } = read(changed, { wrongDigest: 'tell' });
  expect(cards).toHaveLength(1);
  expect(warnings[0]?.says).toContain('states the digest');
});

test.each<[string, string, object, RegExp]>([
  ['huge', `"${'x'.repeat(maxRegistryLength)}"`, {}, /p\/models\.json is longer than/],
  ['deep', `{"a":${'['.repeat(50)}${']'.repeat(50)}}`, {}, /p\/models\.json is nested deeper than 16 levels/],
  ['very deep', '['.repeat(100_000), {}, /p\/models\.json/],
  ['a key twice', '{"provider":"p","version":1,"models":{"p:m":{},"p:m":{}}}', {}, /has the key `p:m` twice/],
  ['a key twice in disguise', '{"provider":"p","pr\\u006fvider":"q"}', {}, /has the key `provider` twice/],
  ['a list', '[]', {}, /p\/models\.json must be a JSON object/],
  [
    'models in a list',
    '{"provider":"p","version":1,"models":[]}',
    {},
    /p\/models\.json is refused: `models`/,
  ],
  ['no JSON', '<html>', {}, /p\/models\.json is not valid JSON/],
  ['another provider', JSON.stringify(signed), { provider: 'q' }, /p\/models\.json is of `p`, not of `q`/],
  ['another version', JSON.stringify(signed), { version: 2 }, /p\/models\.json is version 3, not 2/],
])('refused by name: %s', (_name, text, options, says) => {
  expect(() => read(text, options)).toThrow(says);
});

test('the same key in different objects, in lists and as a value is none twice', () => {
  const file = read(
    '{"provider":"p","version":1,"models":{"p:a":{"source":"a"},"p:b":{"source":"source"}},"x":["x","x"]}',
  );
  expect(file.cards).toHaveLength(2);
});

const old = (row: JsonObject) => readRegistryFile({ provider: 'p', version: 1, models: { 'p:m': row } });

test('old names of prices are read, and told', () => {
  const { cards, warnings, problems } = old({
    cost_per_million_input: 1.5,
    cost_per_million_output_tokens: 3,
    cost_per_million_tokens_cached_input: 0.5,
  });
  expect(problems).toEqual([]);
  const million = 1_000_000_000_000n;
  expect(cards[0]?.prices?.rates).toEqual({
    input: (3n * million) / 2n,
    output: 3n * million,
    cache_read: million / 2n,
  });
  expect(warnings.map(({ says }) => says)).toContain(
    '`cost_per_million_input` of `p:m` is an old name, read as `dollars_per_million_tokens_input`.',
  );
  expect(warnings).toHaveLength(3);
});

test('an old price that contradicts the new one leaves the row out, and one that repeats it does not', () => {
  const same = old({ cost_per_million_input: 1, dollars_per_million_tokens_input: 1 });
  expect(same.cards).toHaveLength(1);
  const other = old({ cost_per_million_input: 2, dollars_per_million_tokens_input: 1 });
  expect(other.cards).toEqual([]);
  expect(other.problems[0]?.says).toContain('contradicts `dollars_per_million_tokens_input`');
});

test('what a row calls unknown it must not state', () => {
  expect(old({ unknown: ['prices', 'supports_vision'] }).cards[0]?.unknown).toEqual([
    'prices',
    'supports_vision',
  ]);
  expect(old({ unknown: ['prices'], dollars_per_million_tokens_input: 1 }).problems[0]?.says).toContain(
    '`prices`',
  );
  expect(old({ unknown: ['limits'], max_output_tokens: 1 }).problems[0]?.says).toContain(
    '`max_output_tokens`',
  );
});

test('a file in the shape of LLMRing is read, with all that it says', () => {
  const row = {
    provider: 'p',
    model_name: 'm-2025-08-07',
    display_name: 'M',
    description: 'A model.',
    model_aliases: ['m'],
    max_input_tokens: 272_000,
    max_output_tokens: 128_000,
    min_recommended_reasoning_tokens: 2000,
    dollars_per_million_tokens_input: 1.25,
    dollars_per_million_tokens_output: 10,
    dollars_per_million_tokens_cached_input: 0.125,
    dollars_per_million_tokens_cache_write_5m: null,
    cache_storage_cost_per_million_tokens_per_hour: null,
    supports_long_context_pricing: false,
    long_context_threshold_tokens: null,
    supports_json_mode: true,
    supports_pdf_input: true,
    is_reasoning_model: true,
    temperature_values: [1],
    speed_tier: 'standard',
    recommended_use_cases: ['code'],
    requires_tier: null,
    is_active: true,
    release_date: '2025-08-07',
    added_date: '2025-09-10T12:00:00',
  };
  const file = read(
    JSON.stringify({
      provider: 'p',
      version: 3,
      updated_at: '2025-09-20T10:00:00Z',
      extraction_date: '2025-09-20',
      sources: [{ type: 'pdf', filename: 'pricing.pdf' }],
      models: { 'p:m-2025-08-07': row },
    }),
  );
  expect([file.problems, file.warnings]).toEqual([[], []]);
  expect(file.cards[0]).toMatchObject({
    aliases: ['m'],
    limits: { contextWindow: 400_000 },
    abilities: { json_mode: true, pdf_input: true, thinking: true },
    prices: { rates: { cache_read: 125_000_000_000n } },
    lifeCycle: { addedDate: '2025-09-10' },
    unknown: [],
  });
});
