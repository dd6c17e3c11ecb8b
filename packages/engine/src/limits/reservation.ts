/** What is set aside for one call in memory, and what becomes of it. Settling twice changes nothing. */
import type { Slice } from './account.ts';
import type { Touch } from './account-table.ts';
import type { Journal, Piece } from './journal.ts';

export class Reservation {
  readonly callId: string;
  readonly touches: readonly Touch[];
  readonly #slices: readonly Slice[];
  readonly #amounts: readonly number[];
  readonly #journal: Journal | undefined;
  readonly #piece: Piece | undefined;
  #isOver = false;

  constructor(
    callId: string,
    touches: readonly Touch[],
    held: { readonly slices: readonly Slice[]; readonly amounts: readonly number[] },
    written: { readonly journal: Journal; readonly piece: Piece } | undefined,
  ) {
    this.callId = callId;
    this.touches = touches;
    this.#slices = held.slices;
    this.#amounts = held.amounts;
    this.#journal = written?.journal;
    this.#piece = written?.piece;
  }

  get slices(): readonly Slice[] {
    return this.#slices;
  }

  /** For each touch, what was set aside. */
  get amounts(): readonly number[] {
    return this.#amounts;
  }

  /** `spent` has an amount for each touch, as it was reserved; `facts` is the text of a JSON object. */
  settle(spent: readonly number[], at: number, facts: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    let shares = '';
    for (let index = 0; index < this.#slices.length; index += 1) {
      const slice = this.#slices[index] as Slice;
      const reserved = this.#amounts[index] as number;
      if (slice.account.budget.measure === 'concurrency') {
        slice.outstanding -= reserved;
        slice.free += reserved;
        continue;
      }
      const used = toAmount(spent[index]);
      shares += `${shares === '' ? '' : ','}${slice.journalKey}${used}`;
      if (slice.isLost) continue;
      slice.outstanding -= reserved;
      slice.free += reserved - used;
      if (slice.settled === 0 && used > 0) slice.firstUntold = (this.#journal?.last ?? 0) + 1;
      slice.settled += used;
      if (used > reserved) slice.overshoot += used - reserved;
    }
    if (this.#piece === undefined || this.#journal?.isClosed !== false) return;
    this.#journal.settled(this.#piece, { callId: this.callId, at, shares, facts });
  }
}

const mostOfOneCall = 1e15;

/** A count that cannot be true may not spoil a sum that others depend on. */
function toAmount(value: number | undefined): number {
  return value === undefined || !(value > 0) ? 0 : Math.min(Math.ceil(value), mostOfOneCall);
}

/** Takes from every slice, or from none; the place of the first that has too little, or -1. */
export function takeAll(slices: readonly Slice[], amounts: readonly number[], now: number): number {
  for (let index = 0; index < slices.length; index += 1) {
    if ((slices[index] as Slice).free < (amounts[index] as number)) return index;
  }
  for (let index = 0; index < slices.length; index += 1) {
    const slice = slices[index] as Slice;
    const amount = amounts[index] as number;
    slice.free -= amount;
    slice.outstanding += amount;
    slice.demand += amount;
    slice.lastUsedAt = now;
  }
  return -1;
}

/** Of a call that could not be written into the journal, and so was never sent. */
export function giveAllBack(slices: readonly Slice[], amounts: readonly number[]): void {
  for (let index = 0; index < slices.length; index += 1) {
    const slice = slices[index] as Slice;
    slice.free += amounts[index] as number;
    slice.outstanding -= amounts[index] as number;
  }
}
