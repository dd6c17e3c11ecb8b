/** The shape of a lockfile in memory: profiles, aliases, pins. Reading, writing and judging it belong to other files. */
import type { JsonObject } from '../json/index.ts';

/** The format that this Keelson writes, and the newest that it reads. */
export const lockfileVersion = 1;
/** The first Keelson that reads that format; it stands in every file, for older ones to name. */
export const minimumKeelson = '0.1.0';
export const defaultProfileName = 'default';

export interface Lockfile {
  readonly defaultProfile: string;
  readonly createdAt?: string;
  readonly updatedAt?: string;
  /** Packages whose aliases may be used as `package:alias`. */
  readonly packages: readonly string[];
  /** What the lockfile of a package had as its digest when it was locked. */
  readonly packageDigests: ReadonlyMap<string, string>;
  readonly profiles: ReadonlyMap<string, LockedProfile>;
  /** Anything that people keep here; it means nothing. */
  readonly metadata?: JsonObject;
}

export interface LockedProfile {
  readonly description?: string;
  /** The profile that answers for whatever this one does not say. */
  readonly inherits?: string;
  readonly registryVersions: ReadonlyMap<string, number>;
  readonly aliases: ReadonlyMap<string, LockedAlias>;
  /** By the reference that an alias names, `provider:model`. */
  readonly pins: ReadonlyMap<string, Pin>;
}

export interface LockedAlias {
  readonly description?: string;
  /** In the order in which they are tried. */
  readonly models: readonly PoolEntry[];
  readonly defaults?: RequestDefaults;
}

/** `provider:model`, or what a model must be like. */
export type PoolEntry = string | Constraint;

export const preferences = ['cheapest', 'dearest', 'newest', 'longest_context'] as const;
export type Preference = (typeof preferences)[number];

export interface Constraint {
  /** `anthropic:*`, `openai:gpt-5*` or `*`. */
  readonly match: string;
  readonly minContext?: number;
  readonly minOutput?: number;
  /** Dollars per million tokens that neither the input nor the output may exceed. */
  readonly maxCost?: number;
  /** Abilities by the registry's names, such as `vision`. */
  readonly needs?: readonly string[];
  /** Which of several that fit is taken; `cheapest` when left out. */
  readonly prefer?: Preference;
  /** The model that was chosen when the file was locked. */
  readonly locked?: string;
}

/** What a request gets where its caller left it open. */
export interface RequestDefaults {
  readonly temperature?: number;
  readonly topP?: number;
  readonly maxTokens?: number;
  /** `effort` is a word such as `low`. */
  readonly reasoning?: { readonly effort: string } | { readonly budgetTokens: number };
}

/** What was true of a model when it was locked. */
export interface Pin {
  /** The dated name that calls are sent to, without the provider, where it differs from the reference. */
  readonly model?: string;
  /** Key of the registry's card, where it differs from the reference. */
  readonly card?: string;
  /** The version of the provider's registry file. Left out where the registry did not know the model. */
  readonly registryVersion?: number;
  /** The registry did not know the model, as with local ones: nothing of it can be checked. */
  readonly isUnlisted?: boolean;
  readonly contextWindow?: number;
  readonly maxOutput?: number;
  /** Abilities that it had for certain, sorted. */
  readonly abilities?: readonly string[];
  /** The price fields of its registry row. Left out where no price was known. */
  readonly prices?: JsonObject;
  /** Hash of its registry row, by RFC 8785. */
  readonly contentHash?: string;
  readonly lockedAt?: string;
}
