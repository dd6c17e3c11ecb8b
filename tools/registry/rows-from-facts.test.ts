// Figures that a list of facts fills its gaps with are no facts, and what is stated of a model itself is.
import { expect, test } from 'vitest';
import { type Fact, rowOf } from './rows-from-facts.ts';
import { type ListedProvider, pricesByName, rowsOfHosts } from './rows-from-price-list.ts';

const gap: Fact = {
  provider: 'openai',
  id: 'gpt-new',
  name: 'gpt-new',
  family: null,
  created_at: null,
  context_window: 4096,
  max_output_tokens: 16384,
  modalities: { input: [], output: [] },
  capabilities: ['function_calling'],
  pricing: { text_tokens: { standard: { input_per_million: 0.5, output_per_million: 1.5 } } },
};

test('a gap stays one', () => {
  expect(rowOf(gap)).toEqual({
    provider: 'openai',
    model_name: 'gpt-new',
    display_name: 'gpt-new',
    is_active: true,
    source: 'catalogue',
  });
});

test('what is listed of the model itself is taken over', () => {
  const row = rowOf({
    ...gap,
    created_at: '2026-05-01 00:00:00 UTC',
    modalities: { input: ['text', 'image', 'pdf'], output: ['text'] },
    limit: { context: 200_000, output: 64_000 },
    cost: {},
    temperature: false,
    pricing: {
      text_tokens: {
        standard: {
          input_per_million: 0.15 * 0.67,
          output_per_million: 6,
          cache_read_input_per_million: 0.01,
        },
        long_context: { input_per_million: 2 },
        long_context_threshold: 100_000,
      },
    },
  });
  expect(row).toMatchObject({
    api_endpoint: 'chat',
    context_window_tokens: 200_000,
    max_output_tokens: 64_000,
    dollars_per_million_tokens_input: 0.1005,
    dollars_per_million_tokens_cache_read: 0.01,
    dollars_per_million_tokens_input_long_context: 2,
    long_context_threshold_tokens: 100_000,
    supports_vision: true,
    supports_documents: true,
    supports_audio: false,
    supports_thinking: false,
    supports_temperature: false,
    release_date: '2026-05-01',
  });
  expect(row).not.toHaveProperty('supports_json_schema');
});

test('a price of hours is no price of tokens', () => {
  const hours = { text_tokens: { standard: { input_per_million: 6000 } } };
  expect(rowOf({ ...gap, provider: 'openrouter', pricing: hours })).not.toHaveProperty(
    'dollars_per_million_tokens_input',
  );
});

const list: ListedProvider[] = [
  {
    id: 'huggingface_groq',
    models: [
      {
        id: 'openai/gpt-oss',
        match: { equals: 'openai/gpt-oss' },
        prices: { input_mtok: 0.1, output_mtok: 0.5 },
      },
    ],
  },
  {
    id: 'openai',
    models: [
      { id: 'a', match: { or: [{ equals: 'a' }, { equals: 'b' }] }, prices: { input_mtok: 1 } },
      { id: 'c', match: { equals: 'c' }, prices: { input_mtok: 1, requests_kcount: 5 } },
      { id: 'd', match: { equals: 'd' }, prices: [{ prices: { input_mtok: 1 } }] },
    ],
  },
];

test('hosts get rows, vendors prices of names that are listed letter by letter, and half a price is none', () => {
  expect(rowsOfHosts(list)).toMatchObject([
    { provider: 'huggingface', model_name: 'openai/gpt-oss:groq', dollars_per_million_tokens_output: 0.5 },
  ]);
  expect([...pricesByName(list).keys()]).toEqual(['openai:a', 'openai:b']);
});
