/** Databases, keys, clocks and calls for the tests of this room. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ExportQuestion, type ExportVerdict, verifyExport } from '@keelson/core';
import { type CallRecord, type Clock, createIds, silentLog, systemClock, systemRandom } from '../../observability/index.ts';
import { createPostgres } from '../../storage/__fixtures__/index.ts';
import { openStorage, type Storage, type StorageTarget } from '../../storage/index.ts';
import {
  createReceiptIssuer,
  exportReceipts,
  holdSigningKey,
  type IssuerSettings,
  type KeyHolder,
  nodeCrypto,
  type ReceiptIssuer,
} from '../index.ts';

export const newId = createIds(systemClock, systemRandom);

export interface ReceiptKit {
  readonly folder: string;
  readonly target: StorageTarget;
  readonly storage: Storage;
  /** The clock of keys and issuers; tests set it. */
  readonly clock: Clock & { ms: number };
  readonly keys: KeyHolder;
  open(changes?: Partial<IssuerSettings>): ReceiptIssuer;
  export(question?: ExportQuestion): Promise<ExportVerdict>;
  lines(): Promise<string[]>;
  close(): Promise<void>;
}

export async function createReceiptKit(kind: 'sqlite' | 'postgres'): Promise<ReceiptKit> {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-receipts-'));
  const database = kind === 'sqlite' ? undefined : await createPostgres();
  const target: StorageTarget = database?.target ?? { kind: 'sqlite', path: join(folder, 'keelson.db') };
  const storage = await openStorage(target, { clock: systemClock, log: silentLog });
  const clock = { ...systemClock, ms: Date.UTC(2026, 10, 21), now: () => clock.ms, every: () => () => {} };
  const keys = await holdSigningKey({ folder, storage: storage.receipts, clock, log: silentLog });
  const issuers: ReceiptIssuer[] = [];
  const lines = (): Promise<string[]> => collect(exportReceipts(storage.receipts));
  return {
    folder,
    target,
    storage,
    clock,
    keys,
    lines,
    open: (changes = {}) => {
      const settings = { storage: storage.receipts, keys, clock, log: silentLog, newId };
      const issuer = createReceiptIssuer({ ...settings, ...changes });
      issuers.push(issuer);
      return issuer;
    },
    export: async (question = {}) => {
      const held = await storage.receipts.listKeys();
      return verifyExport(await lines(), { keys: held, crypto: nodeCrypto, ...question });
    },
    close: async () => {
      for (const issuer of issuers) await issuer.close();
      await storage.close();
      await database?.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function collect(lines: AsyncIterable<string>): Promise<string[]> {
  const collected: string[] = [];
  for await (const line of lines) collected.push(line);
  return collected;
}

export function call(fields: Partial<CallRecord> = {}): CallRecord {
  return {
    id: newId(),
    startedAt: Date.UTC(2026, 10, 21),
    endpoint: 'chat',
    dialect: 'openai-chat',
    workspace: 'main',
    keyId: 'key_1',
    requestedModel: 'fast',
    alias: 'fast',
    tags: {},
    isStream: false,
    outcome: 'answered',
    status: 200,
    lane: 'pass-through',
    provider: 'openai',
    model: 'gpt-5-mini',
    usage: { input: { total: 120, uncached: 120 }, output: { total: 30 } },
    cost: { status: 'priced', nanoDollars: 90_000, priceVersion: 'sha256:1' },
    durationMs: 12.5,
    overheadMs: 0.25,
    losses: [],
    attempts: [],
    ...fields,
  };
}
