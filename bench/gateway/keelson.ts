/** The gateway as it is run, as a process of the benchmark: keys, records and everything else switched on. */

import { mkdtempSync, rmSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadBundledRegistry } from '@keelson/core';
import { openEngine, openStorage, providerForms, Secret, silentLog, systemClock } from '@keelson/engine';
import { createApp, createKeyRing, hashKey } from '@keelson/server';

const [, , address = '', aliasCount = '10'] = process.argv;
const key = new Secret('sk-upstream');
const form = (name: string) => ({
  name,
  form: providerForms.get(name) as never,
  address,
  key,
  maxSockets: 4096,
});
const aliases: Record<string, string[]> = { claude: ['anthropic:claude-sonnet-4-5'] };
for (let at = 0; at < Number(aliasCount); at++)
  aliases[`alias-${at}`] = ['openai:gpt-4o', 'anthropic:claude-sonnet-4-5'];
const data = mkdtempSync(join(tmpdir(), 'keelson-bench-'));
process.on('exit', () => rmSync(data, { recursive: true }));
const target = { kind: 'sqlite', path: join(data, 'keelson.db') } as const;
const storage = await openStorage(target, { clock: systemClock, log: silentLog });
const engine = openEngine({
  storage,
  registry: await loadBundledRegistry(),
  providers: [form('openai'), form('anthropic')],
  aliases,
});
const identities = new Map(
  Array.from({ length: Number(aliasCount) }, (_, at) => [
    hashKey(`ks-${at}`),
    { keyId: `k${at}`, workspace: 'bench' },
  ]),
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
