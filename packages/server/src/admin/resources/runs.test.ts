// Runs of flows through the management API: their life, what happens to them as events, who sees what of them, and who may do what.
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createIds, systemClock, systemRandom } from '@keelson/engine';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiKit, openApiKit } from '../__fixtures__/index.ts';

const newId = createIds(systemClock, systemRandom);
let simulator: Simulator;
let kit: ApiKit;
beforeAll(async () => {
  simulator = await startSimulator({ host: '127.0.0.1', port: 0 });
  kit = await openApiKit({ runsFlows: true, vendor: simulator.url });
  for (const flow of [quick, patient, talk]) await kit.done(`PUT /flows/${flow.flow}`, { body: { flow } });
});
afterAll(async () => {
  await kit.close();
  await simulator.close();
});

/** Two steps, and nobody to wait for. */
const quick = {
  flow: 'quick',
  entry: 'first',
  nodes: { first: { kind: 'pass', next: 'last' }, last: { kind: 'pass', input: { said: 'canary-result' } } },
};
const patient = { flow: 'patient', entry: 'paid', nodes: { paid: { kind: 'wait-for', event: 'paid' } } };

const talk = {
  flow: 'talk',
  entry: 'paid',
  nodes: {
    paid: { kind: 'wait-for', event: 'paid', next: 'say' },
    say: { kind: 'prompt', model: 'fast', prompt: 'Say it.', input: {}, maxOutputTokens: 20 },
  },
};
const pathOf = (node: string) => ['', 'root', node].join('/');
const payload = { name: 'canary-payload' };
const run = async (id: string) => kit.done(`GET /runs/${id}`);
const reaches = async (id: string, state: string) =>
  expect.poll(async () => (await run(id)).state, { timeout: 20_000 }).toBe(state);
const start = async (flow: string, more: object = {}) =>
  kit.done('POST /runs', { body: { flow, payload, ...more } });
const ended = async (more: object = {}) => {
  const { id } = await start('quick', more);
  await reaches(id, 'completed');
  return run(id);
};

interface Event {
  readonly id?: string | undefined;
  readonly event: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it
  readonly data: any;
}

function eventsOf(text: string): Event[] {
  const blocks = text.split('\n\n').filter((block) => block.includes('event: '));
  return blocks.map((block) => ({
    id: /^id: (.*)$/m.exec(block)?.[1],
    event: /^event: (.*)$/m.exec(block)?.[1],
    data: JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? 'null'),
  }));
}

test('a run is started, works by itself, and shows what it did and cost', async () => {
  const budget = { dollars: '0.05', preflight: 'off', allow_unpriced: true };
  const made = await kit.ask('POST /runs', { body: { flow: 'quick', payload, budget, timeout_ms: 60_000 } });
  expect([made.status, made.body]).toMatchObject([
    201,
    {
      workspace: 'default',
      flow: 'quick',
      payload,
      budget,
      started_by: expect.stringMatching(/^bootstrap-/),
    },
  ]);
  const { id } = made.body;
  await reaches(id, 'completed');
  expect(await run(id)).toMatchObject({
    output: { said: 'canary-result' },
    nano_dollars: '0',
    calls: 0,
    waits: [],
  });
  const { version } = await kit.done('GET /flows/quick');
  expect((await run(id)).version).toBe(version);

  const first = await kit.done(`GET /runs/${id}/steps`, { query: { limit: 1 } });
  expect(first.data).toMatchObject([{ kind: 'step', interrupted: 0 }]);
  const paths = [first.data[0].path];
  for (let cursor = first.next_cursor; cursor !== null; ) {
    const page = await kit.done(`GET /runs/${id}/steps`, { query: { limit: 1, cursor } });
    paths.push(...page.data.map(({ path }: { path: string }) => path));
    cursor = page.next_cursor;
  }
  expect(paths).toEqual(paths.toSorted());
  expect(paths).toEqual(expect.arrayContaining([pathOf('first'), pathOf('last')]));
});

test('a start with a key happens once, and one for later waits', async () => {
  const body = { flow: 'quick', payload, key: 'order 7' };
  const first = await kit.ask('POST /runs', { body });
  const again = await kit.ask('POST /runs', { body });
  expect([first.status, again.status, again.body.id]).toEqual([201, 200, first.body.id]);
  expect(again.body.key).toBe('order 7');
  const later = await start('quick', { start_at: '2099-01-01T00:00:00Z' });
  expect((await run(later.id)).state).toBe('pending');
  await kit.done(`POST /runs/${later.id}/cancel`, { body: {} });
});

test('runs are listed, the newest first, by flow and by state', async () => {
  const ids = [(await start('patient')).id, (await start('patient')).id].toReversed();
  for (const id of ids) await reaches(id, 'waiting');
  const query = { flow: 'patient', state: 'waiting', limit: 1 };
  const first = await kit.done('GET /runs', { query });
  const second = await kit.done('GET /runs', { query: { ...query, cursor: first.next_cursor } });
  expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(ids);
  expect(second.next_cursor).toBeNull();
  expect(first.data[0]).not.toHaveProperty('payload');
  expect(first.data[0].waits).toMatchObject([{ kind: 'event', subject: 'paid' }]);
  for (const wrong of [{ cursor: 'bm9uZQ' }, { state: 'lost' }, { sort: 'id' }])
    expect((await kit.ask('GET /runs', { query: wrong })).status).toBe(400);
  for (const id of ids) await kit.done(`POST /runs/${id}/cancel`, { body: {} });
});

test('an event is sent once, and the run goes on with it', async () => {
  const { id } = await start('patient');
  const body = { name: 'paid', payload: { order: 7 }, id: 'payment-7' };
  expect(await kit.done(`POST /runs/${id}/signals`, { body })).toEqual({ is_known: false });
  expect(await kit.done(`POST /runs/${id}/signals`, { body })).toEqual({ is_known: true });
  await reaches(id, 'completed');
  expect((await run(id)).output).toEqual({ order: 7 });
  const late = await kit.ask(`POST /runs/${id}/signals`, { body: { name: 'paid' } });
  expect([late.status, late.body.error.code]).toEqual([409, 'conflict']);
});

test('a run is cancelled once', async () => {
  const { id } = await start('patient');
  await reaches(id, 'waiting');
  const said = await kit.done(`POST /runs/${id}/cancel`, { body: { reason: 'Nobody needs it.' } });
  expect(said).toMatchObject({ outcome: 'cancelled', run: { id, state: 'cancelled' } });
  const again = await kit.ask(`POST /runs/${id}/cancel`, { body: {} });
  expect([again.status, again.body.error.message]).toEqual([
    409,
    `The run \`${id}\` is over; it is cancelled.`,
  ]);
});

test('a run that is over is replayed, and one that is not stopped is not resolved', async () => {
  const { id } = await ended();
  const next = await kit.ask(`POST /runs/${id}/replay`, { body: { without: [pathOf('last')] } });
  expect([next.status, next.body]).toMatchObject([201, { replay_of: id, flow: 'quick', payload }]);
  await reaches(next.body.id, 'completed');
  const waiting = await start('patient');
  expect((await kit.ask(`POST /runs/${waiting.id}/replay`, { body: {} })).status).toBe(409);
  await kit.done(`POST /runs/${waiting.id}/cancel`, { body: {} });
  const { version } = await run(id);
  for (const body of [{ choice: 'continue' }, { choice: 'abandon' }, { choice: 'restart', version }])
    expect((await kit.ask(`POST /runs/${id}/resolve`, { body })).status).toBe(409);
  for (const body of [{ choice: 'restart' }, { choice: 'abandon', version }])
    expect((await kit.ask(`POST /runs/${id}/resolve`, { body })).body.error.message).toContain(
      'body.version',
    );
  const result = { path: pathOf('first'), result: 1 };
  expect((await kit.ask(`POST /runs/${id}/results`, { body: result })).status).toBe(409);
});

test('a run that is stopped goes on with another version, begins anew, or is given up', async () => {
  const done = await ended();
  const stored = await kit.storage.runs.find(done.id);
  if (stored === undefined) throw new Error('A run that has ended is not kept.');
  const { input, flow, workspace } = stored;
  const stopped = async () => {
    const id = newId();
    await kit.storage.runs.create({ id, workspace, flow, version: 'gone', input, createdAt: Date.now() });
    await reaches(id, 'stopped');
    return `POST /runs/${id}/resolve` as const;
  };
  const { version } = done;
  const on = await kit.done(await stopped(), { body: { choice: 'continue', version } });
  await reaches(on.id, 'completed');
  expect(await run(on.id)).toMatchObject({ version, output: done.output });
  const asked = await stopped();
  const anew = await kit.done(asked, { body: { choice: 'restart', version } });
  await reaches(anew.id, 'completed');
  expect(asked).not.toContain(anew.id);
  const abandoned = await kit.done(await stopped(), { body: { choice: 'abandon' } });
  expect(abandoned).toMatchObject({ state: 'cancelled' });
});

test('what happens comes as events to the end, from any of them on', async () => {
  const { id } = await ended();
  const all = eventsOf((await kit.ask(`GET /runs/${id}/events`)).text);
  expect(all.at(-1)).toMatchObject({
    event: 'end',
    data: { id, state: 'completed', output: { said: 'canary-result' } },
  });
  const steps = all.filter(({ event }) => event === 'step');
  expect(steps.map(({ data }) => data.path).join(' ')).toContain('last');
  expect(steps.map(({ data }) => JSON.stringify(data)).join(' ')).toContain('canary-result');
  const seen = steps[0]?.id as string;
  const rest = all.filter((one) => Number(one.id) > Number(seen));
  expect(eventsOf((await kit.ask(`GET /runs/${id}/events`, { query: { after: seen } })).text)).toEqual(rest);
  const resumed = await kit.app.inject({
    url: `/api/v1/runs/${id}/events`,
    headers: { authorization: `Bearer ${await kit.newKey({ role: 'developer' })}`, 'last-event-id': seen },
  });
  expect(eventsOf(resumed.body)).toEqual(rest);
});

test('what a model says is heard as it comes, by those who may read it', async () => {
  const { id } = await start('talk');
  const watch = async (fields: Record<string, unknown>) => {
    const headers = { authorization: `Bearer ${await kit.newKey(fields)}` };
    const answer = await kit.app.inject({ url: `/api/v1/runs/${id}/events`, headers, payloadAsStream: true });
    const seen = { text: '' };
    const stream = answer.stream().on('data', (chunk) => (seen.text += chunk));
    await expect.poll(() => seen.text, { timeout: 20_000 }).toContain('event: waiting');
    return { seen, over: once(stream, 'end') };
  };
  const [all, some] = [await watch({ role: 'developer' }), await watch({ role: 'analyst' })];
  await kit.done(`POST /runs/${id}/signals`, { body: { name: 'paid', payload: 'canary-payment' } });
  await Promise.all([all.over, some.over]);
  const { output } = await run(id);
  const heard = eventsOf(all.seen.text).filter(({ event }) => event === 'text');
  expect(heard.map(({ data }) => data.delta).join('')).toBe(output);
  expect(heard[0]?.data.path).toContain('say');
  expect(some.seen.text).toContain('event: end');
  expect(some.seen.text).not.toContain('event: text');
  expect(some.seen.text).not.toContain('canary');
  expect(some.seen.text).not.toContain(output);
});

test('what may cost more than its budget, or nobody knows how much, is not begun', async () => {
  const dear = { kind: 'prompt', model: 'openai:of-no-price', prompt: 'Say it.', maxOutputTokens: 20 };
  await kit.done('PUT /flows/dear', { body: { flow: { flow: 'dear', entry: 'say', nodes: { say: dear } } } });
  const refused = await kit.ask('POST /runs', {
    body: { flow: 'dear', key: 'poor', budget: { dollars: '0.01' } },
  });
  expect([refused.status, refused.body.error.code]).toEqual([402, 'budget_exhausted']);
  const known = (await kit.done('GET /runs')).data.map(({ key }: { key?: string }) => key);
  expect(known).not.toContain('poor');
});

test('a run asks for no model that its key may not ask for', async () => {
  const key = await kit.newKey({ scopes: ['runs:write', 'runs:read'], models: ['openai:*'] });
  const { id } = await kit.done('POST /runs', { key, body: { flow: 'talk' } });
  await kit.done(`POST /runs/${id}/signals`, { key, body: { name: 'paid' } });
  await reaches(id, 'failed');
  expect(JSON.stringify((await run(id)).failure)).toContain('permission_denied');
});

test('a run is followed while it waits; who leaves is forgotten, and the end of the server ends it', async () => {
  const plain = await openApiKit({ runsFlows: true });
  await plain.done('PUT /flows/patient', { body: { flow: patient } });
  const { id } = await plain.done('POST /runs', { body: { flow: 'patient' } });
  await plain.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = plain.app.server.address() as AddressInfo;
  const key = await plain.newKey({ scopes: ['runs:read'] });
  const watch = async () => {
    const asked = get(`http://127.0.0.1:${port}/api/v1/runs/${id}/events?key=${key}`);
    asked.on('error', () => {});
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    const seen = { text: '' };
    response.on('data', (chunk) => (seen.text += chunk));
    response.on('error', () => {});
    return { asked, response, seen };
  };
  const [one, other] = [await watch(), await watch()];
  expect(one.response.headers['content-type']).toBe('text/event-stream');
  await expect.poll(() => one.seen.text, { timeout: 20_000 }).toContain('"subject":"paid"');
  one.asked.destroy();
  const over = once(other.response, 'end');
  await plain.close();
  await over;
  expect(other.seen.text).not.toContain('event: end');
});

test('contents are for keys that may read them, states for all that may read runs', async () => {
  const { id } = await ended();
  const [analyst, reader] = [
    await kit.newKey({ role: 'analyst' }),
    await kit.newKey({ scopes: ['runs:read', 'runs.content:read'] }),
  ];
  for (const what of [`GET /runs/${id}`, `GET /runs/${id}/steps`, `GET /runs/${id}/events`, 'GET /runs']) {
    const [some, all] = [await kit.ask(what, { key: analyst }), await kit.ask(what, { key: reader })];
    expect([some.status, all.status], what).toEqual([200, 200]);
    expect(some.text, what).toContain(what.endsWith('steps') ? '"done"' : 'completed');
    expect(some.text, what).not.toContain('canary');
    if (what !== 'GET /runs') expect(all.text, what).toContain('canary-result');
  }
});

test('a key does what it was made for, in its workspace, on its own behalf', async () => {
  await kit.done('POST /organisations', { body: { id: 'acme', name: 'Acme' } });
  const there = { organisation: 'acme' };
  await kit.done('POST /workspaces', { body: { id: 'acme-one', name: 'One' }, query: there });
  const body = { name: 'of acme', role: 'developer' };
  const { secret, key } = await kit.done('POST /keys', { body, query: { ...there, workspace: 'acme-one' } });
  await kit.done('PUT /flows/patient', { key: secret, body: { flow: patient } });
  const own = await kit.done('POST /runs', { key: secret, body: { flow: 'patient' } });
  expect(own).toMatchObject({ workspace: 'acme-one', started_by: key.id });
  const { id } = await start('patient');
  const asked: [string, unknown?][] = [
    [`GET /runs/${id}`],
    [`GET /runs/${id}/steps`],
    [`GET /runs/${id}/events`],
    [`POST /runs/${id}/cancel`, {}],
    [`POST /runs/${id}/replay`, {}],
    [`POST /runs/${id}/resolve`, { choice: 'abandon' }],
    [`POST /runs/${id}/signals`, { name: 'paid' }],
    [`POST /runs/${id}/results`, { path: pathOf('paid'), result: 1 }],
  ];
  for (const [what, sent] of asked) {
    const answer = await kit.ask(what, { key: secret, body: sent });
    expect([answer.status, answer.body?.error?.code], what).toEqual([404, 'not_found']);
  }
  expect((await kit.done('GET /runs', { key: secret })).data.map(({ id: of }: { id: string }) => of)).toEqual(
    [own.id],
  );
  expect((await kit.ask('POST /runs', { key: secret, body: { flow: 'quick' } })).status).toBe(404);

  const [analyst, caller] = [await kit.newKey({ role: 'analyst' }), await kit.newKey()];
  for (const [what, sent] of asked.slice(3))
    expect((await kit.ask(what, { key: analyst, body: sent })).status, what).toBe(403);
  for (const [what, sent] of [...asked, ['POST /runs', { flow: 'quick' }] as const])
    expect((await kit.ask(what, { key: caller, body: sent })).status, what).toBe(403);
  await kit.done(`POST /runs/${id}/cancel`, { body: {} });
});

test.each<[unknown, string]>([
  [{}, '`body.flow` is missing'],
  [{ flow: 'quick', payloud: 1 }, 'Did you mean `payload`?'],
  [{ flow: 'quick', budget: { dollars: '$5' } }, '`body.budget.dollars` must match'],
  [{ flow: 'quick', budget: { dollars: 5 } }, '`body.budget.dollars` must be a text'],
  [{ flow: 'quick', timeout_ms: 0 }, '`body.timeout_ms` must be at least 1'],
  [{ flow: 'quick', key: '/schedule/x' }, '`body.key` must match'],
  [{ flow: 'quick', key: '' }, '`body.key` must have at least'],
  [{ flow: 'quick', start_at: 'tomorrow' }, '`body.start_at` must be a time'],
  [{ flow: 'quick', context: 'x' }, '`body.context` must be an object'],
  ['{"flow": "quick", "payload": ', 'request body'],
  [`{"flow": "quick", "payload": ${'['.repeat(300)}${']'.repeat(300)}}`, 'nested deeper'],
])('a start with %j is refused: %s', async (body, said) => {
  const { status, body: answer } = await kit.ask('POST /runs', { body });
  expect(status).toBe(400);
  expect(`${answer.error.message} ${answer.error.hint}`).toContain(said);
});

test('a payload may be any JSON, long and with odd signs, and not without end', async () => {
  const odd = ['\u202ea\nb', 'x'.repeat(100_000), null, { constructor: '\0', a: 1e300 }];
  for (const given of [...odd, odd, 7, false]) {
    const made = await kit.ask('POST /runs', { body: { flow: 'patient', payload: given } });
    expect(made.body.payload).toEqual(given);
    await kit.done(`POST /runs/${made.body.id}/cancel`, { body: {} });
  }
  const huge = { flow: 'quick', payload: 'x'.repeat(2 * 1024 * 1024) };
  expect((await kit.ask('POST /runs', { body: huge })).status).toBe(413);
});

test('what was done to runs stands in the audit log without contents', async () => {
  const { id } = await start('patient');
  await kit.done(`POST /runs/${id}/signals`, { body: { name: 'other', payload: 'canary-event' } });
  await kit.ask(`POST /runs/${id}/results`, { body: { path: pathOf('paid'), result: 'canary-known' } });
  await kit.done(`POST /runs/${id}/cancel`, { body: { reason: 'enough' } });
  const { entries } = await kit.storage.audit.page({ organisation: 'default', limit: 3 });
  expect(entries.map(({ action, target }) => [action, target])).toEqual([
    ['runs.cancel', id],
    ['runs.supply_result.failed', id],
    ['runs.supply_result', id],
  ]);
  expect(JSON.stringify(entries)).toContain('enough');
  expect(JSON.stringify(entries)).not.toContain('canary');
});
