/**
 * Statements over many receipts: which receipts are meant, what they add up to, and the receipt that says so. It goes the way of all
 * receipts, into the same logs; what it covers is noted beside, for those who ask what none covers yet.
 */
import {
  type BatchReceipt,
  type BatchSelection,
  buildLevels,
  canonicalJson,
  createLeafHasher,
  encodeHex,
  KeelsonError,
  mostReceiptsPerStatement,
  type Receipt,
  type ReceiptId,
  type ReceiptProof,
  ReceiptTally,
  receiptVersion,
  rootOf,
  type StoredReceiptCopy,
} from '@keelson/core';
import type { Clock } from '../observability/index.ts';
import type { ListedReceipt, Receipts } from '../storage/index.ts';
import { proveReceipt } from './export-receipts.ts';
import { nodeCrypto } from './node-crypto.ts';
import type { ReceiptIssuer } from './receipt-issuer.ts';
import { canonicalText, receiptIdOf } from './render-receipt.ts';

export interface StatementWish {
  /** Where receipts may lie; anywhere when left out. */
  readonly workspaces?: readonly string[];
  /** What the statement says of itself. */
  readonly workspace: string;
  readonly organisation?: string;
  /** These receipts, by their ids or by those of their calls. */
  readonly ids?: readonly string[];
  /** Milliseconds since 1970, by the time in a receipt's id; `to` is not included. */
  readonly from?: number;
  readonly to?: number;
  /** Only what no statement covers yet. */
  readonly isSinceLast?: boolean;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly by: string;
}

export interface StatementDeps {
  readonly storage: Receipts;
  readonly issuer: Pick<ReceiptIssuer, 'add' | 'flush'>;
  readonly clock: Clock;
  newId(): string;
}

/** The receipt as it would be, but for its id and its time. */
export type StatementDraft = Omit<BatchReceipt, 'receipt_id' | 'timestamp'>;

export async function draftStatement(storage: Receipts, wish: StatementWish): Promise<StatementDraft> {
  checkWish(wish);
  const { workspace, organisation, description, tags, by } = wish;
  const found = await findReceipts(storage, wish);
  const tally = new ReceiptTally();
  const hashLeaf = createLeafHasher(nodeCrypto);
  const leaves: Uint8Array[] = [];
  const ids: ReceiptId[] = [];
  for (const { id, text, receipt } of found) {
    tally.add(receipt);
    leaves.push(hashLeaf(text));
    ids.push(id as ReceiptId);
  }
  const root = encodeHex(rootOf(nodeCrypto.sha256, buildLevels(nodeCrypto.sha256, leaves)));
  return {
    version: receiptVersion,
    kind: 'batch',
    workspace,
    ...(organisation !== undefined && { organisation }),
    selection: selectionOf(wish),
    ...(description !== undefined && { description }),
    ...(tags !== undefined && tags.length > 0 && { tags }),
    by,
    summary: tally.summary(),
    receipts: { count: ids.length, root, ids },
  };
}

export async function issueStatement(deps: StatementDeps, wish: StatementWish): Promise<ReceiptProof> {
  const draft = await draftStatement(deps.storage, wish);
  const id = newReceiptId(deps);
  const receipt = { ...draft, receipt_id: id, timestamp: nowText(deps) };
  await deps.storage.cover(id, draft.receipts.ids);
  return issue(deps, receipt);
}

/** Keeps a receipt of somebody else's as it was brought: signed with ours, that it was here now. */
export async function storeReceiptCopy(
  deps: StatementDeps,
  { brought, workspace, by }: Pick<StoredReceiptCopy, 'brought' | 'workspace' | 'by'>,
): Promise<ReceiptProof> {
  const bytes = new TextEncoder().encode(canonicalJson(brought));
  const receipt: StoredReceiptCopy = {
    version: receiptVersion,
    kind: 'stored',
    receipt_id: newReceiptId(deps),
    timestamp: nowText(deps),
    workspace,
    by,
    sha256: encodeHex(nodeCrypto.sha256(bytes)),
    brought,
  };
  return issue(deps, receipt);
}

async function issue({ storage, issuer }: StatementDeps, receipt: Receipt): Promise<ReceiptProof> {
  const { receipt_id: id, workspace } = receipt;
  const isTaken = issuer.add({ id, workspace, text: canonicalText(receipt) });
  const proof = isTaken && (await issuer.flush()) ? await proveReceipt(storage, id) : undefined;
  if (proof !== undefined) return proof;
  const hint = isTaken ? `It is signed as \`${id}\` as soon as storage is there again.` : 'Try again later.';
  throw new KeelsonError('internal_error', 'The receipt could not be stored.', { hint });
}

const newReceiptId = ({ newId }: StatementDeps): ReceiptId => receiptIdOf(newId());
const nowText = ({ clock }: StatementDeps): string => new Date(clock.now()).toISOString();

const mostTags = 32;
const longestTag = 100;
const longestDescription = 2000;

function checkWish({ ids, from, to, isSinceLast, description = '', tags = [] }: StatementWish): void {
  const modes = [ids !== undefined, from !== undefined || to !== undefined, isSinceLast === true];
  if (modes.filter(Boolean).length !== 1) {
    throw wrong(
      'A statement is over some receipts, over a period, or over all since the last one: one of the three.',
      {
        hint: 'Give ids, or a start and an end, or ask for all that no statement covers yet.',
        field: 'selection',
      },
    );
  }
  if (modes[1] && (from === undefined || to === undefined || from >= to)) {
    throw wrong('A period needs a start and an end after it.', {
      hint: 'Give both: the first moment of the period, and the first one after it.',
      field: 'selection',
    });
  }
  if (description.length > longestDescription) {
    throw wrong(`A description has at most ${longestDescription} letters.`, {
      hint: 'Say it shorter.',
      field: 'description',
    });
  }
  if (tags.length > mostTags || tags.some((tag) => tag === '' || tag.length > longestTag)) {
    throw wrong(`A statement has at most ${mostTags} tags of 1 to ${longestTag} letters.`, {
      hint: 'Use fewer or shorter ones.',
      field: 'tags',
    });
  }
}

function selectionOf({ ids, from, to }: StatementWish): BatchSelection {
  if (ids !== undefined) return { mode: 'receipts' };
  if (from === undefined || to === undefined) return { mode: 'since_last' };
  return { mode: 'period', from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}

interface FoundReceipt {
  readonly id: string;
  readonly text: string;
  readonly receipt: Receipt;
}

/** In the order of their ids; statements themselves are left out. */
async function findReceipts(storage: Receipts, wish: StatementWish): Promise<readonly FoundReceipt[]> {
  const places =
    wish.ids === undefined ? await listPlaces(storage, wish) : await locateAll(storage, wish.ids, wish);
  const texts = await readTexts(storage, places);
  const found = places.flatMap(({ id }): FoundReceipt[] => {
    const text = texts.get(id);
    const receipt = text === undefined ? undefined : (JSON.parse(text) as Receipt);
    return text === undefined || receipt === undefined || receipt.kind === 'batch'
      ? []
      : [{ id, text, receipt }];
  });
  if (found.length === 0) {
    throw new KeelsonError('not_found', 'There is no receipt to make a statement of.', {
      hint: wish.isSinceLast
        ? 'Every receipt is covered by a statement already.'
        : 'Look which there are, and choose others.',
    });
  }
  return found;
}

const pageSize = 1000;

async function listPlaces(storage: Receipts, wish: StatementWish): Promise<ListedReceipt[]> {
  const { workspaces, from, to, isSinceLast } = wish;
  const places: ListedReceipt[] = [];
  for (let before: string | undefined, hasMore = true; hasMore; ) {
    const page = await storage.list({
      limit: pageSize,
      ...(workspaces !== undefined && { workspaces }),
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
      ...(isSinceLast && { isUncovered: true }),
      ...(before !== undefined && { before }),
    });
    places.push(...page.receipts);
    checkCount(places.length);
    before = page.receipts.at(-1)?.id;
    hasMore = page.hasMore && before !== undefined;
  }
  return places.reverse();
}

function checkCount(count: number): void {
  if (count <= mostReceiptsPerStatement) return;
  throw wrong(`A statement covers at most ${mostReceiptsPerStatement} receipts, and these are more.`, {
    hint: 'Make several, each over a shorter period.',
    field: 'selection',
  });
}

async function locateAll(
  storage: Receipts,
  ids: readonly string[],
  { workspaces }: StatementWish,
): Promise<readonly ListedReceipt[]> {
  const wanted = [...new Set(ids.map((id) => (id.startsWith('rcpt_') ? id : receiptIdOf(id))))];
  checkCount(wanted.length);
  const found = await storage.locate(wanted);
  const seen = found.filter(({ workspace }) => workspaces === undefined || workspaces.includes(workspace));
  const known = new Set(seen.map(({ id }) => id));
  const missing = wanted.find((id) => !known.has(id));
  if (missing === undefined) return seen;
  throw new KeelsonError('not_found', `There is no receipt \`${missing.slice(0, 64)}\`.`, {
    hint: 'A receipt is there when its batch is closed, a moment after the call, if that used anything.',
  });
}

const batchesAtOnce = 32;

async function readTexts(storage: Receipts, places: readonly ListedReceipt[]): Promise<Map<string, string>> {
  const byBatch = new Map<string, ListedReceipt[]>();
  for (const place of places) {
    const batch = `${place.log} ${place.seq}`;
    byBatch.set(batch, [...(byBatch.get(batch) ?? []), place]);
  }
  const texts = new Map<string, string>();
  const groups = [...byBatch.values()];
  for (let at = 0; at < groups.length; at += batchesAtOnce) {
    const some = groups.slice(at, at + batchesAtOnce);
    const batches = await storage.findBatches(some.map(([first]) => first as ListedReceipt));
    for (const { head, receipts } of batches)
      for (const { id, place } of byBatch.get(`${head.log} ${head.seq}`) ?? [])
        texts.set(id, receipts[place] as string);
  }
  return texts;
}

function wrong(
  message: string,
  { hint, field }: { readonly hint: string; readonly field: string },
): KeelsonError {
  return new KeelsonError('invalid_request', message, { hint, details: { field } });
}
