/** Adds up receipts, as statements say it: calls, tokens and costs, by model and by alias. Money is summed exactly. */
import type { BatchSummary, CallReceipt, Receipt, ReceiptSums, RepricingReceipt } from '../receipts/index.ts';
import { formatManyDollars, parseDollars } from '../registry/index.ts';

/** Calls that named a model themselves, among those by alias. */
const withoutAlias = 'direct_model';
const withoutModel = 'none';

class Sums {
  #calls = 0;
  #input = 0;
  #output = 0;
  #nanoDollars = 0n;
  #unpriced = 0;
  #estimated = 0;
  #uncounted = 0;

  add({ usage, cost }: CallReceipt): void {
    this.#calls += 1;
    const { total: input } = usage.input;
    const { total: output } = usage.output;
    this.#input += input ?? 0;
    this.#output += output ?? 0;
    if (input === undefined && output === undefined) this.#uncounted += 1;
    if (cost.amount === undefined) this.#unpriced += 1;
    else this.#nanoDollars += BigInt(parseDollars(cost.amount));
    if (cost.status === 'estimated') this.#estimated += 1;
  }

  show(): ReceiptSums {
    const total = this.#input + this.#output;
    return {
      calls: this.#calls,
      tokens: { input: this.#input, output: this.#output, total },
      cost: { amount: formatManyDollars(this.#nanoDollars), currency: 'USD' },
      ...(this.#unpriced > 0 && { unpriced_calls: this.#unpriced }),
      ...(this.#estimated > 0 && { estimated_calls: this.#estimated }),
      ...(this.#uncounted > 0 && { uncounted_calls: this.#uncounted }),
    };
  }
}

export class ReceiptTally {
  readonly #all = new Sums();
  readonly #byModel = new Map<string, Sums>();
  readonly #byAlias = new Map<string, Sums>();
  #firstAt: string | undefined;
  #lastAt: string | undefined;
  #repricings = 0;
  #repriced = 0n;
  #stored = 0;

  /** A statement among them adds nothing: its receipts may be there as well. */
  add(receipt: Receipt): void {
    if (receipt.kind === 'call') this.#addCall(receipt);
    else if (receipt.kind === 'repricing') this.#addRepricing(receipt);
    else if (receipt.kind === 'stored') this.#stored += 1;
  }

  summary(): BatchSummary {
    return {
      ...this.#all.show(),
      ...(this.#firstAt !== undefined && { first_at: this.#firstAt }),
      ...(this.#lastAt !== undefined && { last_at: this.#lastAt }),
      by_model: showAll(this.#byModel),
      by_alias: showAll(this.#byAlias),
      ...(this.#repricings > 0 && {
        repricings: this.#repricings,
        repriced_amount: formatManyDollars(this.#repriced),
      }),
      ...(this.#stored > 0 && { stored: this.#stored }),
    };
  }

  #addCall(receipt: CallReceipt): void {
    const { provider, model, alias = withoutAlias, timestamp } = receipt;
    this.#all.add(receipt);
    sumsOf(this.#byModel, model === undefined ? withoutModel : `${provider ?? ''}:${model}`).add(receipt);
    sumsOf(this.#byAlias, alias).add(receipt);
    // Times of receipts are all written alike, so that their texts stand in the order of time.
    if (this.#firstAt === undefined || timestamp < this.#firstAt) this.#firstAt = timestamp;
    if (this.#lastAt === undefined || timestamp > this.#lastAt) this.#lastAt = timestamp;
  }

  #addRepricing({ amount_before, amount_after }: RepricingReceipt): void {
    this.#repricings += 1;
    this.#repriced += nanoOf(amount_after) - nanoOf(amount_before);
  }
}

function sumsOf(group: Map<string, Sums>, name: string): Sums {
  const known = group.get(name);
  if (known !== undefined) return known;
  const made = new Sums();
  group.set(name, made);
  return made;
}

function showAll(group: ReadonlyMap<string, Sums>): Record<string, ReceiptSums> {
  return Object.fromEntries([...group].map(([name, sums]) => [name, sums.show()]));
}

/** Of a sum, which may be larger than one amount may. */
function nanoOf(amount: string): bigint {
  const [whole = '0', fraction = ''] = amount.replace('-', '').split('.');
  const size = BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
  return amount.startsWith('-') ? -size : size;
}
