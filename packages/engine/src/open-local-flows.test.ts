// Flows of a data folder, with the simulator as the only provider, and without any.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSimulator } from '@keelson/simulator';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createIds, systemClock, systemRandom } from './observability/index.ts';
import { openLocalFlows } from './open-local-flows.ts';
import { providerForms } from './providers/index.ts';
import { Secret } from './secrets/index.ts';
import type { Storage } from './storage/index.ts';

const newId = createIds(systemClock, systemRandom);
const folder = mkdtempSync(join(tmpdir(), 'keelson-local-flows-'));
let simulator: Awaited<ReturnType<typeof startSimulator>>;
beforeAll(async () => {
  simulator = await startSimulator({ seed: 3 });
});
afterAll(async () => {
  await simulator.close();
  rmSync(folder, { recursive: true });
});

const text = `
flow: greet
entry: ask
nodes:
  ask: { kind: prompt, model: "simulator:gpt-4o-mini", prompt: "Say hello to {{name}}", maxOutputTokens: 50 }
`;

it('runs a kept flow by calls of the engine, which leave records and statistics', {
  timeout: 60_000,
}, async () => {
  const form = providerForms.get('openai') as NonNullable<ReturnType<typeof providerForms.get>>;
  const providers = [{ name: 'simulator', form, address: simulator.url, key: new Secret('sk-test') }];
  const local = await openLocalFlows({ data: folder, environment: {}, lockfile: false, providers });
  const { flows, identity, engine } = local;
  const { workspace } = identity;
  await flows.put({ workspace, text });
  const { run } = await flows.start({ workspace, flow: 'greet', payload: { name: 'Ann' }, identity });
  await flows.openWorker({ only: [run.id] });
  const news: string[] = [];
  for await (const one of flows.follow(workspace, run.id)) news.push(one.kind);
  expect(news.at(-1)).toBe('end');
  expect(news).toContain('text');
  const ended = await flows.getRun(workspace, run.id);
  expect(ended).toMatchObject({ state: 'completed', calls: 1, output: expect.any(String) });
  expect(engine.waiting()).toBeLessThan(2);
  await local.close();

  const later = await openLocalFlows({ data: folder, environment: {}, lockfile: false });
  expect(await later.flows.getRun(workspace, run.id)).toEqual(ended);
  await later.close();
});

const ends: readonly [string, (keys: Storage['keys'], id: string) => Promise<unknown>][] = [
  ['been revoked', (keys, id) => keys.revoke(id, 2)],
  ['expired', (keys, id) => keys.update(id, { expiresAt: 2 }, 2)],
];

it.each(ends)(
  'calls no model in the name of a key that has %s since',
  { timeout: 60_000 },
  async (_, end) => {
    const form = providerForms.get('openai') as NonNullable<ReturnType<typeof providerForms.get>>;
    const providers = [{ name: 'simulator', form, address: simulator.url, key: new Secret('sk-test') }];
    const local = await openLocalFlows({ data: folder, environment: {}, lockfile: false, providers });
    const { flows, storage } = local;
    const key = { id: newId(), workspace: 'default', name: 'k', secretSha256: newId(), prefix: 'ks' };
    await storage.keys.insert({ ...key, createdAt: 1 });
    const identity = { keyId: key.id, workspace: key.workspace };
    const start = async () =>
      (await flows.start({ workspace: key.workspace, flow: 'greet', payload: { name: 'Ann' }, identity })).run
        .id;
    const ended = async (id: string) => {
      for await (const one of flows.follow(key.workspace, id)) if (one.kind === 'end') return one.run;
      throw new Error('It never ended.');
    };
    await flows.openWorker({ pollMs: 20 });
    expect(await ended(await start())).toMatchObject({ state: 'completed' });
    await end(storage.keys, key.id);
    expect(await ended(await start())).toMatchObject({
      state: 'failed',
      calls: 0,
      failure: { reason: 'key_revoked', errorType: 'denied', effect: 'not_started' },
    });
    await local.close();
  },
);
