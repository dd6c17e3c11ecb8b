/**
 * What of an approval is signed, and what is checked before a run acts on an answer. Whoever can write to the database can neither
 * make an approval of another input, nor turn a no into a yes, nor move an answer to another run.
 */
import { canonicalJson } from '@keelson/core';
import type { Signer } from '../secrets/index.ts';
import type { StoredApproval } from '../storage/index.ts';

type Asked = Pick<
  StoredApproval,
  'id' | 'runId' | 'path' | 'workspace' | 'inputHash' | 'createdAt' | 'expiresAt'
>;
type Decided = Required<Pick<StoredApproval, 'id' | 'signature' | 'decision' | 'decidedAt' | 'decidedBy'>> &
  Pick<StoredApproval, 'note'>;

export function signAsked(signer: Signer, approval: Asked): string {
  return signer.sign(textOfAsked(approval));
}

export function signDecision(signer: Signer, decided: Decided): string {
  return signer.sign(textOfDecision(decided));
}

/** Whether the question is one that was signed here. */
export function isAsked(signer: Signer, approval: StoredApproval): boolean {
  return signer.verify(textOfAsked(approval), approval.signature);
}

/** What is wrong with the answer; undefined when it may be acted on. */
export function findApprovalFault(
  signer: Signer,
  approval: StoredApproval,
  expected: Pick<StoredApproval, 'runId' | 'path' | 'inputHash'>,
): string | undefined {
  const { runId, path, inputHash, decision, decidedAt, decidedBy, decisionSignature } = approval;
  if (runId !== expected.runId || path !== expected.path) return 'it belongs to another step';
  if (inputHash !== expected.inputHash) return 'it was given for another input';
  if (!isAsked(signer, approval)) return 'what was asked has been changed';
  if (decision === undefined || decidedAt === undefined || decidedBy === undefined) return 'there is none';
  const decided = textOfDecision({ ...approval, decision, decidedAt, decidedBy });
  if (!signer.verify(decided, decisionSignature ?? '')) return 'the decision has been changed';
  if (decidedAt >= approval.expiresAt) return 'it came after the approval had expired';
  return approval.usedAt === undefined ? undefined : 'it was used before';
}

const tokenPattern = /^apr_([0-9a-f-]{36})~(kh1\.[\w.-]{1,80})$/;

export function tokenOf({ id, signature }: Pick<StoredApproval, 'id' | 'signature'>): string {
  return `apr_${id}~${signature}`;
}

/** The id that a token names; whether the token is ours only the stored approval tells. */
export function readToken(token: string): { id: string; signature: string } | undefined {
  const [, id, signature] = tokenPattern.exec(token) ?? [];
  return id === undefined || signature === undefined ? undefined : { id, signature };
}

function textOfAsked({ id, runId, path, workspace, inputHash, createdAt, expiresAt }: Asked): string {
  return canonicalJson({ kind: 'asked', id, runId, path, workspace, inputHash, createdAt, expiresAt });
}

function textOfDecision({
  id,
  signature,
  decision,
  decidedAt,
  decidedBy,
  note = null,
}: OrNull<Decided>): string {
  return canonicalJson({ kind: 'decided', id, asked: signature, decision, decidedAt, decidedBy, note });
}

type OrNull<Fields extends { note?: string }> = Omit<Fields, 'note'> & { readonly note?: string | null };
