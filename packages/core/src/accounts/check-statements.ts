/**
 * Holds statements against the receipts that they cover, in a second reading of the export that they came from: the first,
 * `verifyExport`, has told that statements and receipts are as they were signed.
 */
import { canonicalJson, isJsonObject, type Json } from '../json/index.ts';
import {
  type BatchReceipt,
  buildLevels,
  createLeafHasher,
  cutReceipt,
  encodeHex,
  portableCrypto,
  type Receipt,
  type ReceiptCrypto,
  type ReceiptFault,
  rootOf,
} from '../receipts/index.ts';
import { ReceiptTally } from './receipt-tally.ts';

export interface StatementsVerdict {
  readonly faults: readonly ReceiptFault[];
  /** Statements whose receipts are all here. */
  readonly checked: number;
  /** The ids of statements of whose receipts some are not here, where that is allowed. */
  readonly unchecked: readonly string[];
}

export interface StatementsQuestion {
  readonly crypto?: ReceiptCrypto;
  /** Whether receipts may be elsewhere, as where an export is of one month or of one tenant. */
  readonly mayBePartial?: boolean;
}

/** So many missing receipts are named; the others are counted. */
const mostNamed = 20;

/** `lines` are those of the export from which `verifyExport` has given the statements. */
export async function checkStatements(
  lines: Iterable<string> | AsyncIterable<string>,
  statements: readonly BatchReceipt[],
  { crypto = portableCrypto, mayBePartial = false }: StatementsQuestion = {},
): Promise<StatementsVerdict> {
  const checks = statements.map((statement) => new StatementCheck(statement, crypto));
  const wanted = new Map<string, StatementCheck[]>();
  for (const check of checks)
    for (const id of check.statement.receipts.ids) wanted.set(id, [...(wanted.get(id) ?? []), check]);
  const hashLeaf = createLeafHasher(crypto);
  if (wanted.size > 0) {
    for await (const line of lines) {
      const text = cutReceipt(line);
      const receipt = text === undefined ? undefined : tryParse(text);
      const asking = receipt && wanted.get(receipt.receipt_id);
      if (text === undefined || receipt === undefined || asking === undefined) continue;
      const leaf = hashLeaf(text);
      for (const check of asking) check.take(receipt, leaf);
    }
  }
  const partial = mayBePartial ? checks.filter(({ isWhole }) => !isWhole) : [];
  const judged = checks.filter((check) => !partial.includes(check));
  return {
    faults: judged.flatMap((check) => check.finish()),
    checked: judged.length,
    unchecked: partial.map(({ statement }) => statement.receipt_id),
  };
}

function tryParse(text: string): Receipt | undefined {
  try {
    return JSON.parse(text) as Receipt;
  } catch {
    return undefined;
  }
}

class StatementCheck {
  readonly statement: BatchReceipt;
  readonly #crypto: ReceiptCrypto;
  readonly #leaves = new Map<string, Uint8Array>();
  readonly #tally = new ReceiptTally();

  constructor(statement: BatchReceipt, crypto: ReceiptCrypto) {
    this.statement = statement;
    this.#crypto = crypto;
  }

  get isWhole(): boolean {
    return this.#leaves.size === this.statement.receipts.count;
  }

  take(receipt: Receipt, leaf: Uint8Array): void {
    if (this.#leaves.has(receipt.receipt_id)) return;
    this.#leaves.set(receipt.receipt_id, leaf);
    this.#tally.add(receipt);
  }

  finish(): ReceiptFault[] {
    if (!this.isWhole) return this.#nameMissing();
    const { receipts, summary } = this.statement;
    const leaves = receipts.ids.map((id) => this.#leaves.get(id) as Uint8Array);
    const root = encodeHex(rootOf(this.#crypto.sha256, buildLevels(this.#crypto.sha256, leaves)));
    const faults: ReceiptFault[] = [];
    if (root !== receipts.root)
      faults.push(this.#fault('receipts.root', 'It is not the root of the receipts that it names.'));
    const difference = findDifference(plainJson(summary), plainJson(this.#tally.summary()), 'summary');
    if (difference !== undefined) {
      const { where, said, found } = difference;
      faults.push(this.#fault(where, `It says ${said}, and its receipts make ${found}.`));
    }
    return faults;
  }

  #nameMissing(): ReceiptFault[] {
    const { ids } = this.statement.receipts;
    const missing = ids.flatMap((id, at) => (this.#leaves.has(id) ? [] : [{ id, at }]));
    const named = missing.slice(0, mostNamed).map(({ id, at }): ReceiptFault => {
      const where = `${this.statement.receipt_id}: receipts.ids[${at}]`;
      return { problem: 'missing_receipt', where, message: `${id}, which it covers, is not here.` };
    });
    const more = missing.length - named.length;
    if (more === 0) return named;
    const message = `${more} more receipts that it covers are not here.`;
    return [
      ...named,
      { problem: 'missing_receipt', where: `${this.statement.receipt_id}: receipts`, message },
    ];
  }

  #fault(where: string, message: string): ReceiptFault {
    return { problem: 'statement_wrong', where: `${this.statement.receipt_id}: ${where}`, message };
  }
}

const plainJson = (value: object): Json => JSON.parse(canonicalJson(value)) as Json;

interface Difference {
  readonly where: string;
  readonly said: string;
  readonly found: string;
}

/** The first field in which they differ. */
function findDifference(
  said: Json | undefined,
  found: Json | undefined,
  where: string,
): Difference | undefined {
  if (said !== undefined && found !== undefined && isJsonObject(said) && isJsonObject(found)) {
    const names = [...new Set([...Object.keys(said), ...Object.keys(found)])].sort();
    for (const name of names) {
      const difference = findDifference(said[name], found[name], `${where}.${name}`);
      if (difference !== undefined) return difference;
    }
    return undefined;
  }
  const [saidText, foundText] = [textOf(said), textOf(found)];
  return saidText === foundText ? undefined : { where, said: saidText, found: foundText };
}

const textOf = (value: Json | undefined): string => (value === undefined ? 'nothing' : JSON.stringify(value));
