/** Receipts going out: one with its proof, or all of a time as lines of an export. */
import {
  batchLines,
  buildLevels,
  createLeafHasher,
  endLine,
  exportHeader,
  keyLine,
  pathOf,
  type Receipt,
  type ReceiptProof,
} from '@keelson/core';
import type { Receipts, StoredBatch } from '../storage/index.ts';
import { nodeCrypto } from './node-crypto.ts';

/** Undefined when there is no such receipt, or none whose batch is closed yet. */
export async function proveReceipt(storage: Receipts, id: string): Promise<ReceiptProof | undefined> {
  const stored = await storage.find(id);
  if (stored === undefined) return undefined;
  const { head, receipts, place } = stored;
  const levels = buildLevels(nodeCrypto.sha256, receipts.map(createLeafHasher(nodeCrypto)));
  const hashes = pathOf(levels, place).map((node) => Buffer.from(node).toString('hex'));
  const receipt = JSON.parse(receipts[place] as string) as Receipt;
  return { receipt, path: { index: place, hashes }, head };
}

export interface ExportWish {
  /** Batches that closed within this time, in milliseconds since 1970; `to` is not included. */
  readonly from?: number;
  readonly to?: number;
  /** Only its receipts, or those of several; the heads of all batches are there, so that the chains can be followed. */
  readonly workspace?: string | readonly string[];
}

/** Lines without their ends. */
export async function* exportReceipts(storage: Receipts, wish: ExportWish = {}): AsyncGenerator<string> {
  yield exportHeader;
  for (const key of await storage.listKeys()) yield keyLine(key);
  let batches = 0;
  let receipts = 0;
  for (const log of await storage.listLogs()) {
    for await (const batch of readBatches(storage, log, wish)) {
      const places = placesOf(batch, wish.workspace);
      batches += 1;
      receipts += places?.length ?? batch.receipts.length;
      yield* batchLines(batch.head, batch.receipts, nodeCrypto, places);
    }
  }
  yield endLine(batches, receipts);
}

async function* readBatches(storage: Receipts, log: string, wish: ExportWish): AsyncGenerator<StoredBatch> {
  const seqs = await storage.findSeqs(log, wish);
  if (seqs === undefined) return;
  for (let next = seqs.first; next <= seqs.last; ) {
    const page = await storage.listBatches(log, next);
    for (const batch of page) if (batch.head.seq <= seqs.last) yield batch;
    const last = page.at(-1);
    if (last === undefined) return;
    next = last.head.seq + 1;
  }
}

function placesOf({ receipts }: StoredBatch, workspace: ExportWish['workspace']): number[] | undefined {
  if (workspace === undefined) return undefined;
  const workspaces = typeof workspace === 'string' ? [workspace] : workspace;
  return receipts.flatMap((text, place) => {
    const receipt = JSON.parse(text) as Receipt;
    return workspaces.includes(receipt.workspace) ? [place] : [];
  });
}
