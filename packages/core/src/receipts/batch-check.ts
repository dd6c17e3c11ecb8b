/** The receipts of one batch of an export against their head: all at once where all is right, one by one where not. */
import { isJsonObject, type Json } from '../json/index.ts';
import { decodeHash, encodeHex, isHashText } from './byte-text.ts';
import { readCanonical } from './canonical-text.ts';
import { behindReceipt, hexLevels, receiptMark, receiptStart, textsAbove } from './export-lines.ts';
import type { ReceiptFault, ReceiptProblem } from './faults.ts';
import { buildLevels, climb, createLeafHasher, pathLength } from './merkle-tree.ts';
import { findReceiptProblem } from './read-parts.ts';
import type { BatchReceipt, Receipt, ReceiptHead } from './receipt.ts';
import type { ReceiptCrypto } from './receipt-crypto.ts';

interface BatchSettings {
  readonly crypto: ReceiptCrypto;
  /** Of the head. */
  readonly line: number;
  readonly isSound: boolean;
  readonly mayBePartial: boolean;
  /** Of all receipts so far. */
  readonly ids: Set<string>;
  /** Statements that are signed, as they are found. */
  readonly statements: BatchReceipt[];
}

interface Line {
  readonly text: string;
  readonly number: number;
}

/** A line that could be read. */
interface Entry extends Line {
  readonly receipt: string;
  readonly index: number;
  readonly path: readonly string[];
  readonly leaf: Uint8Array;
  readonly isRight: boolean;
}

export class BatchCheck {
  readonly #head: ReceiptHead;
  readonly #settings: BatchSettings;
  readonly #lines: Line[] = [];
  readonly #faults: ReceiptFault[] = [];

  constructor(head: ReceiptHead, settings: BatchSettings) {
    this.#head = head;
    this.#settings = settings;
  }

  add(text: string, number: number): void {
    this.#lines.push({ text, number });
  }

  finish(): readonly ReceiptFault[] {
    if (!this.#isWholeAndRight()) this.#checkOneByOne();
    return this.#faults;
  }

  #isWholeAndRight(): boolean {
    const { count, root } = this.#head;
    if (this.#lines.length !== count) return false;
    const receipts: string[] = [];
    for (const { text } of this.#lines) {
      const receipt = this.#cut(text);
      if (receipt === undefined) return false;
      receipts.push(receipt);
    }
    const { crypto } = this.#settings;
    const levels = hexLevels(buildLevels(crypto.sha256, receipts.map(createLeafHasher(crypto))));
    const [leaves = []] = levels;
    const above = textsAbove(levels);
    const behind = behindReceipt(this.#head.seq).length;
    const isAsFramed = this.#lines.every(({ text }, index) => {
      const place = { index, neighbour: leaves[index ^ 1], above: above[index >> 1] as string };
      const start = receiptStart(text, this.#head, place);
      return start !== -1 && start === text.length - behind - (receipts[index] as string).length;
    });
    if (!isAsFramed) return false;
    if (levels.at(-1)?.[0] !== root) {
      // One alone is the root, and can be named.
      if (count === 1) return false;
      // The receipts agree with each other, and not with the head: said once, or by the head's own fault.
      const message = 'The receipts of this batch are not those of its head.';
      if (this.#settings.isSound)
        this.#note('receipt_changed', `line ${this.#settings.line}: head.root`, message);
      return true;
    }
    receipts.forEach((receipt, index) => {
      this.#checkReceipt(receipt, (this.#lines[index] as Line).number, index);
    });
    return true;
  }

  /** The receipt in a line, as it stands there. No name of a log can hold the mark, so that the first one is it. */
  #cut(text: string): string | undefined {
    const behind = behindReceipt(this.#head.seq);
    const mark = text.indexOf(receiptMark);
    if (mark === -1 || !text.endsWith(behind)) return undefined;
    return text.slice(mark + receiptMark.length, text.length - behind.length);
  }

  #checkReceipt(text: string, line: number, index: number): void {
    const reading = readCanonical(text);
    if (!('value' in reading)) {
      const message = 'The receipt was signed, but is not canonical JSON.';
      this.#note('unreadable', `line ${line}: receipt, byte ${reading.wrongByte}`, message, index);
      return;
    }
    const wrong = findReceiptProblem(reading.value);
    if (wrong !== undefined) {
      this.#note('unreadable', `line ${line}: receipt.${wrong}`, 'This is no receipt.', index);
      return;
    }
    const { receipt_id } = reading.value as { receipt_id: string };
    const { ids } = this.#settings;
    if (ids.has(receipt_id))
      this.#note(
        'duplicated_receipt',
        `line ${line}: receipt`,
        'This receipt is in another place already.',
        index,
      );
    ids.add(receipt_id);
    const receipt = reading.value as unknown as Receipt;
    if (receipt.kind === 'batch' && this.#settings.isSound) this.#settings.statements.push(receipt);
  }

  #checkOneByOne(): void {
    const entries = this.#lines.flatMap((line) => this.#readEntry(line) ?? []);
    const right = new Map(entries.filter(({ isRight }) => isRight).map((entry) => [entry.index, entry]));
    const claimed = new Set<number>();
    let highest = -1;
    for (const entry of entries) {
      const { index, number, receipt } = entry;
      if (!entry.isRight) this.#blame(entry, right);
      else if (claimed.has(index)) {
        this.#note(
          'duplicated_receipt',
          `line ${number}`,
          `Place ${index} of its batch is there already.`,
          index,
        );
        continue;
      } else if (index < highest) {
        const message = `Place ${index} of its batch stands behind place ${highest}.`;
        this.#note('reordered_receipt', `line ${number}`, message, index);
      }
      claimed.add(index);
      highest = Math.max(highest, index);
      if (entry.isRight) this.#checkReceipt(receipt, number, index);
    }
    if (!this.#settings.mayBePartial) this.#noteMissing(claimed, entries.length);
  }

  #noteMissing(claimed: ReadonlySet<number>, readable: number): void {
    const { count } = this.#head;
    const missing = Array.from({ length: count }, (_, index) => index).filter((index) => !claimed.has(index));
    // Lines that cannot be read are the missing ones, and have been named.
    const unread = this.#lines.length - readable;
    for (const index of missing.slice(0, Math.max(0, missing.length - unread))) {
      const message = `Place ${index} of this batch of ${count} is missing.`;
      this.#note('missing_receipt', `line ${this.#settings.line}`, message, index);
    }
  }

  #readEntry({ text, number }: Line): Entry | undefined {
    const reading = readCanonical(text);
    if (!('value' in reading)) {
      this.#note(
        'unreadable',
        `line ${number}, byte ${reading.wrongByte}`,
        'This is not the canonical JSON of a line.',
      );
      return undefined;
    }
    const value = reading.value;
    const wrong = findEntryProblem(value);
    if (wrong !== undefined) {
      this.#note('unreadable', `line ${number}: ${wrong}`, 'This is no line of a receipt.');
      return undefined;
    }
    const { log, seq, index, path } = value as unknown as EntryFields;
    if (log !== this.#head.log || seq !== this.#head.seq) {
      const isOtherLog = log !== this.#head.log;
      const message = `It says that it belongs to batch ${seq} of ${log}, and stands in batch ${this.#head.seq} of ${this.#head.log}.`;
      this.#note('reordered_receipt', `line ${number}: ${isOtherLog ? 'log' : 'seq'}`, message);
      return undefined;
    }
    const receipt = this.#cut(text) as string;
    const leaf = createLeafHasher(this.#settings.crypto)(receipt);
    const isRight = this.#leadsToRoot(leaf, index, path);
    return { text, number, receipt, index, path, leaf, isRight };
  }

  #leadsToRoot(leaf: Uint8Array, index: number, path: readonly string[]): boolean {
    const { count, root } = this.#head;
    if (index >= count || path.length !== pathLength(index, count)) return false;
    const { sha256 } = this.#settings.crypto;
    return encodeHex(climb(sha256, leaf, { index, count }, path.map(decodeHash))) === root;
  }

  /** Its neighbour's path begins with the hash that this receipt should have. */
  #blame(entry: Entry, right: ReadonlyMap<number, Entry>): void {
    // Where the head itself is wrong, nothing leads to its root, and that has been said.
    if (!this.#settings.isSound && right.size === 0) return;
    const { index, number, leaf, path } = entry;
    const { count } = this.#head;
    if (index >= count || path.length !== pathLength(index, count)) {
      this.#note(
        'path_changed',
        `line ${number}: index or path`,
        `This place or path is none in a batch of ${count}.`,
        index,
      );
      return;
    }
    const neighbour = right.get(index ^ 1);
    const expected = (index ^ 1) < count ? neighbour?.path[0] : undefined;
    if (expected === undefined) {
      const message =
        'The receipt and its path do not lead to the root of their head: one of the two was changed.';
      this.#note('receipt_changed', `line ${number}: receipt or path`, message, index);
    } else if (expected === encodeHex(leaf)) {
      this.#note(
        'path_changed',
        `line ${number}: ${this.#wrongHash(entry, neighbour)}`,
        'The receipt is right, its path is not.',
        index,
      );
    } else {
      const other = right.has(index) ? ' Another receipt is in this place.' : '';
      this.#note(
        'receipt_changed',
        `line ${number}: receipt`,
        `The receipt is not the one that was signed.${other}`,
        index,
      );
    }
  }

  /** Above the first hash, the paths of neighbours are the same. */
  #wrongHash({ path }: Entry, neighbour: Entry | undefined): string {
    const at = path.findIndex((hash, height) => height > 0 && hash !== neighbour?.path[height]);
    return `path[${at === -1 ? 0 : at}]`;
  }

  #note(problem: ReceiptProblem, where: string, message: string, index?: number): void {
    const { log, seq } = this.#head;
    this.#faults.push({ problem, where, message, log, seq, ...(index !== undefined && { index }) });
  }
}

interface EntryFields {
  readonly index: number;
  readonly log: string;
  readonly path: readonly string[];
  readonly seq: number;
}

const entryChecks: Readonly<Record<string, (value: Json | undefined) => boolean>> = {
  index: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
  log: (value) => typeof value === 'string',
  path: (value) => Array.isArray(value) && value.every(isHashText),
  receipt: isJsonObject,
  seq: (value) => Number.isSafeInteger(value),
  type: (value) => value === 'receipt',
};

function findEntryProblem(value: Json): string | undefined {
  if (!isJsonObject(value)) return 'line';
  const strange = Object.keys(value).find((field) => !Object.hasOwn(entryChecks, field));
  return strange ?? Object.entries(entryChecks).find(([field, isRight]) => !isRight(value[field]))?.[0];
}
