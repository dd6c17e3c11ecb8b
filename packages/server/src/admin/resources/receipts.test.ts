// Receipts through the management API: what it gives is verified by the public functions of core, and a changed byte is noticed.
import { createPublicKey } from 'node:crypto';
import { type ReceiptProof, readLines, verifyExport, verifyReceipt } from '@keelson/core';
import {
  createIds,
  createReceiptIssuer,
  holdSigningKey,
  type ReceiptIssuer,
  silentLog,
  systemClock,
  systemRandom,
} from '@keelson/engine';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiKit, openApiKit } from '../__fixtures__/index.ts';

const newId = createIds(systemClock, systemRandom);
const acme = { organisation: 'acme' };
let folder: string;
let kit: ApiKit;
let reader: string;
let ofAcme: string;
let issuer: ReceiptIssuer;
/** Of the receipts, in the order of their making. */
const ids: string[] = [];
beforeAll(async () => {
  kit = await openApiKit({
    engine: (made) => {
      folder = made;
      return {};
    },
  });
  reader = await kit.newKey({ role: 'billing' });
  await kit.done('POST /organisations', { body: { id: 'acme', name: 'Acme' } });
  for (const id of ['acme-one', 'acme-two']) {
    await kit.done('POST /workspaces', { body: { id, name: id }, query: acme });
  }
  const body = { name: 'of acme', role: 'analyst', reach: 'organisation' };
  ofAcme = (await kit.done('POST /keys', { body, query: { ...acme, workspace: 'acme-one' } })).secret;
  const shared = { storage: kit.storage.receipts, clock: systemClock, log: silentLog };
  const keys = await holdSigningKey({ ...shared, folder });
  issuer = createReceiptIssuer({ ...shared, keys, newId });
  await issue('default', 'acme-one', 'acme-two');
  await issue('acme-two', 'default');
});
afterAll(async () => {
  await issuer.close();
  await kit.close();
});

async function issue(...workspaces: string[]): Promise<void> {
  for (const workspace of workspaces) {
    const id = issuer.issue({
      id: newId(),
      startedAt: systemClock.now(),
      endpoint: 'chat',
      dialect: 'openai-chat',
      workspace,
      requestedModel: 'm',
      tags: { wörd: 'ünï' },
      isStream: false,
      outcome: 'answered',
      status: 200,
      lane: 'translated',
      usage: { input: { total: 3 }, output: { total: 1 } },
      cost: { status: 'priced', nanoDollars: 1200 },
      durationMs: 1,
      overheadMs: 1,
      losses: [],
      attempts: [],
    });
    ids.push(id as string);
  }
  await issuer.flush();
}

const trusted = async () =>
  (await kit.done('GET /receipts/keys', { key: reader })).data.map(({ key }: never) => key);

test('a receipt is verified with nothing but what was given, and a changed one is not', async () => {
  const body = (await kit.done(`GET /receipts/${ids[0]}`, { key: reader })) as ReceiptProof & {
    text: string;
  };
  const keys = await trusted();
  expect(await verifyReceipt(body, { keys })).toEqual({ isValid: true, faults: [] });
  expect(JSON.parse(body.text)).toEqual(body.receipt);
  const changed = { ...body, receipt: { ...body.receipt, workspace: 'another' } };
  expect((await verifyReceipt(changed, { keys })).isValid).toBe(false);

  const said = await kit.done('POST /receipts/verify', { key: reader, body: { proof: body } });
  expect(said).toMatchObject({ is_valid: true, faults: [], keys_from: 'installation' });
  const doubted = await kit.done('POST /receipts/verify', { key: reader, body: { proof: changed } });
  expect(doubted).toMatchObject({ is_valid: false, faults: [{ problem: 'receipt_changed' }] });
});

test('a public key is the same in all its forms', async () => {
  const { data } = await kit.done('GET /receipts/keys', { key: reader });
  expect(data).toHaveLength(1);
  const { key, pem, jwk } = data[0];
  expect(key.public_key).toBe(`ed25519:${jwk.x}`);
  expect(createPublicKey(pem).export({ format: 'jwk' })).toEqual({ kty: jwk.kty, crv: jwk.crv, x: jwk.x });
  expect(data[0].pem).not.toContain('PRIVATE');
});

test('lists go page by page, the newest first, by time and only where one may look', async () => {
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query = { limit: 2, ...(cursor && { cursor }) };
    const page = await kit.done('GET /receipts', { key: ofAcme, query });
    seen.push(...page.data.map(({ id }: { id: string }) => id));
    cursor = page.next_cursor;
  }
  expect(seen).toEqual([ids[3], ids[2], ids[1]]);
  const own = await kit.done('GET /receipts', { key: reader });
  expect(own.data).toMatchObject([
    { id: ids[4], workspace: 'default', seq: 2, index: 1 },
    { id: ids[0], workspace: 'default', seq: 1, index: 0 },
  ]);
  expect(Math.abs(Date.parse(own.data[0].made_at) - systemClock.now())).toBeLessThan(60_000);
  const before = await kit.done('GET /receipts', { key: reader, query: { to: '2026-01-01T00:00:00Z' } });
  expect(before.data).toEqual([]);
  const after = await kit.done('GET /receipts', { key: reader, query: { from: '2026-01-01T00:00:00Z' } });
  expect(after.data).toHaveLength(2);
});

test('nobody sees the receipt of another organisation, or any with a key that was made for calls', async () => {
  expect((await kit.ask(`GET /receipts/${ids[0]}`, { key: ofAcme })).status).toBe(404);
  expect((await kit.ask(`GET /receipts/${ids[1]}`, { key: reader })).status).toBe(404);
  expect((await kit.ask(`GET /receipts/${ids[2]}`, { key: ofAcme })).status).toBe(200);
  const others = await kit.done('GET /receipts', { key: ofAcme, query: { workspace: 'default' } });
  expect(others.data).toEqual([]);
  const caller = await kit.newKey();
  for (const what of ['', '/heads', '/keys', '/export', `/${ids[0]}`]) {
    expect((await kit.ask(`GET /receipts${what}`, { key: caller })).status, what).toBe(403);
  }
});

test('heads follow each other, and the newest is what a next page ends with', async () => {
  const first = await kit.done('GET /receipts/heads', { key: reader, query: { limit: 1 } });
  const { cursor = first.next_cursor } = first;
  const next = await kit.done('GET /receipts/heads', { key: reader, query: { limit: 1, cursor } });
  expect([first.data[0].seq, next.data[0].seq, next.next_cursor]).toEqual([1, 2, null]);
  const latest = await kit.done('GET /receipts/heads', { key: reader, query: { latest: true } });
  expect(latest).toEqual({ data: next.data, next_cursor: null });
  const none = await kit.done('GET /receipts/heads', { key: reader, query: { log: 'another' } });
  expect(none.data).toEqual([]);
});

describe('an export', () => {
  test('of an organisation has all heads and only its receipts, and is verified', async () => {
    const { text, headers } = await kit.ask('GET /receipts/export', { key: ofAcme });
    expect(headers['content-type']).toBe('application/x-ndjson');
    const question = { keys: await trusted(), mayBePartial: true };
    const verdict = await verifyExport(readLines(text), question);
    expect(verdict).toMatchObject({ isValid: true, batches: 2, receipts: 3 });
    expect(text).not.toContain('"workspace":"default"');
    const lines = readLines(text);
    const said = await kit.done('POST /receipts/verify', { key: ofAcme, body: { lines } });
    expect(said).toMatchObject({ is_valid: true, receipts: 3, batches: 2, keys_from: 'installation' });
    const cut = lines.filter((_, at) => at !== 2);
    const doubted = await kit.done('POST /receipts/verify', { key: ofAcme, body: { lines: cut } });
    expect(doubted.is_valid).toBe(false);
    const asWhole = await kit.done('POST /receipts/verify', { body: { lines, is_whole: true } });
    expect(asWhole.faults[0].problem).toBe('missing_receipt');
    const byNoKey = await kit.done('POST /receipts/verify', { body: { lines, keys: [] } });
    expect(byNoKey).toMatchObject({ is_valid: false, keys_from: 'caller' });
    expect(byNoKey.faults[0].problem).toBe('unknown_key');
  });

  test('of everything is for whoever runs the installation', async () => {
    const query = { everything: true };
    expect((await kit.ask('GET /receipts/export', { key: ofAcme, query })).status).toBe(403);
    const { text } = await kit.ask('GET /receipts/export', { query });
    expect(await verifyExport(readLines(text), { keys: await trusted() })).toMatchObject({
      isValid: true,
      receipts: 5,
    });
    const none = await kit.ask('GET /receipts/export', { query: { ...query, to: '2026-01-01T00:00:00Z' } });
    expect(readLines(none.text)).toHaveLength(3);
  });
});

test.each<[string, unknown, string]>([
  ['GET /receipts/rcpt_none', undefined, 'There is no receipt `rcpt_none`'],
  ['POST /receipts/verify', {}, 'either `proof` or `lines`'],
  ['POST /receipts/verify', { proof: {}, lines: [] }, 'either `proof` or `lines`'],
  ['POST /receipts/verify', { proof: 'x' }, '`body.proof` must be an object'],
  ['POST /receipts/verify', { lines: 'x' }, '`body.lines` must be a list'],
])('%s with %j says %s', async (what, body, said) => {
  const answer = await kit.ask(what, { body });
  expect([400, 404]).toContain(answer.status);
  expect(`${answer.body.error.message} ${answer.body.error.hint}`).toContain(said);
});

test.each<[string, unknown]>([
  ['an empty proof', { proof: {} }],
  ['a proof of other things', { proof: { receipt: 1, path: [], head: 'x' } }],
  ['no line', { lines: [] }],
  ['lines of something else', { lines: ['[[[', 'x'] }],
  ['keys that are none', { lines: [], keys: [{ key_id: 1 }] }],
])('%s is not valid, and no failure of ours', async (_, body) => {
  const said = await kit.done('POST /receipts/verify', { body });
  expect(said.is_valid).toBe(false);
  expect(said.faults.length).toBeGreaterThan(0);
});
