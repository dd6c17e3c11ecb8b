// Keeping a registry by the command line, and registries from elsewhere: the web, variables, old ones and hostile ones.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { hashRegistryContent, type JsonObject } from '@keelson/core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findKeelson, keelson, keelsonJson, makeFolder, removeFolder } from '../__fixtures__/run-keelson.ts';

const chat = 'deepseek:deepseek-chat';
const folders: string[] = [];

function newFolder(): string {
  const folder = makeFolder();
  folders.push(folder);
  return folder;
}

const read = (folder: string, path: string) => JSON.parse(readFileSync(join(folder, path), 'utf8'));
const write = (folder: string, name: string, json: unknown): void =>
  writeFileSync(join(folder, name), typeof json === 'string' ? json : JSON.stringify(json));
const facts = (dollars: number): JsonObject[] => [
  { provider: 'deepseek', model_name: 'deepseek-chat', dollars_per_million_tokens_input: dollars },
];
const draftWords = ['registry', 'draft', 'deepseek', '--facts', 'facts.json', '--source', 'Price page'];

/** A file of one model, with the digest that it has. */
function fileOf(provider: string, version: number, more: JsonObject = {}): string {
  const row = { dollars_per_million_tokens_input: version, dollars_per_million_tokens_output: 9 };
  const content: JsonObject = { provider, version, models: { [`${provider}:large`]: row }, ...more };
  return JSON.stringify({ ...content, content_sha256_jcs: hashRegistryContent(content) });
}

beforeAll(() => void findKeelson(), 120_000);
afterAll(() => folders.forEach(removeFolder));

describe('curation', () => {
  let folder = '';
  beforeAll(() => {
    folder = newFolder();
    write(folder, 'facts.json', facts(0.5));
  });

  test('a draft is refused without facts, and begins with what Keelson brings along', async () => {
    const [bare, none, day] = await Promise.all([
      keelson(['registry', 'draft', 'deepseek'], { folder }),
      keelsonJson(['registry', 'draft', 'deepseek', '--facts', 'none.json', '--source', 'x'], {
        folder: newFolder(),
      }),
      keelson([...draftWords, '--date', 'today'], { folder }),
    ]);
    expect([bare.code, none.code, day.code]).toEqual([2, 5, 2]);
    expect(bare.err).toContain('`--facts` is missing');
    expect(none.data.error.message).toContain('There are no facts at');
    const drafted = await keelson([...draftWords, '--date', '2026-11-20'], { folder });
    expect(drafted.code).toBe(0);
    expect(drafted.out).toContain('dollars_per_million_tokens_input: 0.14 → 0.5 (+257.1 %)');
    expect(drafted.err).toContain('`deepseek` begins in');
    expect(read(folder, 'registry/deepseek/models.json').version).toBe(1);
  });

  test('nothing is published that was not reviewed, and in a pipe nothing is approved by itself', async () => {
    const promote = await keelsonJson(['registry', 'promote', 'deepseek'], { folder });
    expect([promote.code, promote.data.error.code]).toEqual([3, 'conflict']);
    expect(promote.data.error.message).toContain('Nobody has reviewed the draft of `deepseek` yet');
    const [look, drafts] = await Promise.all([
      keelson(['registry', 'review', 'deepseek'], { folder }),
      keelsonJson(['registry', 'drafts'], { folder }),
    ]);
    expect([look.code, look.err]).toEqual([1, expect.stringContaining('Nothing was approved')]);
    expect(look.out).toContain(`~ changed ${chat}`);
    expect(drafts.data).toEqual([{ provider: 'deepseek', baseVersion: 1, changes: 1 }]);
  });

  test('an approval counts for exactly what was shown', async () => {
    const accept = ['registry', 'review', 'deepseek', '--accept-all', '--by', 'Ada'];
    const approved = await keelsonJson(accept, { folder });
    expect(approved).toMatchObject({ code: 0, data: { approved: true } });
    write(folder, 'facts.json', facts(50));
    await keelson(draftWords, { folder });
    const [stale, drafts] = await Promise.all([
      keelson(['registry', 'promote', 'deepseek'], { folder }),
      keelson(['registry', 'drafts'], { folder }),
    ]);
    expect([stale.code, stale.err]).toEqual([3, expect.stringContaining('not what the draft would change')]);
    expect(drafts.out).toMatch(/^deepseek +1 +1 {2}by Ada on .*, and changed since$/m);
    expect(read(folder, 'registry/deepseek/models.json').version).toBe(1);
  });

  test('what was approved is the next version, with its archive and manifest', async () => {
    await keelson(['registry', 'review', 'deepseek', '-y'], { folder, env: { USER: 'bob' } });
    const promoted = await keelsonJson(['registry', 'promote', 'deepseek'], { folder });
    expect(promoted.data).toMatchObject({ provider: 'deepseek', version: 2, models: [chat] });
    const current = readFileSync(join(folder, 'registry/deepseek/models.json'), 'utf8');
    expect(readFileSync(join(folder, 'registry/deepseek/v/2/models.json'), 'utf8')).toBe(current);
    expect(read(folder, 'registry/deepseek/v/1/models.json').version).toBe(1);
    expect(read(folder, 'registry/manifest.json').providers.deepseek.version).toBe(2);
    expect(JSON.parse(current).approvals).toMatchObject([{ version: 2, by: 'bob', models: [chat] }]);
    const [valid, drafts, again, seen] = await Promise.all([
      keelson(['registry', 'validate', 'registry', '--strict'], { folder }),
      keelson(['registry', 'drafts'], { folder }),
      keelson(['registry', 'promote', 'deepseek'], { folder }),
      keelsonJson(['info', chat], {
        folder,
        env: { KEELSON_REGISTRY: pathToFileURL(join(folder, 'registry')).href },
      }),
    ]);
    expect([valid.code, valid.err]).toEqual([0, '']);
    expect(valid.out).toContain('ok deepseek/v/1/models.json: 4 models');
    expect(drafts.out).toContain('No draft waits in');
    expect(again.code).toBe(5);
    expect(JSON.stringify(seen.data)).toContain('"registryVersion":2');
  });

  test('weakness 6 and 7: a digest and a manifest that are not true are found', async () => {
    const path = join(folder, 'registry/deepseek/v/1/models.json');
    const text = readFileSync(path, 'utf8');
    const manifest = read(folder, 'registry/manifest.json');
    writeFileSync(path, text.replace('0.14', '0.15'));
    write(folder, 'registry/manifest.json', { ...manifest, content_sha256_jcs: '0'.repeat(64) });
    const { code, out } = await keelson(['registry', 'validate', 'registry'], { folder });
    writeFileSync(path, text);
    write(folder, 'registry/manifest.json', manifest);
    expect(code).toBe(3);
    expect(out).toMatch(/error deepseek\/v\/1\/models\.json: .*states the digest/);
    expect(out).toContain('error manifest.json: The manifest does not say what the files say');
  });

  test('on a terminal somebody is asked', async () => {
    write(folder, 'facts.json', facts(0.6));
    await keelson(draftWords, { folder });
    if (spawnSync('script', ['--version']).status !== 0) {
      console.warn('There is no `script` here, so that no terminal can be made: the question is not tried.');
      return;
    }
    const answer = async (word: string): Promise<{ code: number | null; said: string }> => {
      const line = `${process.execPath} ${findKeelson()} registry review deepseek --by Ada --color never`;
      const child = spawn('script', ['-qec', line, '/dev/null'], { cwd: folder });
      let said = '';
      child.stdout.on('data', (bytes) => {
        const wasAsked = said.includes('[y/N]');
        said += String(bytes);
        if (!wasAsked && said.includes('[y/N]')) child.stdin.write(`${word}\r`);
      });
      const code = await new Promise<number | null>((done) => child.once('close', done));
      return { code, said };
    };
    const no = await answer('no');
    expect([no.code, no.said]).toEqual([1, expect.stringContaining('Approve all of it? [y/N]')]);
    expect(existsSync(join(folder, 'registry/drafts/approved/deepseek.json'))).toBe(false);
    const yes = await answer('yes');
    expect([yes.code, yes.said]).toEqual([0, expect.stringContaining('`keelson registry promote deepseek`')]);
    expect(read(folder, 'registry/drafts/approved/deepseek.json').by).toBe('Ada');
  });
});

test('the worked example of docs/registry.md runs, and says what the page says', () => {
  const folder = newFolder();
  const page = readFileSync(resolve(import.meta.dirname, '../../../../docs/registry.md'), 'utf8');
  const [, section = ''] = page.split('\n### A change, from the page of prices to the lockfile\n');
  const block = (language: string): string =>
    new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(section)?.[1] ?? '';
  write(folder, 'facts.json', block('json'));
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'keelson'), `#!/bin/sh\nexec ${process.execPath} ${findKeelson()} "$@"\n`, {
    mode: 0o755,
  });
  const env = { PATH: `${bin}:${process.env.PATH}`, HOME: folder };
  const { status, stdout, stderr } = spawnSync('sh', ['-ec', block('sh')], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  expect({ status, stderr }).toMatchObject({ status: 1 });
  for (const line of block('text').trimEnd().split('\n')) expect(stdout).toContain(line);
  expect(readFileSync(join(folder, 'deepseek.csv'), 'utf8')).toMatch(/^deepseek:deepseek-chat,/m);
});

describe('export and sources', () => {
  test('write a file as a whole, print, and name what was read where', async () => {
    const folder = newFolder();
    const [file, json, markdown, sources] = await Promise.all([
      keelson(['registry', 'export', '--format', 'csv', '--provider', 'groq', '--output', 'groq.csv'], {
        folder,
      }),
      keelson(['registry', 'export', '--format', 'json', '--provider', 'deepseek'], { folder }),
      keelsonJson(['registry', 'export', '--provider', 'xai'], { folder }),
      keelsonJson(['registry', 'sources', '--provider', 'groq'], { folder }),
    ]);
    expect(file.out).toMatch(/^29 models were written to /);
    expect(readFileSync(join(folder, 'groq.csv'), 'utf8').split('\r\n')).toHaveLength(31);
    expect(Object.keys(JSON.parse(json.out))).toContain(chat);
    expect(markdown.data).toMatchObject({ format: 'markdown', models: 14 });
    expect(markdown.data.text).toContain('| Model | Kind |');
    expect(sources.data).toEqual([
      {
        provider: 'groq',
        version: 1,
        models: 29,
        date: '2026-09-23',
        source: 'genai-prices 0.1.8',
        file: 'bundled',
      },
    ]);
  });

  test('completion knows the commands and their flags', async () => {
    const ask = async (...words: string[]): Promise<string[]> =>
      (await keelson(['__complete', '--', 'registry', ...words])).out.split('\n').filter(Boolean);
    const [commands, formats, provider] = await Promise.all([
      ask(''),
      ask('export', '--format', ''),
      ask('promote', 'deeps'),
    ]);
    expect(commands.sort()).toEqual(
      ['stats', 'sources', 'validate', 'export', 'draft', 'drafts', 'review', 'promote'].sort(),
    );
    expect([formats, provider]).toEqual([['markdown', 'json', 'csv'], ['deepseek']]);
  });
});

describe('a registry on the web', () => {
  const answers = new Map<string, string | ((response: ServerResponse) => void)>();
  const asked: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    asked.push(url);
    const answer = answers.get(url);
    if (typeof answer === 'string') response.end(answer);
    else if (answer === undefined) response.writeHead(404).end();
    else answer(response);
  });
  let address = '';
  beforeAll(async () => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/registry`;
  });
  afterAll(() => new Promise((done) => server.close(done)));
  beforeEach(() => {
    answers.clear();
    asked.length = 0;
  });
  const fail = (response: ServerResponse): void => void response.writeHead(503).end();

  test('is kept for a day, served stale when it fails, and said to be', async () => {
    const folder = newFolder();
    answers.set('/registry/acme/models.json', fileOf('acme', 3));
    answers.set('/registry/manifest.json', JSON.stringify({ providers: { acme: {} } }));
    const info = ['models', 'list', '--provider', 'acme', '--registry', address];
    expect((await keelson(info, { folder })).out).toContain('acme:large');
    expect(asked).toContain('/registry/acme/models.json');
    asked.length = 0;
    const cached = await keelson(info, { folder, env: {} });
    expect([cached.out.includes('acme:large'), cached.err, asked]).toEqual([true, '', []]);
    const cache = join(folder, '.cache/keelson/registry');
    const own = join(cache, readdirSync(cache)[0] ?? '');
    for (const name of readdirSync(own)) write(own, name, { ...read(own, name), checkedAt: 0 });
    for (const name of ['manifest.json', 'acme/models.json']) answers.set(`/registry/${name}`, fail);
    const stale = await keelson(info, { folder });
    expect([stale.code, stale.out.includes('acme:large')]).toEqual([0, true]);
    expect(stale.err).toMatch(/note: .*acme\/models\.json is as it was on 1970-01-01, because .* 503/);
    const validated = await keelsonJson(['registry', 'validate', address], { folder });
    expect(JSON.stringify(validated.data)).toContain('is as it was on 1970-01-01');
  });

  test('weakness 13: what cannot be reached makes the check red, and commands stop', async () => {
    const folder = newFolder();
    expect((await keelson(['bind', 'fast', chat], { folder })).code).toBe(0);
    for (const name of ['manifest.json', 'deepseek/models.json']) answers.set(`/registry/${name}`, fail);
    const env = { LLMRING_REGISTRY_URL: address };
    const [check, list, stats] = await Promise.all([
      keelsonJson(['lock', 'check'], { folder, env }),
      keelson(['models', 'list'], { folder, env }),
      keelson(['registry', 'stats', '--registry', 'bundled'], { folder, env }),
    ]);
    expect([check.code, list.code, stats.code]).toEqual([1, 3, 0]);
    expect(check.data.findings[0]).toMatchObject({ code: 'registry_unreadable', provider: 'deepseek' });
    expect(list.err).toMatch(/status 503.*`LLMRING_REGISTRY_URL` names it/);
  });

  test('a redirect to the inside of the network is refused by name', async () => {
    for (const name of ['manifest.json', 'openai/models.json'])
      answers.set(`/registry/${name}`, (response) =>
        response.writeHead(302, { location: 'https://10.0.0.7/models.json' }).end(),
      );
    const { code, out } = await keelson(['registry', 'validate', address], { folder: newFolder() });
    expect(code).toBe(3);
    expect(out).toMatch(/openai|registry at .* redirects to 10\.0\.0\.7 inside a network, which is refused/);
  });
});

describe('hostile registries', () => {
  const hostile: Readonly<Record<string, readonly [text: string, says: RegExp]>> = {
    'huge.json': [`"${'x'.repeat(17 * 1024 * 1024)}"`, /huge\.json is longer than 16777216 characters/],
    'deep.json': [`{"a":${'['.repeat(50)}${']'.repeat(50)}}`, /deep\.json is nested deeper than 16 levels/],
    'twice.json': [
      '{"provider":"p","version":1,"models":{"p:m":{},"p:m":{}}}',
      /twice\.json has the key `p:m` twice/,
    ],
    'forged.json': [
      fileOf('forged', 1).replace('input":1', 'input":2'),
      /forged\.json states the digest .* but its content has/,
    ],
    'array.json': [
      '{"provider":"p","version":1,"models":[]}',
      /array\.json is refused: `models` must be an object/,
    ],
    'keys.json': [
      '{"provider":"p","version":1,"models":{"large":{},"q:x":{}}}',
      /The key `large` must have the form `p:model_name`/,
    ],
    'bytes.json': ['\u0000\u0001', /bytes\.json is not valid JSON/],
  };

  test('are refused by name, each of them', async () => {
    const folder = newFolder();
    for (const [name, [text]] of Object.entries(hostile)) write(folder, name, text);
    const [folderRan, ...ran] = await Promise.all([
      keelson(['registry', 'validate', '.'], { folder }),
      ...['huge.json', 'forged.json', 'keys.json'].map(async (name) => ({
        name,
        ...(await keelsonJson(['models', 'list', '--registry', name], { folder })),
      })),
    ]);
    expect(folderRan.code).toBe(3);
    for (const [, says] of Object.values(hostile)) expect(folderRan.out).toMatch(says);
    for (const { name, code, data } of ran) {
      expect([code, data.error?.code]).toEqual([3, 'configuration_invalid']);
      expect(data.error.message).toMatch(hostile[name]?.[1] ?? /nothing/);
    }
  });

  test('old names of prices are read, with a warning that names them', async () => {
    const folder = newFolder();
    const models = { 'acme:old': { cost_per_million_input: 3, cost_per_million_output: 4 } };
    write(folder, 'acme.json', { provider: 'acme', version: 1, models });
    const [list, validate, strict] = await Promise.all([
      keelson(['models', 'list', '--provider', 'acme', '--registry', 'acme.json'], { folder }),
      keelson(['registry', 'validate', 'acme.json'], { folder }),
      keelson(['registry', 'validate', 'acme.json', '--strict'], { folder }),
    ]);
    expect(list.out).toMatch(/^acme:old .*\$3 +\$4/m);
    expect(list.err).toContain('`cost_per_million_input` of `acme:old` is an old name');
    expect([validate.code, strict.code]).toEqual([0, 3]);
    expect(validate.out).toContain('warning acme.json: `cost_per_million_input`');
    expect(validate.out).toContain('The file states no `content_sha256_jcs`');
  });

  test('a file that is not named after its provider hides nothing', async () => {
    const folder = newFolder();
    mkdirSync(join(folder, 'own'));
    write(folder, 'own/prices.json', fileOf('openai', 2));
    const { code, err } = await keelson(['explain', 'openai:gpt-5.6', '--registry', 'own'], { folder });
    expect([code, err]).toEqual([3, expect.stringContaining('is not named after its provider')]);
  });
});

describe('demands', () => {
  test('a registry that is too old fails, and so does one that does not say', async () => {
    const folder = newFolder();
    const day = new Date(Date.parse('2026-11-01')).toISOString().slice(0, 10);
    write(folder, 'acme.json', fileOf('acme', 1, { updated_at: day }));
    write(folder, 'silent.json', fileOf('silent', 1));
    expect((await keelson(['bind', 'fast', 'acme:large', '--registry', 'acme.json'], { folder })).code).toBe(
      0,
    );
    const check = ['lock', 'check', '--registry', 'acme.json', '--max-registry-age'];
    const [old, fresh, validate, usual] = await Promise.all([
      keelsonJson([...check, '0'], { folder }),
      keelson([...check, '100000'], { folder }),
      keelson(['registry', 'validate', '.', '--max-age', '100000'], { folder }),
      keelson(['registry', 'validate', '--max-age', '0'], { folder }),
    ]);
    expect([old.code, fresh.code, validate.code, usual.code]).toEqual([1, 0, 3, 3]);
    expect(old.data.findings).toContainEqual(
      expect.objectContaining({ code: 'registry_stale', says: expect.stringContaining('2026-11-01') }),
    );
    expect(validate.out).toContain(
      'error silent.json: The registry of `silent` does not say when it was made',
    );
  });

  test('weakness 12: with strict cost, a model without a price is an error and never 0', async () => {
    const folder = newFolder();
    const unpriced = (
      await keelsonJson(['registry', 'export', '--format', 'json', '--provider', 'cohere'], { folder })
    ).data;
    const rows = JSON.parse(unpriced.text) as Record<string, { unknown?: string[] }>;
    const [reference = ''] =
      Object.entries(rows).find(([, { unknown }]) => unknown?.includes('prices')) ?? [];
    const pool = ['openai:gpt-5.4-mini', reference, 'ollama:llama3.3'].join(',');
    expect((await keelson(['bind', 'fast', pool, '--any'], { folder })).code).toBe(0);
    const env = { KEELSON_STRICT_COST: '1' };
    const [usual, strict, flag, plain, explained] = await Promise.all([
      keelson(['lock', 'check'], { folder, env: { KEELSON_STRICT_COST: '0', LLMRING_STRICT_COST: '1' } }),
      keelsonJson(['lock', 'check'], { folder, env: { LLMRING_STRICT_COST: '1' } }),
      keelson(['lock', 'check', '--strict-cost'], { folder }),
      keelson(['explain', 'fast'], { folder }),
      keelsonJson(['explain', 'fast'], { folder, env }),
    ]);
    expect([usual.code, strict.code, flag.code]).toEqual([0, 1, 1]);
    expect(strict.data.findings).toEqual([
      expect.objectContaining({ code: 'not_priced', severity: 'error', reference }),
    ]);
    expect(plain.out).toContain(`${reference} would cost an unknown amount`);
    expect(explained.code).toBe(1);
    expect(explained.data.unpriced).toEqual([
      expect.objectContaining({ model: reference, status: 'no_pricing_in_registry' }),
    ]);
  });
});
