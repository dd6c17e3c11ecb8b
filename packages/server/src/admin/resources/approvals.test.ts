// Approvals and schedules through the management API: asked and answered once, by a key or by whoever has the token; put, paused, removed.
import { systemClock } from '@keelson/engine';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiKit, openApiKit } from '../__fixtures__/index.ts';

let kit: ApiKit;
beforeAll(async () => {
  kit = await openApiKit({ runsFlows: true });
  for (const flow of [asking('ask', 3_600_000), asking('hurry', 1), say]) {
    await kit.done(`PUT /flows/${flow.flow}`, { body: { flow } });
  }
});
afterAll(() => kit.close());

const asking = (flow: string, expiresInMs: number) => ({
  flow,
  entry: 'ok',
  nodes: { ok: { kind: 'approve', expiresInMs, next: 'pay' }, pay: { kind: 'pass', input: { paid: true } } },
});
const say = { flow: 'say', entry: 'say', nodes: { say: { kind: 'pass', input: 'x' } } };
const asked = { dollars: 12, to: 'canary-person' };

async function ask(flow = 'ask') {
  const { id: runId } = await kit.done('POST /runs', { body: { flow, payload: asked } });
  const query = { run_id: runId, state: 'all' };
  const list = async () => (await kit.done('GET /approvals', { query })).data;
  await expect.poll(async () => (await list()).length, { timeout: 20_000 }).toBe(1);
  return { runId, approval: (await list())[0] };
}
const reaches = async (id: string, state: string) =>
  expect.poll(async () => (await kit.done(`GET /runs/${id}`)).state, { timeout: 20_000 }).toBe(state);

test('what a run asks is approved once, and the run goes on', async () => {
  const { runId, approval } = await ask();
  expect(approval).toMatchObject({ run_id: runId, state: 'open', asked, workspace: 'default' });
  expect(approval.token).toMatch(/^apr_/);
  const body = { decision: 'approved', note: 'Looked at it.' };
  const decided = await kit.done(`POST /approvals/${approval.id}/decide`, { body });
  expect(decided).toMatchObject({
    state: 'approved',
    note: 'Looked at it.',
    decided_by: expect.stringMatching(/^bootstrap-/),
  });
  expect(decided).not.toHaveProperty('token');
  await reaches(runId, 'completed');
  expect((await kit.done(`GET /runs/${runId}`)).output).toEqual({ paid: true });
  const again = await kit.ask(`POST /approvals/${approval.id}/decide`, { body: { decision: 'rejected' } });
  expect([again.status, again.body.error.message]).toEqual([
    409,
    `The approval \`${approval.id}\` has been decided already.`,
  ]);
  const open = await kit.done('GET /approvals', { query: { run_id: runId } });
  expect(open.data).toEqual([]);
});

test('whoever has only the token decides with it, for that one and once', async () => {
  const { runId, approval } = await ask();
  const body = { token: approval.token, decision: 'rejected', note: 'Too much.' };
  const decided = await kit.done('POST /approvals/decide', { key: null, body });
  expect(decided).toMatchObject({ id: approval.id, state: 'rejected', decided_by: 'link', asked });
  await reaches(runId, 'failed');
  expect((await kit.ask('POST /approvals/decide', { key: null, body })).status).toBe(409);
  const { entries } = await kit.storage.audit.page({ organisation: 'default', limit: 2 });
  expect(entries.map(({ action, target, actor }) => [action, target, actor])).toEqual([
    ['approvals.decide.failed', approval.id, 'nobody'],
    ['approvals.decide', approval.id, 'nobody'],
  ]);
  expect(JSON.stringify(entries)).not.toContain(approval.token);
  expect(JSON.stringify(entries)).toContain('"workspace":"default"');
});

test('a token that is not ours decides nothing, and stands in no audit log', async () => {
  const { approval } = await ask();
  const other = (await ask()).approval;
  const [, signature] = other.token.split('~');
  const before = (await kit.storage.audit.page({ organisation: 'default', limit: 1 })).entries;
  for (const token of [
    'x',
    'apr_',
    `apr_${approval.id}~${signature}`,
    `${approval.token.slice(0, -3)}AAA`,
    '__proto__',
  ]) {
    const answer = await kit.ask('POST /approvals/decide', {
      key: null,
      body: { token, decision: 'approved' },
    });
    expect([answer.status, answer.body.error.code], token).toEqual([403, 'permission_denied']);
  }
  expect((await kit.storage.audit.page({ organisation: 'default', limit: 1 })).entries).toEqual(before);
  expect(
    (await kit.ask('POST /approvals/decide', { key: null, body: { token: '', decision: 'approved' } }))
      .status,
  ).toBe(400);
  const wrong = await kit.ask(`POST /approvals/${approval.id}/decide`, { body: { decision: 'maybe' } });
  expect(wrong.body.error.message).toContain('approved, rejected');
  expect((await kit.ask('POST /approvals/none/decide', { body: { decision: 'approved' } })).status).toBe(404);
});

test('what has expired, or is of a run that is over, is not open and cannot be decided', async () => {
  const late = await ask('hurry');
  await reaches(late.runId, 'failed');
  const over = await ask();
  await kit.done(`POST /runs/${over.runId}/cancel`, { body: {} });
  for (const { runId, approval } of [late, over]) {
    expect((await kit.done('GET /approvals', { query: { run_id: runId } })).data).toEqual([]);
    const answer = await kit.ask(`POST /approvals/${approval.id}/decide`, { body: { decision: 'approved' } });
    expect(answer.status).toBe(409);
  }
  const [shown] = (await kit.done('GET /approvals', { query: { run_id: late.runId, state: 'all' } })).data;
  expect(shown.state).toBe('expired');
  expect(shown).not.toHaveProperty('token');
});

test('tokens are shown to those who may decide, contents to those who may read them', async () => {
  const { approval, runId } = await ask();
  const see = async (fields: object) => {
    const key = await kit.newKey({ ...fields });
    return (await kit.done('GET /approvals', { key, query: { run_id: runId } })).data[0];
  };
  const [analyst, reader, approver] = [
    await see({ role: 'analyst' }),
    await see({ scopes: ['runs:read', 'runs.content:read'] }),
    await see({ scopes: ['runs:read', 'runs:approve'] }),
  ];
  expect(JSON.stringify(analyst)).not.toContain('canary');
  expect(JSON.stringify([analyst, reader])).not.toContain('apr_');
  expect(reader.asked).toEqual(asked);
  expect(approver).toMatchObject({ asked, token: approval.token });
  const body = { decision: 'approved' };
  for (const key of [
    await kit.newKey(),
    await kit.newKey({ scopes: ['runs:read', 'runs:write', 'runs.content:read'] }),
  ])
    expect((await kit.ask(`POST /approvals/${approval.id}/decide`, { key, body })).status).toBe(403);
  expect((await kit.ask('GET /approvals', { query: { cursor: 'bm9uZQ' } })).status).toBe(400);
});

test('approvals and schedules of others are not there', async () => {
  await kit.done('POST /organisations', { body: { id: 'acme', name: 'Acme' } });
  const there = { organisation: 'acme' };
  await kit.done('POST /workspaces', { body: { id: 'acme-one', name: 'One' }, query: there });
  const made = {
    body: { name: 'of acme', role: 'admin', reach: 'organisation' },
    query: { ...there, workspace: 'acme-one' },
  };
  const { secret: key } = await kit.done('POST /keys', made);
  const { approval } = await ask();
  await kit.done('PUT /schedules/shared-name', { body: { flow: 'say', pattern: 'every 1d', payload: 1 } });
  expect((await kit.done('GET /approvals', { key })).data).toEqual([]);
  const answer = await kit.ask(`POST /approvals/${approval.id}/decide`, {
    key,
    body: { decision: 'approved' },
  });
  expect(answer.status).toBe(404);
  for (const what of ['GET /schedules/shared-name', 'DELETE /schedules/shared-name'])
    expect((await kit.ask(what, { key })).status, what).toBe(404);
  // The name is free there, and what is put under it is another one.
  await kit.done('PUT /flows/say', { key, body: { flow: say } });
  await kit.done('PUT /schedules/shared-name', {
    key,
    body: { flow: 'say', pattern: 'every 2d', payload: 2 },
  });
  expect(await kit.done('GET /schedules/shared-name')).toMatchObject({ pattern: 'every 1d', payload: 1 });
  await kit.done('DELETE /schedules/shared-name', { key });
  await kit.done('DELETE /schedules/shared-name');
});

test('a schedule is put, paused, put again and removed', async () => {
  const body = { flow: 'say', payload: { a: 1 }, pattern: '0 3 * * *', zone: 'Europe/Berlin', paused: true };
  const made = await kit.done('PUT /schedules/nightly', { body });
  expect(made).toMatchObject({ id: 'nightly', ...body, workspace: 'default' });
  expect(Date.parse(made.next_at)).toBeGreaterThan(systemClock.now());
  const { payload: _, ...rest } = body;
  const again = await kit.done('PUT /schedules/nightly', { body: { ...rest, paused: false } });
  expect(again).toMatchObject({ id: 'nightly', paused: false, payload: null });
  await kit.done('PUT /schedules/weekly', { body: { ...body, pattern: 'every 7d' } });
  const first = await kit.done('GET /schedules', { query: { limit: 1 } });
  const second = await kit.done('GET /schedules', { query: { limit: 1, cursor: first.next_cursor } });
  expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(['nightly', 'weekly']);
  const analyst = await kit.newKey({ role: 'analyst' });
  expect(await kit.done('GET /schedules/weekly', { key: analyst })).not.toHaveProperty('payload');
  expect((await kit.ask('PUT /schedules/weekly', { key: analyst, body })).status).toBe(403);
  for (const id of ['nightly', 'weekly']) await kit.done(`DELETE /schedules/${id}`);
  expect((await kit.ask('GET /schedules/nightly')).status).toBe(404);
  for (const id of ['a b', '%', '\n', 'a/b', 'x'.repeat(101)])
    expect((await kit.ask(`PUT /schedules/${encodeURIComponent(id)}`, { body })).status, id).toBe(400);
  expect((await kit.ask('DELETE /schedules/nightly')).status).toBe(404);
});

test('a schedule starts runs on behalf of the key that put it', async () => {
  const { secret: key, key: developer } = await kit.done('POST /keys', {
    body: { name: 'd', role: 'developer' },
  });
  await kit.done('PUT /schedules/often', { key, body: { flow: 'say', pattern: 'every 1s' } });
  const last = async () => (await kit.done('GET /schedules/often')).last_run;
  await expect.poll(last, { timeout: 20_000 }).toBeDefined();
  const run = await kit.done(`GET /runs/${await last()}`);
  await kit.done('DELETE /schedules/often');
  expect(run).toMatchObject({ flow: 'say', started_by: developer.id, payload: null });
});

test.each<[object, string]>([
  [{ flow: 'say' }, '`body.pattern` is missing'],
  [{ flow: 'say', pattern: 'now and then' }, 'names no time to come'],
  [{ flow: 'say', pattern: 'every 1d', zone: 'Nowhere/Never' }, 'every 1d'],
  [{ flow: 'none', pattern: 'every 1d' }, 'none'],
])('a schedule %j is refused: %s', async (body, said) => {
  const { status, body: answer } = await kit.ask('PUT /schedules/wrong', { body });
  expect([400, 404]).toContain(status);
  expect(answer.error.message).toContain(said);
  expect((await kit.ask('GET /schedules/wrong')).status).toBe(404);
});
