// A prompt's calls go through the pipeline: its budgets hold, and every one of them has a record and a receipt.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fallback, seq } from '@keelson/core';
import { startSimulator } from '@keelson/simulator';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSmallEngine } from './__fixtures__/index.ts';
import { createEngineModel, createEnvironment, prompt, runBlock } from './blocks/index.ts';

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
