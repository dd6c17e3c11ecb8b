// An engine re-prices what it stored, under the names that its providers are configured by.
import { createRegistry, readWholeRegistryFile } from '@keelson/core';
import { expect, test } from 'vitest';
import { openEngine } from './engine.ts';
import { silentLog, systemClock } from './observability/index.ts';
import { providerForms } from './providers/index.ts';
import { Secret } from './secrets/index.ts';
import { openStorage } from './storage/index.ts';

const pricesOf = (version: number, input: number) =>
  readWholeRegistryFile({
    ...{ provider: 'openai', version },
    models: {
      'openai:large': { dollars_per_million_tokens_input: input, dollars_per_million_tokens_output: 0 },
    },
  });

test('an engine plans and applies by a corrected card, and refuses without a storage', async () => {
  const storage = await openStorage(
    { kind: 'sqlite', path: ':memory:' },
    { clock: systemClock, log: silentLog },
  );
  const providers = [
    {
      name: 'work',
      form: providerForms.get('openai')!,
      address: 'http://127.0.0.1:9',
      key: new Secret('sk-canary'),
    },
  ];
  const engine = openEngine({ providers, storage, registry: createRegistry([pricesOf(1, 2)]) });
  const at = systemClock.now() - 1000;
  const usage = { input: { total: 1_000_000 }, output: { total: 5 } };
  const cost = { status: 'priced', nanoDollars: 5_000_000_000, priceVersion: 'openai:large@0#00' } as const;
  const names = { provider: 'work', model: 'large', dialect: 'openai-chat' };
  await storage.calls.insertBatch([
    {
      ...{ id: engine.newId(), startedAt: at, endpoint: 'chat', workspace: 'main', requestedModel: 'large' },
      ...{ tags: {}, isStream: false, outcome: 'answered', status: 200, lane: 'translated', losses: [] },
      ...{ ...names, usage, cost, durationMs: 1, overheadMs: 1 },
      attempts: [
        {
          index: 0,
          reason: 'first',
          startedAt: at,
          durationMs: 1,
          outcome: 'answered',
          ...names,
          usage,
          cost,
        },
      ],
    },
  ]);
  const period = { from: at - 60_000, to: at + 60_000 };
  await systemClock.sleep(20);
  expect(await engine.reprice(period)).toMatchObject({ calls: 1, changed: 1, difference: -3_000_000_000n });
  const why = { apply: true, by: 'ada', reason: 'A price was wrong.' };
  const [card] = pricesOf(3, 4).cards;
  const report = await engine.reprice({ ...period, ...why, prices: card! });
  expect(report).toMatchObject({ state: 'applied', difference: -1_000_000_000n, receipts: [] });
  expect(await engine.resumeRepricing(report.id!)).toEqual(report);
  await expect(engine.resumeRepricing('nothing')).rejects.toMatchObject({ code: 'not_found' });
  await engine.close();
  await storage.close();
  const bare = openEngine({ providers: [] });
  await expect(bare.reprice(period)).rejects.toMatchObject({ code: 'configuration_invalid' });
  await bare.close();
});
