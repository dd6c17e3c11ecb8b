// Statements over many receipts through the management API: previewed, made, listed and verified; who may, and what none covers yet.
import { createPublicKey } from 'node:crypto';
import { checkStatements, readLines, verifyExport, verifyReceipt } from '@keelson/core';
import { createIds, systemClock, systemRandom } from '@keelson/engine';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiKit, openApiKit } from '../__fixtures__/index.ts';

const newId = createIds(systemClock, systemRandom);
const acme = { organisation: 'acme' };
let kit: ApiKit;
let writer: string;
let reader: string;
let ofAcme: string;
const ids: string[] = [];

beforeAll(async () => {
  kit = await openApiKit();
  writer = await kit.newKey({ role: 'billing' });
  reader = await kit.newKey({ role: 'analyst' });
  await kit.done('POST /organisations', { body: { id: 'acme', name: 'Acme' } });
  await kit.done('POST /workspaces', { body: { id: 'acme-one', name: 'acme-one' }, query: acme });
  const body = { name: 'of acme', role: 'admin', reach: 'organisation' };
  ofAcme = (await kit.done('POST /keys', { body, query: { ...acme, workspace: 'acme-one' } })).secret;
  for (const [alias, input] of [
    ['fast', 100],
    ['fast', 50],
    ['slow', 7],
  ] as const)
    issue('default', alias, input);
  issue('acme-one', 'fast', 1000);
  await kit.engine.receipts?.flush();
});
afterAll(() => kit.close());

function issue(workspace: string, alias: string, input: number): void {
  const id = kit.engine.receipts?.issue({
    id: newId(),
    startedAt: systemClock.now(),
    endpoint: 'chat',
    dialect: 'openai-chat',
    workspace,
    requestedModel: alias,
    alias,
    tags: {},
    isStream: false,
    outcome: 'answered',
    status: 200,
    lane: 'translated',
    provider: 'openai',
    model: alias === 'fast' ? 'gpt-5-mini' : 'gpt-5',
    usage: { input: { total: input }, output: { total: 3 } },
    cost: alias === 'fast' ? { status: 'priced', nanoDollars: 1_500_000 } : { status: 'unpriced' },
    durationMs: 1,
    overheadMs: 1,
    losses: [],
    attempts: [],
  });
  ids.push(id as string);
}

const keysOf = async () => (await kit.done('GET /receipts/keys')).data.map(({ key }: never) => key);
const uncertified = async (key: string) => (await kit.done('GET /receipts/uncertified', { key })).total;

test('a statement says what its receipts add up to, is chained with them, and covers them from then on', async () => {
  expect(await uncertified(writer)).toBe(3);
  const wish = { since_last: true, description: 'November', tags: ['finance', 'q4'] };
  const preview = await kit.done('POST /receipts/preview', { key: reader, body: wish });
  expect(preview.receipt).toMatchObject({
    kind: 'batch',
    workspace: 'default',
    description: 'November',
    summary: {
      calls: 3,
      tokens: { input: 157, output: 9, total: 166 },
      cost: { amount: '0.003', currency: 'USD' },
      unpriced_calls: 1,
      by_alias: { fast: { calls: 2, tokens: { total: 156 } }, slow: { calls: 1, cost: { amount: '0' } } },
      by_model: { 'openai:gpt-5-mini': { calls: 2 }, 'openai:gpt-5': { calls: 1 } },
    },
    receipts: { count: 3, ids: ids.slice(0, 3) },
  });
  expect(await uncertified(writer)).toBe(3);

  const made = await kit.done('POST /receipts/issue', { key: writer, body: wish });
  expect(made.receipt).toMatchObject({ ...preview.receipt, by: expect.any(String), receipt_id: made.id });
  expect(await verifyReceipt(made, { keys: await keysOf() })).toEqual({ isValid: true, faults: [] });
  expect(await uncertified(writer)).toBe(0);
  expect(await kit.done(`GET /receipts/${made.id}`, { key: reader })).toMatchObject({ text: made.text });
  const page = await kit.done(`GET /receipts/${made.id}/logs`, { key: reader, query: { limit: 2 } });
  const rest = await kit.done(`GET /receipts/${made.id}/logs`, {
    key: reader,
    query: { cursor: page.next_cursor },
  });
  expect([...page.data, ...rest.data].map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 3));
  expect(rest.next_cursor).toBeNull();
  const again = await kit.ask('POST /receipts/issue', { key: writer, body: wish });
  expect([again.status, again.body.error.hint]).toEqual([
    404,
    expect.stringContaining('covered by a statement'),
  ]);

  const lines = readLines((await kit.ask('GET /receipts/export', { query: { everything: true } })).text);
  const said = await verifyExport(lines, { keys: await keysOf() });
  expect(said).toMatchObject({ isValid: true, statements: [{ receipt_id: made.id }] });
  expect(await checkStatements(lines, said.statements)).toEqual({ faults: [], checked: 1, unchecked: [] });
});

test('a statement over an organisation has all its workspaces and nothing of others', async () => {
  const { id, receipt } = await kit.done('POST /receipts/generate', {
    key: ofAcme,
    body: { start_date: '2020-01-01T00:00:00Z', end_date: '2099-01-01T00:00:00Z' },
  });
  expect(receipt).toMatchObject({
    workspace: 'acme/*',
    organisation: 'acme',
    selection: { mode: 'period', from: '2020-01-01T00:00:00.000Z', to: '2099-01-01T00:00:00.000Z' },
    summary: { calls: 1, tokens: { input: 1000 } },
  });
  const listed = await kit.done('GET /receipts', { key: ofAcme });
  expect(listed.data.map((one: { id: string }) => one.id)).toContain(id);
  for (const path of [`/receipts/${id}`, `/receipts/${id}/logs`])
    expect((await kit.ask(`GET ${path}`, { key: writer })).status).toBe(404);
  const foreign = await kit.ask('POST /receipts/issue', { key: writer, body: { receipt_ids: [ids[3]] } });
  expect([foreign.status, foreign.body.error.message]).toEqual([404, `There is no receipt \`${ids[3]}\`.`]);
});

test('statements are chosen by the ids of calls too, and written into the audit log', async () => {
  const call = (ids[1] as string).slice(5).replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  const { receipt } = await kit.done('POST /receipts/issue', {
    key: writer,
    body: { receipt_ids: [call, ids[0]] },
  });
  expect(receipt).toMatchObject({ selection: { mode: 'receipts' }, receipts: { ids: ids.slice(0, 2) } });
  const { data } = await kit.done('GET /audit', { query: { limit: 50 } });
  const actions = data.map(({ action }: { action: string }) => action);
  expect(actions).toContain('receipts.issue');
});

describe('who may not', () => {
  test.each([
    'issue',
    'generate',
  ])('%s with a key that only reads is refused, and with none', async (path) => {
    const body = path === 'issue' ? { since_last: true } : { since_last_receipt: true };
    expect((await kit.ask(`POST /receipts/${path}`, { key: reader, body })).status).toBe(403);
    expect((await kit.ask(`POST /receipts/${path}`, { key: null, body })).status).toBe(401);
  });
});

test('a receipt of a client is kept as it was brought, and counts nothing', async () => {
  const brought = { receipt_id: 'b7', prompt_tokens: 12, total_cost: 0.1, signature: 'c2ln' };
  const made = await kit.done('POST /receipts', { key: writer, body: brought });
  expect(made.receipt).toMatchObject({ kind: 'stored', workspace: 'default', brought });
  expect(await verifyReceipt(made, { keys: await keysOf() })).toEqual({ isValid: true, faults: [] });
  const { receipt } = await kit.done('POST /receipts/preview', { key: writer, body: { since_last: true } });
  expect(receipt.summary).toMatchObject({ calls: 0, stored: 1 });
  const none = await kit.ask('POST /receipts', { key: writer, body: { model: 'x' } });
  expect([none.status, none.body.error.message]).toEqual([400, expect.stringContaining('`receipt_id`')]);
  const huge = await kit.ask('POST /receipts', {
    key: writer,
    body: { id: 'x', filler: 'y'.repeat(70_000) },
  });
  expect(huge.status).toBe(413);
});

test('public keys are given as PEM, as a JSON Web Key and as a set of them, to every key', async () => {
  const key = await kit.newKey();
  const { text, headers } = await kit.ask('GET /receipts/public-key.pem', { key });
  expect(headers['content-type']).toBe('application/x-pem-file');
  const jwk = await kit.done('GET /receipts/public-key.jwk', { key });
  const { kty, crv, x } = createPublicKey(text).export({ format: 'jwk' });
  expect(jwk).toMatchObject({ kty, crv, x });
  expect(await kit.done('GET /receipts/public-keys.json', { key })).toMatchObject({
    keys: [{ ...jwk, valid_from: expect.any(Number) }],
  });
});

test.each<[string, unknown, string]>([
  ['nothing chosen', {}, 'one of the three'],
  ['two ways at once', { since_last: true, receipt_ids: ['x'] }, 'one of the three'],
  ['a period without its end', { from: '2026-01-01T00:00:00Z' }, 'A period needs a start and an end'],
  ['a period turned round', { from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' }, 'A period needs'],
  ['an id that is none', { receipt_ids: ['rcpt_nothing'] }, 'There is no receipt `rcpt_nothing`'],
  ['an empty period', { from: '2020-01-01T00:00:00Z', to: '2020-01-02T00:00:00Z' }, 'no receipt to make'],
  ['a tag without letters', { since_last: true, tags: [''] }, 'body.tags'],
])('%s is told', async (_, body, said) => {
  for (const path of ['issue', 'preview']) {
    const answer = await kit.ask(`POST /receipts/${path}`, { key: writer, body });
    expect([400, 404]).toContain(answer.status);
    expect(answer.body.error.message).toContain(said);
  }
});
