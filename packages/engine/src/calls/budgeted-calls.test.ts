// Calls under budgets, from the caller's side: what is let through, what is refused and how, and what is charged afterwards.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRegistry, digestLockfile, parseLockfile, readWholeRegistryFile } from '@keelson/core';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openAnswerCache } from '../cache/index.ts';
import { type BudgetDefinition, Limits } from '../limits/index.ts';
import {
  createCallTail,
  createIds,
  createMetrics,
  silentLog,
  systemClock,
  systemRandom,
} from '../observability/index.ts';
import { openStorage, type Storage } from '../storage/index.ts';
import { createTestCaller } from './__fixtures__/test-caller.ts';
import { createTestEngine, type TestEngine } from './__fixtures__/test-engine.ts';
import { createPriceList, createWorstPrices, tellState } from './index.ts';

const card = (provider: string, model: string, input: number, output: number) => ({
  provider,
  model_name: model,
  context_window_tokens: 100_000,
  dollars_per_million_tokens_input: input,
  dollars_per_million_tokens_output: output,
});
const openai = readWholeRegistryFile({
  provider: 'openai',
  version: 1,
  models: {
    'openai:one': card('openai', 'one', 1, 10),
    'openai:two': card('openai', 'two', 2, 20),
    'openai:cheap': { ...card('openai', 'cheap', 0, 0.001), max_output_tokens: 100 },
  },
});
const anthropic = readWholeRegistryFile({
  provider: 'anthropic',
  version: 1,
  models: { 'anthropic:two': card('anthropic', 'two', 4, 40) },
});
const registry = createRegistry([openai, anthropic]);

let simulator: Simulator;
let storage: Storage;
let folder: string;
let engine: TestEngine;
let limits: Limits;

beforeAll(async () => {
  simulator = await startSimulator({ seed: 5 });
  folder = mkdtempSync(join(tmpdir(), 'keelson-budgeted-'));
  storage = await openStorage(
    { kind: 'sqlite', path: join(folder, 'keelson.db') },
    { clock: systemClock, log: silentLog },
  );
});
beforeEach(async () => {
  simulator.reset();
  limits = new Limits({
    storage,
    clock: systemClock,
    log: silentLog,
    newId: createIds(systemClock, systemRandom),
    host: 'here',
    journal: { folder: join(folder, 'journal') },
  });
  engine = createTestEngine(
    simulator,
    { limits, worstPrices: createWorstPrices(registry), costOf: createPriceList(registry) },
    {
      aliases: {
        cheap: { targets: ['openai:cheap'], retries: 0 },
        both: { targets: ['openai:one', 'anthropic:two'], retries: 0 },
      },
    },
  );
  await limits.ready;
});
afterEach(async () => {
  for (const { id } of limits.budgets) await limits.remove(id);
  await limits.close();
  await engine.close();
});
afterAll(async () => {
  await storage.close();
  rmSync(folder, { recursive: true });
  await simulator.close();
});

let made = 0;
async function create(changes: Partial<BudgetDefinition>): Promise<string> {
  const id = `b${made++}`;
  await limits.create({
    id,
    scope: 'workspace',
    subject: 'w1',
    measure: 'money',
    window: 'total',
    limit: '1',
    ...changes,
  });
  return id;
}

async function settled(id: string): Promise<number> {
  await limits.flush();
  const [window] = await limits.windows(id);
  return window?.settled ?? 0;
}

const more = { max_tokens: 100 };

test('a call is charged at what it really cost, and told what is left', async () => {
  const id = await create({ limit: '1' });
  const { caller, record } = await engine.ask({ text: '[[text: one two three]]', more });
  expect(caller.status).toBe(200);
  expect(record.cost.nanoDollars).toBeGreaterThan(30_000);
  expect(await settled(id)).toBe(record.cost.nanoDollars);
  // All attempts of the plan are set aside while the call is under way.
  expect(Number(caller.headers['x-keelson-budget-remaining'])).toBeLessThan(1 - 2 * 100 * 10e-6);
  expect(Number(caller.headers['x-keelson-budget-remaining'])).toBeGreaterThan(0.99);
});

test('a call that does not fit is refused in the words of its format, and nothing is sent', async () => {
  await create({ limit: '0.000001' });
  const { caller, record } = await engine.ask({ more });
  expect(caller.status).toBe(402);
  expect(JSON.parse(caller.text)).toMatchObject({
    error: { type: 'insufficient_quota', code: 'budget_exhausted' },
  });
  expect(caller.headers).toMatchObject({ 'x-keelson-error': 'budget_exhausted', 'x-should-retry': 'false' });
  expect(caller.headers['retry-after']).toBeUndefined();
  expect(record).toMatchObject({ outcome: 'refused', error: 'budget_exhausted' });
  const other = await engine.ask({ dialect: 'anthropic-messages', model: 'openai:one' });
  expect(JSON.parse(other.caller.text)).toMatchObject({ type: 'error', error: { type: 'billing_error' } });
  expect(simulator.requests).toEqual([]);
});

test('metrics tell how budgets stand and what they refused, and of calls at once nothing is ever spent', async () => {
  const metrics = createMetrics({ isListed: () => true });
  tellState(metrics, {
    ...{
      limits,
      providers: new Map(),
      routing: { states: () => [] },
      queues: {},
      promptCaches: { states: () => [] },
    },
    tail: createCallTail(),
  });
  const id = await create({ limit: '0.5' });
  const slots = await create({ measure: 'concurrency', window: undefined, limit: 5 } as never);
  const { keelson_budget_spent_ratio: unknown } = metrics.collect();
  expect(unknown).toBeUndefined();
  const { record } = await engine.ask({ text: '[[text: one two three]]', more });
  const small = await create({ scope: 'key', subject: 'k1', limit: '0.000001' });
  expect((await engine.ask({ more })).record.error).toBe('budget_exhausted');
  await settled(id);
  const samples = metrics.collect();
  expect(samples.keelson_budget_spent_ratio).toContainEqual([
    ['workspace', id],
    (record.cost.nanoDollars as number) / 0.5e9,
  ]);
  expect(samples.keelson_budget_limit_usd).toEqual([
    [['workspace', id], 0.5],
    [['key', small], 0.000001],
  ]);
  expect(samples.keelson_budget_blocked_total).toEqual([[['key'], 1]]);
  expect(JSON.stringify(samples)).not.toContain(`"${slots}"`);
});

test('refusals and known answers tell what is left, as answers do', async () => {
  await create({ limit: '0.000001' });
  const refused = await engine.ask({ more });
  expect(refused.caller.status).toBe(402);
  expect(refused.caller.headers['x-keelson-budget-remaining']).toBe('0.000001');
  for (const { id } of limits.budgets) await limits.remove(id);
  await create({ limit: '1' });
  const cache = await openAnswerCache(
    { store: 'memory', maxBytes: 1e6 },
    { clock: systemClock, log: silentLog },
  );
  const { parts } = engine;
  const cached = createTestEngine(simulator, { ...parts, cache });
  const asked = { more, controls: { cache: 'use' } } as const;
  await cached.ask(asked);
  const { caller } = await cached.ask(asked);
  expect(caller.headers['x-keelson-cache']).toBe('hit');
  expect(Number(caller.headers['x-keelson-budget-remaining'])).toBeGreaterThan(0.9);
  await cached.close();
  await cache.close();
});

test('each library is told of requests and tokens in its own words, and when they come again', async () => {
  await create({ measure: 'requests', window: 'minute', limit: 3 });
  await create({ measure: 'tokens', window: 'minute', limit: 100_000 });
  const openai = (await engine.ask({ more })).caller.headers;
  expect(openai).toMatchObject({
    'x-ratelimit-limit-requests': '3',
    'x-ratelimit-remaining-requests': '2',
    'x-ratelimit-limit-tokens': '100000',
    'x-ratelimit-reset-requests': expect.stringMatching(/^\d{1,2}s$/),
    'x-ratelimit-reset-tokens': expect.stringMatching(/^\d{1,2}s$/),
  });
  const ask = () => engine.ask({ dialect: 'anthropic-messages', model: 'anthropic:two' });
  const anthropic = (await ask()).caller.headers;
  expect(anthropic).toMatchObject({
    'anthropic-ratelimit-requests-limit': '3',
    'anthropic-ratelimit-requests-remaining': '1',
    'anthropic-ratelimit-tokens-limit': '100000',
    'anthropic-ratelimit-tokens-reset': expect.stringMatching(/:00\.000Z$/),
  });
  expect(anthropic).not.toHaveProperty('x-ratelimit-limit-requests');
  const most = Number(anthropic['anthropic-ratelimit-tokens-remaining']);
  // What was set aside for it has come back by now, but for what it used.
  await ask();
  const { caller } = await ask();
  expect(caller.status).toBe(429);
  expect(caller.headers['anthropic-ratelimit-requests-remaining']).toBe('0');
  expect(Number(caller.headers['anthropic-ratelimit-tokens-remaining'])).toBeGreaterThan(most);
});

test('what a provider reports beyond the reservation, or below it, is charged as it says', async () => {
  const id = await create({ limit: '1' });
  const below = await engine.ask({ text: '[[usage: input=3 output=2]]', more });
  expect(below.record.cost.nanoDollars).toBe(3 * 1000 + 2 * 10_000);
  expect(await settled(id)).toBe(23_000);
  await engine.ask({ text: '[[usage: input=10 output=90000]]', more });
  expect(await settled(id)).toBe(23_000 + 10 * 1000 + 90_000 * 10_000);
  const [window] = await limits.windows(id);
  expect(window?.overshoot).toBeGreaterThan(800_000_000);
  const { caller } = await engine.ask({ text: '[[usage: input=10 output=90000]]', more });
  expect(caller.status).toBe(200);
  // Beyond the limit there is nothing any more.
  expect((await engine.ask({ more })).caller.status).toBe(402);
});

test('a window that ends says when', async () => {
  await create({ measure: 'requests', window: 'minute', limit: 1 });
  const first = await engine.ask({ more });
  expect(first.caller.headers).toMatchObject({
    'x-ratelimit-limit-requests': '1',
    'x-ratelimit-remaining-requests': '0',
  });
  const { caller } = await engine.ask({ more });
  expect(caller.status).toBe(429);
  expect(Number(caller.headers['retry-after'])).toBeGreaterThanOrEqual(0);
  expect(Number(caller.headers['retry-after'])).toBeLessThanOrEqual(60);
  expect(caller.headers['x-should-retry']).toBeUndefined();
  expect(JSON.parse(caller.text)).toMatchObject({ error: { type: 'rate_limit_error' } });
});

test('a stream whose caller leaves is paid for as far as it came', async () => {
  const id = await create({});
  const caller = createTestCaller();
  const asked = engine.ask({
    stream: true,
    text: '[[text: one two three four five six seven eight]] [[chunks: 20ms]]',
    more,
    caller,
  });
  while (!caller.text.includes('three')) await systemClock.sleep(5);
  caller.leave();
  const { record } = await asked;
  expect(record).toMatchObject({ outcome: 'aborted', cost: { status: 'estimated' } });
  expect(record.cost.nanoDollars).toBeGreaterThan(0);
  expect(await settled(id)).toBe(record.cost.nanoDollars);
});

test('what fell back is charged for all attempts, and tokens are counted beside money', async () => {
  const id = await create({});
  const tokens = await create({ measure: 'tokens', window: 'day', limit: 1_000_000 });
  simulator.fault('server-error', { match: { dialect: 'openai-chat' } });
  const { record } = await engine.ask({ model: 'both', stream: true, text: '[[text: one two three]]', more });
  expect(await settled(id)).toBe(record.cost.nanoDollars);
  const { usage } = record;
  expect(await settled(tokens)).toBe((usage?.input.total ?? 0) + (usage?.output.total ?? 0));
});

test('a call without a maximum is refused with advice, unless something else says it', async () => {
  const id = await create({});
  const { caller } = await engine.ask({});
  expect(caller.status).toBe(400);
  expect(caller.text).toContain('Set a maximum of output tokens');
  await limits.update({
    id,
    scope: 'workspace',
    subject: 'w1',
    measure: 'money',
    window: 'total',
    limit: '1',
    maxOutput: 500,
  });
  expect((await engine.ask({})).caller.status).toBe(200);
  await limits.remove(id);
  await create({});
  // Its card says it.
  expect((await engine.ask({ model: 'cheap' })).caller.status).toBe(200);
});

test('a model without a price is refused, or taken for nothing where that is wanted', async () => {
  const id = await create({});
  const { caller } = await engine.ask({ model: 'openai:unknown', more });
  expect(caller.status).toBe(403);
  expect(caller.headers['x-keelson-error']).toBe('unpriced_model');
  await limits.remove(id);
  const lenient = await create({ unpriced: 'allow' });
  expect((await engine.ask({ model: 'openai:unknown', more })).caller.status).toBe(200);
  expect(await settled(lenient)).toBe(0);
});

test('what is set aside for a locked model goes by the prices that were locked', async () => {
  const lockfile = parseLockfile(`version = 1
[profiles.default.aliases]
dear = ["openai:one"]
free = ["openai:two"]
[profiles.default.pins."openai:one"]
registry_version = 1
prices = { dollars_per_million_tokens_input = 1, dollars_per_million_tokens_output = 8000 }
[profiles.default.pins."openai:two"]
registry_version = 1
`);
  const names = { lockfile, digest: digestLockfile(lockfile) };
  const parts = { limits, worstPrices: createWorstPrices(registry), costOf: createPriceList(registry) };
  const locked = createTestEngine(simulator, parts, { aliases: {}, lockfile: names });
  const id = await create({ limit: '0.5' });
  // A hundred tokens cost eighty cents by the lockfile, and a tenth of a cent by the registry.
  const dear = await locked.ask({ model: 'dear', more });
  expect(dear.record).toMatchObject({ outcome: 'refused', error: 'budget_exhausted' });
  const unpriced = await locked.ask({ model: 'free', more });
  expect(unpriced.record).toMatchObject({ outcome: 'refused', error: 'unpriced_model' });
  expect(simulator.requests).toEqual([]);
  expect((await engine.ask({ model: 'openai:one', more })).record.outcome).toBe('answered');
  await limits.remove(id);
  await create({ limit: '100' });
  expect((await locked.ask({ model: 'dear', more })).record.outcome).toBe('answered');
  await locked.close();
});

test('a call goes to the cheaper alias when the budget says so', async () => {
  await create({ limit: '0.001', policy: 'downgrade', alias: 'cheap' });
  const { caller, record } = await engine.ask({ model: 'openai:two', more });
  expect(caller.status).toBe(200);
  expect(caller.headers['x-keelson-downgraded']).toBe('cheap');
  expect(record).toMatchObject({ requestedModel: 'openai:two', alias: 'cheap', model: 'cheap' });
});

test('a budget of a tag or a model binds what goes there', async () => {
  const tag = await create({ scope: 'tag', subject: 'team=search' });
  const model = await create({ scope: 'model', subject: 'openai:one' });
  const alias = await create({ scope: 'model', subject: 'both' });
  const tagged = await engine.ask({ more, controls: { tags: { team: 'search' } } });
  const plain = await engine.ask({ more });
  const aliased = await engine.ask({ model: 'both', more });
  const sum = (...answers: { record: { cost: { nanoDollars?: number } } }[]): number =>
    answers.reduce((total, { record }) => total + (record.cost.nanoDollars ?? 0), 0);
  expect(await settled(tag)).toBe(sum(tagged));
  expect(await settled(model)).toBe(sum(tagged, plain, aliased));
  expect(await settled(alias)).toBe(sum(aliased));
});

test('without any budget there is nothing to wait for and nothing reserved', async () => {
  expect(limits.isIdle).toBe(true);
  const { caller } = await engine.ask({});
  expect(caller.status).toBe(200);
  expect(caller.headers['x-keelson-budget-remaining']).toBeUndefined();
});

describe('calls at once', () => {
  test('are as many as allowed', async () => {
    await create({ measure: 'concurrency', limit: 2, window: undefined });
    const slow = { text: '[[delay: 300ms]] [[text: late]]', more };
    const answers = await Promise.all([engine.ask(slow), engine.ask(slow), engine.ask(slow)]);
    expect(answers.map(({ caller }) => caller.status).toSorted()).toEqual([200, 200, 429]);
    expect((await engine.ask({ more })).caller.status).toBe(200);
  });
});
