// A server with a lockfile, as a process: callers name its profiles, records and receipts name what it meant, a change of it holds.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestLockfile, parseLockfile } from '@keelson/core';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { processKey, type ServerProcess, startProcess } from './__fixtures__/index.ts';

const lock = `version = 1
[profiles.default.aliases]
quick = ["simulator:a"]
[profiles.default.pins."simulator:a"]
model = "a-2026-01-01"
registry_version = 1
[profiles.default.pins."simulator:a".prices]
dollars_per_million_tokens_input = 10
dollars_per_million_tokens_output = 20
[profiles.dev]
inherits = "default"
[profiles.dev.aliases]
quick = ["simulator:b"]
`;

const folder = mkdtempSync(join(tmpdir(), 'keelson-lock-'));
const path = join(folder, 'keelson.lock');
let simulator: Simulator;
let server: ServerProcess;

beforeAll(async () => {
  writeFileSync(path, lock);
  simulator = await startSimulator({ seed: 1 });
  server = await startProcess(simulator.url, { KEELSON_LOCKFILE: path });
}, 60_000);
afterAll(async () => {
  server.remove();
  await simulator.close();
  rmSync(folder, { recursive: true });
});

async function send(way: string, body?: object, { key = processKey, headers = {} } = {}) {
  const reply = await fetch(server.url + way, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it
  return { status: reply.status, headers: reply.headers, body: (await reply.json()) as any };
}

const hello = { model: 'quick', messages: [{ role: 'user', content: 'Hello.' }] };

async function recordOf({ headers }: Awaited<ReturnType<typeof send>>) {
  const way = `/api/v1/calls/${headers.get('x-keelson-call-id')}`;
  await expect.poll(async () => (await send(way)).status, { timeout: 10_000 }).toBe(200);
  return (await send(way)).body;
}

const digestOf = (text: string): string => digestLockfile(parseLockfile(text));

test('a call by its alias is made, priced, recorded and receipted as the lockfile says', async () => {
  expect(server.output.text).toContain(`lockfile  ${path}, profile default`);
  const usual = await send('/v1/chat/completions', hello);
  const record = await recordOf(usual);
  expect(record).toMatchObject({
    alias: 'quick',
    profile: 'default',
    lock_digest: digestOf(lock),
    model: 'a-2026-01-01',
  });
  const receipt = async () => (await send(`/api/v1/receipts/rcpt_${record.id.replaceAll('-', '')}`)).body;
  await expect
    .poll(async () => JSON.stringify(await receipt()), { timeout: 10_000 })
    .toContain('lock_digest');
  expect(JSON.stringify(await receipt())).toContain(digestOf(lock));
  const dev = await send('/v1/chat/completions', hello, { headers: { 'x-keelson-profile': 'dev' } });
  expect(await recordOf(dev)).toMatchObject({ profile: 'dev', model: 'b' });
});

test('a key is bound to its profiles, in calls and in lists of models', async () => {
  const made = await send('/api/v1/keys', { name: 'of dev', profiles: ['dev'] });
  const { secret: key } = made.body;
  expect(made.body.key.profiles).toEqual(['dev']);
  expect(await recordOf(await send('/v1/chat/completions', hello, { key }))).toMatchObject({
    profile: 'dev',
  });
  const headers = { 'x-keelson-profile': 'default' };
  const refused = await send('/v1/chat/completions', hello, { key, headers });
  expect([refused.status, refused.body.error.message]).toEqual([
    403,
    expect.stringContaining('This key may not use the profile `default`'),
  ]);
  expect((await send('/v1/models', undefined, { key, headers })).status).toBe(403);
  const models = await send('/v1/models', undefined, { key });
  expect(models.body.data.map(({ id }: { id: string }) => id)).toContain('quick');
});

test('management shows profiles, digest and where the lockfile was named', async () => {
  const { body } = await send('/api/v1/lockfile');
  expect(body).toEqual({
    digest: digestOf(lock),
    profiles: [
      { name: 'default', is_default: true, aliases: 1 },
      { name: 'dev', is_default: false, aliases: 1 },
    ],
  });
  const plan = await send('/api/v1/explain', { model: 'quick', profile: 'dev' });
  expect(plan.body).toMatchObject({ profile: 'dev', candidates: [{ model: 'simulator:b' }] });
  const { body: configuration } = await send('/api/v1/configuration');
  expect(configuration.values).toContainEqual({
    path: 'lockfile',
    value: path,
    origin: { layer: 'environment', name: 'KEELSON_LOCKFILE' },
  });
});

test('a changed lockfile holds for the next calls, and their records say so', async () => {
  const changed = lock.replace('["simulator:b"]', '["simulator:c"]');
  writeFileSync(path, changed);
  const digest = async () => (await send('/api/v1/lockfile')).body.digest;
  await expect.poll(digest, { timeout: 15_000 }).toBe(digestOf(changed));
  const dev = await send('/v1/chat/completions', hello, { headers: { 'x-keelson-profile': 'dev' } });
  expect(await recordOf(dev)).toMatchObject({ model: 'c', lock_digest: digestOf(changed) });
});
