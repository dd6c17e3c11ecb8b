/** Verifies one receipt by its path and the head of its batch, with nothing but the public keys. */
import { canonicalJson } from '../json/index.ts';
import { decodeHash, encodeHex } from './byte-text.ts';
import { readCanonical } from './canonical-text.ts';
import type { ReceiptFault, ReceiptProblem, ReceiptVerdict } from './faults.ts';
import { holdKeys } from './key-ring.ts';
import { climb, createLeafHasher, pathLength } from './merkle-tree.ts';
import { findPathProblem, findReceiptProblem } from './read-parts.ts';
import type { ReceiptKey, ReceiptProof } from './receipt.ts';
import { portableCrypto, type ReceiptCrypto } from './receipt-crypto.ts';

export interface ReceiptQuestion {
  /** From a source that is trusted; a key that comes with the receipt proves nothing. */
  readonly keys: readonly ReceiptKey[];
  readonly crypto?: ReceiptCrypto;
}

/** A proof as it was handed out: its parsed form, or its text, which must be canonical JSON. */
export async function verifyReceipt(
  proof: ReceiptProof | string,
  { keys, crypto = portableCrypto }: ReceiptQuestion,
): Promise<ReceiptVerdict> {
  const read = readProof(proof);
  if ('fault' in read) return { isValid: false, faults: [read.fault] };
  const { receipt, path, head } = read.proof;
  const held = holdKeys(keys, crypto);
  const faults: ReceiptFault[] = [...held.faults];
  const wrong = findReceiptProblem(receipt);
  if (wrong !== undefined) faults.push(fault('unreadable', `receipt.${wrong}`, 'This is no receipt.'));
  const wrongHead = await held.check(head, 'head');
  if (wrongHead !== undefined) faults.push(wrongHead);
  const wrongPath = findPathProblem(path);
  if (wrongPath !== undefined) faults.push(fault('unreadable', wrongPath, 'This is no path in a batch.'));
  else if (wrongHead?.problem !== 'unreadable') faults.push(...checkPlace(read.proof, crypto));
  return { isValid: faults.length === 0, faults };
}

function readProof(proof: ReceiptProof | string): { proof: ReceiptProof } | { fault: ReceiptFault } {
  if (typeof proof !== 'string') return { proof };
  const reading = readCanonical(proof);
  if ('value' in reading && typeof reading.value === 'object' && reading.value !== null)
    return { proof: reading.value as unknown as ReceiptProof };
  const byte = 'wrongByte' in reading ? reading.wrongByte : 0;
  return { fault: fault('unreadable', `byte ${byte}`, 'This is not the canonical JSON of a proof.') };
}

function checkPlace({ receipt, path, head }: ReceiptProof, crypto: ReceiptCrypto): ReceiptFault[] {
  const { index, hashes } = path;
  const { count, root } = head;
  if (index >= count) return [fault('path_changed', 'path.index', `The batch has only ${count} receipts.`)];
  if (hashes.length !== pathLength(index, count)) {
    const message = `Place ${index} of ${count} has ${pathLength(index, count)} hashes on its way up, not ${hashes.length}.`;
    return [fault('path_changed', 'path.hashes', message)];
  }
  let text: string;
  try {
    text = canonicalJson(receipt);
  } catch {
    return [fault('unreadable', 'receipt', 'The receipt has no canonical JSON.')];
  }
  const leaf = createLeafHasher(crypto)(text);
  if (encodeHex(climb(crypto.sha256, leaf, { index, count }, hashes.map(decodeHash))) === root) return [];
  const message = 'The receipt and its path do not lead to the root of the head: one of the two was changed.';
  return [fault('receipt_changed', 'receipt or path', message)];
}

function fault(problem: ReceiptProblem, where: string, message: string): ReceiptFault {
  return { problem, where, message };
}
