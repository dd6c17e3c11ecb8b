// An engine records calls that were made elsewhere: by the prices of the provider as it is configured, once, also over a crash.
import { createRegistry, readWholeRegistryFile } from '@keelson/core';
import { expect, test } from 'vitest';
import { openEngine } from './engine.ts';
import { silentLog, systemClock } from './observability/index.ts';
import { providerForms } from './providers/index.ts';
import { Secret } from './secrets/index.ts';
import { openStorage } from './storage/index.ts';

const registry = createRegistry([
  readWholeRegistryFile({
    ...{ provider: 'openai', version: 3 },
    models: {
      'openai:large': { dollars_per_million_tokens_input: 2, dollars_per_million_tokens_output: 0 },
    },
  }),
]);
const address = 'http://127.0.0.1:9';
const providers = [
  { name: 'work', form: providerForms.get('openai')!, address, key: new Secret('sk-canary') },
  { name: 'box', form: providerForms.get('ollama')!, address },
];
const report = {
  workspace: 'w',
  keyId: 'k',
  origin: 'job',
  model: 'large',
  inputTokens: 1_000_000,
  outputTokens: 0,
};

test('a report is priced as a call would be, and told twice it is one record', async () => {
  const storage = await openStorage(
    { kind: 'sqlite', path: ':memory:' },
    { clock: systemClock, log: silentLog },
  );
  const engine = openEngine({ providers, registry, storage });
  const costOf = async (provider: string, more: object = {}) =>
    (await engine.reportCall({ ...report, provider, ...more })).record.cost;
  expect(await costOf('work')).toMatchObject({ status: 'priced', nanoDollars: 2_000_000_000 });
  expect(await costOf('box')).toEqual({ status: 'priced', nanoDollars: 0, priceVersion: 'local' });
  expect(await costOf('nobody')).toEqual({ status: 'unpriced' });
  expect(await costOf('work', { inputTokens: undefined, outputTokens: undefined })).toEqual({
    status: 'unpriced',
  });

  // Its process died between the two: it was noted, and there is no record yet.
  const noted = {
    ...{ workspace: 'w', origin: 'job', idAtOrigin: 'x', callId: engine.newId() },
    at: systemClock.now(),
  };
  await storage.reported.note({
    ...noted,
    inputTokens: 1_000_000,
    outputTokens: 0,
    nanoDollars: 2_000_000_000,
  });
  const again = { ...report, provider: 'work', idAtOrigin: 'x' };
  const [first, second] = [await engine.reportCall(again), await engine.reportCall(again)];
  expect([first.record.id, first.isKnown, second.record.id]).toEqual([noted.callId, true, noted.callId]);
  expect(await storage.calls.find(noted.callId)).toMatchObject({
    lane: 'reported',
    cost: { nanoDollars: 2_000_000_000 },
  });
  const day = { workspaces: ['w'], from: 0, to: systemClock.now(), step: 'total', limit: 9 } as const;
  expect(await storage.reported.usage(day)).toMatchObject([{ origin: 'job', calls: 5 }]);
  await engine.close();
  await storage.close();
});

test('without a storage nothing can be reported', async () => {
  const engine = openEngine({ providers });
  await expect(engine.reportCall({ ...report, provider: 'work' })).rejects.toMatchObject({
    code: 'configuration_invalid',
  });
  await engine.close();
});
