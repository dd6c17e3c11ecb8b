// The commands about flows with `--server`, against scripted answers in the shapes of the management API: what is asked, how what comes
// is told, and that a stream of events which breaks off is taken up where it ended.
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { runHere } from '../__fixtures__/run-here.ts';
import { makeFolder, removeFolder } from '../__fixtures__/run-keelson.ts';

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly key: string | undefined;
}

const id = '01a201be-d266-7000-99ad-df0607e229bd';
const at = '2026-11-22T05:33:32.646Z';
const shown = {
  ...{ id, workspace: 'shop', flow: 'hello', version: 'v1', started_by: 'ann', created_at: at, passes: 1 },
  ...{ state: 'running', payload: { text: 'hi' }, waits: [] as object[] },
};
const ended = {
  ...shown,
  ...{ state: 'completed', output: 'Ahoy.', nano_dollars: '1200', calls: 1, started_at: at, finished_at: at },
};
const asks = {
  ...shown,
  state: 'waiting',
  waits: [{ path: '/top/ok~approval', kind: 'approval', subject: 'a1' }],
};
const approval = {
  ...{ id: 'a1', run_id: id, path: '/top/ok~approval', workspace: 'shop', state: 'open', asked: { pay: 5 } },
  ...{ input_hash: 'h', created_at: at, expires_at: at, token: 'apr_secret' },
};
const step = { path: '/top/greet', kind: 'step', state: 'done', interrupted: 0, nano_dollars: '1200' };
const kept = { name: 'hello', version: 'v1', workspace: 'shop', uses: {}, created_at: at };
const part = {
  ...{ kind: 'prompt', source: 'prior', confidence: 'low', sample_size: 0, notes: ['no_recorded_attempts'] },
  nano_dollars: { mean: '1000', std: null, p90: '2000', max: '3000' },
  ...{ ms: { mean: 10, std: null, p90: 20, max: null }, calls: { mean: 1, max: 1 } },
};

let server: Server;
let folder = '';
let asked: Asked[] = [];
let answers: Record<string, unknown> = {};

beforeAll(async () => {
  folder = makeFolder();
  writeFileSync(join(folder, 'hello.yaml'), '# A greeting.\nflow: "hello" # its name\nentry: a\n');
  server = createServer(async (request, response) => {
    const path = (request.url ?? '').replace(/^\/api\/v1/, '');
    const { method = '', headers } = request;
    asked.push({ method, path, body: await readBody(request), key: headers.authorization });
    const known = answers[`${method} ${path.replace(/\?.*/, '')}`];
    const answer = typeof known === 'function' ? known() : known;
    if (typeof answer === 'string') {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(answer);
      return;
    }
    const missing = { error: { code: 'not_found', message: 'There is no such thing.', hint: 'Look again.' } };
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? missing));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
});
beforeEach(() => {
  asked = [];
  answers = {
    [`GET /runs/${id}`]: asks,
    'GET /approvals': { data: [approval], next_cursor: null },
    'GET /runs': { data: [ended, { ...asks, id: '01a2' }], next_cursor: null },
    [`GET /runs/${id}/steps`]: { data: [step], next_cursor: null },
  };
});
afterAll(() => {
  server.close();
  removeFolder(folder);
});

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const bytes of request) text += bytes;
  return text === '' ? undefined : JSON.parse(text);
}

function flow(...words: readonly string[]) {
  const { port } = server.address() as AddressInfo;
  const line = ['flow', ...words, '--server', `http://127.0.0.1:${port}`, '--key', 'env:TEAM'];
  return runHere(line, { folder, env: { TEAM: 'team-key' } });
}

const event = (kind: string, data: object, seq: number): string =>
  `id: ${seq}\nevent: ${kind}\ndata: ${JSON.stringify(data)}\n\n`;

test('a file is kept there and its run followed to the end, over a stream that breaks off once', async () => {
  const streams = [
    `retry: 2000\n\n:\n\n${event('step', { ...step, started_at: at }, 3)}`,
    event('end', ended, 7),
  ];
  Object.assign(answers, {
    'PUT /flows/hello': kept,
    'GET /flows/hello': { ...kept, version: 'v0' },
    'POST /runs': shown,
    [`GET /runs/${id}`]: shown,
    [`GET /runs/${id}/events`]: () => streams.shift() ?? '',
  });
  const budget = ['--budget', '0.05', '--preflight', 'max', '--timeout', '30s', '--start-key', 'k'];
  const ran = await flow(
    'run',
    'hello.yaml',
    '--input',
    '{"text":"hi"}',
    ...budget,
    '--quiet',
    '--workspace',
    'shop',
  );
  expect(ran).toMatchObject({
    code: 0,
    text: 'Ahoy.\n',
    aside: expect.stringContaining('cost $0.0000012, 1 call'),
  });
  expect(asked.find(({ path }) => path === '/runs?workspace=shop')).toEqual({
    ...{ method: 'POST', path: '/runs?workspace=shop', key: 'Bearer team-key' },
    body: {
      ...{ flow: 'hello', version: 'v1', payload: { text: 'hi' }, key: 'k', timeout_ms: 30_000 },
      budget: { dollars: '0.05', preflight: 'max' },
    },
  });
  const follows = asked
    .filter(({ path }) => path.includes('/events'))
    .map(({ path }) => path.replace(/.*\?/, ''));
  expect(follows).toEqual(['workspace=shop&after=0', 'workspace=shop&after=3']);
});

test('runs are listed and shown, without the token of an approval', async () => {
  const older = await flow('list', '--before', id, '--state', 'waiting', '--workspace', 'shop');
  expect(older.data.map((run: { id: string }) => run.id)).toEqual(['01a2']);
  expect(asked[0]?.path).toBe('/runs?workspace=shop&state=waiting&limit=200');
  const whole = await flow('show', id, '--steps');
  expect(whole.text).toMatch(/waits for +an approval at ok\n/);
  expect(whole.text).toMatch(/greet +step +done +\$0\.0000012/);
  expect(JSON.stringify(whole)).not.toContain('apr_secret');
});

test('approvals are answered, events sent, runs ended', async () => {
  Object.assign(answers, {
    'POST /approvals/a1/decide': { ...approval, state: 'approved', decided_at: at, decided_by: 'key' },
    [`POST /runs/${id}/signals`]: { is_known: false },
    [`POST /runs/${id}/cancel`]: { outcome: 'asked', run: asks },
  });
  const yes = await flow('approve', id, '--note', 'Fine.');
  expect(yes.aside).toMatch(/resume \S+ --server http:\S+ --key env:TEAM` goes on/);
  expect([yes.code, yes.data.decision]).toEqual([0, 'approved']);
  expect((await flow('signal', id, 'paid', '--payload', '{"amount":5}')).code).toBe(0);
  expect((await flow('cancel', id, '--reason', 'No.')).text).toContain('was told to end');
  expect(asked.filter(({ method }) => method === 'POST').map(({ body }) => body)).toEqual([
    { decision: 'approved', note: 'Fine.' },
    { name: 'paid', payload: { amount: 5 } },
    { reason: 'No.' },
  ]);
});

test('what a step came to that was cut off is said of the one that waits for it', async () => {
  const wait = { path: '/top/pay~result[1]', kind: 'event', subject: 'result of /top/pay' };
  Object.assign(answers, {
    [`GET /runs/${id}`]: { ...asks, waits: [wait] },
    [`POST /runs/${id}/results`]: asks,
  });
  expect((await flow('approve', id, '--result', '{"paid":true}')).text).toBe(
    'The step pay has come to that.\n',
  );
  expect(asked.at(-1)?.body).toEqual({ path: '/top/pay', result: { paid: true } });
  const misspelt = await flow('approve', id, '--result', '1', '--step', 'pya');
  expect([misspelt.code, misspelt.aside]).toEqual([2, expect.stringContaining('Did you mean `pay`?')]);
  answers[`GET /runs/${id}`] = asks;
  expect((await flow('approve', id, '--result', '1')).code).toBe(3);
});

test('--yes answers approvals, and never what became of a step that was cut off', async () => {
  const cutOff = { ...approval, path: '/top/pay~interrupted[1]' };
  const wait = { path: cutOff.path, kind: 'approval', subject: 'a1' };
  const state = { ...shown, state: 'waiting', waits: [wait] };
  Object.assign(answers, {
    [`GET /runs/${id}`]: state,
    'GET /approvals': { data: [cutOff], next_cursor: null },
    [`GET /runs/${id}/events`]: event('waiting', { waits: [wait] }, 4),
  });
  const left = await flow('resume', id, '--yes', '--quiet');
  expect([left.code, left.data.end]).toEqual([20, 'waits']);
  expect(asked.filter(({ method }) => method === 'POST')).toEqual([]);
});

test('an estimate of the server is told with its parts', async () => {
  Object.assign(answers, {
    'GET /flows/hello': kept,
    'POST /flows/hello/estimate': {
      ...part,
      ...{
        block: 'hello',
        components: [
          { ...part, block: 'a', path: 'a' },
          { ...part, block: 'b', path: 'a/b' },
        ],
      },
    },
  });
  const { text, data } = await flow('estimate', 'hello', '--input', '1');
  expect(data.estimate.components.a.components.b.nanoDollars.max).toBe(3000);
  expect(text).toMatch(/\nhello +prompt.*\n {2}a +prompt.*\n {4}b +prompt/);
  expect(await flow('estimate', 'hello.yaml')).toMatchObject({
    code: 2,
    aside: expect.stringContaining('flow keep'),
  });
  expect(await flow('show', 'nobody')).toMatchObject({
    code: 5,
    aside: expect.stringContaining('no such thing'),
  });
});
