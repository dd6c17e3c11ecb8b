/** The gateway as it is run, as a process of the benchmark: keys, records and everything else switched on. */

import { mkdtempSync, rmSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadBundledRegistry } from '@keelson/core';
import {
  type BudgetDefinition,
  holdSigningKey,
  openEngine,
  openStorage,
  providerForms,
  Secret,
  silentLog,
  systemClock,
} from '@keelson/engine';
import { createApp, createKeyRing, hashKey } from '@keelson/server';
import { sampleRecord } from '../records/sample.ts';

const [, , address = '', settings = '{}'] = process.argv;
/** `size`: of keys, aliases and budgets, each; `rows`: calls that are stored already; the rest is switched off by name. */
const { size, rows, without } = {
  size: 10,
  rows: 0,
  without: [] as string[],
  ...(JSON.parse(settings) as object),
};
const has = (part: string) => !without.includes(part);
const key = new Secret('sk-upstream');
const form = (name: string) => ({
  name,
  form: providerForms.get(name) as never,
  address,
  key,
  maxSockets: 4096,
});
const aliases: Record<string, string[]> = { claude: ['anthropic:claude-sonnet-4-5'] };
for (let at = 0; at < size; at++) aliases[`alias-${at}`] = ['openai:gpt-4o', 'anthropic:claude-sonnet-4-5'];
const data = mkdtempSync(join(tmpdir(), 'keelson-bench-'));
process.on('exit', () => rmSync(data, { recursive: true }));
const target = { kind: 'sqlite', path: join(data, 'keelson.db') } as const;
const deps = { clock: systemClock, log: silentLog };
const storage = await openStorage(target, deps);
for (let at = 0; at < rows; at += 1000)
  await storage.calls.insertBatch(Array.from({ length: 1000 }, (_, place) => sampleRecord(at + place)));
const keyId = (at: number) => `k${at}`;
// The caller's key has two above it, and its workspace one. Streams ask for models that nobody has priced.
const lenient = { unpriced: 'allow', maxOutput: 4096 } as const;
const defined: BudgetDefinition[] = [
  {
    id: 'all',
    scope: 'workspace',
    subject: 'bench',
    measure: 'money',
    window: 'month',
    limit: '9000000',
    ...lenient,
  },
  { id: 'pace', scope: 'key', subject: keyId(3), measure: 'requests', window: 'minute', limit: 1e9 },
];
for (let at = 0; at < size; at++)
  defined.push({
    id: `m${at}`,
    scope: 'key',
    subject: keyId(at),
    measure: 'money',
    window: 'day',
    limit: '90000',
    ...lenient,
  });
const receiptKeys = await holdSigningKey({ folder: data, storage: storage.receipts, ...deps });
const engine = openEngine({
  ...(has('records') && { storage }),
  registry: await loadBundledRegistry(),
  providers: [form('openai'), form('anthropic')],
  aliases,
  metrics: has('metrics'),
  ...(has('receipts') && { receiptKeys }),
  ...(has('limits') && { budgets: { journalFolder: join(data, 'journal'), defined } }),
});
await engine.limits?.ready;
const identities = new Map(
  Array.from({ length: size }, (_, at) => [hashKey(`ks-${at}`), { keyId: keyId(at), workspace: 'bench' }]),
);
const app = createApp({
  version: '0',
  uptimeSeconds: () => 0,
  engine,
  keys: createKeyRing(identities),
  maxBodyBytes: 64 * 1024 * 1024,
});
app.server.keepAliveTimeout = 120_000;
await app.listen({ host: '127.0.0.1', port: 0 });
// A process that is ended by a signal would keep nothing of what it has compiled for the next.
flushCompileCache();
process.send?.({ url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}` });
process.on('disconnect', () => process.exit());
