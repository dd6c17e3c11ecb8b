// What a card says of each feature: yes, no, or nothing.
import { expect, test } from 'vitest';
import type { Json } from '../json/index.ts';
import { readWholeRegistryFile } from './read-registry-file.ts';
import { type Feature, supports } from './supports.ts';

const cardOf = (row: Record<string, Json>) => {
  const [card] = readWholeRegistryFile({ provider: 'p', version: 1, models: { 'p:m': row } }).cards;
  if (card === undefined) throw new Error('The row makes no card.');
  return card;
};

test.each<[Feature, Record<string, Json>, Record<string, Json>]>([
  ['text', { api_endpoint: 'chat' }, { api_endpoint: 'embeddings' }],
  ['images', { supports_vision: true }, { supports_vision: false }],
  ['documents', { supports_documents: true }, { supports_pdf_input: false }],
  ['audio', { supports_audio: true }, { supports_audio: false }],
  ['tools', { supports_function_calling: true }, { supports_function_calling: false }],
  ['parallel-tools', { supports_parallel_tool_calls: true }, { supports_function_calling: false }],
  ['structured-output', { supports_json_schema: true }, { supports_json_schema: false }],
  ['reasoning', { is_reasoning_model: true }, { supports_thinking: false }],
  ['streaming', { supports_streaming: true }, { supports_streaming: false }],
  ['temperature', { supports_temperature: true }, { supports_temperature: false }],
  [{ contextWindow: 100 }, { context_window_tokens: 100 }, { context_window_tokens: 99 }],
  [{ maxOutput: 100 }, { max_output_tokens: 100 }, { max_output_tokens: 99 }],
])('%j', (feature, yes, no) => {
  expect(supports(cardOf(yes), feature)).toBe(true);
  expect(supports(cardOf(no), feature)).toBe(false);
  expect(supports(cardOf({}), feature)).toBeUndefined();
});

test('a kind of call that is not known says nothing of text', () => {
  expect(supports(cardOf({ api_endpoint: 'toString' }), 'text')).toBeUndefined();
});
