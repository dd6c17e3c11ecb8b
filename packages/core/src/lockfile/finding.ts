/** One thing that a check of a lockfile has found. */

export type FindingCode =
  | 'registry_unreadable'
  | 'registry_behind'
  | 'registry_older'
  | 'registry_stale'
  | 'profile_unknown'
  | 'package_missing'
  | 'package_changed'
  | 'package_hides_provider'
  | 'not_locked'
  | 'model_unknown'
  | 'model_retired'
  | 'model_deprecated'
  | 'now_listed'
  | 'price_rise'
  | 'price_fall'
  | 'price_new'
  | 'price_unknown'
  | 'not_priced'
  | 'capability_lost'
  | 'limit_shrunk'
  | 'constraint_broken'
  | 'card_changed';

export interface Finding {
  readonly code: FindingCode;
  /** An error fails the check. A warning will probably become one. A note only tells. */
  readonly severity: 'error' | 'warning' | 'note';
  readonly says: string;
  readonly hint?: string;
  readonly profile?: string;
  readonly alias?: string;
  readonly reference?: string;
  readonly provider?: string;
  readonly package?: string;
  /** The price, ability or limit that it is about. */
  readonly field?: string;
  readonly before?: number;
  readonly after?: number;
  /** Infinite where something was free before. */
  readonly risePercent?: number;
  /** How much more the given month would cost, in dollars as decimal text; negative where less. */
  readonly monthDollars?: string;
}

export class FindingList {
  readonly #all: Finding[] = [];

  add(finding: Finding): void {
    this.#all.push(finding);
  }

  get all(): readonly Finding[] {
    return this.#all;
  }
}
