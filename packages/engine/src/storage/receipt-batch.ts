/** A batch of receipts on its way to the tables, and what may become of it. It loads fast, for the worker's sake. */
import type { KeyObject } from 'node:crypto';
import type { ReceiptHead } from '@keelson/core';
import { toText } from './columns.ts';
import type { ReceiptRow } from './schema.ts';

/**
 * Not sealed yet: that is done where it is written, which for an SQLite file is another thread. The same batch is always sealed
 * alike, so that it may be handed over again. Of few and long texts, because it travels between threads.
 */
export interface ReceiptBatch {
  readonly log: string;
  /** Who must still have the log. */
  readonly owner: string;
  readonly claimedUntil: number;
  /** Canonical JSON, one receipt a line. */
  readonly receipts: string;
  /** In the order of the receipts, a line each: the id, a space, and the workspace. */
  readonly ids: string;
  /** The newest head of the log. */
  readonly before?: ReceiptHead;
  readonly openedAt: number;
  readonly closedAt: number;
  /** Ed25519, secret. */
  readonly key: KeyObject;
  readonly keyId: string;
  readonly keyValidFrom: number;
}

/** What is written of it. */
export interface SealedReceipts {
  readonly log: string;
  readonly owner: string;
  readonly claimedUntil: number;
  readonly head: ReceiptHead;
  /** Canonical JSON, signature included. */
  readonly headText: string;
  readonly receipts: string;
  readonly rows: readonly ReceiptRow[];
}

/**
 * `stored`: now or before. `lost`: the log belongs to somebody else by now, or has another head of this number. `known`: some
 * of the receipts are stored already, in other batches; nothing was written.
 */
export type Appended =
  | { readonly outcome: 'stored'; readonly head: ReceiptHead }
  | { readonly outcome: 'lost' }
  | { readonly outcome: 'known'; readonly ids: readonly string[] };

export function toReceiptRows(log: string, seq: number, ids: string): ReceiptRow[] {
  return ids.split('\n').map((line, place) => {
    const space = line.indexOf(' ');
    return { id: line.slice(0, space), workspace: toText(line.slice(space + 1)), log, seq, place };
  });
}
