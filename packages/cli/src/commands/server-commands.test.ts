// The commands that ask a server, as processes against one that runs: two people who share profiles, what was used, keys, and
// servers that are down, strange, older, or not to be trusted with a key.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { hasTerminal, onTerminal } from '../__fixtures__/pseudo-terminal.ts';
import {
  findKeelson,
  keelson,
  keelsonJson,
  makeFolder,
  type RunOptions,
  removeFolder,
} from '../__fixtures__/run-keelson.ts';

const firstKey = 'ks-first-key-of-the-server-tests';
let folder = '';
let url = '';
let stop: () => Promise<void>;
let owner: RunOptions;
let ada: RunOptions;
let bob: RunOptions;
const keys: Record<string, string> = {};

beforeAll(async () => {
  folder = makeFolder();
  const gateway = spawn(
    process.execPath,
    [findKeelson(), 'serve', '--port', '0', '--data', join(folder, 'data')],
    {
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        KEELSON_KEY: firstKey,
        KEELSON_REGISTRATION: 'open',
        KEELSON_CHECK_PROVIDERS: 'off',
      },
    },
  );
  let said = '';
  gateway.stdout.on('data', (bytes) => (said += bytes));
  gateway.stderr.on('data', (bytes) => (said += bytes));
  stop = async () => {
    gateway.kill();
    await once(gateway, 'exit');
  };
  await vi.waitFor(() => expect(said).toMatch(/listens on http:/), { timeout: 60_000, interval: 20 });
  url = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0] as string;
  owner = { folder: person('owner'), env: { KEELSON_SERVER_URL: url, KEELSON_API_KEY: firstKey } };
  await send('POST', '/workspaces', { id: 'shop', name: 'The shop' });
  for (const [name, body] of Object.entries({
    team: { role: 'project' },
    calls: { scopes: ['calls:create'] },
  })) {
    const { secret } = await send('POST', '/keys?workspace=shop', { name, ...body });
    keys[name] = secret;
  }
  ada = { folder: person('ada'), env: { KEELSON_SERVER_URL: url, KEELSON_API_KEY: keys.team as string } };
  bob = { folder: person('bob'), env: { KEELSON_SERVER_URL: url, KEELSON_API_KEY: keys.team as string } };
}, 120_000);
afterAll(async () => {
  await stop?.();
  removeFolder(folder);
});

function person(name: string): string {
  const own = join(folder, name);
  mkdirSync(own);
  return own;
}

// biome-ignore lint/suspicious/noExplicitAny: as a program without types asks
async function send(method: string, path: string, body: unknown, key = firstKey): Promise<any> {
  const answer = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify(body),
  });
  expect(answer.ok, await answer.clone().text()).toBe(true);
  return answer.json();
}

const lockfileIn = ({ folder: own }: RunOptions): string => join(own as string, 'keelson.lock');
const read = (who: RunOptions): string => readFileSync(lockfileIn(who), 'utf8');
const begin = `version = 1
[profiles.default.aliases.fast]
models = ["openai:gpt-5-mini"]
`;

describe('two people', () => {
  test('push here and pull there have the same digest, pins included', async () => {
    const words = ['bind', 'fast', 'openai:gpt-5-mini,anthropic:claude-haiku-4-5'];
    expect((await keelson(words, ada)).code).toBe(0);
    const dry = await keelson(['push', '--dry-run'], ada);
    expect([dry.code, dry.out]).toEqual([0, expect.stringContaining('default, shared for the first time')]);
    const unasked = await keelson(['push'], ada);
    expect([unasked.code, unasked.err]).toEqual([2, expect.stringContaining('--yes')]);
    const pushed = await keelsonJson(['push', '--yes'], ada);
    expect(pushed.data).toMatchObject({ isPushed: true, profiles: [{ state: 'pushed', revision: 1 }] });
    const pulled = await keelsonJson(['pull', '--yes'], bob);
    expect(pulled.data).toMatchObject({ isWritten: true, profiles: [{ profile: 'default', revision: 1 }] });
    const [mine, theirs] = await Promise.all([ada, bob].map((who) => keelson(['lock', 'digest'], who)));
    expect(theirs?.out).toBe(mine?.out);
    expect(read(bob)).toContain('[profiles.default.pins.');
    const [again, same] = await Promise.all([keelsonJson(['push'], ada), keelsonJson(['pull'], bob)]);
    expect(again.data.profiles).toMatchObject([{ state: 'same', revision: 1 }]);
    expect(same.data.isWritten).toBe(false);
  });

  test('a push on top of what others have pushed is refused, and nothing is lost', async () => {
    expect((await keelson(['bind', 'deep', 'anthropic:claude-haiku-4-5'], bob)).code).toBe(0);
    expect((await keelson(['push', '--yes'], bob)).code).toBe(0);
    expect((await keelson(['bind', 'mine', 'openai:gpt-5-mini'], ada)).code).toBe(0);
    const before = read(ada);
    const refused = await keelson(['push', '--yes'], ada);
    expect(refused.code).toBe(3);
    for (const part of ['at revision 2', 'based on 1', '`deep`', '`mine`', 'keelson pull --merge'])
      expect(refused.err).toContain(part);
    expect(read(ada)).toBe(before);
    expect((await keelson(['pull', '--merge', '--yes'], ada)).out).toContain('`deep`');
    for (const alias of ['fast', 'deep', 'mine']) expect(read(ada)).toContain(`${alias} = [`);
    expect((await keelsonJson(['push', '--yes'], ada)).data.profiles).toMatchObject([{ revision: 3 }]);
    expect((await keelson(['pull', '--yes'], bob)).code).toBe(0);
    const [mine, theirs] = await Promise.all([ada, bob].map((who) => keelson(['lock', 'digest'], who)));
    expect(theirs?.out).toBe(mine?.out);
  });

  test('what was last pulled is remembered for its owner alone, and force takes the place of others', async () => {
    const own = { ...ada, folder: person('eve') };
    writeFileSync(lockfileIn(own), begin);
    const unseen = await keelsonJson(['push', '--yes'], own);
    expect([unseen.code, unseen.data.error.code]).toEqual([3, 'conflict']);
    expect(unseen.data.error.message).toContain('never pulled or pushed from here');
    expect((await keelson(['push', '--yes', '--force'], own)).code).toBe(0);
    const state = join(own.folder, '.local/share/keelson/sync');
    expect(existsSync(lockfileIn(own))).toBe(true);
    const [file = ''] = readdirSync(state);
    expect(statSync(join(state, file)).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(state, file), 'utf8')).not.toContain(keys.team);
  });

  test('a broken file, or one of LLMRing, is not touched by a pull', async () => {
    const own = { ...ada, folder: person('broken') };
    writeFileSync(lockfileIn(own), 'version = 1\n[profiles.default\n');
    const broken = await keelson(['pull', '--yes'], own);
    expect([broken.code, broken.err]).toEqual([3, expect.stringContaining('keelson.lock:2')]);
    expect(read(own)).toBe('version = 1\n[profiles.default\n');
    const { code, data } = await keelsonJson(['pull', '--yes', '--profile', 'nobodys'], {
      ...ada,
      folder: person('none'),
    });
    expect([code, data.error.code]).toEqual([5, 'not_found']);
    expect(data.error.hint).toContain('default');
  });

  test('a profile that inherits brings along the other one', async () => {
    const own = { ...ada, folder: person('heir') };
    writeFileSync(lockfileIn(own), `${begin}[profiles.prod]\ninherits = "default"\n`);
    expect((await keelson(['push', '--all', '--force', '--yes'], own)).code).toBe(0);
    const other = { ...ada, folder: person('other') };
    const pulled = await keelsonJson(['pull', '--profile', 'prod', '--yes'], other);
    expect(pulled.data.profiles.map(({ profile }: { profile: string }) => profile)).toEqual([
      'prod',
      'default',
    ]);
    expect((await keelson(['aliases', '--profile', 'prod'], other)).out).toContain('fast');
  });

  test.runIf(hasTerminal)('on a terminal the diff is shown and asked about, and no is no', async () => {
    const own = { folder: person('terminal'), env: ada.env as Record<string, string> };
    const no = await onTerminal(['pull'], { ...own, typed: [['[y/N]', 'n\r']] });
    expect(no.screen).toContain('`fast`');
    expect([no.code, no.screen]).toEqual([1, expect.stringContaining('Nothing was pulled.')]);
    expect(existsSync(lockfileIn(own))).toBe(false);
    const yes = await onTerminal(['pull'], { ...own, typed: [['[y/N]', 'y\r']] });
    expect([yes.code, existsSync(lockfileIn(own))]).toEqual([0, true]);
  });
});

describe('what the server knows', () => {
  test('stats tell what was used, by model, alias, origin and day, as do logs as a table and as CSV', async () => {
    for (const [origin, input_tokens] of [
      ['nightly', 1200],
      ['web', 800],
    ] as const)
      await send(
        'POST',
        '/calls/report',
        {
          origin,
          provider: 'openai',
          model: 'gpt-5-mini',
          alias: 'fast',
          input_tokens,
          output_tokens: 80,
          nano_dollars: 2_500_000,
        },
        keys.team,
      );
    await expect
      .poll(async () => (await keelsonJson(['stats', '--verbose'], ada)).data.summary, { timeout: 20_000 })
      .toMatchObject({ calls: 2, input_tokens: 2000, output_tokens: 160, dollars: '0.005' });
    const [json, text, logs, csv] = await Promise.all([
      keelsonJson(['stats', '--by', 'model,origin,day'], ada),
      keelson(['stats', '--verbose'], ada),
      keelson(['server', 'logs', '--origin', 'nightly'], ada),
      keelson(['server', 'logs', '--format', 'csv', '--offset', '1', '--output', 'calls.csv'], ada),
    ]);
    expect(json.data.by.model).toMatchObject([
      { name: 'gpt-5-mini', calls: 2, dollars: '0.005', unpriced: 0 },
    ]);
    expect(json.data.by.origin.map(({ name }: { name: string }) => name)).toEqual(['nightly', 'web']);
    expect(json.data.by.day).toHaveLength(1);
    expect(text.out).toMatch(/^fast +2 +2000 +160 +\$0\.005$/m);
    expect(logs.out.trim().split('\n')).toHaveLength(2);
    expect(csv.out).toContain('1 calls are in');
    expect(readFileSync(join(ada.folder as string, 'calls.csv'), 'utf8').split('\r\n')).toHaveLength(3);
  });

  test('conversations are listed, and their messages shown', async () => {
    const { conversation } = await send(
      'POST',
      '/conversations/log',
      { title: 'a talk', logging: 'full', messages: [{ role: 'user', content: 'Hello!' }] },
      keys.team,
    );
    const list = await keelson(['server', 'conversations'], ada);
    expect(list.out).toContain('a talk');
    expect((await keelson(['server', 'conversations', conversation.id], ada)).out).toContain('Hello!');
  });

  test('export writes a file by the name that LLMRing gave it, whole', async () => {
    const ran = await keelsonJson(['export'], {
      folder: ada.folder as string,
      env: owner.env as Record<string, string>,
    });
    expect([ran.code, ran.data.format]).toEqual([0, 'json']);
    expect(
      Array.isArray(JSON.parse(readFileSync(join(ada.folder as string, 'keelson_receipts.json'), 'utf8'))),
    ).toBe(true);
  });

  test('keys are made, shown once, listed without secrets, rotated and revoked', async () => {
    const own = owner.folder as string;
    const made = await keelsonJson(
      ['server', 'key', 'create', 'ci', '--workspace', 'shop', '--to-file', 'ci.key'],
      owner,
    );
    expect([made.code, made.data.key.role, made.data.secret]).toEqual([0, 'project', undefined]);
    expect(statSync(join(own, 'ci.key')).mode & 0o777).toBe(0o600);
    const secret = readFileSync(join(own, 'ci.key'), 'utf8').trim();
    const status = await keelsonJson(['server', 'status', '--key', `file:${join(own, 'ci.key')}`], {
      folder: own,
      env: { KEELSON_SERVER_URL: url },
    });
    expect(status.data).toMatchObject({ key: { name: 'ci', workspace: 'shop' } });
    const { id } = made.data.key;
    const over = await keelson(
      ['server', 'key', 'rotate', id, '--workspace', 'shop', '--to-file', 'ci.key'],
      owner,
    );
    expect([over.code, over.err]).toEqual([3, expect.stringContaining('No key was made')]);
    const rotated = await keelsonJson(['server', 'key', 'rotate', id, '--workspace', 'shop'], owner);
    expect(rotated.data.secret).toMatch(/^ks_/);
    const list = await keelson(['server', 'key', 'list', '--workspace', 'shop'], owner);
    expect(list.out).toContain(id);
    expect(list.out).not.toContain(secret);
    expect((await keelson(['server', 'key', 'revoke', id, '--workspace', 'shop', '--yes'], owner)).code).toBe(
      0,
    );
    const refused = await keelson(['stats', '--key', `file:${join(own, 'ci.key')}`], {
      folder: own,
      env: { KEELSON_SERVER_URL: url },
    });
    expect(refused.code).toBe(4);
    expect(refused.err).not.toContain(secret);
  });

  test('register gives a key, server init writes it into the settings, and then no variable is needed', async () => {
    const own = person('new');
    const lacking = await keelson(
      ['register', '--server', url, '--email', 'a@example.com', '--non-interactive'],
      { folder: own },
    );
    expect([lacking.code, lacking.err]).toEqual([
      2,
      expect.stringContaining('--org, --project-name, --accept-terms'),
    ]);
    const words = [
      'register',
      '--server',
      url,
      '--email',
      'a@example.com',
      '--org',
      'Acme',
      '--project-name',
      'first',
    ];
    const got = await keelsonJson([...words, '--accept-terms', '--to-file', 'key'], { folder: own });
    expect(got.data).toMatchObject({ organisation: 'acme', workspace: 'acme.first', state: 'active' });
    const init = ['server', 'init', '--server', url, '--key', `file:${join(own, 'key')}`];
    const [wrong, done] = [
      await keelson(['server', 'init', '--server', 'http://127.0.0.1:9'], { folder: own }),
      await keelson(init, { folder: own }),
    ];
    expect([wrong.code, done.code]).toEqual([6, 0]);
    expect((await keelson(['server', 'status'], { folder: own })).out).toMatch(/^project +acme\.first$/m);
    const other = ['server', 'init', '--server', 'http://127.0.0.1:9', '--skip-health-check'];
    expect((await keelson(other, { folder: own })).err).toContain('--force');
    expect((await keelson([...other, '--force'], { folder: own })).code).toBe(0);
  });
});

describe('what is in the way', () => {
  test('without a server every command says which setting is missing and how to get one', async () => {
    const own = { folder: person('alone') };
    writeFileSync(lockfileIn(own), begin);
    const commands = [
      'push',
      'pull',
      'stats',
      'register',
      'server status',
      'server logs',
      'server conversations',
      'server key list',
    ];
    for (const { code, err } of await Promise.all(commands.map((line) => keelson(line.split(' '), own)))) {
      expect(code).toBe(3);
      for (const part of ['server.url', 'KEELSON_SERVER_URL', 'keelson serve', 'keelson server init'])
        expect(err).toContain(part);
    }
    const exported = await keelson(['export'], own);
    expect([exported.code, exported.err]).toEqual([
      3,
      expect.stringContaining('KEELSON_SERVER_URL is not set'),
    ]);
    expect(existsSync(join(own.folder, 'keelson_receipts.json'))).toBe(false);
  });

  test('a key that is missing, wrong or without the permission is told, and never shown', async () => {
    const env = { KEELSON_SERVER_URL: url };
    const own = ada.folder as string;
    const [none, wrong, few, bare, far] = await Promise.all([
      keelson(['stats'], { folder: own, env }),
      keelson(['stats'], { folder: own, env: { ...env, KEELSON_API_KEY: 'ks-wrong-secret' } }),
      keelson(['push', '--yes'], { folder: own, env: { ...env, KEELSON_API_KEY: keys.calls as string } }),
      keelson(['stats', '--key', 'ks-on-the-line'], { folder: own, env }),
      keelson(['stats', '--server', 'http://keelson.example.com'], {
        folder: own,
        env: { KEELSON_API_KEY: 'ks-wrong-secret' },
      }),
    ]);
    expect([none.code, wrong.code, few.code, bare.code, far.code]).toEqual([4, 4, 4, 2, 3]);
    expect(few.err).toContain('aliases:read');
    expect(far.err).toContain('--insecure');
    for (const { err } of [wrong, bare, far]) expect(err).not.toMatch(/wrong-secret|on-the-line/);
  });

  test('a server that is strange, older, elsewhere or of another time is told, and a redirect gets no key', async () => {
    const shown: (string | undefined)[] = [];
    const [target, targetUrl] = await listen((request, response) => {
      shown.push(request.headers.authorization);
      response.end('{}');
    });
    const [fake, fakeUrl] = await listen((request, response) => {
      const path = request.url ?? '';
      const json = { 'content-type': 'application/json', 'x-keelson-version': '0.0.1' };
      if (path.startsWith('/page'))
        response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Hello</h1>');
      else if (path.startsWith('/moved')) response.writeHead(307, { location: `${targetUrl}/` }).end();
      else if (path.startsWith('/new'))
        response
          .writeHead(200, json)
          .end(JSON.stringify({ revision: 1, digest: 'v9:0', lockfile: { version: 9 } }));
      else if (path.startsWith('/old'))
        response.writeHead(404, json).end(
          JSON.stringify({
            error: { code: 'not_found', message: 'Nothing answers GET at /api/v1/usage.' },
          }),
        );
      else {
        const date = new Date(Date.UTC(2020, 0, 1)).toUTCString();
        const entry = { from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z', data: [] };
        response.writeHead(200, { ...json, date }).end(JSON.stringify(entry));
      }
    });
    try {
      const env = { KEELSON_API_KEY: 'ks-secret' };
      const ask = (path: string) =>
        keelson(['stats', '--server', `${fakeUrl}${path}`], { folder: ada.folder as string, env });
      const [page, moved, old, late] = await Promise.all(['/page', '/moved', '/old', '/late'].map(ask));
      expect([page?.code, page?.err]).toEqual([1, expect.stringContaining('a page for people')]);
      expect([moved?.code, moved?.err]).toEqual([1, expect.stringContaining('where the key is not sent')]);
      expect(shown).toEqual([]);
      expect([old?.code, old?.err]).toEqual([
        5,
        expect.stringContaining('The server is Keelson 0.0.1, this command'),
      ]);
      const newer = await keelson(['pull', '--yes', '--server', `${fakeUrl}/new`], {
        folder: person('newer'),
        env,
      });
      expect([newer.code, newer.err]).toEqual([1, expect.stringContaining('update this one')]);
      expect(existsSync(join(folder, 'newer', 'keelson.lock'))).toBe(false);
      expect([late?.code, late?.err]).toEqual([0, expect.stringContaining('The clock of the server is')]);
    } finally {
      fake.close();
      target.close();
    }
  });

  test('flags and words are completed', async () => {
    const [flags, commands] = await Promise.all([
      keelson(['__complete', '--', 'push', '--fo'], ada),
      keelson(['__complete', '--', 'server', 'key', 'r'], ada),
    ]);
    expect(flags.out).toBe('--force\n');
    expect(commands.out).toBe('rotate\nrevoke\n');
  });
});

async function listen(answer: RequestListener): Promise<[Server, string]> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return [server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`];
}
