// Defects of an earlier design of the same contract, each as a test, so that none of them comes back.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type BlockAttempt,
  fail,
  getData,
  graph,
  map,
  type Policy,
  repair,
  retry,
  seq,
  step,
} from '@keelson/core';
import { expect, it } from 'vitest';
import { createIds, silentLog, systemRandom } from '../observability/index.ts';
import { failed, testEnvironment, withModel } from './__fixtures__/index.ts';
import { estimateRun, prompt, runBlock, StatsFolder } from './index.ts';

const plain = () => ({ environment: testEnvironment() });

it('1: a composite holds a block whose payload is text', async () => {
  const { environment } = withModel(['answer']);
  const flow = graph('g', { entry: 'ask', nodes: { ask: prompt('ask', { model: 'm' }) }, edges: {} });
  expect(getData(await runBlock(flow, 'a question', { environment }))).toBe('answer');
});

it('2: a node is given what the node before it gave', async () => {
  const seen: unknown[] = [];
  const look = (name: string) =>
    map(name, (value: number) => {
      seen.push(value);
      return value * 10;
    });
  await runBlock(seq('s', look('a'), look('b'), look('c')), 1, plain());
  await runBlock(
    graph('g', { entry: 'a', nodes: { a: look('a'), b: look('b') }, edges: { a: 'b' } }),
    1,
    plain(),
  );
  expect(seen).toEqual([1, 10, 100, 1, 10]);
});

it("3: a child's response is not the composite's to write to, also when it failed", async () => {
  const responses: unknown[] = [];
  const inner = seq(
    'inner',
    step('leaf', () => {
      throw fail('tool', 'e');
    }),
  );
  const watching = step('watch', async (n: number, scope) => {
    const response = await scope.call('inner', inner, n);
    responses.push(response, structuredClone(response));
    return getData(response);
  });
  const { metadata } = await runBlock(seq('outer', watching), 1, plain());
  const [child, asItWas] = responses;
  expect(child).toEqual(asItWas);
  expect(Object.isFrozen(child)).toBe(true);
  expect(metadata).toMatchObject({ block: 'outer' });
});

it('4: policies go by the failure that is there now, and a repair that throws is a failure', async () => {
  let runs = 0;
  const block = step(
    's',
    () => {
      runs += 1;
      throw runs === 1 ? fail('tool', 'first') : fail('output', 'second');
    },
    { effects: 'none' },
  ).recover(
    retry({ maxAttempts: 2, on: ['tool'] }),
    repair(
      () => {
        throw new Error('x');
      },
      { on: ['output'] },
    ),
  );
  const error = failed(await runBlock(block, null, plain()));
  expect(error).toMatchObject({ reason: 'repair_execution_failed', cause: { reason: 'second' } });
});

it.each([
  'AKIAIOSFODNN7EXAMPLE',
  'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
  'https://user:word@db.example.com',
  'eyJhbGciOi.eyJzdWIi.c2ln',
])('5: no form of a secret in an exception leaves a block: %s', async (secret) => {
  const block = step('s', () => {
    throw new Error(`could not use ${secret}`);
  });
  expect(JSON.stringify(await runBlock(block, null, plain()))).not.toContain(secret);
});

it('6: what is unsafe is said once, and a refused connection is not unsafe', async () => {
  const policies: Policy[] = [retry(), repair(() => 1)];
  const lost = step('pay', () => {
    throw fail('tool', 'lost');
  });
  let nested = seq('level', lost.recover(...policies));
  for (let level = 0; level < 5; level += 1) nested = seq('level', nested.recover(...policies));
  const error = failed(await runBlock(nested, 1, plain()));
  expect([error.reason, error.cause?.reason, error.cause?.cause]).toEqual([
    'unsafe_to_retry',
    'lost',
    undefined,
  ]);
  let tries = 0;
  const refused = step('pay', () => {
    tries += 1;
    if (tries < 3) throw fail('tool', 'refused', {}, 'not_started');
    return 'paid';
  }).recover(retry());
  expect(getData(await runBlock(refused, 1, plain()))).toBe('paid');
});

it('7: folding statistics replaces a file whole, and never rewrites one in place', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-defects-'));
  try {
    const { clock } = testEnvironment();
    const newId = createIds(clock, systemRandom);
    const stats = new StatsFolder({ folder, clock, log: silentLog, newId, segmentBytes: 400 });
    const attempt: BlockAttempt = {
      ...{ key: 'a@1', traceId: 't', executionId: 'e', spanId: 's', attempt: 1, at: clock.now() },
      ...{ outcome: 'ok', ms: 1, nanoDollars: 1, calls: 0, inputTokens: null, outputTokens: null },
    };
    const snapshots = new Set<string>();
    for (let count = 1; count <= 12; count += 1) {
      stats.record(attempt);
      const name = readdirSync(folder).find((one) => one === 'snapshot.json');
      // Whenever one looks, it is whole.
      if (name !== undefined)
        snapshots.add(JSON.stringify(JSON.parse(readFileSync(join(folder, name), 'utf8'))));
    }
    expect(snapshots.size).toBeGreaterThan(1);
    expect(stats.findStats('a@1')?.ok.ms.n).toBe(12);
    stats.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('8: an estimate knows the request, its parts, and failures apart from successes', async () => {
  const { environment } = withModel(['x'], { input: 1000, output: 10 });
  const flow = seq(
    's',
    prompt('ask', { model: 'm' }),
    map('m', (text: string) => text),
  );
  const short = estimateRun(flow, 'x', environment);
  const long = estimateRun(flow, 'x'.repeat(4000), environment);
  expect(long.nanoDollars.mean).toBeGreaterThan(10 * (short.nanoDollars.mean ?? 0));
  expect(Object.keys(short.components ?? {})).toEqual(['ask', 'm']);
  await runBlock(flow, 'x', { environment });
  // One value says nothing about a spread.
  expect(estimateRun(flow, 'x', environment).components?.ask?.nanoDollars.std).toBeNull();
});

it('9: two retries that would share one count are refused when they are built', () => {
  expect(() => map('m', (n: number) => n).recover(retry({ on: ['tool'] }), retry({ on: ['tool'] }))).toThrow(
    /attempts are counted once/,
  );
});

it('T1: every attempt has one record, with the ids of the run, its outcome and what it used', async () => {
  const records: BlockAttempt[] = [];
  const { environment } = withModel([fail('llm.timeout', 'slow'), 'answer']);
  const stats = { findStats: () => undefined, record: (attempt: BlockAttempt) => void records.push(attempt) };
  const ask = prompt('ask', { model: 'm', version: '3' }).recover(
    retry({ on: ['llm.timeout'], jitter: false }),
  );
  const { metadata } = await runBlock(seq('s', ask), 'x', { environment: { ...environment, stats } });
  const { traceId, executionId } = metadata;
  expect(records).toMatchObject([
    {
      key: 'ask@3@m',
      node: 'ask',
      attempt: 1,
      outcome: 'failed',
      reason: 'slow',
      errorType: 'llm.timeout',
      nanoDollars: null,
      calls: 1,
    },
    {
      key: 'ask@3@m',
      node: 'ask',
      attempt: 2,
      outcome: 'ok',
      nanoDollars: 1_000_000,
      calls: 1,
      inputTokens: 10,
      outputTokens: 20,
    },
    { key: 's@1', node: 'root', attempt: 1, outcome: 'ok', calls: 2 },
  ]);
  for (const record of records) expect(record).toMatchObject({ traceId, executionId });
  expect(new Set(records.map(({ spanId }) => spanId)).size).toBe(3);
});
