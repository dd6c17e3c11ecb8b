/**
 * Verifies an export line by line, holding one batch at a time. A batch is first taken to be whole and right, which costs two
 * hashes a receipt; only where it is not, every line is looked at by itself to say what is wrong with it.
 */
import { isJsonObject, type Json } from '../json/index.ts';
import { BatchCheck } from './batch-check.ts';
import { readCanonical } from './canonical-text.ts';
import { endLine, exportHeader } from './export-lines.ts';
import type { ReceiptFault, ReceiptProblem, ReceiptVerdict } from './faults.ts';
import { type HeadKeys, holdKeys } from './key-ring.ts';
import type { BatchReceipt, ReceiptHead, ReceiptKey } from './receipt.ts';
import { portableCrypto, type ReceiptCrypto } from './receipt-crypto.ts';
import { type ChainQuestion, Chains, type LogSummary } from './verify-chain.ts';

export interface ExportQuestion extends Omit<ChainQuestion, 'keys'> {
  /** Without any, the keys of the export itself are believed, which proves only that it agrees with itself. */
  readonly keys?: readonly ReceiptKey[];
  /** Whether batches may hold only some of their receipts, as in an export for one of many tenants. */
  readonly mayBePartial?: boolean;
}

export interface ExportVerdict extends ReceiptVerdict {
  readonly batches: number;
  readonly receipts: number;
  readonly logs: readonly LogSummary[];
  readonly keysFrom: 'caller' | 'export';
  /** The signed ones that are in it: whether they say what their receipts add up to, `checkStatements` tells. */
  readonly statements: readonly BatchReceipt[];
  /** Faults beyond those that are listed. */
  readonly moreFaults: number;
}

const mostFaults = 1000;

/** Lines without their ends, from any source that gives them one by one; `readLines` makes them of a text. */
export async function verifyExport(
  lines: Iterable<string> | AsyncIterable<string>,
  question: ExportQuestion = {},
): Promise<ExportVerdict> {
  const reader = new ExportReader(question);
  const batches = Symbol.asyncIterator in lines ? lines : [lines];
  // Hardly any line has to be waited for; those that are here already are read without a turn for each.
  for await (const texts of batches) {
    for (const text of typeof texts === 'string' ? [texts] : texts) {
      const waiting = reader.take(text);
      if (waiting !== undefined) await waiting;
    }
  }
  return reader.end();
}

/** Every line ends with a line feed, the last one too. */
export function readLines(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

class ExportReader {
  readonly #question: ExportQuestion;
  readonly #crypto: ReceiptCrypto;
  readonly #chains: Chains;
  readonly #faults: ReceiptFault[] = [];
  readonly #ownKeys: ReceiptKey[] = [];
  readonly #ids = new Set<string>();
  readonly #statements: BatchReceipt[] = [];
  #keys: HeadKeys | undefined;
  #batch: BatchCheck | undefined;
  /** Receipts of a head that could not be read belong to nobody, and that has been said. */
  #hasLostHead = false;
  #line = 0;
  #batches = 0;
  #receipts = 0;
  #isEnded = false;
  #moreFaults = 0;

  constructor(question: ExportQuestion) {
    this.#question = question;
    this.#crypto = question.crypto ?? portableCrypto;
    this.#chains = new Chains(this.#crypto);
  }

  take(text: string): Promise<void> | undefined {
    this.#line += 1;
    if (this.#line === 1) this.#takeHeader(text);
    else if (this.#isEnded) this.#note('unreadable', 'There are lines behind the end.');
    else if (text.startsWith('{"index":')) this.#takeReceipt(text);
    else return this.#takeRest(text);
    return undefined;
  }

  async end(): Promise<ExportVerdict> {
    if (!this.#isEnded) {
      this.#closeBatch();
      this.#add([
        { problem: 'truncated', where: `line ${this.#line + 1}`, message: 'The export has no end.' },
      ]);
    }
    this.#holdKeys();
    const { faults, logs } = this.#chains.end(this.#question);
    this.#add(faults);
    return {
      isValid: this.#faults.length === 0,
      faults: this.#faults,
      moreFaults: this.#moreFaults,
      batches: this.#batches,
      receipts: this.#receipts,
      logs,
      keysFrom: this.#question.keys === undefined ? 'export' : 'caller',
      statements: this.#statements,
    };
  }

  #takeHeader(text: string): void {
    if (text !== exportHeader) this.#note('unreadable', `An export begins with ${exportHeader}.`);
  }

  #takeReceipt(text: string): void {
    this.#receipts += 1;
    if (this.#batch !== undefined) this.#batch.add(text, this.#line);
    else if (!this.#hasLostHead) this.#note('missing_batch', 'The head of this receipt is missing.');
  }

  #takeRest(text: string): Promise<void> | undefined {
    const reading = readCanonical(text);
    if (!('value' in reading) || !isJsonObject(reading.value)) {
      const byte = 'value' in reading ? 0 : reading.wrongByte;
      this.#note('unreadable', 'This is no line of an export.', `, byte ${byte}`);
      // What follows may be receipts of a head that this line was.
      this.#closeBatch();
      this.#hasLostHead = true;
      return undefined;
    }
    const { type, ...fields } = reading.value;
    if (type === 'key' && this.#batches === 0) this.#takeKey(fields as unknown as ReceiptKey);
    else if (type === 'batch' && Object.keys(fields).join() === 'head')
      return this.#takeBatch(fields.head as Json);
    else if (type === 'end') this.#takeEnd(text);
    else {
      this.#note('unreadable', 'This is no line of an export.');
      this.#closeBatch();
      this.#hasLostHead = true;
    }
    return undefined;
  }

  #takeKey(key: ReceiptKey): void {
    const { keys } = this.#question;
    if (keys === undefined) {
      this.#ownKeys.push(key);
      return;
    }
    // Of a key that the caller knows, the export must say the same; others it may hold.
    const known = keys.find(({ key_id }) => key_id === key.key_id);
    const isSame = known === undefined || known.public_key === key.public_key;
    if (!isSame) this.#note('key_changed', 'This key is not the one that is known by its id.');
  }

  async #takeBatch(head: unknown): Promise<void> {
    this.#closeBatch();
    this.#hasLostHead = false;
    this.#batches += 1;
    const line = this.#line;
    const wrong = await this.#holdKeys().check(head as ReceiptHead, `line ${line}: head`);
    if (wrong !== undefined) this.#add([wrong]);
    if (wrong?.problem === 'unreadable') {
      this.#hasLostHead = true;
      return;
    }
    const isNew = this.#chains.add(head as ReceiptHead, `line ${line}: head`, wrong === undefined);
    this.#batch = new BatchCheck(head as ReceiptHead, {
      crypto: this.#crypto,
      line,
      isSound: wrong === undefined,
      mayBePartial: this.#question.mayBePartial === true,
      // Of a batch that is there twice the receipts are there twice as well, which need not be said of each.
      ids: isNew ? this.#ids : new Set(),
      statements: isNew ? this.#statements : [],
    });
  }

  #takeEnd(text: string): void {
    this.#closeBatch();
    this.#isEnded = true;
    if (text === endLine(this.#batches, this.#receipts)) return;
    const message = `The end speaks of other numbers than the ${this.#batches} batches and ${this.#receipts} receipts that are here.`;
    this.#note('truncated', message);
  }

  #closeBatch(): void {
    const batch = this.#batch;
    this.#batch = undefined;
    if (batch !== undefined) this.#add(batch.finish());
  }

  #holdKeys(): HeadKeys {
    if (this.#keys === undefined) {
      this.#keys = holdKeys(this.#question.keys ?? this.#ownKeys, this.#crypto);
      this.#add(this.#keys.faults);
    }
    return this.#keys;
  }

  #note(problem: ReceiptProblem, message: string, more = ''): void {
    this.#add([{ problem, where: `line ${this.#line}${more}`, message }]);
  }

  #add(faults: readonly ReceiptFault[]): void {
    for (const fault of faults) {
      if (this.#faults.length < mostFaults) this.#faults.push(fault);
      else this.#moreFaults += 1;
    }
  }
}
