/** The management API over a storage that is filled, without a socket, and the pages that somebody asks of it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadBundledRegistry } from '@keelson/core';
import {
  openCredentialsFromEnvironment,
  openEngine,
  providerForms,
  Secret,
  type Storage,
  silentLog,
  systemClock,
  systemRandom,
} from '@keelson/engine';
import { createApp, createKeyRing, hashKey } from '@keelson/server';
import { dayMs, days, type Filled, keyOf, organisationOf, start, traceOf, workspaceOf } from './fill.ts';

export interface BenchApi {
  /** Of one organisation, below /api/v1; throws where it is not answered well. */
  ask(path: string): Promise<void>;
  close(): Promise<void>;
}

const reader = 'ks-of-the-benchmark';

export async function openApi(storage: Storage): Promise<BenchApi> {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-bench-api-'));
  const shared = { clock: systemClock, random: systemRandom, log: silentLog };
  const credentials = await openCredentialsFromEnvironment({}, { ...shared, storage, folder });
  const openai = providerForms.get('openai');
  if (openai === undefined) throw new Error('There is no form of OpenAI.');
  const engine = openEngine({
    providers: [{ name: 'openai', form: openai, key: new Secret('sk-of-nobody') }],
    registry: await loadBundledRegistry(['openai']),
    aliases: { fast: ['openai:gpt-5-mini'] },
    storage,
  });
  const place = { organisation: organisationOf(0), workspace: workspaceOf(0) };
  const identity = { keyId: 'bench', ...place, role: 'owner', reach: 'organisation' } as const;
  const keys = createKeyRing(new Map([[hashKey(reader), identity]]));
  const ring = { ...keys, refresh: async () => {}, close: async () => {} };
  const draw = (count: number): Uint8Array => systemRandom.bytes(count);
  const app = createApp({
    version: '0',
    uptimeSeconds: () => 0,
    maxBodyBytes: 1_000_000,
    engine,
    keys,
    api: { ...shared, engine, storage, ring, credentials, draw, proxies: { isTrusted: () => false } },
  });
  return {
    ask: async (path) => {
      const headers = { authorization: `Bearer ${reader}` };
      const answer = await app.inject({ url: `/api/v1${path}`, headers });
      if (answer.statusCode !== 200) throw new Error(`${path}: ${answer.statusCode} ${answer.body}`);
    },
    close: async () => {
      await app.close();
      await engine.close();
      await credentials.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Each round asks for something else. */
export function apiPages({ someIds }: Filled): Record<string, (round: number) => string> {
  // The calls of the organisation are those of some of its workspaces.
  const idOf = (round: number): string => someIds[(round * 37) % someIds.length] ?? '';
  const cursorOf = (round: number): string =>
    Buffer.from(JSON.stringify([idOf(round)])).toString('base64url');
  const month = `from=${new Date(start).toISOString()}&to=${new Date(start + days * dayMs).toISOString()}`;
  const dayOf = (round: number): string => {
    const day = start + (round % days) * dayMs;
    return `from=${new Date(day).toISOString()}&to=${new Date(day + dayMs).toISOString()}`;
  };
  return {
    '/calls, first page': () => '/calls',
    '/calls, a page in the middle': (round) => `/calls?cursor=${cursorOf(round)}`,
    '/calls, a page of 1,000': (round) => `/calls?limit=1000&cursor=${cursorOf(round)}`,
    '/calls of a workspace': (round) => `/calls?workspace=${workspaceOf(round * 5)}`,
    '/calls of a key': (round) => `/calls?key_id=${keyOf(round * 5)}`,
    '/calls of a model': (round) => `/calls?model=gpt-5-mini-${round % 5}`,
    '/calls of a trace': (round) => `/calls?trace_id=${traceOf(round * 331)}`,
    '/calls that failed': () => '/calls?outcome=failed',
    '/calls with a status': () => '/calls?min_status=500&max_status=599',
    '/calls with a status nobody had': () => '/calls?min_status=418&max_status=418',
    '/calls that cost much': () => '/calls?min_cost_nano_dollars=1000000000',
    '/calls that took long': () => '/calls?min_duration_ms=60000',
    '/calls of a day': (round) => `/calls?${dayOf(round)}`,
    '/calls of a day and an alias': (round) => `/calls?${dayOf(round)}&alias=smart`,
    '/calls that are searched': (round) => `/calls?search=${idOf(round)}`,
    '/usage by day': () => `/usage?${month}`,
    '/usage by day and model': () => `/usage?${month}&by=model`,
    '/usage by key, the first 20': () => `/usage?${month}&step=total&by=key_id&order=cost&limit=20`,
    '/usage by workspace, model and outcome': () => `/usage?${month}&step=total&by=workspace,model,outcome`,
    '/usage by hour for a day': (round) => `/usage?${dayOf(round)}&step=hour&by=model`,
    '/usage of a key as a table': (round) => `/usage?${month}&key_id=${keyOf(round * 5)}&format=csv`,
    '/receipts, first page': () => '/receipts',
    '/receipts of a day': (round) => `/receipts?${dayOf(round)}`,
    '/receipts/heads, newest': () => '/receipts/heads?latest=true',
    '/models': () => '/models',
    '/models that are searched': () => '/models?search=mini&capability=tools',
    '/aliases': () => '/aliases',
    '/keys': () => '/keys',
    '/audit': () => '/audit',
  };
}
