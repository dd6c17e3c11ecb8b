// What receipts and their proofs look like on the wire, for all routes that give them; and where receipts of a place lie.
import { KeelsonError, type ReceiptProof } from '@keelson/core';
import { canonicalText, type ListedReceipt, type Storage } from '@keelson/engine';
import {
  type ApiCall,
  anyObject,
  integer,
  list,
  object,
  text,
  time,
  type ValueOf,
} from '../contract/index.ts';
import { workspacesOf } from './reach.ts';
import { toTime } from './times.ts';

export const receiptChapter = 'Receipts';

export const listedReceipt = object({
  id: text('What it is called; that of a call is `rcpt_` and the id of the call without dashes.'),
  workspace: text('Whose it is; that of a statement over a whole organisation is its name and `/*`.', {
    most: 10_000,
  }),
  made_at: time('The time in its id.'),
  log: text('The log that it stands in.'),
  seq: integer('The number of its batch.'),
  index: integer('Its place in the batch, from 0.'),
});

export const hashText = (description: string) => text(description, { pattern: '^[0-9a-f]{64}$' });
export const signedHead = object(
  {
    version: integer('The version of the form.'),
    log: text('Every process has logs of its own.'),
    seq: integer('From 1, without gaps.'),
    prev: hashText('The hash of the head before it; zeros at the first.'),
    root: hashText('Of the tree over the receipts.'),
    count: integer('Receipts in the batch.'),
    first_at: integer('Milliseconds since 1970: when the batch was opened.'),
    last_at: integer('Milliseconds since 1970: when it was closed.'),
    key_id: hashText('The SHA-256 of the public key.'),
    signature: text('`ed25519:` and the signature in base64url.'),
  },
  'Exactly as it was signed.',
);
export const proofFields = {
  receipt: anyObject('The receipt, as docs/receipts.md describes it.'),
  text: text('The same as the canonical text whose hash is in the tree.', { most: 10_000_000 }),
  path: object({
    index: integer('Its place in the batch, from 0.'),
    hashes: list('From the leaf up to the root.', hashText('A hash.')),
  }),
  head: signedHead,
};

export const receiptProof = object(proofFields);

export function showListed({ id, workspace, log, seq, place }: ListedReceipt): ValueOf<typeof listedReceipt> {
  return { id, workspace, made_at: toTime(timeOfReceipt(id)), log, seq, index: place };
}

/** Its first twelve digits, as in the id of its call. */
function timeOfReceipt(id: string): number {
  return Number.parseInt(id.slice('rcpt_'.length, 'rcpt_'.length + 12), 16);
}

export function showProof({ receipt, path, head }: ReceiptProof): ValueOf<typeof receiptProof> {
  return { receipt: { ...receipt }, text: canonicalText(receipt), path, head };
}

/** The workspaces of the place that was asked for, and where that is a whole organisation, what is about all of them. */
export async function placesOf(
  call: Pick<ApiCall<unknown, unknown>, 'where' | 'caller'>,
  storage: Pick<Storage, 'tenants'>,
): Promise<readonly string[]> {
  const { organisation, workspace } = call.where;
  const workspaces = await workspacesOf(call, storage);
  return workspace === undefined ? [...workspaces, wholeOf(organisation)] : workspaces;
}

/** No workspace can have this name. */
export function wholeOf(organisation: string): string {
  return `${organisation}/*`;
}

export function unknownReceipt(id: string): KeelsonError {
  return new KeelsonError('not_found', `There is no receipt \`${id.slice(0, 64)}\`.`, {
    hint: 'A receipt is there when its batch is closed, a moment after the call, if that used anything.',
  });
}
