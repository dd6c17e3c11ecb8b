// Flows that callers ask like models: in every format, whole and streamed, with records, failures, hang-ups and what is not heeded.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  branch,
  type ChatEvent,
  dialects,
  fail,
  graph,
  loop,
  map,
  retry,
  seq,
  step,
  textOf,
} from '@keelson/core';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createFlowAsker,
  FlowCaller,
  type FlowTable,
  openSmallEngine,
  type SmallEngine,
  say,
} from './__fixtures__/index.ts';
import { approve, pause, prompt, waitFor } from './blocks/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'keelson-flow-models-'));
let simulator: Simulator;
let small: SmallEngine;
let ask: ReturnType<typeof createFlowAsker>;

const tell = prompt('tell', { model: 'one', maxOutputTokens: 50 });
const scripted = (name: string, script: string) =>
  prompt(name, { model: 'one', maxOutputTokens: 50, template: (_: unknown) => script });
const first = scripted('first', '[[text: A fine draft.]]');
const last = scripted('last', '[[text: Fair winds, 順風 and 🌊.]]');
const answer = 'Fair winds, 順風 and 🌊.';
const failing = (type: string, reason: string, effects: 'none' | 'non_idempotent' = 'none') =>
  step('fails', () => Promise.reject(fail(type, reason, { secret: 'x' })), { effects });

const table: FlowTable = {
  support: { block: seq('support', first, last) },
  told: { block: tell },
  both: { block: map('both', (payload: unknown) => payload), takes: 'conversation' },
  object: {
    block: seq(
      'object',
      first,
      map('make', (text: string) => ({ text, isFine: true })),
    ),
  },
  nothing: { block: map('nothing', () => undefined) },
  cyclic: {
    block: map('cyclic', () => {
      const ring: Record<string, unknown> = {};
      ring.self = ring;
      return ring;
    }),
  },
  routed: {
    block: branch(
      'routed',
      [{ name: 'short', when: (text: string) => text.length < 10, block: seq('brief', first, last) }],
      first,
    ),
  },
  drawn: {
    block: graph('drawn', {
      entry: 'begin',
      nodes: { begin: { block: first }, close: { block: last } },
      edges: { begin: 'close' },
    }),
  },
  looped: { block: loop('looped', last, { until: () => true, max: 2 }) },
  careful: { block: seq('careful', first, last).recover(retry({ maxAttempts: 2, on: ['tool'] })) },
  asks: { block: seq('asks', first, approve('boss'), last) },
  waits: { block: waitFor('waits', 'delivered') },
  slow: { block: pause('slow', 60_000) },
  own: { block: failing('my_type', 'out_of_ink') },
  limited: { block: scripted('limited', '[[fault: rate-limit retry-after=2]]') },
  paysFirst: {
    block: seq(
      'paysFirst',
      step('pay', () => 'paid', { effects: 'non_idempotent' }),
      scripted('limited', '[[fault: rate-limit retry-after=2]]'),
    ),
  },
  breaks: { block: scripted('breaks', '[[long: 50]] [[fault: error-mid-stream after=3]]') },
  tool: { block: failing('tool', 'stock_unknown') },
  odd: { block: failing('my_type', 'secret text of mine') },
  thrown: {
    block: step('thrown', () => Promise.reject(new Error('sk-canary in a message')), { effects: 'none' }),
  },
  other: { block: prompt('other', { model: 'flow:told' }) },
};

beforeAll(async () => {
  simulator = await startSimulator({ seed: 3 });
  small = await openSmallEngine(folder, simulator.url);
  ask = createFlowAsker(small, table);
});
afterAll(async () => {
  await small.close();
  await simulator.close();
  rmSync(folder, { recursive: true });
});

const deltas = (events: readonly ChatEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'text-delta' ? [event.text] : []));

const names = [...(Object.keys(dialects) as (keyof typeof dialects)[]), 'keelson' as const];
const ways = names.flatMap((dialect) => [false, true].map((stream) => ({ dialect, stream })));

it.each(ways)('answers in $dialect, streamed: $stream', async ({ dialect, stream }) => {
  const { message, status, record, events } = await ask('support', { dialect, request: { stream } });
  expect(status).toBe(200);
  expect(textOf(message)).toBe(answer);
  expect(message.stop.unified).toBe('stop');
  expect(message.usage?.output.total).toBeGreaterThan(0);
  expect(record).toMatchObject({ outcome: 'answered', status: 200, isStream: stream, lane: 'flow' });
  if (stream) expect(deltas(events).length).toBeGreaterThan(1);
});

describe('what a flow is given', () => {
  it("is the text of the user's last message", async () => {
    const turns = [...say('First.'), { role: 'assistant', parts: [] } as const, ...say('[[echo]] Second.')];
    const { message, headers } = await ask('told', { request: { turns } });
    expect(textOf(message)).toContain('Second.');
    expect(textOf(message)).not.toContain('First.');
    expect(headers['x-keelson-losses']).toContain('turns=dropped');
  });

  it('is all of the conversation, where the flow takes that', async () => {
    const request = {
      system: [{ type: 'text', text: 'Be brief.' }],
      turns: [
        ...say('One.'),
        { role: 'assistant', parts: [{ type: 'text', text: 'Two.' }] },
        ...say('Three.'),
      ],
    } as const;
    const { message } = await ask('both', { request });
    expect(JSON.parse(textOf(message))).toEqual({
      text: 'Three.',
      messages: [
        { role: 'system', text: 'Be brief.' },
        { role: 'user', text: 'One.' },
        { role: 'assistant', text: 'Two.' },
        { role: 'user', text: 'Three.' },
      ],
    });
  });

  it('is never an image', async () => {
    const image = { type: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } } as const;
    const { status, error } = await ask('told', { request: { turns: [{ role: 'user', parts: [image] }] } });
    expect(status).toBe(400);
    expect(error?.message).toContain('no part of the type `image`');
  });
});

it.each([false, true])('can be gone on with by the id of its answer; streamed: %s', async (stream) => {
  const dialect = 'openai-responses';
  const before = await ask('both', { dialect, request: { stream, turns: say('First.') } });
  const service = { previousResponseId: before.message.facts.id as string };
  const { message } = await ask('both', { dialect, request: { service, turns: say('Second.') } });
  const { messages } = JSON.parse(textOf(message));
  expect(messages.map(({ text }: { text: string }) => text)).toEqual([
    'First.',
    textOf(before.message),
    'Second.',
  ]);
});

describe('what a flow answers', () => {
  it('is JSON where its output is no text', async () => {
    expect(JSON.parse(textOf((await ask('object')).message))).toEqual({
      text: 'A fine draft.',
      isFine: true,
    });
    expect(textOf((await ask('nothing')).message)).toBe('');
  });

  it('is an error where its output cannot be said', async () => {
    const { status, record } = await ask('cyclic');
    expect(status).toBe(424);
    expect(record.error).toBe('flow_failed');
  });

  it.each(['told', 'routed', 'drawn'])('is told in pieces by the block that ends it: %s', async (name) => {
    const turns = say(name === 'told' ? `[[text: ${answer}]]` : 'Hi.');
    const { events, message } = await ask(name, { request: { stream: true, turns } });
    expect(textOf(message)).toBe(answer);
    expect(deltas(events).length).toBeGreaterThan(1);
  });

  it.each([
    ['looped', answer],
    ['careful', answer],
  ])('is told at once where nobody knows before the end, or where it may run again: %s', async (name, text) => {
    const { events } = await ask(name, { request: { stream: true } });
    expect(deltas(events)).toEqual([text]);
  });

  it('sums up what its calls used and cost', async () => {
    const { message, headers, record } = await ask('support', {
      dialect: 'anthropic-messages',
      request: { maxOutputTokens: 99 },
    });
    expect(record.inner?.calls).toBe(2);
    expect(message.usage?.input.total).toBe(record.inner?.usage.input.total);
    expect(Number(headers['x-keelson-cost'])).toBeCloseTo((record.inner?.cost.nanoDollars ?? 0) / 1e9, 12);
    expect(Number(headers['x-keelson-cost'])).toBeGreaterThan(0);
  });
});

describe('records', () => {
  const recorded = async (id: string) => {
    await expect.poll(() => small.storage.calls.find(id), { timeout: 20_000 }).toBeDefined();
    return small.storage.calls.find(id);
  };
  const insideOf = async (traceId = '') => {
    const { calls } = await small.storage.calls.list({ filters: { traceId, provider: 'openai' } });
    return calls;
  };

  it('has one of its own that costs nothing, and one of each call inside under the same trace', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const { record, headers } = await ask('support', { traceId, controls: { tags: { team: 'search' } } });
    expect(headers).toMatchObject({ 'x-keelson-trace-id': traceId, 'x-keelson-target': 'flow:support' });
    expect(await recorded(record.id)).toMatchObject({
      traceId,
      provider: 'flow',
      model: 'support',
      requestedModel: 'flow:support',
      cost: { status: 'priced', nanoDollars: 0, priceVersion: 'inner-calls' },
      usage: { input: { total: 0 }, output: { total: 0 } },
      tags: { team: 'search', flow: 'support', execution: record.id },
      attempts: [],
    });
    await expect.poll(async () => (await insideOf(traceId)).length, { timeout: 20_000 }).toBe(2);
    const inside = await insideOf(traceId);
    const tags = { team: 'search', flow: 'support', execution: record.id };
    expect(inside.map((call) => call.tags)).toMatchObject([
      { ...tags, block: 'last' },
      { ...tags, block: 'first' },
    ]);
    const cost = inside.reduce((sum, call) => sum + (call.cost.nanoDollars ?? 0), 0);
    expect(cost).toBeGreaterThan(0);
    expect(record.inner?.cost.nanoDollars).toBe(cost);
  });

  it('has receipts, the outer one of nothing spent', async () => {
    const { record, headers } = await ask('support', { controls: { wantsReceipt: true } });
    const find = (id: string) => small.storage.receipts.find(`rcpt_${id.replaceAll('-', '')}`);
    await expect.poll(() => find(record.id), { timeout: 20_000 }).toBeDefined();
    expect(headers['x-keelson-receipt']).toBe(`rcpt_${record.id.replaceAll('-', '')}`);
    await expect.poll(async () => (await insideOf(record.traceId)).length, { timeout: 20_000 }).toBe(2);
    for (const { id } of await insideOf(record.traceId))
      await expect.poll(() => find(id), { timeout: 20_000 }).toBeDefined();
  });

  it('gives back a trace where the caller has none', async () => {
    const { headers, record } = await ask('nothing');
    expect(headers['x-keelson-trace-id']).toMatch(/^[0-9a-f]{32}$/);
    expect(record.traceId).toBe(headers['x-keelson-trace-id']);
  });
});

describe('what cannot be heeded', () => {
  it('is told as losses, and refused where nothing may be lost', async () => {
    const request = { sampling: { temperature: 0.5, choices: 2 } };
    const { headers, record } = await ask('support', { request });
    expect(headers['x-keelson-losses']).toBe('sampling.temperature=dropped, sampling.choices=dropped');
    expect(record.losses.map(({ field }) => field)).toContain('sampling.choices');
    const strict = await ask('support', { request, controls: { lossPolicy: 'strict' } });
    expect(strict.status).toBe(422);
    expect(strict.record).toMatchObject({ outcome: 'refused', error: 'lossy_translation' });
    expect((await ask('support', { controls: { lossPolicy: 'strict' } })).status).toBe(200);
  });

  it('is refused where the answer is read by it', async () => {
    const tools = [{ type: 'function', name: 'look', parameters: { type: 'object' } }] as const;
    const outputFormat = { type: 'json-schema', name: 'ship', schema: { type: 'object' } } as const;
    const withTools = await ask('support', { request: { tools } });
    expect(withTools).toMatchObject({
      status: 400,
      record: { outcome: 'refused', error: 'invalid_request' },
    });
    expect(withTools.body).toContain('A flow calls no tools of its caller.');
    expect((await ask('support', { request: { outputFormat } })).status).toBe(400);
    expect((await ask('support', { request: { tools, toolChoice: { type: 'none' } } })).status).toBe(200);
  });

  it('is what is no conversation', async () => {
    const { status, body } = await ask('support', { endpoint: 'embed' });
    expect(status).toBe(400);
    expect(body).toContain('is a flow, which only answers conversations.');
  });

  it('is a count of tokens, which is estimated', async () => {
    const { status, headers, record } = await ask('support', {
      dialect: 'anthropic-messages',
      request: { purpose: 'count-tokens', maxOutputTokens: 9 },
    });
    expect(status).toBe(200);
    expect(headers['x-keelson-losses']).toContain('purpose=emulated');
    expect(record).toMatchObject({ endpoint: 'count-tokens', outcome: 'answered' });
    expect(record.inner).toBeUndefined();
  });
});

describe('who may ask', () => {
  it('is told which flows there are, of its own workspace', async () => {
    const near = await ask('suport');
    expect(near).toMatchObject({ status: 404, record: { error: 'model_not_found', outcome: 'refused' } });
    expect(near.body).toContain('Did you mean `flow:support`?');
    const far = await ask('support', { identity: { workspace: 'elsewhere' } });
    expect(far.status).toBe(404);
    expect(far.body).not.toContain('Did you mean');
  });

  it('is whose key allows the flow by name or all flows, whatever the flow asks', async () => {
    const by = async (models: string[]) => (await ask('support', { identity: { models } })).status;
    expect(await by(['flow:support'])).toBe(200);
    expect(await by(['flow:*'])).toBe(200);
    expect(await by(['one', 'flow:other'])).toBe(403);
  });

  it('is no flow: a prompt asks models alone', async () => {
    const { status, record } = await ask('other');
    expect(status).toBe(502);
    expect(record).toMatchObject({ outcome: 'failed', error: 'provider_error' });
  });
});

describe('failures', () => {
  it.each([
    ['asks', 422, 'flow_suspended', 'POST /api/v1/runs'],
    ['waits', 422, 'flow_suspended', '`event_awaited`'],
    ['limited', 429, 'rate_limited', '`rate_limit_error`'],
    ['paysFirst', 424, 'flow_failed', '`rate_limit_error`'],
    ['tool', 424, 'flow_failed', '`stock_unknown`'],
    ['own', 424, 'flow_failed', '`out_of_ink`'],
    ['odd', 424, 'flow_failed', '`internal_error`'],
    ['thrown', 424, 'flow_failed', '`internal_error`'],
  ])('%s is %i %s', async (name, status, code, says) => {
    for (const stream of [false, true]) {
      const asked = await ask(name, { request: { stream } });
      expect(asked.status).toBe(status);
      expect(asked.body).toContain(says);
      expect(asked.body).not.toMatch(/canary|secret/);
      expect(asked.record).toMatchObject({ outcome: 'failed', status, error: code, provider: 'flow' });
    }
  });

  it('says how long to wait, where waiting helps', async () => {
    const { headers } = await ask('limited');
    expect(headers['retry-after']).toBe('2');
    expect((await ask('paysFirst')).headers).toMatchObject({ 'x-should-retry': 'false' });
  });

  it('ends a stream that had begun with the error of its format', async () => {
    const { error, record, status } = await ask('breaks', { request: { stream: true } });
    expect(status).toBe(200);
    expect(error?.message).toContain('`llm_execution_failed`');
    expect(record).toMatchObject({ outcome: 'failed', status: 200 });
  });

  it('is refused as any call where a budget is used up', async () => {
    await small.engine.limits?.create({
      ...{
        id: 'tight',
        scope: 'key',
        subject: 'poor',
        measure: 'money',
        window: 'total',
        limit: '0.0000001',
      },
    } as never);
    const { status, record } = await ask('support', { identity: { keyId: 'poor' } });
    expect(status).toBe(402);
    expect(record).toMatchObject({ error: 'budget_exhausted', outcome: 'failed' });
  });

  it('is a timeout when the caller has no more time', async () => {
    const { status, record } = await ask('slow', { controls: { deadlineMs: 50 } });
    expect(status).toBe(504);
    expect(record.error).toBe('provider_timeout');
  });
});

describe('callers who leave', () => {
  it.each([false, true])('end the run and its calls; streamed: %s', async (stream) => {
    const caller = new FlowCaller();
    const asking = ask('told', { caller, request: { stream, turns: say('[[delay: 60s]]') } });
    await expect.poll(() => small.engine.underWay(), { timeout: 20_000 }).toBe(2);
    caller.leave();
    const { record } = await asking;
    expect(record).toMatchObject({ outcome: 'aborted', status: 499 });
    await expect.poll(() => small.engine.underWay(), { timeout: 20_000 }).toBe(0);
  });

  it('end a run that waits for them to read', async () => {
    const caller = new FlowCaller();
    caller.onPiece = () => false;
    const asking = ask('told', { caller, request: { stream: true, turns: say('[[long: 200]]') } });
    await expect.poll(() => caller.pieces.length, { timeout: 20_000 }).toBeGreaterThan(0);
    caller.leave();
    expect((await asking).record.outcome).toBe('aborted');
  });

  it('are waited for as long as they read slowly', async () => {
    const caller = new FlowCaller();
    caller.onPiece = () => {
      setImmediate(() => caller.drain());
      return false;
    };
    const { message } = await ask('told', {
      caller,
      request: { stream: true, turns: say(`[[text: ${answer}]]`) },
    });
    expect(textOf(message)).toBe(answer);
  });
});
