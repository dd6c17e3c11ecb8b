/**
 * The gateway of the proof, in a process of its own: the real one with a real database, budgets and receipts, and a planted fault
 * where asked.
 */
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import {
  type BudgetDefinition,
  createLog,
  type Engine,
  holdSigningKey,
  openEngine,
  openStorage,
  providerForms,
  Secret,
  type Storage,
  systemClock,
} from '@keelson/engine';
import { createApp, createKeyRing, hashKey } from '@keelson/server';
import type { GatewaySettings, Order, Plant, Told } from './messages.ts';

const settings = JSON.parse(process.argv[2] ?? '{}') as GatewaySettings;
const tell = (told: Told): void => void process.send?.(told);
const leaked: unknown[] = [];
const plantEvery = 20;
let calls = 0;

function plantInEngine(engine: Engine, plant: Plant | undefined): Engine {
  if (plant === undefined || plant === 'swallowed-record') return engine;
  return {
    ...engine,
    call: (asked, caller) => {
      calls += 1;
      if (plant === 'leaked-memory')
        leaked.push(Buffer.alloc(1), 'x'.repeat(50_000 + calls).split('y'), [...Array(10_000).keys()]);
      if (plant === 'leaked-socket' && calls % plantEvery === 0)
        leaked.push(connect(Number(new URL(settings.vendorUrl).port)));
      if (plant === 'unanswered-call' && calls % plantEvery === 0) return new Promise(() => {});
      return engine.call(asked, caller);
    },
  };
}

function plantInStorage(storage: Storage, plant: Plant | undefined): Storage {
  if (plant !== 'swallowed-record') return storage;
  const insertBatch: Storage['calls']['insertBatch'] = (batch) => storage.calls.insertBatch(batch.slice(1));
  return { ...storage, calls: { ...storage.calls, insertBatch } };
}

const { vendorUrl: address, databasePath: path, key, plant } = settings;
const log = createLog({ level: 'error' });
const storage = await openStorage({ kind: 'sqlite', path }, { clock: systemClock, log });
const vendor = (name: string) => ({
  name,
  form: providerForms.get(name) as NonNullable<ReturnType<typeof providerForms.get>>,
  address,
  key: new Secret('sk-vendor'),
});
const folder = dirname(path);
/** Nobody has a price for the models of the simulator. */
const lenient = { unpriced: 'allow', maxOutput: 4096, window: 'month' } as const;
const defined: BudgetDefinition[] = [
  { id: 'money', scope: 'workspace', subject: 'soak', measure: 'money', limit: '1000000', ...lenient },
  { id: 'pace', scope: 'key', subject: 'soak', measure: 'requests', limit: 1e9, window: 'minute' },
  { id: 'tokens', scope: 'key', subject: 'soak', measure: 'tokens', limit: 1e12, ...lenient },
];
const receiptKeys = await holdSigningKey({ folder, storage: storage.receipts, clock: systemClock, log });
const engine = openEngine({
  providers: [vendor('openai'), vendor('anthropic')],
  aliases: { same: ['openai:one', 'anthropic:two'], foreign: ['anthropic:one', 'openai:two'] },
  log,
  storage: plantInStorage(storage, plant),
  receiptKeys,
  budgets: { journalFolder: join(folder, 'journal'), defined },
});
await engine.limits?.ready;
const keys = createKeyRing(new Map([[hashKey(key), { keyId: 'soak', workspace: 'soak' }]]));
const options = { version: '1.0.0', uptimeSeconds: () => process.uptime(), keys, maxBodyBytes: 1_000_000 };
const app = createApp({ ...options, engine: plantInEngine(engine, plant) });
await app.listen({ host: '127.0.0.1', port: 0 });

async function measure(): Promise<void> {
  // Twice, so that what only finalizers held is gone as well.
  for (let round = 0; round < 2; round += 1) {
    globalThis.gc?.();
    await wait(5);
  }
  tell({ type: 'measured', heapBytes: process.memoryUsage().heapUsed });
}

async function close(): Promise<void> {
  app.server.closeAllConnections();
  await app.close();
  await engine.close();
  await storage.close();
  await wait(100);
  const openSockets = process.getActiveResourcesInfo().filter((name) => name.startsWith('TCPSocket')).length;
  tell({ type: 'closed', openSockets });
  process.disconnect();
  await once(process, 'disconnect').catch(() => {});
  process.exit(0);
}

process.on('message', (order: Order) => void (order === 'measure' ? measure() : close()));
tell({ type: 'listening', url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}` });
