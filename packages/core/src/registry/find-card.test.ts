// Which names find which cards, and which must find none.
import { beforeAll, describe, expect, test } from 'vitest';
import { KeelsonError } from '../errors/index.ts';
import { loadBundledRegistry } from './bundled-registry.ts';
import { type FindOptions, findCard } from './find-card.ts';
import { readWholeRegistryFile } from './read-registry-file.ts';
import { createRegistry, type Registry } from './registry.ts';

let registry: Registry;
beforeAll(async () => {
  registry = await loadBundledRegistry();
});

const find = (reference: string, options?: FindOptions) => findCard(registry, reference, options)?.key;

test.each([
  ['openai:gpt-4o', 'openai:gpt-4o'],
  ['openai:gpt-4o-2024-08-06', 'openai:gpt-4o-2024-08-06'],
  ['openai:gpt-4o-mini-2024-07-18', 'openai:gpt-4o-mini-2024-07-18'],
  ['openai:gpt-4o-mini-2024-07-19', 'openai:gpt-4o-mini'],
  ['openai:gpt-5.4-2026-03-06', 'openai:gpt-5.4'],
  ['anthropic:claude-opus-4-6-20260204', 'anthropic:claude-opus-4-6'],
  ['anthropic:claude-haiku-4-5-20251001', 'anthropic:claude-haiku-4-5-20251001'],
  ['vertexai:claude-opus-4-5@20251101', 'vertexai:claude-opus-4-5'],
  ['vertexai:publishers/google/models/gemini-2.5-pro', 'vertexai:gemini-2.5-pro'],
  ['gemini:models/gemini-2.5-flash', 'gemini:gemini-2.5-flash'],
  ['bedrock:us.anthropic.claude-opus-5', 'bedrock:us.anthropic.claude-opus-5'],
  ['bedrock:eu.anthropic.claude-opus-5', 'bedrock:eu.anthropic.claude-opus-5'],
  ['bedrock:us.deepseek.v3.1', 'bedrock:deepseek.v3.1'],
  ['ollama_cloud:gpt-oss:120b', 'ollama_cloud:gpt-oss:120b'],
  ['openrouter:anthropic/claude-opus-5', 'openrouter:anthropic/claude-opus-5'],
])('%s is %s', (reference, key) => {
  expect(find(reference)).toBe(key);
});

describe('no guesses', () => {
  test.each([
    'openai:gpt-4o-search',
    'openai:gpt-4o-mini-voice',
    'openai:gpt',
    'openai:GPT-4o',
    'openai:gpt-4-0612',
    'openai:gpt-4o-2024-13-06',
    'openai:gpt-4o-2024-08-06-2024-11-20',
    'openai:-2024-11-20',
    'openai:us.gpt-4o',
    'gemini:gemini-2.5',
    'mistral:mistral-medium-2600',
    'bedrock:us.gpt',
    'azure:my-gpt-4o',
    'gpt-4o',
    ':gpt-4o',
    'openai:',
    '',
    '__proto__:x',
  ])('%s', (reference) => {
    expect(find(reference)).toBeUndefined();
  });
});

test('deployments are found by their mapping only, and it comes before what they are called', () => {
  const deployments = { 'our-chat': 'gpt-4o', 'gpt-4.1': 'gpt-4.1-nano', other: 'gpt-unknown' };
  expect(find('azure:our-chat', { deployments })).toBe('azure:gpt-4o');
  expect(find('azure:gpt-4.1', { deployments })).toBe('azure:gpt-4.1-nano');
  expect(find('azure:other', { deployments })).toBeUndefined();
  expect(find('azure:toString', { deployments })).toBeUndefined();
});

const fileOf = (models: Record<string, object>) =>
  readWholeRegistryFile({ provider: 'p', version: 1, models: models as never });

test('aliases find their card, dated ones too', () => {
  const own = createRegistry([fileOf({ 'p:big-3': { model_aliases: ['big', 'big-latest'] } })]);
  expect(findCard(own, 'p:big')?.key).toBe('p:big-3');
  expect(findCard(own, 'p:big-2026-01-01')?.key).toBe('p:big-3');
  expect(findCard(own, 'q:big')).toBeUndefined();
});

test('a key comes before an alias, and a later file before an earlier one', () => {
  const first = fileOf({ 'p:a': { display_name: 'old' }, 'p:b': { model_aliases: ['a'] } });
  const later = fileOf({ 'p:a': { display_name: 'new' } });
  const both = createRegistry([first, later]);
  expect(findCard(both, 'p:a')?.displayName).toBe('new');
});

test('an alias of two models is refused', () => {
  const file = fileOf({ 'p:a': { model_aliases: ['x'] }, 'p:b': { model_aliases: ['x'] } });
  expect(() => createRegistry([file])).toThrow(KeelsonError);
});
