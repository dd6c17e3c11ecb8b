// The statement in docs/receipts.md is computed here: from the receipt on that page to its sums, its root and its signature.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { canonicalJson } from '../json/index.ts';
import {
  type BatchReceipt,
  createLeafHasher,
  encodeHex,
  headHash,
  portableCrypto,
  type Receipt,
  type ReceiptHead,
  type ReceiptKey,
  verifyReceipt,
} from '../receipts/index.ts';
import { ReceiptTally } from './index.ts';

const page = readFileSync(new URL('../../../../docs/receipts.md', import.meta.url), 'utf8');
const [receipt, , before, key, statement, head] = [...page.matchAll(/```json\n(.*?)```/gs)].map(
  ([, json = '']) => JSON.parse(json) as unknown,
) as [Receipt, unknown, ReceiptHead, ReceiptKey, BatchReceipt, ReceiptHead];

const leafOf = (one: Receipt): string => encodeHex(createLeafHasher(portableCrypto)(canonicalJson(one)));

test('the page has a statement that verifies, and that follows the head before it', async () => {
  const proof = { receipt: statement, path: { index: 0, hashes: [] }, head };
  expect(await verifyReceipt(proof, { keys: [key] })).toEqual({ isValid: true, faults: [] });
  expect(head.root).toBe(leafOf(statement));
  expect(head.prev).toBe(headHash(portableCrypto.sha256, before));
});

test('it says what the receipt on the page adds up to', () => {
  const tally = new ReceiptTally();
  tally.add(receipt);
  expect(statement.summary).toEqual(tally.summary());
  expect(statement.receipts).toEqual({ count: 1, root: leafOf(receipt), ids: [receipt.receipt_id] });
});
