/**
 * An answer as bytes and back: a version, a checksum, what is known of the answer, and its body. What comes back is the answer
 * that was sealed under this very key, or nothing.
 */
import { createHash } from 'node:crypto';
import type { AnswerKey } from './answer-store.ts';
import type { KeptAnswer } from './kept-answer.ts';

/** Its last byte is the version: raised when what follows changes. */
const mark = Buffer.from([0x4b, 0x53, 0x41, 0x01]);
const checksumBytes = 32;
const lengthAt = mark.length + checksumBytes;
const headAt = lengthAt + 4;

type Head = Omit<KeptAnswer, 'body'> & { readonly key: AnswerKey };

/** `damaged` is not what was kept; `foreign` was written by another version. */
export type Unsealed = KeptAnswer | 'damaged' | 'foreign';

export function sealAnswer({ body, ...answer }: KeptAnswer, { workspace, hash }: AnswerKey): Uint8Array {
  const head = Buffer.from(JSON.stringify({ ...answer, key: { workspace, hash } } satisfies Head));
  const sealed = Buffer.allocUnsafeSlow(headAt + head.length + body.length);
  mark.copy(sealed);
  sealed.writeUInt32BE(head.length, lengthAt);
  head.copy(sealed, headAt);
  sealed.set(body, headAt + head.length);
  checksumOf(sealed).copy(sealed, mark.length);
  return sealed;
}

export function unsealAnswer(sealed: Uint8Array, key: AnswerKey): Unsealed {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  if (bytes.length < headAt || !bytes.subarray(0, 3).equals(mark.subarray(0, 3))) return 'damaged';
  if (bytes[3] !== mark[3]) return 'foreign';
  if (!checksumOf(bytes).equals(bytes.subarray(mark.length, lengthAt))) return 'damaged';
  const bodyAt = headAt + bytes.readUInt32BE(lengthAt);
  const { key: kept, ...answer } = JSON.parse(bytes.toString('utf8', headAt, bodyAt)) as Head;
  // Whoever may write to a store could put one answer in the place of another.
  if (kept.workspace !== key.workspace || kept.hash !== key.hash) return 'damaged';
  return { ...answer, body: bytes.subarray(bodyAt) };
}

function checksumOf(sealed: Buffer): Buffer {
  return createHash('sha256').update(sealed.subarray(lengthAt)).digest();
}
