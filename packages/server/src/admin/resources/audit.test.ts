// The audit log through the management API: read, filtered, verified and exported, and what happens when somebody was at it.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { canonicalJson } from '@keelson/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiKit, openApiKit } from '../__fixtures__/index.ts';

let folder: string;
let kit: ApiKit;
let key: { id: string };
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'keelson-audit-'));
  kit = await openApiKit({ target: { kind: 'sqlite', path: join(folder, 'keelson.db') } });
  await kit.done('POST /organisations', { body: { id: 'acme', name: 'Acme' } });
  await kit.done('POST /workspaces', { body: { id: 'one', name: 'One' }, query: { organisation: 'acme' } });
  ({ key } = await kit.done('POST /keys', { body: { name: 'of a service' } }));
  for (const name of ['a', 'b', 'c']) await kit.done(`PATCH /keys/${key.id}`, { body: { name } });
  await kit.done(`POST /keys/${key.id}/revoke`);
});
afterAll(async () => {
  await kit.close();
  rmSync(folder, { recursive: true });
});

const read = async (query: Readonly<Record<string, string | number>>) => {
  const found: { seq: number; action: string; target?: string; at: string }[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: { data: typeof found; next_cursor: string | null } = await kit.done('GET /audit', {
      query: { ...query, ...(cursor && { cursor }) },
    });
    found.push(...page.data);
    cursor = page.next_cursor;
  }
  return found;
};
const numbersOf = (entries: readonly { seq: number }[]) => entries.map(({ seq }) => seq);

test('says who did what, page by page and by filters', async () => {
  const all = await read({ limit: 2 });
  expect(numbersOf(all)).toEqual([5, 4, 3, 2, 1]);
  expect(all[0]).toMatchObject({
    action: 'keys.revoke',
    target: key.id,
    actor_kind: 'key',
    address: '127.0.0.1',
  });
  expect(numbersOf(await read({ action: 'keys.update', limit: 2 }))).toEqual([4, 3, 2]);
  // That an organisation was made is nobody's business in another one.
  expect(await read({ action: 'organisations.' })).toEqual([]);
  expect(numbersOf(await read({ action: 'organisations.', organisation: '*' }))).toEqual([1]);
  expect(numbersOf(await read({ target: key.id, limit: 1 }))).toEqual([5, 4, 3, 2]);
  expect(await read({ actor: 'nobody' })).toEqual([]);
  const [, , third] = all.toReversed();
  expect(await read({ to: (all.at(-1) as { at: string }).at })).toEqual([]);
  expect(numbersOf(await read({ from: (third as { at: string }).at }))).toContain(3);
});

test('each organisation has its own, which others cannot read', async () => {
  const place = { organisation: 'acme', workspace: 'one' };
  const body = { name: 'x', role: 'admin', reach: 'organisation' };
  const { secret } = await kit.done('POST /keys', { body, query: place });
  const own = await kit.done('GET /audit', { key: secret });
  expect(own.data.map(({ action }: { action: string }) => action)).toEqual([
    'keys.create',
    'workspaces.create',
  ]);
  const { secret: narrow } = await kit.done('POST /keys', {
    body: { name: 'x', role: 'admin' },
    query: place,
  });
  const { secret: developer } = await kit.done('POST /keys', {
    body: { name: 'x', role: 'developer', reach: 'organisation' },
    query: place,
  });
  for (const path of ['/audit', '/audit/verification', '/audit/export']) {
    const foreign = await kit.ask(`GET ${path}`, { key: secret, query: { organisation: 'default' } });
    expect(foreign.status, path).toBe(403);
    for (const asker of [narrow, developer])
      expect((await kit.ask(`GET ${path}`, { key: asker })).status).toBe(403);
  }
});

test('what was refused is there as well, and a wrong cursor is told', async () => {
  await kit.ask('PATCH /keys/none', { body: { name: 'x' } });
  const [failed, tried] = (await kit.done('GET /audit', { query: { target: 'none' } })).data;
  expect([tried.action, failed.action, failed.details]).toEqual([
    'keys.update',
    'keys.update.failed',
    { error: 'not_found' },
  ]);
  const cursor = Buffer.from('[9999]').toString('base64url');
  for (const query of [{ cursor: 'bm9uZQ' }, { cursor }, { from: 'today' }, { action: '' }])
    expect((await kit.ask('GET /audit', { query })).status).toBe(400);
});

test('an export can be verified by anybody, without us', async () => {
  const text: string = await kit.done('GET /audit/export');
  const { entries, head, is_whole } = await kit.done('GET /audit/verification');
  let previous = '0'.repeat(64);
  const lines = text.trimEnd().split('\n');
  for (const [index, line] of lines.entries()) {
    const { hash, ...rest } = JSON.parse(line);
    expect([rest.seq, rest.previousHash]).toEqual([index + 1, previous]);
    expect(createHash('sha256').update(canonicalJson(rest)).digest('hex')).toBe(hash);
    previous = hash;
  }
  expect({ entries, head, is_whole }).toEqual({ entries: lines.length, head: previous, is_whole: true });
});

test('whoever was at it is found out', async () => {
  const database = new DatabaseSync(join(folder, 'keelson.db'));
  const triggers = database.prepare(
    "select name from sqlite_master where type = 'trigger' and tbl_name = 'audit_log'",
  );
  for (const { name } of triggers.all()) database.exec(`drop trigger "${name}"`);
  database.exec("update audit_log set actor = 'somebody else' where organisation = 'default' and seq = 3");
  database.close();
  const found = await kit.done('GET /audit/verification');
  expect(found).toMatchObject({
    is_whole: false,
    entries: 2,
    broken_at: 3,
    reason: 'It is not what its hash was made of.',
  });
});
