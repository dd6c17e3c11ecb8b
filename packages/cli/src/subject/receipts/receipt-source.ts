/** What can be asked of a place that has receipts: an exported file, a gateway that is reached over HTTP, or the database of this machine. */
import type { ReceiptHead, ReceiptKey, ReceiptProof } from '@keelson/core';
import type { StatementDraft } from '@keelson/engine';

export interface ListedLine {
  readonly id: string;
  readonly workspace: string;
  readonly made_at: string;
  readonly log: string;
  readonly seq: number;
  readonly index: number;
}

/** Milliseconds since 1970; `to` is not included. */
export interface ReceiptRange {
  readonly from?: number;
  readonly to?: number;
  readonly workspace?: string;
  readonly organisation?: string;
}

export interface ListWish extends ReceiptRange {
  readonly limit: number;
}

export interface MakingWish extends ReceiptRange {
  readonly ids?: readonly string[];
  readonly isSinceLast?: boolean;
  readonly description?: string;
  readonly tags?: readonly string[];
}

export interface ReceiptSource {
  /** For people. */
  readonly name: string;
  /** Whether batches may hold receipts of others, which are not given. */
  readonly isPartial: boolean;
  /** The newest first. */
  list(wish: ListWish): Promise<readonly ListedLine[]>;
  uncertified(wish: ListWish): Promise<{ readonly receipts: readonly ListedLine[]; readonly total: number }>;
  find(id: string): Promise<ReceiptProof | undefined>;
  /** Of an export, without their ends. */
  lines(range: ReceiptRange): AsyncIterable<string>;
  heads(wish: { readonly isLatest: boolean }): Promise<readonly ReceiptHead[]>;
  keys(): Promise<readonly ReceiptKey[]>;
  draft(wish: MakingWish): Promise<StatementDraft>;
  issue(wish: MakingWish): Promise<ReceiptProof>;
  close(): Promise<void>;
}
