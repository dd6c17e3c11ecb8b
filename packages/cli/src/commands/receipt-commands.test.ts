// The commands about receipts, as processes: on a file alone, on the database of this machine, and against a gateway.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  createIds,
  createReceiptIssuer,
  holdSigningKey,
  openStorage,
  silentLog,
  systemClock,
  systemRandom,
} from '@keelson/engine';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  findKeelson,
  keelson,
  keelsonJson,
  makeFolder,
  type RunOptions,
  removeFolder,
  startKeelson,
} from '../__fixtures__/run-keelson.ts';

const newId = createIds(systemClock, systemRandom);
const started = systemClock.now();
const today = new Date(started).toISOString().slice(0, 10);
let folder = '';
let data = '';
let here: RunOptions;
const ids: string[] = [];

beforeAll(async () => {
  findKeelson();
  folder = makeFolder();
  data = join(folder, 'data');
  here = { folder, env: { KEELSON_DATA: data } };
  mkdirSync(data);
  const deps = { clock: systemClock, log: silentLog };
  const storage = await openStorage({ kind: 'sqlite', path: join(data, 'keelson.db') }, deps);
  const shared = { ...deps, storage: storage.receipts };
  const issuer = createReceiptIssuer({
    ...shared,
    keys: await holdSigningKey({ ...shared, folder: data }),
    newId,
  });
  for (const [workspace, input] of [
    ['default', 100],
    ['default', 50],
    ['other', 7],
  ] as const) {
    const id = issuer.issue({
      id: newId(),
      startedAt: started,
      endpoint: 'chat',
      dialect: 'openai-chat',
      workspace,
      requestedModel: 'fast',
      alias: '=fast',
      tags: {},
      isStream: false,
      outcome: 'answered',
      status: 200,
      lane: 'translated',
      provider: 'openai',
      model: 'gpt-5-mini',
      usage: { input: { total: input, uncached: input }, output: { total: 3 } },
      cost: { status: 'priced', nanoDollars: 1_500_000, priceVersion: 'sha256:1' },
      durationMs: 1,
      overheadMs: 1,
      losses: [],
      attempts: [],
    });
    ids.push(id as string);
  }
  await issuer.flush();
  await issuer.close();
  await storage.close();
  await keelson(['receipts', 'export', '--output', 'all.jsonl'], here);
  await keelson(['keys', 'show', '--output', 'keys.json'], here);
  await keelson(['receipts', 'heads', 'export', '--output', 'heads.json'], here);
}, 120_000);
afterAll(() => removeFolder(folder));

const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

describe('in the database of this machine', () => {
  test('receipts are listed and shown, and what is shown can be verified', async () => {
    const [list, some, table, shown, text] = await Promise.all([
      keelsonJson(['receipts', 'list'], here),
      keelsonJson(['receipts', 'list', '--workspace', 'other', '--start', today], here),
      keelson(['receipts', 'list', '--limit', '1', '--data', data], { folder }),
      keelson(['receipts', 'show', ids[1] as string, '--json'], here),
      keelson(['receipts', 'show', ids[1] as string], here),
    ]);
    expect(list.data.map(({ id }: { id: string }) => id)).toEqual(ids.toReversed());
    expect(some.data).toMatchObject([{ id: ids[2], workspace: 'other' }]);
    expect(table.out.split('\n')[0]).toMatch(/^RECEIPT +MADE AT +WORKSPACE +PLACE$/);
    expect(table.err).toContain('the newest 1; --limit shows more');
    expect(text.out).toMatch(/^usage\.input\.total +50$/m);
    writeFileSync(join(folder, 'one.json'), shown.out);
    const verify = ['receipts', 'verify', 'one.json'];
    const [good, keyless] = await Promise.all([
      keelson([...verify, '--keys', 'keys.json'], { folder }),
      keelson(verify, { folder }),
    ]);
    expect([good.code, good.out]).toEqual([0, expect.stringContaining('1 receipt, 1 batch')]);
    expect([keyless.code, keyless.err]).toEqual([3, expect.stringContaining('--keys')]);
  });

  test('a receipt that is not there ends with 5', async () => {
    const { code, data: said } = await keelsonJson(['receipts', 'show', 'rcpt_none'], here);
    expect([code, said.error.code]).toEqual([5, 'not_found']);
  });

  test('keys are shown as PEM and as JSON Web Keys, each of which verifies', async () => {
    await Promise.all([
      keelson(['keys', 'show', '--format', 'pem', '--output', 'keys.pem'], here),
      keelson(['keys', 'show', '--format', 'jwk', '--output', 'keys.jwk'], here),
    ]);
    expect(read('keys.pem')).toMatch(/^-----BEGIN PUBLIC KEY-----/);
    const ran = await Promise.all(
      ['keys.pem', 'keys.jwk'].map((keys) =>
        keelsonJson(['receipts', 'verify', 'all.jsonl', '--keys', keys], { folder }),
      ),
    );
    for (const { code, data: said } of ran) {
      expect(code).toBe(0);
      expect(said.files[0]).toMatchObject({ is_valid: true, receipts: 3, keys_from: 'caller' });
    }
  });
});

describe('an exported file alone', () => {
  test('is verified by keys and heads that were kept, with no server, no database and no setting', async () => {
    const words = ['receipts', 'verify', 'all.jsonl', '--keys', 'keys.json', '--anchor', 'heads.json'];
    const [json, text, own] = await Promise.all([
      keelsonJson(words, { folder }),
      keelson(words, { folder }),
      keelson(['receipts', 'verify', 'all.jsonl'], { folder }),
    ]);
    expect(json).toMatchObject({
      code: 0,
      data: { is_valid: true, files: [{ receipts: 3, batches: 1, faults: [] }] },
    });
    expect(text).toMatchObject({ code: 0, err: '' });
    expect(text.out).toBe(`ok ${join(folder, 'all.jsonl')}: 3 receipts, 1 batch, 1 log\n`);
    expect(own.err).toContain('only agrees with itself');
  });

  test('can be listed, shown and exported again, also as JSON, which is verified as well', async () => {
    const [list, heads, keys] = await Promise.all([
      keelsonJson(['receipts', 'list', '--file', 'all.jsonl'], { folder }),
      keelsonJson(['receipts', 'heads', 'list', '--file', 'all.jsonl'], { folder }),
      keelsonJson(['keys', 'show', '--file', 'all.jsonl'], { folder }),
    ]);
    expect(list.data).toHaveLength(3);
    expect(heads.data).toMatchObject([{ seq: 1, count: 3 }]);
    expect(keys.data).toEqual(JSON.parse(read('keys.json')));
    const again = ['receipts', 'export', '--file', 'all.jsonl', '--output'];
    await keelson([...again, 'all.json', '--format', 'json'], { folder });
    await keelson([...again, 'some.jsonl', '--workspace', 'other'], { folder });
    const [json, partial, whole] = await Promise.all([
      keelson(['receipts', 'verify', 'all.json', '--keys', 'keys.json'], { folder }),
      keelson(['receipts', 'verify', 'some.jsonl', '--keys', 'keys.json', '--partial'], { folder }),
      keelson(['receipts', 'verify', 'some.jsonl', '--keys', 'keys.json'], { folder }),
    ]);
    expect([json.code, partial.code, whole.code]).toEqual([0, 0, 1]);
    expect(partial.out).toContain('1 receipt, 1 batch');
    expect(whole.err).toContain('--partial allows');
  });

  test('that was changed, cut or turned is named with its line', async () => {
    const lines = read('all.jsonl').split('\n');
    const at = lines.findIndex((line) => line.includes('"total":50'));
    mkdirSync(join(folder, 'bad'), { recursive: true });
    const write = (name: string, changed: readonly string[]): void =>
      writeFileSync(join(folder, 'bad', name), changed.join('\n'));
    write('changed.jsonl', lines.with(at, (lines[at] as string).replace('"total":50', '"total":51')));
    write('cut.jsonl', lines.slice(0, 4));
    write('start.jsonl', lines.with(0, 'x'));
    const [{ code, data: said }, text] = await Promise.all([
      keelsonJson(['receipts', 'verify', 'bad', '--keys', 'keys.json'], { folder }),
      keelson(['receipts', 'verify', 'bad/changed.jsonl', 'all.jsonl', '--keys', 'keys.json'], { folder }),
    ]);
    expect(code).toBe(1);
    const faults = said.files.map(({ faults: some }: { faults: { problem: string; where: string }[] }) =>
      some.map(({ problem, where }) => `${problem} ${where}`),
    );
    expect(faults[0]).toEqual([`receipt_changed line ${at + 1}: receipt`]);
    expect(faults[1]).toContain('truncated line 5');
    expect(faults[2]).toEqual(['unreadable line 1']);
    expect(text.code).toBe(1);
    expect(text.out).toMatch(
      /^wrong .*changed\.jsonl: 3 receipts, 1 batch, 1 log, 1 fault\n {2}receipt_changed at line/,
    );
    expect(text.out).toMatch(/^ok .*all\.jsonl/m);
  });

  test('whose end was cut off cleanly is found by the heads that were published', async () => {
    const anchors = JSON.parse(read('heads.json'));
    anchors.anchors[0].seq = 2;
    writeFileSync(join(folder, 'later.json'), JSON.stringify(anchors));
    const words = ['receipts', 'verify', 'all.jsonl', '--keys', 'keys.json', '--anchor', 'later.json'];
    const [{ code, data: said }, partial] = await Promise.all([
      keelsonJson(words, { folder }),
      keelson([...words, '--partial'], { folder }),
    ]);
    expect([code, said.files[0].faults[0].problem]).toEqual([1, 'anchor_mismatch']);
    expect([partial.code, partial.err]).toEqual([0, expect.stringContaining('1 published head')]);
  });

  test.each<{ name: string; content?: string; flags?: string[]; code: number; says: string }>([
    { name: 'a table', content: 'receipt_id,kind\n', code: 2, says: 'has no proofs in it' },
    { name: 'JSON of another kind', content: '{"a":1}', code: 2, says: 'no export of receipts' },
    { name: 'keys that are none', flags: ['--keys', 'all.jsonl'], code: 3, says: 'no public keys' },
    {
      name: 'a private key',
      flags: ['--keys', 'data/receipt-key.pem'],
      code: 3,
      says: 'holds a private key',
    },
    {
      name: 'heads that are none',
      flags: ['--anchor', 'keys.json'],
      code: 3,
      says: 'no heads that were published',
    },
    { name: 'a file that is not there', flags: ['--keys', 'nowhere'], code: 3, says: 'does not exist' },
  ])('$name is told', async ({ name, content, flags = [], code, says }) => {
    const file = content === undefined ? 'all.jsonl' : `${name.replaceAll(' ', '-')}.txt`;
    if (content !== undefined) writeFileSync(join(folder, file), content);
    const ran = await keelson(['receipts', 'verify', file, ...flags], { folder });
    expect([ran.code, ran.out]).toEqual([code, '']);
    expect(ran.err).toContain(says);
    expect(ran.err).not.toContain('MC4CAQ');
  });
});

describe('exports', () => {
  test('go to the output or into a file, as a table too, where nothing begins a formula', async () => {
    const [lines, table, json] = await Promise.all([
      keelson(['receipts', 'export'], here),
      keelson(['receipts', 'export', '--format', 'csv'], here),
      keelson(['receipts', 'export', '--format', 'json', '--json'], here),
    ]);
    expect(lines.out).toBe(read('all.jsonl'));
    expect(JSON.parse(json.out)).toHaveLength(lines.out.split('\n').length - 1);
    const rows = table.out.split('\r\n');
    expect(rows[0]).toMatch(/^receipt_id,kind,timestamp,workspace,/);
    expect(rows).toHaveLength(5);
    expect(rows[1]).toContain(",'=fast,");
    expect(rows[1]).toContain(',100,,,3,,0.0015,USD,priced,sha256:1,');
  });

  test('with --json say where the file is, and --json alone is refused for lines', async () => {
    const [file, none] = await Promise.all([
      keelsonJson(['receipts', 'export', '--output', 'again.jsonl'], here),
      keelsonJson(['receipts', 'export'], here),
    ]);
    expect(file.data).toEqual({
      path: join(folder, 'again.jsonl'),
      format: 'jsonl',
      receipts: 3,
      batches: 1,
    });
    expect([none.code, none.data.error.code]).toEqual([2, 'usage']);
  });

  test('that are interrupted, or break off on the way, leave what was there before and nothing half', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      response.write('{"format":"keelson-receipts","version":1}\n');
      if (_request.url?.includes('breaks')) setTimeout(() => response.destroy(), 50);
      else if (_request.url?.includes('ends')) response.end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const target = join(folder, 'slow.jsonl');
    writeFileSync(target, 'before');
    const run = { folder, env: { KEELSON_API_KEY: 'ks-x' } };
    try {
      const words = ['receipts', 'export', '--output', 'slow.jsonl', '--server', url];
      const [broken, ended] = await Promise.all(
        ['breaks', 'ends'].map((workspace) => keelson([...words, '--workspace', workspace], run)),
      );
      expect([broken?.code, broken?.err]).toEqual([6, expect.stringContaining('broke off after')]);
      expect([ended?.code, ended?.err]).toEqual([1, expect.stringContaining('broke off before its end')]);
      const child = startKeelson(words, run);
      await expect
        .poll(() => readdirSync(folder).some((name) => name.startsWith('slow.jsonl.')), { timeout: 15_000 })
        .toBe(true);
      child.kill('SIGINT');
      expect((await once(child, 'exit'))[0]).toBe(130);
      expect(readFileSync(target, 'utf8')).toBe('before');
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }, 40_000);
});

describe('reconcile', () => {
  const usage = (planted: number) => ({
    object: 'page',
    has_more: false,
    data: [
      {
        start_time: Date.parse(today) / 1000,
        end_time: Date.parse(today) / 1000 + 86_400,
        results: [
          {
            object: 'organization.usage.completions.result',
            input_tokens: 157 + planted,
            input_cached_tokens: 0,
            output_tokens: 9,
            num_model_requests: 3,
            model: 'gpt-5-mini',
          },
        ],
      },
    ],
  });

  test('passes what agrees and finds one planted token, from the database and from a file', async () => {
    writeFileSync(join(folder, 'right.json'), JSON.stringify(usage(0)));
    writeFileSync(join(folder, 'wrong.json'), JSON.stringify(usage(1)));
    const words = ['receipts', 'reconcile', '--usage'];
    const [right, wrong, text, tolerant] = await Promise.all([
      keelsonJson([...words, 'right.json'], here),
      keelsonJson([...words, 'wrong.json', '--file', 'all.jsonl'], { folder }),
      keelson([...words, 'wrong.json'], here),
      keelson([...words, 'wrong.json', '--tolerance', '1'], here),
    ]);
    expect(right).toMatchObject({ code: 0, data: { is_reconciled: true, receipts: 3, differences: [] } });
    expect(wrong.code).toBe(1);
    expect(wrong.data.differences).toEqual([
      {
        kind: 'differs',
        day: today,
        model: 'gpt-5-mini',
        figure: 'input',
        provider: 158,
        receipts: 157,
        difference: -1,
      },
    ]);
    expect([text.code, tolerant.code]).toEqual([1, 0]);
    expect(text.out).toMatch(/gpt-5-mini +input +158 +157 +-1 +differs/);
    expect(text.out).toContain('1 differences');
  });

  test.each<[string[], number, string]>([
    [[], 2, 'needs `--usage FILE`'],
    [['--usage', 'keys.json'], 2, 'no page of usage'],
    [['--usage', 'right.json', '--map', 'x'], 2, '`--map` cannot be `x`'],
    [['--usage', 'right.json', '--tolerance', '-1'], 2, '--tolerance'],
  ])('%j ends with %i', async (flags, code, says) => {
    const ran = await keelson(['receipts', 'reconcile', ...flags], here);
    expect([ran.code, ran.err]).toEqual([code, expect.stringContaining(says)]);
  });
});

describe('keys', () => {
  test('are made in files of their own, which are never written over, and never printed', async () => {
    const made = await keelsonJson(['keys', 'generate', '--output', 'own/key.pem'], here);
    const again = await keelson(['keys', 'generate', '--output', 'own/key.pem'], here);
    const there = await keelson(['keys', 'generate'], here);
    const path = join(folder, 'own/key.pem');
    expect(made.data).toMatchObject({ path, key_id: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect([again.code, again.err]).toEqual([3, expect.stringContaining('never written over')]);
    expect([there.code, there.err]).toEqual([3, expect.stringContaining('There is a key already')]);
    const secret = readFileSync(path, 'utf8').split('\n')[1] as string;
    expect(made.out).not.toContain(secret);
    const fresh = await keelson(['keys', 'generate', '--data', 'fresh'], { folder });
    expect(fresh.code).toBe(0);
    expect(statSync(join(folder, 'fresh/receipt-key.pem')).mode & 0o777).toBe(0o600);
  });

  test('from a source of secrets are taken by reference, and rotated there', async () => {
    const env = { ...here.env, KEELSON_RECEIPT_KEY: `file:${join(folder, 'own/key.pem')}` };
    const { code, err } = await keelson(['keys', 'rotate'], { folder, env });
    expect([code, err]).toEqual([3, expect.stringContaining('comes from KEELSON_RECEIPT_KEY')]);
  });

  test('are rotated: the old one ends, what it signed stays right, and the new one signs', async () => {
    const short = await keelson(['keys', 'rotate', '--overlap', '3'], here);
    expect([short.code, short.err]).toEqual([2, expect.stringContaining('30 or more')]);
    const { data: said, out } = await keelsonJson(['keys', 'rotate', '--overlap', '30'], here);
    expect(said.before.valid_to - said.key.valid_from).toBeGreaterThan(20_000);
    expect(out).not.toContain('PRIVATE');
    const issued = await keelsonJson(['receipts', 'issue', '--receipt', ids[0] as string], here);
    expect(issued.data.head.key_id).toBe(said.key.key_id);
    const { code, data: verdict } = await keelsonJson(['receipts', 'verify'], here);
    expect([code, verdict.files[0]]).toEqual([
      0,
      expect.objectContaining({ receipts: 4, statements: 1, keys_from: 'store' }),
    ]);
  }, 40_000);
});

describe('statements', () => {
  test('are previewed, made and verified, and cover their receipts', async () => {
    const wish = ['--since-last', '--workspace', 'default', '--description', 'A test', '--tag', 'one,two'];
    const [before, preview] = await Promise.all([
      keelsonJson(['receipts', 'uncertified', '--workspace', 'default'], here),
      keelson(['receipts', 'preview', ...wish], here),
    ]);
    expect(before.data).toMatchObject({ total: 1, receipts: [{ id: ids[1] }] });
    expect(preview.out).toMatch(/^tokens +50 in, 3 out$/m);
    expect(preview.out).toMatch(/^openai:gpt-5-mini +1 +50 +3 +\$0\.0015$/m);
    expect(preview.err).toContain('Nothing was made');
    const made = await keelsonJson(['receipts', 'issue', ...wish], here);
    expect(made.data.receipt).toMatchObject({
      kind: 'batch',
      workspace: 'default',
      tags: ['one', 'two'],
      summary: { calls: 1 },
    });
    const [after, nothing, text] = await Promise.all([
      keelson(['receipts', 'uncertified', '--workspace', 'default'], here),
      keelson(['receipts', 'issue', ...wish], here),
      keelson(['receipts', 'show', made.data.receipt.receipt_id], here),
    ]);
    expect(after.out).toBe('Every receipt is covered by a statement.\n');
    expect([nothing.code, nothing.err]).toEqual([
      5,
      expect.stringContaining('covered by a statement already'),
    ]);
    expect(text.out).toMatch(/^description +A test$/m);
    await keelson(['receipts', 'export', '--output', 'stated.jsonl'], here);
    const changed = read('stated.jsonl').replace('"description":"A test"', '"description":"A tess"');
    writeFileSync(join(folder, 'stated-changed.jsonl'), changed);
    const { code, data: said } = await keelsonJson(
      ['receipts', 'verify', 'stated.jsonl', 'stated-changed.jsonl'],
      here,
    );
    expect(code).toBe(1);
    expect(said.files.map(({ is_valid }: { is_valid: boolean }) => is_valid)).toEqual([true, false]);
    expect(said.files[1].faults[0]).toMatchObject({ problem: 'receipt_changed' });
  }, 40_000);

  test.each<[string[], string]>([
    [[], 'by one of the three'],
    [['--since-last', '--receipt', 'x'], 'by one of the three'],
    [['--start', '2026-01-01'], 'both --start and --end'],
    [['--start', 'yesterday', '--end', '2026-01-01'], '`--start` cannot be `yesterday`'],
    [['--start', '2026-02-01', '--end', '2026-01-01'], '`--end` must be after'],
  ])('%j ends with 2', async (flags, says) => {
    const ran = await keelson(['receipts', 'preview', ...flags], here);
    expect([ran.code, ran.err]).toEqual([2, expect.stringContaining(says)]);
  });
});

describe('without a database or a server', () => {
  test('it is said which setting is missing and how to get one', async () => {
    const empty = { folder, env: { KEELSON_DATA: join(folder, 'none') } };
    const [list, issue, keyless, wrongAddress, away] = await Promise.all([
      keelson(['receipts', 'list'], empty),
      keelsonJson(['receipts', 'issue', '--since-last'], empty),
      keelson(['receipts', 'list', '--server', 'http://127.0.0.1:9'], { folder }),
      keelson(['receipts', 'list'], { folder, env: { KEELSON_SERVER_URL: 'gateway' } }),
      keelson(['receipts', 'list', '--key', 'env:MINE', '--server', 'http://127.0.0.1:9'], {
        folder,
        env: { MINE: 'ks-secret' },
      }),
    ]);
    expect([list.code, issue.code]).toEqual([3, 3]);
    for (const part of ['KEELSON_SERVER_URL', 'KEELSON_DATA', 'KEELSON_API_KEY', 'keelson serve', '--file'])
      expect(list.err).toContain(part);
    expect(existsSync(join(folder, 'none'))).toBe(false);
    expect([keyless.code, keyless.err]).toEqual([4, expect.stringContaining('KEELSON_API_KEY is not set')]);
    expect([wrongAddress.code, wrongAddress.err]).toEqual([
      3,
      expect.stringContaining('KEELSON_SERVER_URL is no address'),
    ]);
    expect([away.code, away.err]).toEqual([6, expect.stringContaining('cannot be reached')]);
    expect(away.err).not.toContain('ks-secret');
  });
});

test('against a gateway, all of it works with a key of that gateway', async () => {
  const flags = ['serve', '--port', '0', '--data', data, '--log-level', 'error'];
  const gateway = spawn(process.execPath, [findKeelson(), ...flags], {
    cwd: folder,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: folder,
      KEELSON_KEY: 'ks-owner-of-the-test-gateway',
      KEELSON_CHECK_PROVIDERS: 'off',
    },
  });
  let said = '';
  gateway.stdout.on('data', (chunk) => (said += chunk));
  gateway.stderr.on('data', (chunk) => (said += chunk));
  try {
    await expect.poll(() => said, { timeout: 20_000 }).toMatch(/listens on http:\S+\./);
    const [, url = ''] = /listens on (http:\S+?)\.\s/.exec(said) ?? [];
    const there = {
      folder,
      env: { KEELSON_SERVER_URL: url, KEELSON_API_KEY: 'ks-owner-of-the-test-gateway' },
    };
    const older = {
      folder,
      env: { LLMRING_SERVER_URL: `${url}/`, LLMRING_API_KEY: 'ks-owner-of-the-test-gateway' },
    };
    const [list, shown, heads, keys, refused] = await Promise.all([
      keelsonJson(['receipts', 'list', '--workspace', 'default'], older),
      keelsonJson(['receipts', 'show', ids[0] as string], there),
      keelsonJson(['receipts', 'heads'], there),
      keelsonJson(['keys', 'show'], there),
      keelson(['receipts', 'list'], { folder, env: { ...there.env, KEELSON_API_KEY: 'ks-another' } }),
    ]);
    expect(list.data.map(({ id }: { id: string }) => id)).toEqual(expect.arrayContaining(ids.slice(0, 2)));
    expect(shown.data.receipt.receipt_id).toBe(ids[0]);
    expect(heads.data.length).toBeGreaterThan(0);
    expect(keys.data.keys).toHaveLength(2);
    expect([refused.code, refused.err]).toEqual([4, expect.stringContaining(url)]);
    const exported = await keelsonJson(['receipts', 'export', '--output', 'there.jsonl'], there);
    expect(exported.data.receipts).toBeGreaterThan(2);
    const issued = await keelsonJson(['receipts', 'issue', '--receipt', `${ids[0]},${ids[1]}`], there);
    expect(issued.data.receipt).toMatchObject({
      kind: 'batch',
      workspace: 'default/*',
      summary: { calls: 2 },
    });
    const verified = await keelson(
      ['receipts', 'verify', '--partial', '--keys', 'keys-there.json'].slice(0, 3),
      there,
    );
    expect([verified.code, verified.out]).toEqual([0, expect.stringContaining('statement')]);
    const uncertified = await keelsonJson(['receipts', 'uncertified'], there);
    expect(uncertified.data.total).toBeTypeOf('number');
  } finally {
    const ended = once(gateway, 'exit');
    gateway.kill('SIGTERM');
    await ended;
  }
}, 60_000);
