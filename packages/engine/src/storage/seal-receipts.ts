/** Seals a batch of receipts before it is written: root, chain and signature are core's, hashing and signing Node's. */
import { hash, sign } from 'node:crypto';
import { sealBatch, signedHeadText } from '@keelson/core';
import { type ReceiptBatch, type SealedReceipts, toReceiptRows } from './receipt-batch.ts';

const crypto = {
  sha256: (bytes: Uint8Array): Uint8Array => hash('sha256', bytes, 'buffer'),
  sha256Text: (text: string): Uint8Array => hash('sha256', text, 'buffer'),
};

export function sealReceipts(batch: ReceiptBatch): SealedReceipts {
  const { log, owner, claimedUntil, receipts, ids, key, ...seal } = batch;
  const { head } = sealBatch(receipts.split('\n'), {
    ...seal,
    log,
    crypto,
    sign: (message) => sign(null, message, key),
  });
  const rows = toReceiptRows(log, head.seq, ids);
  return { log, owner, claimedUntil, head, headText: signedHeadText(head), receipts, rows };
}
