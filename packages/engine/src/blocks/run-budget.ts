/**
 * What a run may spend: set aside before, counted after, so that branches beside each other never overrun it together. A budget
 * inside another is held by both.
 */
import { type BlockError, type Hold, refuse, type Spending } from '@keelson/core';

interface BudgetRules {
  /** Whole nano-dollars. */
  readonly limit: number;
  /** Whether what may cost nobody knows how much is begun at all. */
  readonly allowUnpriced: boolean;
}

/** Whole nano-dollars; what is no amount, such as less than nothing, is unknown. */
export function readAmount(nanoDollars: number | null): number | null {
  return nanoDollars !== null && nanoDollars >= 0 && Number.isFinite(nanoDollars)
    ? Math.ceil(nanoDollars)
    : null;
}

export class RunBudget {
  readonly #limit: number;
  readonly #allowUnpriced: boolean;
  readonly #parent: RunBudget | undefined;
  #spent = 0;
  #held = 0;

  constructor({ limit, allowUnpriced }: BudgetRules, parent?: RunBudget) {
    this.#limit = limit;
    this.#allowUnpriced = allowUnpriced;
    this.#parent = parent;
  }

  /** Throws, and has set nothing aside anywhere. */
  hold(worstNanoDollars: number | null): Hold {
    const worst = readAmount(worstNanoDollars);
    this.#check(worst);
    const amount = worst ?? 0;
    this.#take(amount);
    let isOpen = true;
    const close = (): boolean => {
      if (!isOpen) return false;
      isOpen = false;
      this.#take(-amount);
      return true;
    };
    return {
      // What is not known counts as the worst that it can have been.
      settle: ({ nanoDollars }: Spending) => {
        if (close()) this.commit(readAmount(nanoDollars) ?? amount);
      },
      release: () => void close(),
    };
  }

  commit(nanoDollars: number): void {
    this.#spent += nanoDollars;
    this.#parent?.commit(nanoDollars);
  }

  #check(worst: number | null): void {
    if (worst === null) {
      if (!this.#allowUnpriced) throw refuse('budget_unpriced', { limitNanoDollars: this.#limit });
    } else if (this.#spent + this.#held + worst > this.#limit) throw this.#exceeded(worst);
    if (this.#parent !== undefined) this.#parent.#check(worst);
  }

  #take(amount: number): void {
    this.#held += amount;
    if (this.#parent !== undefined) this.#parent.#take(amount);
  }

  #exceeded(needed: number): BlockError {
    const details = {
      limitNanoDollars: this.#limit,
      spentNanoDollars: this.#spent,
      heldNanoDollars: this.#held,
      neededNanoDollars: needed,
    };
    return refuse('budget_exceeded', details);
  }
}
