/** Fills a storage as a month of work of some organisations would: calls, receipts, keys and the audit log. */
import { generateKeyPairSync } from 'node:crypto';
import type { ReceiptHead } from '@keelson/core';
import { type CallRecord, createIds, type Storage, systemRandom } from '@keelson/engine';
import { sampleRecord } from '../records/sample.ts';

export const dayMs = 86_400_000;
export const days = 30;
/** The first millisecond of a day in UTC. */
export const start = Date.UTC(2026, 9, 1);
const organisations = 5;
const workspaces = 20;
const keys = 200;
const perBatch = 1000;

export const organisationOf = (at: number): string => `organisation-${at % organisations}`;
export const workspaceOf = (at: number): string => `workspace-${at % workspaces}`;
export const keyOf = (at: number): string => `key-${at % keys}`;
export const traceOf = (at: number): string => `trace-${at}`;

const receiptOf = (callId: string): string => `rcpt_${callId.replaceAll('-', '')}`;

/** Some ids of calls, spread over all of them in order. */
export interface Filled {
  readonly someIds: readonly string[];
  readonly someReceipts: readonly string[];
}

interface Fill {
  readonly calls: number;
  readonly auditEntries: number;
  progress(text: string): void;
}

export async function fill(storage: Storage, { calls, auditEntries, progress }: Fill): Promise<Filled> {
  await fillTenants(storage);
  await fillAuditLog(storage, auditEntries);
  let now = start;
  const newId = createIds({ now: () => now }, systemRandom);
  const someIds: string[] = [];
  const someReceipts: string[] = [];
  const sign = await openLog(storage);
  for (let made = 0; made < calls; made += perBatch) {
    const records = Array.from({ length: perBatch }, (_, index) => {
      now = start + Math.floor(((made + index) * days * dayMs) / calls);
      return callOf(made + index, now, newId());
    });
    await storage.calls.insertBatch(records);
    await sign(records, made / perBatch + 1);
    const some = records[made % perBatch]?.id ?? '';
    someIds.push(some);
    someReceipts.push(receiptOf(some));
    if (made % 50_000 === 0) progress(`${made} of ${calls} calls`);
  }
  return { someIds, someReceipts };
}

/** Keys belong to one workspace; one call in fifty fails, one in a thousand costs much and takes long. */
function callOf(at: number, startedAt: number, id: string): CallRecord {
  const record = sampleRecord(at);
  const key = (at * 7919) % keys;
  const isRare = at % 1009 === 0;
  return {
    ...record,
    id,
    startedAt,
    traceId: traceOf(Math.floor(at / 3)),
    workspace: workspaceOf(key),
    keyId: keyOf(key),
    alias: at % 3 === 0 ? 'smart' : 'fast',
    provider: at % 4 === 0 ? 'anthropic' : 'openai',
    status: at % 50 === 0 ? 502 : 200,
    ...(isRare && { durationMs: 90_000, cost: { status: 'priced', nanoDollars: 5_000_000_000 } }),
    attempts: record.attempts.map((attempt) => ({ ...attempt, startedAt })),
  };
}

async function fillTenants({ tenants, keys: kept }: Storage): Promise<void> {
  for (let at = 0; at < organisations; at++) {
    const organisation = { id: organisationOf(at), name: organisationOf(at), createdAt: start };
    await tenants.createOrganisation(organisation);
  }
  for (let at = 0; at < workspaces; at++) {
    const id = workspaceOf(at);
    await tenants.createWorkspace({ id, organisation: organisationOf(at), name: id, createdAt: start });
  }
  for (let at = 0; at < keys; at++) {
    const place = { organisation: organisationOf(at), workspace: workspaceOf(at) };
    const secret = { secretSha256: `secret ${at}`, prefix: `ks_${at}` };
    await kept.insert({ id: keyOf(at), name: keyOf(at), ...place, ...secret, createdAt: start + at });
  }
}

async function fillAuditLog({ audit }: Storage, entries: number): Promise<void> {
  for (let at = 0; at < entries; at++) {
    await audit.append({
      organisation: organisationOf(0),
      at: start + at,
      actor: keyOf(at),
      actorKind: 'key',
      action: at % 500 === 0 ? 'budgets.update' : 'keys.update',
      target: keyOf(at * 3),
      details: { changed: ['name'], number: at },
    });
  }
}

/** One receipt for each call, in signed batches of one log; what they say is short, because lists do not read it. */
async function openLog({
  receipts,
}: Storage): Promise<(records: readonly CallRecord[], seq: number) => Promise<void>> {
  const owner = 'bench';
  const claim = { newLog: 'log_bench', owner, now: 0, until: start, isGone: () => false };
  const { log } = await receipts.claimLog(claim);
  const key = generateKeyPairSync('ed25519').privateKey;
  let before: ReceiptHead | undefined;
  return async (records, seq) => {
    const ids = records.map(({ id, workspace }) => `${receiptOf(id)} ${workspace}`).join('\n');
    const texts = { receipts: records.map(() => '{}').join('\n'), ids };
    const times = { claimedUntil: start, openedAt: start + seq, closedAt: start + seq, keyValidFrom: 0 };
    const batch = { log, owner, ...times, ...texts, ...(before && { before }), key, keyId: 'bench' };
    const appended = await receipts.append(batch);
    if (appended.outcome !== 'stored') throw new Error(`The receipts were not stored: ${appended.outcome}.`);
    before = appended.head;
  };
}
