// A share of the calls is copied to another target: seen by nobody, recorded as what it is, billed to no key.
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestEngine, type TestEngine } from './__fixtures__/test-engine.ts';

let simulator: Simulator;
let engine: TestEngine;

beforeAll(async () => {
  simulator = await startSimulator({ seed: 5 });
  const shadow = { target: 'anthropic:two', percent: 100 };
  engine = createTestEngine(simulator, {}, { aliases: { tried: { targets: ['openai:one'], shadow } } });
});
afterAll(async () => {
  await engine.close();
  await simulator.close();
});

test.each([false, true])('the caller is answered by the first target alone, stream %s', async (stream) => {
  simulator.reset();
  engine.records.length = 0;
  const { caller, record } = await engine.ask({ model: 'tried', text: '[[text: Aye.]]', stream });
  expect(caller.text.match(/Aye/g)).toHaveLength(1);
  expect(record).toMatchObject({ provider: 'openai', keyId: 'k1', outcome: 'answered' });
  await expect.poll(() => engine.records).toHaveLength(2);
  const copy = engine.records.find(({ id }) => id !== record.id);
  expect(copy).toMatchObject({
    provider: 'anthropic',
    keyId: 'shadow',
    outcome: 'answered',
    tags: { 'shadow-of': record.id },
  });
  expect(simulator.requests.map(({ dialect }) => dialect).toSorted()).toEqual([
    'anthropic-messages',
    'openai-chat',
  ]);
});

test('a shadow that fails is nobody’s trouble', async () => {
  engine.records.length = 0;
  simulator.fault('server-error', { rate: 1, match: { dialect: 'anthropic-messages' } });
  const { caller } = await engine.ask({ model: 'tried', text: '[[text: Aye.]]' });
  expect(caller.status).toBe(200);
  await expect
    .poll(() => engine.records.map(({ outcome }) => outcome).toSorted())
    .toEqual(['answered', 'failed']);
});
