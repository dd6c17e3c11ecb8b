/** Cards from the registry of the settings: another one comes over the bundled one, which stands in for whatever cannot be read. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findCard, priceVersionOf } from '@keelson/core';
import { createLog, systemClock, systemRandom } from '@keelson/engine';
import { afterAll, expect, test } from 'vitest';
import { SettingError } from '../http/index.ts';
import { createCardLoader } from './registry-cards.ts';

const folder = mkdtempSync(join(tmpdir(), 'keelson-cards-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(provider: string, text: string): void {
  mkdirSync(join(folder, provider), { recursive: true });
  writeFileSync(join(folder, provider, 'models.json'), text);
}

function load(address: string | undefined, vendors: readonly string[]) {
  const lines: string[] = [];
  const log = createLog({ level: 'warn', write: (line) => void lines.push(line) });
  const environment = address === undefined ? {} : { KEELSON_REGISTRY: address };
  const loadCards = createCardLoader({
    environment,
    dataFolder: join(folder, 'data'),
    clock: systemClock,
    random: systemRandom,
    log,
  });
  return loadCards(new Set(vendors)).then((registry) => ({ registry, lines }));
}

const haiku = 'anthropic:claude-haiku-4-5';
const prices = { dollars_per_million_tokens_input: 7, dollars_per_million_tokens_output: 8 };

test('nothing said, it is the bundled one, of the vendors that are there', async () => {
  const { registry } = await load(undefined, ['anthropic']);
  expect(findCard(registry, haiku)).toBeDefined();
  expect([...registry.cards.values()].every(({ provider }) => provider === 'anthropic')).toBe(true);
});

test('a folder comes first, and what it lacks or cannot be read of it is bundled, which is said', async () => {
  write('anthropic', JSON.stringify({ provider: 'anthropic', version: 900, models: { [haiku]: prices } }));
  write('mistral', '{"provider": "mistral", "models": [');
  const address = pathToFileURL(folder).href;
  const { registry, lines } = await load(address, ['anthropic', 'mistral', 'cohere', 'nobody']);
  const card = findCard(registry, haiku);
  expect(card && priceVersionOf(card)).toMatch(/^anthropic:claude-haiku-4-5@900#/);
  const providers = new Set([...registry.cards.values()].map(({ provider }) => provider));
  expect(providers).toEqual(new Set(['anthropic', 'mistral', 'cohere']));
  expect(lines.join()).toContain('mistral');
});

test('what is no registry stops the start with the name of the setting', async () => {
  const error = await load('ftp://models.example.com', ['anthropic']).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(SettingError);
  expect((error as Error).message).toContain('KEELSON_REGISTRY: `ftp://models.example.com` is no registry.');
});
