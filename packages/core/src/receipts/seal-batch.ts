/** Makes the head of a batch: the root over its receipts, chained to the head before, and signed by whoever has the key. */
import { encodeEd25519, encodeHex } from './byte-text.ts';
import { headBytes, headHash } from './head.ts';
import { buildLevels, createLeafHasher, rootOf } from './merkle-tree.ts';
import { noHead, type ReceiptHead, receiptVersion, type UnsignedHead } from './receipt.ts';
import type { ReceiptCrypto } from './receipt-crypto.ts';

export interface BatchSeal {
  readonly log: string;
  /** The newest head of the log; left out at its first. */
  readonly before?: UnsignedHead;
  /** By the clock. Where that has gone back, the time of the head before or of the key holds. */
  readonly openedAt: number;
  readonly closedAt: number;
  readonly keyId: string;
  readonly keyValidFrom: number;
  readonly crypto: Pick<ReceiptCrypto, 'sha256' | 'sha256Text'>;
  /** Ed25519. */
  sign(message: Uint8Array): Uint8Array;
}

export interface SealedBatch {
  readonly head: ReceiptHead;
  /** The canonical texts of its receipts. */
  readonly receipts: readonly string[];
}

/** `receipts` are canonical JSON. */
export function sealBatch(receipts: readonly string[], seal: BatchSeal): SealedBatch {
  const { log, before, openedAt, closedAt, keyId, keyValidFrom, crypto } = seal;
  const { sha256 } = crypto;
  const firstAt = Math.max(openedAt, before?.last_at ?? 0, keyValidFrom);
  const unsigned: UnsignedHead = {
    version: receiptVersion,
    log,
    seq: (before?.seq ?? 0) + 1,
    prev: before === undefined ? noHead : headHash(sha256, before),
    root: encodeHex(rootOf(sha256, buildLevels(sha256, receipts.map(createLeafHasher(crypto))))),
    count: receipts.length,
    first_at: firstAt,
    last_at: Math.max(closedAt, firstAt),
    key_id: keyId,
  };
  return { head: { ...unsigned, signature: encodeEd25519(seal.sign(headBytes(unsigned))) }, receipts };
}
