/** Receipts in a file that was exported: lines, a list of them as JSON, or one receipt with its proof. Nothing else is needed to read it. */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import {
  canonicalJson,
  isJsonObject,
  type Json,
  KeelsonError,
  type ReceiptHead,
  type ReceiptKey,
  type ReceiptProof,
} from '@keelson/core';
import type { ListedLine, ListWish, ReceiptRange, ReceiptSource } from './receipt-source.ts';
import { splitLines } from './split-lines.ts';

export type ReceiptFile =
  | { readonly kind: 'lines'; lines(): AsyncIterable<string> }
  | { readonly kind: 'proof'; readonly proof: ReceiptProof };

const header = '{"format":"keelson-receipts"';

/** Throws where it is none of the three. */
export async function readReceiptFile(path: string): Promise<ReceiptFile> {
  const start = await readStart(path);
  if (start.startsWith(header))
    return { kind: 'lines', lines: () => splitLines(createReadStream(path), path) };
  const value =
    start.startsWith('[') || start.startsWith('{') ? tryParse(await readFile(path, 'utf8')) : undefined;
  if (Array.isArray(value)) return { kind: 'lines', lines: () => asLines(value) };
  if (isJsonObject(value) && isJsonObject(value.receipt) && isJsonObject(value.head)) {
    const { receipt, path: place, head } = value;
    return { kind: 'proof', proof: { receipt, path: place, head } as unknown as ReceiptProof };
  }
  const isTable = /^"?receipt_id"?,/.test(start);
  // An export whose first line was changed is one still, and its faults are for whoever verifies it.
  if (value === undefined && !isTable)
    return { kind: 'lines', lines: () => splitLines(createReadStream(path), path) };
  throw new KeelsonError('invalid_request', `\`${path}\` is no export of receipts.`, {
    hint: isTable
      ? 'A table has no proofs in it. Export again with --format jsonl, which can be verified.'
      : '`keelson receipts export --output FILE` makes one; `keelson receipts show ID --json` gives one receipt with its proof.',
  });
}

async function readStart(path: string): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(path, { end: 255 })) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8').trimStart();
}

function tryParse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

async function* asLines(entries: readonly Json[]): AsyncGenerator<string> {
  for (const entry of entries) yield canonicalJson(entry);
}

interface ExportLine {
  readonly type?: string;
  readonly head?: ReceiptHead;
  readonly key_id?: string;
  readonly receipt?: { readonly receipt_id: string; readonly workspace: string; readonly timestamp: string };
  readonly log?: string;
  readonly seq?: number;
  readonly index?: number;
  readonly path?: readonly string[];
}

export async function openReceiptFile(path: string): Promise<ReceiptSource> {
  const file = await readReceiptFile(path);
  const lines = (): AsyncIterable<string> => {
    if (file.kind === 'lines') return file.lines();
    throw new KeelsonError('invalid_request', `\`${path}\` holds one receipt and no export.`, {
      hint: '`keelson receipts verify` verifies it.',
    });
  };
  const refuse = async (): Promise<never> => {
    throw new KeelsonError(
      'invalid_request',
      'Statements are made where receipts are issued, and not from a file.',
      {
        hint: 'Leave --file out: name a server with --server, or the folder of the database with --data.',
      },
    );
  };
  return {
    name: path,
    isPartial: false,
    list: (wish) => listLines(lines(), wish),
    uncertified: refuse,
    find: (id) => findProof(lines(), id),
    lines: (range) => selectLines(lines(), range),
    heads: ({ isLatest }) => readHeads(lines(), isLatest),
    keys: () => readKeys(lines()),
    draft: refuse,
    issue: refuse,
    close: async () => {},
  };
}

async function* parsed(lines: AsyncIterable<string>): AsyncGenerator<ExportLine> {
  let number = 0;
  for await (const line of lines) {
    number += 1;
    const value = tryParse(line);
    if (!isJsonObject(value)) {
      throw new KeelsonError('invalid_request', `Line ${number} cannot be read.`, {
        hint: '`keelson receipts verify FILE` tells all that is wrong with it.',
      });
    }
    yield value as unknown as ExportLine;
  }
}

const isWithin = (
  { workspace, timestamp }: { workspace: string; timestamp: string },
  range: ReceiptRange,
): boolean => {
  const at = Date.parse(timestamp);
  if (range.workspace !== undefined && range.workspace !== workspace) return false;
  return at >= (range.from ?? at) && at < (range.to ?? at + 1);
};

async function listLines(lines: AsyncIterable<string>, wish: ListWish): Promise<ListedLine[]> {
  const found: ListedLine[] = [];
  for await (const { receipt, log = '', seq = 0, index = 0 } of parsed(lines)) {
    if (receipt === undefined || !isWithin(receipt, wish)) continue;
    const { receipt_id: id, workspace, timestamp: made_at } = receipt;
    found.push({ id, workspace, made_at, log, seq, index });
  }
  return found.sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, wish.limit);
}

/** All heads stay, so that the chains can be followed; only the last line counts anew. */
async function* selectLines(lines: AsyncIterable<string>, range: ReceiptRange): AsyncGenerator<string> {
  const isAll = Object.values(range).every((value) => value === undefined);
  let [batches, receipts] = [0, 0];
  for await (const line of lines) {
    const { type, receipt } = isAll ? {} : ((tryParse(line) ?? {}) as ExportLine);
    if (type === 'batch') batches += 1;
    if (type === 'end') {
      yield canonicalJson({ batches, receipts, type });
      continue;
    }
    if (receipt !== undefined && !isWithin(receipt, range)) continue;
    if (receipt !== undefined) receipts += 1;
    yield line;
  }
}

async function findProof(lines: AsyncIterable<string>, id: string): Promise<ReceiptProof | undefined> {
  let last: ReceiptHead | undefined;
  for await (const { head, receipt, index = 0, path: hashes = [] } of parsed(lines)) {
    if (head !== undefined) last = head;
    if (receipt?.receipt_id !== id || last === undefined) continue;
    return { receipt: receipt as unknown as ReceiptProof['receipt'], path: { index, hashes }, head: last };
  }
  return undefined;
}

async function readHeads(lines: AsyncIterable<string>, isLatest: boolean): Promise<readonly ReceiptHead[]> {
  const heads: ReceiptHead[] = [];
  const newest = new Map<string, ReceiptHead>();
  for await (const { head } of parsed(lines)) {
    if (head === undefined) continue;
    if (!isLatest) heads.push(head);
    else if (head.seq > (newest.get(head.log)?.seq ?? 0)) newest.set(head.log, head);
  }
  return isLatest ? [...newest.values()] : heads;
}

async function readKeys(lines: AsyncIterable<string>): Promise<ReceiptKey[]> {
  const keys: ReceiptKey[] = [];
  for await (const line of parsed(lines)) {
    if (line.type === 'batch') break;
    if (line.type !== 'key') continue;
    const { type: _, ...key } = line;
    keys.push(key as unknown as ReceiptKey);
  }
  return keys;
}
