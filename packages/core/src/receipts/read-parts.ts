/** Checks that what claims to be a receipt, a path or a key has the shape of one, and names the field where it has not. */
import { isJsonObject, type JsonObject } from '../json/index.ts';
import { decodeEd25519, isHashText } from './byte-text.ts';
import { mostReceiptsPerBatch, receiptVersion } from './receipt.ts';

/** The field that keeps this from being a receipt; undefined when it is one. */
export function findReceiptProblem(value: unknown): string | undefined {
  if (!isJsonObject(value)) return 'receipt';
  const { version, receipt_id, kind, timestamp, workspace } = value;
  if (version !== receiptVersion) return 'version';
  if (typeof receipt_id !== 'string' || !idForm.test(receipt_id)) return 'receipt_id';
  if (typeof kind !== 'string' || !kinds.has(kind)) return 'kind';
  if (typeof timestamp !== 'string') return 'timestamp';
  if (typeof workspace !== 'string') return 'workspace';
  return kind === 'batch' ? findStatementProblem(value) : undefined;
}

const kinds: ReadonlySet<string> = new Set(['call', 'repricing', 'batch', 'stored']);
const idForm = /^rcpt_[0-9a-z]{8,64}$/;

/** What it covers must be told by one text only: ids in their order, each once. */
function findStatementProblem({ summary, receipts }: JsonObject): string | undefined {
  if (!isJsonObject(summary)) return 'summary';
  if (!isJsonObject(receipts)) return 'receipts';
  const { count, root, ids } = receipts;
  if (!isHashText(root)) return 'receipts.root';
  if (!Array.isArray(ids) || ids.length === 0) return 'receipts.ids';
  if (count !== ids.length) return 'receipts.count';
  const wrong = ids.findIndex((id, at) => {
    const before = ids[at - 1];
    return typeof id !== 'string' || !idForm.test(id) || (typeof before === 'string' && before >= id);
  });
  return wrong === -1 ? undefined : `receipts.ids[${wrong}]`;
}

export function findPathProblem(value: unknown): string | undefined {
  if (!isJsonObject(value)) return 'path';
  const strange = Object.keys(value).find((field) => field !== 'index' && field !== 'hashes');
  if (strange !== undefined) return `path.${strange}`;
  const { index, hashes } = value as { index: unknown; hashes: unknown };
  if (!Number.isSafeInteger(index) || (index as number) < 0 || (index as number) >= mostReceiptsPerBatch)
    return 'path.index';
  if (!Array.isArray(hashes)) return 'path.hashes';
  const wrong = hashes.findIndex((hash) => !isHashText(hash));
  return wrong === -1 ? undefined : `path.hashes[${wrong}]`;
}

const isTime = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

const keyChecks: Readonly<Record<string, (value: unknown) => boolean>> = {
  key_id: isHashText,
  public_key: (value) => decodeEd25519(value, 32) !== undefined,
  valid_from: isTime,
  valid_to: (value) => value === undefined || isTime(value),
};

export function findKeyProblem(value: unknown): string | undefined {
  if (!isJsonObject(value)) return 'key';
  const strange = Object.keys(value).find((field) => !Object.hasOwn(keyChecks, field));
  if (strange !== undefined) return strange;
  const fields = value as Record<string, unknown>;
  return Object.entries(keyChecks).find(([field, isRight]) => !isRight(fields[field]))?.[0];
}
