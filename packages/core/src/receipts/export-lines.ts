/**
 * An export: lines of canonical JSON, each of which can be told in advance but for the receipt in it. So a reader of a whole
 * batch need not parse a line to know that no byte of it was changed.
 */
import { canonicalJson } from '../json/index.ts';
import { encodeHex } from './byte-text.ts';
import { signedHeadText } from './head.ts';
import { buildLevels, createLeafHasher, type MerkleLevels, pathOf } from './merkle-tree.ts';
import { type ReceiptHead, type ReceiptKey, receiptVersion } from './receipt.ts';
import type { ReceiptCrypto } from './receipt-crypto.ts';

export const exportHeader = JSON.stringify({ format: 'keelson-receipts', version: receiptVersion });

export function keyLine(key: ReceiptKey): string {
  return canonicalJson({ ...key, type: 'key' });
}

export function batchLine(head: ReceiptHead): string {
  return `{"head":${signedHeadText(head)},"type":"batch"}`;
}

/** Behind the last batch, so that an export that broke off is known. */
export function endLine(batches: number, receipts: number): string {
  return JSON.stringify({ batches, receipts, type: 'end' });
}

export const receiptMark = '"receipt":';

/** The receipt in a line of an export, as it stands there; undefined in any other line. */
export function cutReceipt(line: string): string | undefined {
  const mark = line.indexOf(receiptMark);
  const behind = line.lastIndexOf(',"seq":');
  if (!line.startsWith('{"index":') || mark === -1 || behind < mark) return undefined;
  return line.slice(mark + receiptMark.length, behind);
}

/** What stands before a receipt in its line, and behind it. */
function frameOf(
  { log, seq }: Pick<ReceiptHead, 'log' | 'seq'>,
  index: number,
  path: readonly string[],
): { before: string; behind: string } {
  const hashes = path.length === 0 ? '' : `"${path.join('","')}"`;
  return {
    before: `{"index":${index},"log":"${log}","path":[${hashes}],${receiptMark}`,
    behind: behindReceipt(seq),
  };
}

/** A receipt's place in its batch; `above` as `textsAbove` gives it. */
interface LinePlace {
  readonly index: number;
  /** The hash beside it; the last one may have none. */
  readonly neighbour: string | undefined;
  readonly above: string;
}

/** Where the receipt begins in a line that says just this before it; -1 when it says anything else. */
export function receiptStart(
  line: string,
  { log }: Pick<ReceiptHead, 'log'>,
  { index, neighbour, above }: LinePlace,
): number {
  let at = 0;
  const takes = (text: string): boolean => {
    // `startsWith` looks at one letter after the other, which takes longer than hashing the receipt.
    if (line.slice(at, at + text.length) !== text) return false;
    at += text.length;
    return true;
  };
  const isPath =
    takes(`{"index":${index},"log":"${log}","path":[`) &&
    (neighbour === undefined ? takes(above.slice(1)) : takes(`"${neighbour}"`) && takes(above));
  return isPath && takes(`],${receiptMark}`) ? at : -1;
}

/** What the paths of two neighbours say behind their first hash, which is the same; by pairs. */
export function textsAbove(levels: readonly (readonly string[])[]): string[] {
  let above = [''];
  for (let height = levels.length - 2; height >= 1; height--) {
    const level = levels[height] as readonly string[];
    above = level.map((_, at) => {
      const neighbour = level[at ^ 1];
      const rest = above[at >> 1] as string;
      return neighbour === undefined ? rest : `,"${neighbour}"${rest}`;
    });
  }
  return above;
}

export function behindReceipt(seq: number): string {
  return `,"seq":${seq},"type":"receipt"}`;
}

/** `receipts` are the canonical texts of a whole batch; only those at `places` are written, all without it. */
export function batchLines(
  head: ReceiptHead,
  receipts: readonly string[],
  crypto: Pick<ReceiptCrypto, 'sha256' | 'sha256Text'>,
  places?: readonly number[],
): string[] {
  const levels = hexLevels(buildLevels(crypto.sha256, receipts.map(createLeafHasher(crypto))));
  const chosen = places ?? receipts.map((_, index) => index);
  const lines = chosen.map((index) => {
    const { before, behind } = frameOf(head, index, pathOf(levels, index));
    return before + receipts[index] + behind;
  });
  return [batchLine(head), ...lines];
}

export function hexLevels(levels: MerkleLevels): string[][] {
  return levels.map((level) => level.map(encodeHex));
}
