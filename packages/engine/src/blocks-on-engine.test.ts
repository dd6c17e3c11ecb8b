// A prompt's calls go through the pipeline: its budgets hold, and every one of them has a record and a receipt.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fallback, getData, seq, step } from '@keelson/core';
import { startSimulator } from '@keelson/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSmallEngine } from './__fixtures__/index.ts';
import {
  createEngineModel,
  createEnvironment,
  createModelFinder,
  estimateRun,
  prompt,
  runBlock,
  streamBlock,
} from './blocks/index.ts';
import type { AskedCall } from './calls/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'keelson-blocks-'));
let simulator: Awaited<ReturnType<typeof startSimulator>>;
let small: Awaited<ReturnType<typeof openSmallEngine>>;
beforeAll(async () => {
  simulator = await startSimulator({ seed: 3 });
  small = await openSmallEngine(folder, simulator.url);
});
afterAll(async () => {
  await small.close();
  await simulator.close();
  rmSync(folder, { recursive: true });
});

const findModel = () => ({ nanoDollarsPerInputToken: 1000, nanoDollarsPerOutputToken: 10_000 });
const environmentOf = (workspace: string) => {
  const { call, newId } = small.engine;
  const callModel = createEngineModel({ call, newId, identity: { keyId: 'k', workspace } });
  return createEnvironment({ callModel, findModel });
};
const ask = prompt('ask', { model: 'one', maxOutputTokens: 50 });

it('asks through the engine, and knows what the call cost', { timeout: 30_000 }, async () => {
  const response = await runBlock(seq('s', ask), 'hello', { environment: environmentOf('w') });
  expect(response).toMatchObject({ success: true, metadata: { 'cost.calls': 1 } });
  expect(response.metadata['cost.nanoDollars']).toBeGreaterThan(0);
});

it('leaves a record and a receipt that belong to the run', { timeout: 30_000 }, async () => {
  const response = await runBlock(ask, 'hello', { environment: environmentOf('w') });
  const id = String(response.metadata['llm.callId']);
  await expect
    .poll(() => small.storage.calls.find(id), { timeout: 20_000 })
    .toMatchObject({
      traceId: response.metadata.traceId,
      tags: { block: 'ask', execution: response.metadata.executionId },
    });
  const receipt = `rcpt_${id.replaceAll('-', '')}`;
  await expect.poll(() => small.storage.receipts.find(receipt), { timeout: 20_000 }).toBeDefined();
});

it('makes a failure of an error of the engine, and tries another alias', { timeout: 30_000 }, async () => {
  const environment = environmentOf('w');
  const nobody = prompt('ask', { model: 'nobody', maxOutputTokens: 50 });
  expect(await runBlock(nobody, 'hello', { environment })).toMatchObject({
    success: false,
    error: { errorType: 'llm.error', details: { code: 'model_not_found' } },
  });
  const careful = nobody.recover(fallback('one', { on: ['llm.*'] }));
  expect(await runBlock(careful, 'hello', { environment })).toMatchObject({
    success: true,
    metadata: { attempt: 2 },
  });
  expect(await runBlock(ask, '[[fault: 429]]', { environment })).toMatchObject({
    success: false,
    error: { reason: 'rate_limit_error', errorType: 'llm.rate_limit', details: { code: 'rate_limited' } },
  });
});

it('ends the call of a run that is cancelled', { timeout: 30_000 }, async () => {
  const controller = new AbortController();
  const running = runBlock(ask, '[[delay: 20s]]', {
    environment: environmentOf('w'),
    signal: controller.signal,
  });
  await expect.poll(() => small.engine.underWay(), { timeout: 20_000 }).toBe(1);
  controller.abort();
  expect(await running).toMatchObject({ success: false, error: { errorType: 'cancelled' } });
  await expect.poll(() => small.engine.underWay(), { timeout: 20_000 }).toBe(0);
});

describe('a run that somebody follows', { timeout: 30_000 }, () => {
  const follow = async (text: string, settings: Parameters<typeof streamBlock>[2] = {}) => {
    const run = streamBlock(ask, text, { environment: environmentOf('w'), ...settings });
    const pieces: string[] = [];
    for await (const event of run) if (event.type === 'text-delta') pieces.push(event.delta);
    return { pieces, response: await run.response };
  };
  const recordOf = async (id: unknown) => {
    await expect.poll(() => small.storage.calls.find(String(id)), { timeout: 20_000 }).toBeDefined();
    return small.storage.calls.find(String(id));
  };

  it('hears the answer in pieces, which are the same answer at the same price', async () => {
    const text = '[[text: One sentence, "quoted", of héhé and 漢字 in nine words.]]';
    const { pieces, response } = await follow(text);
    const whole = await runBlock(ask, text, { environment: environmentOf('w') });
    expect(pieces.length).toBeGreaterThan(3);
    expect(pieces.join('')).toBe(getData(response));
    expect(getData(response)).toBe(getData(whole));
    expect(getData(whole)).toContain('漢字');
    const { callModel } = environmentOf('w');
    const asking = {
      ...{ alias: 'one', prompt: text, maxOutputTokens: 50, temperature: 0 },
      ...{ signal: new AbortController().signal, metadata: response.metadata },
    };
    const [streamed, inOne] = [await callModel?.({ ...asking, onText: () => {} }), await callModel?.(asking)];
    expect(streamed).toEqual({ ...inOne, callId: streamed?.callId });
    expect(streamed?.nanoDollars).toBe(response.metadata['cost.nanoDollars']);
    for (const count of [streamed?.nanoDollars, streamed?.inputTokens, streamed?.outputTokens])
      expect(count).toBeGreaterThan(0);
    expect(await recordOf(response.metadata['llm.callId'])).toMatchObject({
      isStream: true,
      outcome: 'answered',
    });
    // Nobody pays for a stream that nobody hears.
    expect(await recordOf(whole.metadata['llm.callId'])).toMatchObject({ isStream: false });
  });

  it('hears pieces before the end, and ends the call at the provider by leaving', async () => {
    const run = streamBlock(ask, '[[long: 40]] [[fault: stall-between-chunks after=9 for=60s]]', {
      environment: environmentOf('w'),
    });
    let heard = '';
    for await (const event of run)
      if (event.type === 'text-delta') {
        heard += event.delta;
        break;
      }
    expect(heard).not.toBe('');
    expect(await run.response).toMatchObject({ success: false, error: { errorType: 'cancelled' } });
    await expect.poll(() => small.engine.underWay(), { timeout: 20_000 }).toBe(0);
    await expect
      .poll(() => simulator.requests.at(-1)?.answered, { timeout: 20_000 })
      .toMatchObject({ isHangUp: true });
  });

  it.each([
    'error-mid-stream',
    'reset-mid-stream',
    'truncated-frame',
    'malformed-json',
    'missing-end',
  ])('is told what broke off as something that may have been paid for: %s', async (fault) => {
    const { pieces, response } = await follow(`[[long: 20]] [[fault: ${fault}]]`);
    expect(pieces.length).toBeGreaterThan(0);
    expect(response).toMatchObject({
      success: false,
      error: { reason: 'llm_execution_failed', effect: 'unknown', details: { code: 'stream_interrupted' } },
      metadata: { 'cost.calls': 1 },
    });
  });

  it('is told what was refused as something that never began', async () => {
    const { pieces, response } = await follow('[[fault: 429]]');
    expect(pieces).toEqual([]);
    expect(response).toMatchObject({
      success: false,
      error: { reason: 'rate_limit_error', effect: 'not_started' },
    });
    expect((await follow('[[refuse: never]]')).response).toMatchObject({
      error: { reason: 'content_refused', errorType: 'llm.refusal' },
    });
  });

  it('is not ended by a model call whose listener throws, which fails alone', async () => {
    const failing = step('failing', async (text: string, { callModel, signal, metadata }) => {
      await callModel?.({
        ...{ alias: 'one', prompt: text, maxOutputTokens: 50, temperature: 0, signal, metadata },
        onText: () => {
          throw new TypeError('x');
        },
      });
    });
    const response = await runBlock(failing, '[[long: 20]]', { environment: environmentOf('w') });
    expect(response).toMatchObject({
      error: { reason: 'internal_error', details: { errorClass: 'TypeError' } },
    });
    await expect.poll(() => small.engine.underWay(), { timeout: 20_000 }).toBe(0);
  });
});

it('calls on behalf of whom it was made for, a run being a session', { timeout: 30_000 }, async () => {
  const asked: AskedCall[] = [];
  const { call, newId } = small.engine;
  const identity = { keyId: 'k', workspace: 'w', team: 't', user: 'u' };
  const callModel = createEngineModel({
    newId,
    identity,
    controls: { profile: 'team', tags: { team: 'research', block: 'mine' } },
    call: (one, caller) => {
      asked.push(one);
      // There is no lockfile here that had it.
      const { profile: _, ...controls } = one.controls;
      return call({ ...one, controls }, caller);
    },
  });
  const { routing, registry } = small.engine;
  const findModel = createModelFinder({ routing, registry });
  const environment = createEnvironment({ callModel, findModel });
  const estimate = estimateRun(seq('s', ask, ask), 'hello', environment);
  const response = await runBlock(seq('s', ask, ask), 'hello', {
    environment,
    budget: { dollars: '0.01', preflight: 'mean' },
  });
  expect(response.success).toBe(true);
  expect(Number(response.metadata['cost.nanoDollars'])).toBeLessThan(estimate.nanoDollars.mean ?? 0);
  const { executionId } = response.metadata;
  expect(asked).toHaveLength(2);
  for (const one of asked)
    expect(one).toMatchObject({
      identity,
      controls: {
        profile: 'team',
        sessionId: executionId,
        tags: { team: 'research', block: 'ask', execution: executionId },
      },
    });
});
