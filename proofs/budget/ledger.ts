/** What the calls of a proof cost, as their records say it, and as an export of their receipts that was verified says it. */
import { parseDollars, type Receipt, verifyExport } from '@keelson/core';
import { type CallRecord, exportReceipts, nodeCrypto, type Storage } from '@keelson/engine';
import { workspace } from './messages.ts';

type Outcome = CallRecord['outcome'] | 'interrupted';

export interface Recorded {
  readonly calls: number;
  readonly nanoDollars: number;
  readonly unpaid: number;
  /** Answered from the cache. */
  readonly cached: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** Calls that used something, or that were cut off: each must have a receipt. */
  readonly owed: ReadonlySet<string>;
}

export async function readRecords(storage: Storage): Promise<Recorded> {
  const outcomes = { answered: 0, failed: 0, refused: 0, aborted: 0, interrupted: 0 };
  const owed = new Set<string>();
  let [calls, nanoDollars, unpaid, cached] = [0, 0, 0, 0];
  let before: string | undefined;
  for (let hasMore = true; hasMore; ) {
    const filters = { workspace };
    const page = await storage.calls.list({ filters, limit: 1000, ...(before !== undefined && { before }) });
    for (const { id, outcome, error, cost, cache, usage } of page.calls) {
      const isInterrupted = error === 'call_interrupted';
      calls += 1;
      outcomes[isInterrupted ? 'interrupted' : outcome] += 1;
      nanoDollars += cost.nanoDollars ?? Number.NaN;
      if (isInterrupted || usage !== undefined) owed.add(id);
      if (cache === 'hit') cached += 1;
      // Only what was refused or known already never reached a vendor.
      else if (outcome !== 'refused' && outcome !== 'failed' && !((cost.nanoDollars ?? 0) > 0)) unpaid += 1;
    }
    before = page.calls.at(-1)?.id;
    hasMore = page.hasMore;
  }
  return { calls, nanoDollars, unpaid, cached, outcomes, owed };
}

export interface Receipted {
  readonly receipts: number;
  readonly interrupted: number;
  readonly nanoDollars: number;
  /** What verification found wrong with the export. */
  readonly faults: number;
  /** Receipts of calls that have one already, and calls that are owed one. */
  readonly doubled: number;
  readonly missing: number;
}

/** Only of what is written in the lines of the export; the storage is asked for nothing else. */
export async function readReceipts(storage: Storage, owed: ReadonlySet<string>): Promise<Receipted> {
  const lines: string[] = [];
  for await (const line of exportReceipts(storage.receipts)) lines.push(line);
  const keys = await storage.receipts.listKeys();
  const { faults } = await verifyExport(lines, { keys, crypto: nodeCrypto });
  const seen = new Set<string>();
  let [receipts, interrupted, nanoDollars, doubled] = [0, 0, 0, 0];
  for (const line of lines) {
    if (!line.startsWith('{"index":')) continue;
    const { receipt } = JSON.parse(line) as { receipt: Receipt };
    if (receipt.kind !== 'call') continue;
    const { call_id: id, cost } = receipt;
    receipts += 1;
    if (seen.has(id)) doubled += 1;
    seen.add(id);
    if (receipt.interrupted === true) interrupted += 1;
    nanoDollars += cost.amount === undefined ? Number.NaN : parseDollars(cost.amount);
  }
  const missing = [...owed].filter((id) => !seen.has(id)).length;
  return { receipts, interrupted, nanoDollars, faults: faults.length, doubled, missing };
}
