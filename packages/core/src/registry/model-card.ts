/** What is known of one model at one provider: names, limits, abilities, prices and life cycle. */
import type { JsonObject } from '../json/index.ts';
import type { PriceRow } from './price-row.ts';

export interface ModelLimits {
  readonly contextWindow?: number;
  readonly maxInput?: number;
  readonly maxOutput?: number;
  readonly maxTools?: number;
}

export interface LifeCycle {
  readonly isActive: boolean;
  /** Still served, but the provider has said that it will go. */
  readonly isDeprecated: boolean;
  readonly releaseDate?: string;
  readonly addedDate?: string;
  readonly deprecatedDate?: string;
}

/** Where the facts of a card were read. */
export interface CardSource {
  readonly name: string;
  readonly date?: string;
}

export interface ModelCard {
  /** `provider:model_name`. The model's own name may hold further colons. */
  readonly key: string;
  readonly provider: string;
  readonly model: string;
  readonly displayName?: string;
  readonly family?: string;
  /** Other names of the same model at the same provider, without the provider. */
  readonly aliases: readonly string[];
  /** Which kind of call it answers: `chat`, `embeddings`, `rerank` and so on. */
  readonly endpoint?: string;
  readonly limits: ModelLimits;
  /** `supports_*` without that prefix. What is not listed is unknown. Read it through `supports`. */
  readonly abilities: Readonly<Record<string, boolean>>;
  /** Undefined where no price is known, which is not the same as free. */
  readonly prices: PriceRow | undefined;
  readonly lifeCycle: LifeCycle;
  readonly source?: CardSource;
  /** What the row says of itself that nobody knows it: a field, or all of `limits`, `abilities` or `prices`. */
  readonly unknown: readonly string[];
  /** The version of the registry file that the card comes from. */
  readonly registryVersion: number;
  /** The row as it stood in the file, which is what a price version hashes and what two versions are compared by. */
  readonly row: JsonObject;
}
