/** Keys by their ids, each checked to be the one that its id says, and heads checked against them. */
import { decodeEd25519, encodeHex } from './byte-text.ts';
import type { ReceiptFault, ReceiptProblem } from './faults.ts';
import { findHeadProblem, headBytes } from './head.ts';
import { findKeyProblem } from './read-parts.ts';
import type { ReceiptHead, ReceiptKey } from './receipt.ts';
import type { ReceiptCrypto } from './receipt-crypto.ts';

interface HeldKey {
  readonly key: ReceiptKey;
  readonly bytes: Uint8Array;
}

export interface HeadKeys {
  /** Faults of the keys themselves. */
  readonly faults: readonly ReceiptFault[];
  /** What is wrong with a head taken by itself. `where` is what its place is called. */
  check(head: ReceiptHead, where: string): Promise<ReceiptFault | undefined>;
}

export function holdKeys(keys: readonly ReceiptKey[], crypto: ReceiptCrypto): HeadKeys {
  const held = new Map<string, HeldKey>();
  const faults: ReceiptFault[] = [];
  for (const [at, key] of keys.entries()) {
    const wrong = findKeyProblem(key);
    const bytes = wrong === undefined ? decodeEd25519(key.public_key, 32) : undefined;
    if (bytes === undefined) {
      faults.push(fault('unreadable', `keys[${at}].${wrong}`, 'This is no key of receipts.'));
    } else if (encodeHex(crypto.sha256(bytes)) !== key.key_id) {
      faults.push(fault('key_changed', `keys[${at}]`, 'The id of this key is not the hash of its bytes.'));
    } else held.set(key.key_id, { key, bytes });
  }
  return { faults, check: (head, where) => checkHead(head, where, { held, crypto }) };
}

interface Checking {
  readonly held: ReadonlyMap<string, HeldKey>;
  readonly crypto: ReceiptCrypto;
}

async function checkHead(
  head: ReceiptHead,
  where: string,
  { held, crypto }: Checking,
): Promise<ReceiptFault | undefined> {
  const wrong = findHeadProblem(head);
  if (wrong !== undefined) {
    const message =
      wrong === 'version' ? 'This version of heads is not known.' : 'This is no head of a batch.';
    return fault('unreadable', `${where}.${wrong}`, message);
  }
  const found = held.get(head.key_id);
  const place = { log: head.log, seq: head.seq };
  if (found === undefined) {
    const message = 'The head is signed by a key that is not among the known ones.';
    return { ...fault('unknown_key', `${where}.key_id`, message), ...place };
  }
  const signature = decodeEd25519(head.signature, 64);
  if (signature === undefined) {
    return { ...fault('unreadable', `${where}.signature`, 'This is no signature by Ed25519.'), ...place };
  }
  const { key, bytes } = found;
  if (!(await crypto.verifySignature({ publicKey: bytes, message: headBytes(head), signature }))) {
    const message = 'The signature is not that of this head: one of its fields or the signature was changed.';
    return { ...fault('head_changed', where, message), ...place };
  }
  if (head.first_at < key.valid_from || head.last_at >= (key.valid_to ?? Number.POSITIVE_INFINITY)) {
    const field = head.first_at < key.valid_from ? 'first_at' : 'last_at';
    const message = 'The batch was closed when its key was not valid.';
    return { ...fault('key_outside_validity', `${where}.${field}`, message), ...place };
  }
  return undefined;
}

function fault(problem: ReceiptProblem, where: string, message: string): ReceiptFault {
  return { problem, where, message };
}
