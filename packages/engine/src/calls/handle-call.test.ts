// The life of a call as its caller and its record see it, against a vendor that fails in every way.
import { isJsonObject, type Json } from '@keelson/core';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestCaller } from './__fixtures__/test-caller.ts';
import { createTestEngine, type TestEngine } from './__fixtures__/test-engine.ts';

let simulator: Simulator;
let engine: TestEngine;

beforeAll(async () => {
  simulator = await startSimulator({ seed: 5 });
  engine = createTestEngine(simulator);
});
beforeEach(() => simulator.reset());
afterAll(async () => {
  await engine.close();
  await simulator.close();
});

/** Text of an OpenAI stream, and whether it came to its end. */
function readStream(text: string): { text: string; isWhole: boolean; error?: Json } {
  const datas = [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => data as string);
  const chunks = datas.filter((data) => data !== '[DONE]').map((data) => JSON.parse(data) as Json);
  const said = chunks.map(
    (chunk) => JSON.stringify(chunk).match(/"delta":\{[^}]*"content":"([^"]*)"/)?.[1] ?? '',
  );
  const failed = chunks.find((chunk) => isJsonObject(chunk) && 'error' in chunk);
  return {
    text: said.join(''),
    isWhole: datas.at(-1) === '[DONE]',
    ...(failed !== undefined && { error: failed }),
  };
}

describe('a call that passes untouched', () => {
  test('sends the vendor the caller’s bytes with another model, and the caller the vendor’s bytes', async () => {
    const body =
      '{ "model" : "openai:one","unknown":[1, 2], "messages":[{"role":"user","content":"[[text: Aye.]]"}] }';
    const { caller, record } = await engine.ask({ body });
    expect(simulator.requests[0]?.body).toBe(body.replace('openai:one', 'one'));
    expect(caller.status).toBe(200);
    expect(JSON.parse(caller.text)).toMatchObject({
      model: 'one',
      choices: [{ message: { content: 'Aye.' } }],
    });
    expect(record).toMatchObject({
      lane: 'pass-through',
      outcome: 'answered',
      provider: 'openai',
      model: 'one',
    });
    expect(record.usage).toMatchObject({ input: { total: 2 }, output: { total: 1 } });
    expect(record.cost).toEqual({ status: 'priced', nanoDollars: 12, priceVersion: 'test' });
    expect(caller.headers).toMatchObject({
      'x-keelson-target': 'openai:one',
      'x-keelson-call-id': record.id,
    });
  });

  test('asks a stream for its usage, and keeps from the caller what it did not ask for', async () => {
    const { caller, record } = await engine.ask({ stream: true, text: '[[text: Fair winds]]' });
    expect(readStream(caller.text)).toEqual({ text: 'Fair winds', isWhole: true });
    expect(caller.text).not.toContain('"choices":[]');
    expect(record.usage).toMatchObject({ output: { total: 2 } });
    expect(caller.headers['content-type']).toContain('text/event-stream');
  });

  test('tells usage to a caller who asked', async () => {
    const { caller } = await engine.ask({ stream: true, more: { stream_options: { include_usage: true } } });
    expect(caller.text).toContain('"choices":[]');
  });

  test('is read and written anew when it holds two models', async () => {
    const body = '{"model":"openai:one","model":"openai:two","messages":[{"role":"user","content":"Hi"}]}';
    const { record } = await engine.ask({ body });
    expect(record).toMatchObject({ lane: 'translated', model: 'two' });
    expect(JSON.parse(simulator.requests[0]?.body ?? '')).toMatchObject({ model: 'two' });
  });
});

describe('a call that is translated', () => {
  test('is asked in the vendor’s format and answered in the caller’s', async () => {
    const { caller, record } = await engine.ask({ model: 'anthropic:two', text: '[[text: Aye.]]' });
    expect(simulator.requests).toMatchObject([{ dialect: 'anthropic-messages', model: 'two' }]);
    expect(JSON.parse(caller.text)).toMatchObject({ choices: [{ message: { content: 'Aye.' } }] });
    expect(record).toMatchObject({ lane: 'translated', outcome: 'answered' });
    expect(caller.headers['x-keelson-losses']).toContain('maxOutputTokens=emulated');
  });

  test('streams', async () => {
    const { caller } = await engine.ask({
      model: 'anthropic:two',
      text: '[[text: Fair winds]]',
      stream: true,
    });
    expect(readStream(caller.text)).toEqual({ text: 'Fair winds', isWhole: true });
  });

  test('is refused before anything is sent when nothing may be lost', async () => {
    const { caller, record } = await engine.ask({
      model: 'anthropic:two',
      more: { seed: 7 },
      controls: { lossPolicy: 'strict' },
    });
    expect(caller.status).toBe(422);
    expect(caller.text).toContain('sampling.seed');
    expect(record).toMatchObject({ outcome: 'refused', error: 'lossy_translation', attempts: [] });
    expect(simulator.counts.requests).toBe(0);
  });
});

describe('failures', () => {
  test.each([
    ['bad-request', 400, 1],
    ['unauthorized', 401, 2],
    ['rate-limit', 429, 2],
    ['server-error', 500, 2],
    ['529', 529, 2],
    ['reset-before-headers', 503, 2],
    ['malformed-json', 502, 2],
  ])('%s is told as %i after %i attempts, in the caller’s format', async (fault, status, attempts) => {
    const { caller, record } = await engine.ask({ model: 'same', text: `[[fault: ${fault}]]` });
    expect(caller.status).toBe(status);
    expect(JSON.parse(caller.text)).toHaveProperty('error.message');
    expect(caller.text + JSON.stringify(caller.headers)).not.toContain('sk-canary');
    expect(record).toMatchObject({ outcome: 'failed', status });
    expect(record.attempts.map(({ outcome }) => outcome)).toEqual(
      Array.from({ length: attempts }, () => 'failed'),
    );
  });

  test.each([false, true])('the next target answers instead, stream %s', async (stream) => {
    // Every model of the first provider is down; the other one is not.
    simulator.fault('server-error', { rate: 1, match: { dialect: 'openai-chat' } });
    const { caller, record } = await engine.ask({ model: 'first', text: '[[text: Aye.]]', stream });
    expect(record.attempts.map(({ provider, outcome }) => [provider, outcome])).toEqual([
      ['openai', 'failed'],
      ['anthropic', 'answered'],
    ]);
    expect(caller.status).toBe(200);
    expect(caller.text).toContain('Aye');
    expect(caller.headers['x-keelson-attempts']).toBe('2');
  });

  const long = '[[text: one two three four five six seven eight]]';

  test.each([
    'error-mid-stream after=5',
    'truncated-frame after=4',
    'missing-end',
    'reset-mid-stream after=4',
    'malformed-json after=4',
  ])('a stream that breaks (%s) ends with the caller’s own error event, and nobody else answers', async (fault) => {
    const { caller, record } = await engine.ask({
      model: 'first',
      text: `${long} [[fault: ${fault}]]`,
      stream: true,
    });
    const seen = readStream(caller.text);
    expect(caller.status).toBe(200);
    expect('one two three four five six seven eight'.startsWith(seen.text)).toBe(true);
    expect(seen.error).toBeDefined();
    expect(seen.isWhole).toBe(false);
    expect(record).toMatchObject({ outcome: 'failed', status: 200, cost: { status: 'estimated' } });
    expect(record.attempts).toHaveLength(1);
  });

  test('a translated stream that breaks ends the same way', async () => {
    const { caller, record } = await engine.ask({
      model: 'anthropic:two',
      text: `${long} [[fault: reset-mid-stream after=6]]`,
      stream: true,
    });
    expect(readStream(caller.text).error).toBeDefined();
    expect(record).toMatchObject({ outcome: 'failed', error: 'stream_interrupted' });
  });

  test('a stream that fails before its first word is answered by the next target', async () => {
    const { caller, record } = await engine.ask({
      model: 'same',
      text: `${long} [[fault: reset-mid-stream after=1]]`,
      stream: true,
    });
    expect(record.attempts).toHaveLength(2);
    expect(caller.status).toBe(503);
  });

  test.each([
    '{"model":',
    '[]',
    '{"model":7,"messages":[]}',
    '{"messages":[]}',
    '',
  ])('a body like %s is refused', async (body) => {
    const { caller, record } = await engine.ask({ body });
    expect(caller.status).toBe(400);
    expect(JSON.parse(caller.text)).toHaveProperty('error.message');
    expect(record).toMatchObject({ outcome: 'refused', attempts: [], cost: { nanoDollars: 0 } });
  });

  test('an unknown model is told in the format of an Anthropic caller', async () => {
    const { caller } = await engine.ask({ model: 'nobody', dialect: 'anthropic-messages' });
    expect(caller.status).toBe(404);
    expect(JSON.parse(caller.text)).toMatchObject({ type: 'error', error: { type: 'not_found_error' } });
  });

  test('a flow is unknown where nobody keeps flows, which is said', async () => {
    const { caller, record } = await engine.ask({ model: 'flow:support' });
    expect(caller.status).toBe(404);
    expect(caller.text).toContain('Flows are asked like models only at a server that keeps them.');
    expect(record).toMatchObject({ outcome: 'refused', error: 'model_not_found' });
  });
});

test('a caller who says how long it will wait is told when nothing began by then', async () => {
  const { caller, record } = await engine.ask({
    model: 'first',
    text: '[[delay: 5s]]',
    controls: { deadlineMs: 100 },
  });
  expect(caller.status).toBe(504);
  expect(record).toMatchObject({
    outcome: 'failed',
    error: 'provider_timeout',
    attempts: [{ outcome: 'cancelled' }],
  });
  await expect.poll(() => simulator.counts.hangUps).toBe(1);
});

describe('a caller who leaves', () => {
  test.each([
    'openai:one',
    'anthropic:two',
  ])('ends the work of %s, and what it used is accounted', async (model) => {
    const caller = createTestCaller((one) => {
      if (one.text.includes('three')) one.leave();
      return true;
    });
    const text = '[[text: one two three four five six]] [[chunks: 20ms]]';
    const { record } = await engine.ask({ model, text, stream: true, caller });
    expect(record).toMatchObject({ outcome: 'aborted', status: 499, cost: { status: 'estimated' } });
    expect(record.usage?.output.total).toBeGreaterThan(0);
    await expect.poll(() => simulator.counts.hangUps).toBe(1);
  });

  test('before the answer began leaves no attempt behind', async () => {
    const caller = createTestCaller();
    const asking = engine.ask({ text: '[[delay: 5s]]', caller });
    await expect.poll(() => simulator.counts.requests).toBe(1);
    caller.leave();
    const { record } = await asking;
    expect(record).toMatchObject({ outcome: 'aborted', attempts: [{ outcome: 'cancelled' }] });
    expect(caller.status).toBeUndefined();
    await expect.poll(() => simulator.counts.hangUps).toBe(1);
  });
});

describe('a caller who leaves as soon as it has read', () => {
  const leaving = (mark: string) =>
    createTestCaller((one) => {
      if (one.text.includes(mark)) one.leave();
      return true;
    });

  test('the error of the provider leaves a failed call behind, not an aborted one', async () => {
    const text = '[[text: one two three four five six]] [[fault: error-mid-stream after=5]]';
    const caller = leaving('(simulated)');
    const { record } = await engine.ask({ model: 'anthropic:two', text, stream: true, caller });
    expect(record).toMatchObject({ outcome: 'failed', status: 200, error: 'provider_overloaded' });
    expect(record.attempts).toMatchObject([{ outcome: 'failed', error: 'provider_overloaded' }]);
  });

  test('the end has had a whole answer, whose price is known', async () => {
    const caller = leaving('[DONE]');
    const { record } = await engine.ask({
      model: 'openai:one',
      text: '[[text: Aye.]]',
      stream: true,
      caller,
    });
    expect(record).toMatchObject({ outcome: 'answered', status: 200, cost: { status: 'priced' } });
  });
});

test('every call has exactly one record', () => {
  const ids = engine.records.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length).toBeGreaterThan(20);
});
