// The commands that only read: models, providers, the registry, the plan of a call, completion.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bundledProviders } from '@keelson/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findKeelson, keelson, keelsonJson, makeFolder, removeFolder } from '../__fixtures__/run-keelson.ts';

const bundled = resolve(import.meta.dirname, '../../../core/src/registry/bundled');
const haiku = 'anthropic:claude-haiku-4-5';
const mini = 'openai:gpt-5.4-mini';
let folder = '';

beforeAll(async () => {
  findKeelson();
  folder = makeFolder();
  await keelson(['bind', 'fast', `${mini},${haiku}`, '--max-tokens', '2000'], { folder });
}, 120_000);
afterAll(() => removeFolder(folder));

describe('models', () => {
  test('are listed by provider, limits and price, and those that are gone only with --all', async () => {
    const words = ['models', 'list', '--provider', 'anthropic', '--needs', 'vision'];
    const [cheap, all, usual] = await Promise.all([
      keelsonJson([...words, '--max-cost', '5', '--sort', 'price'], { folder }),
      keelsonJson([...words, '--all'], { folder }),
      keelson(['models'], { folder }),
    ]);
    expect(cheap.data.length).toBeGreaterThan(0);
    for (const model of cheap.data) {
      expect(model.provider).toBe('anthropic');
      expect(Math.max(model.input, model.output)).toBeLessThanOrEqual(5);
      expect(model.state).toBe('active');
    }
    expect(cheap.data.map(({ input }: { input: number }) => input)).toEqual(
      cheap.data.map(({ input }: { input: number }) => input).toSorted((a: number, b: number) => a - b),
    );
    expect(all.data.length).toBeGreaterThan(cheap.data.length);
    expect(usual.out.split('\n')[0]).toMatch(/^MODEL +CONTEXT +OUTPUT +\$\/M IN/);
  });

  test('are found by parts of their names, and nothing found is no error', async () => {
    const [found, none] = await Promise.all([
      keelson(['models', 'search', 'haiku', '4-5'], { folder }),
      keelson(['models', 'search', 'no-such-model'], { folder }),
    ]);
    expect(found.out).toContain(haiku);
    expect(none).toEqual({ code: 0, out: 'No model fits.\n', err: '' });
  });

  test('are compared, with the price of a call', async () => {
    const words = ['models', 'compare', mini, haiku, '--input-tokens', '20000', '--output-tokens', '1000'];
    const [json, text, alias] = await Promise.all([
      keelsonJson(words, { folder }),
      keelson(words, { folder }),
      keelsonJson(['models', 'compare', 'fast'], { folder }),
    ]);
    // 20,000 tokens at $1 and 1,000 at $5 a million.
    expect(json.data.models[1]).toMatchObject({ model: haiku, callDollars: '0.025' });
    expect(text.out).toMatch(/^call of 20000 \+ 1000 +\$[\d.]+ +\$0\.025$/m);
    expect(alias.data.models.map(({ model }: { model: string }) => model)).toEqual([mini, haiku]);
  });

  test('are shown with all that is known, and a name that is of none ends with 5', async () => {
    const [info, show, misspelt] = await Promise.all([
      keelson(['info', haiku], { folder }),
      keelsonJson(['models', 'show', `${haiku}-20251001`], { folder }),
      keelson(['info', 'anthropic:claude-haiku-4-4'], { folder }),
    ]);
    expect(info.out).toMatch(/^dollars_per_million_tokens_input +1$/m);
    expect(show.data).toMatchObject({ model: `${haiku}-20251001`, limits: { contextWindow: 200_000 } });
    expect([misspelt.code, misspelt.err]).toEqual([5, expect.stringContaining(`\`${haiku}\``)]);
  });
});

test('providers say which of them are set up, and never a key', async () => {
  const env = { OPENAI_API_KEY: 'sk-very-secret', AZURE_OPENAI_API_KEY: 'also-secret' };
  const [all, set] = await Promise.all([
    keelsonJson(['providers'], { folder, env }),
    keelson(['providers', '--set'], { folder, env }),
  ]);
  const openai = all.data.find(({ name }: { name: string }) => name === 'openai');
  expect(openai).toMatchObject({ isSetUp: true, variables: expect.arrayContaining(['OPENAI_API_KEY']) });
  expect(all.data.length).toBeGreaterThan(30);
  expect(set.out).toMatch(/^openai .* yes /m);
  expect(set.out + set.err + all.out).not.toContain('secret');
});

describe('registry', () => {
  test('stats count every provider, and the total is their sum', async () => {
    const { data } = await keelsonJson(['registry', 'stats'], { folder });
    expect(data.providers.map(({ provider }: { provider: string }) => provider).sort()).toEqual([
      ...bundledProviders,
    ]);
    const sumOf = (field: string): number =>
      data.providers.reduce((total: number, each: Record<string, number>) => total + (each[field] ?? 0), 0);
    for (const field of ['models', 'priced', 'partlyPriced', 'unpriced', 'saidUnknown', 'retired'])
      expect(data[field], field).toBe(sumOf(field));
    expect(data.priced).toBeGreaterThanOrEqual(1200);
    expect(data.priced + data.saidUnknown).toBe(data.models);
    const { out } = await keelson(['registry', 'stats'], { folder });
    expect(out).toMatch(
      new RegExp(`^total +${data.models} +${data.priced} +${data.partlyPriced} +${data.unpriced} `, 'm'),
    );
    expect(out).toMatch(/^\d+ read in genai-prices 0\.1\.8 \(2026-09-23\)$/m);
  });

  test('validate passes what Keelson brings along, digests included, and names what is wrong elsewhere', async () => {
    const bad = join(folder, 'bad');
    mkdirSync(bad);
    const json = JSON.parse(readFileSync(join(bundled, 'deepseek.json'), 'utf8'));
    const [key = ''] = Object.keys(json.models);
    json.models[key].dollars_per_million_tokens_input = 'much';
    writeFileSync(join(bad, 'deepseek.json'), JSON.stringify(json));
    delete json.content_sha256_jcs;
    writeFileSync(join(bad, 'deepseek-row.json'), JSON.stringify(json));
    writeFileSync(join(bad, 'list.json'), JSON.stringify({ provider: 'x', version: 1, models: [] }));
    const [good, wrong, own] = await Promise.all([
      keelson(['registry', 'validate', bundled], { folder }),
      keelson(['registry', 'validate', 'bad'], { folder }),
      keelsonJson(['registry', 'validate'], { folder }),
    ]);
    expect(good.code).toBe(0);
    expect(good.out.split('\n').filter((line) => line.startsWith('ok '))).toHaveLength(
      bundledProviders.length,
    );
    expect(wrong.code).toBe(3);
    expect(wrong.out).toMatch(/deepseek\.json states the digest \w+, but its content has/);
    expect(wrong.out).toContain(`\`dollars_per_million_tokens_input\` of \`${key}\` must be a number`);
    expect(wrong.out).toContain('not a list');
    expect(own.data).toMatchObject({ ok: true });
  });
});

describe('explain', () => {
  test('tells the plan of an alias with its locked prices and what requests get', async () => {
    const words = ['explain', 'fast', '--input-tokens', '20000', '--output-tokens', '1000'];
    const [json, text] = await Promise.all([
      keelsonJson(words, { folder, env: { OPENAI_API_KEY: 'none' } }),
      keelson(words, { folder, env: { OPENAI_API_KEY: 'none' } }),
    ]);
    expect(json.code).toBe(0);
    expect(json.data).toMatchObject({
      alias: 'fast',
      profile: 'default',
      defaults: { maxTokens: 2000 },
      withoutKey: ['anthropic'],
      candidates: [{ isKept: true }, { model: 'anthropic:claude-haiku-4-5-20251001', isKept: true }],
    });
    expect(text.out).toContain('claude-haiku-4-5-20251001 would cost $0.025 by');
    expect(text.err).toContain('`anthropic` is not set up here');
  });

  test('leaves out what a call is too long for, and says why', async () => {
    const { data } = await keelsonJson(['explain', 'fast', '--input-tokens', '300000'], { folder });
    const dropped = data.candidates.find(({ isKept }: { isKept: boolean }) => !isKept);
    expect(dropped).toMatchObject({ reason: 'window' });
    const none = await keelson(['explain', 'fast', '--input-tokens', '30000000'], { folder });
    expect([none.code, none.out]).toEqual([1, expect.stringContaining('- anthropic:claude-haiku')]);
  });

  test('knows models by their own names, and suggests aliases', async () => {
    const [model, unknown, bare] = await Promise.all([
      keelson(['explain', haiku], { folder }),
      keelson(['explain', 'fats'], { folder }),
      keelson(['explain', 'deep'], { folder: makeBare(), env: { ANTHROPIC_API_KEY: 'none' } }),
    ]);
    expect(model.out).toContain('is tried first');
    expect([unknown.code, unknown.err]).toEqual([5, expect.stringContaining('Did you mean `fast`?')]);
    expect(bare.out).toContain('deep: an alias');
    expect(bare.err).toContain('No lockfile was found');
  });
});

function makeBare(): string {
  const bare = join(folder, '..', `bare-${process.pid}`);
  mkdirSync(bare, { recursive: true });
  return bare;
}
afterAll(() => removeFolder(makeBare()));

describe('completion', () => {
  const ask = async (...words: string[]): Promise<string[]> =>
    (await keelson(['__complete', '--', ...words], { folder })).out.split('\n').filter((line) => line !== '');

  test('offers commands, flags, choices and names', async () => {
    const answers = await Promise.all([
      ask('lo'),
      ask('lock', 'ch'),
      ask('lock', 'check', '--max'),
      ask('lock', 'check', '--format', ''),
      ask('lock', 'check', '--format=m'),
      ask('explain', 'f'),
      ask('bind', 'x', `${mini},anthropic:claude-haiku-4`),
      ask('aliases', '--profile', ''),
      ask('models', 'list', '--provider', 'anth'),
      ask('models', 'list', '--needs', 'visi'),
      ask('completion', ''),
    ]);
    expect(answers).toEqual([
      ['lock'],
      ['check', 'chat'],
      ['--max-rise', '--max-registry-age'],
      ['text', 'markdown'],
      ['--format=markdown'],
      ['fast'],
      expect.arrayContaining([`${mini},${haiku}`]),
      ['default'],
      ['anthropic'],
      ['vision'],
      ['bash', 'zsh', 'fish'],
    ]);
  });

  test.each(['bash', 'zsh', 'fish'])('prints a script for %s that asks the command', async (shell) => {
    const { code, out } = await keelson(['completion', shell], { folder });
    expect(code).toBe(0);
    expect(out).toContain('keelson __complete -- ');
  });
});
