/** Heads as text and as hashes: what is signed, and by what the next head names the one before it. */
import { isJsonObject } from '../json/index.ts';
import { encodeHex, isHashText } from './byte-text.ts';
import { mostReceiptsPerBatch, type ReceiptHead, receiptVersion, type UnsignedHead } from './receipt.ts';
import type { ReceiptCrypto } from './receipt-crypto.ts';

/** The canonical JSON of a head without its signature: what is signed. */
export function headText(head: UnsignedHead): string {
  const { count, first_at, key_id, last_at, log, prev, root, seq, version } = head;
  // In the order that RFC 8785 asks for; of a log's name and of hashes nothing needs an escape that JSON does not write.
  return JSON.stringify({ count, first_at, key_id, last_at, log, prev, root, seq, version });
}

export function headBytes(head: UnsignedHead): Uint8Array {
  return new TextEncoder().encode(headText(head));
}

/** What the next head says of this one. */
export function headHash(sha256: ReceiptCrypto['sha256'], head: UnsignedHead): string {
  return encodeHex(sha256(headBytes(head)));
}

/** Signature included, in the same order. */
export function signedHeadText(head: ReceiptHead): string {
  const { count, first_at, key_id, last_at, log, prev, root, seq, signature, version } = head;
  return JSON.stringify({ count, first_at, key_id, last_at, log, prev, root, seq, signature, version });
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

const fieldChecks: Readonly<Record<keyof ReceiptHead, (value: unknown) => boolean>> = {
  version: (value) => value === receiptVersion,
  log: (value) => typeof value === 'string' && /^log_[0-9a-zA-Z-]{1,64}$/.test(value),
  seq: (value) => isCount(value) && value !== 0,
  prev: isHashText,
  root: isHashText,
  count: (value) => isCount(value) && value !== 0 && (value as number) <= mostReceiptsPerBatch,
  first_at: isCount,
  last_at: isCount,
  key_id: isHashText,
  signature: (value) => typeof value === 'string',
};

/** The field that keeps this from being a head; undefined when it is one. */
export function findHeadProblem(value: unknown): string | undefined {
  if (!isJsonObject(value)) return 'head';
  const strange = Object.keys(value).find((field) => !Object.hasOwn(fieldChecks, field));
  if (strange !== undefined) return strange;
  const fields = value as Record<string, unknown>;
  return Object.entries(fieldChecks).find(([field, isRight]) => !isRight(fields[field]))?.[0];
}
