/**
 * Names of callers for choices of models, as an operator writes them down, and the check of their shape. What the names in
 * it refer to is checked where it is compiled.
 */
import { z } from 'zod';
import type { Condition } from './condition.ts';
import { didYouMean } from './suggest.ts';

export interface AliasTable {
  /** A list of models stands for their order and nothing else. */
  readonly aliases: Readonly<Record<string, Alias | readonly string[]>>;
}

export type Strategy = 'ordered' | 'weighted' | 'cheapest' | 'fastest';

export interface Alias {
  /** In order of preference; those of an equal `tier` are one pool. Left out for an alias of the lockfile, whose pool it takes. */
  readonly targets?: readonly (AliasTarget | string)[];
  /** Within a tier. `ordered`, unless weights or `sticky` say otherwise. */
  readonly strategy?: Strategy;
  /** Calls of one session, or with one beginning of the prompt, stay at one target, where the provider's cache is warm. */
  readonly sticky?: 'none' | 'session' | 'prefix';
  /** Again at the same target, when no other is left. */
  readonly retries?: number;
  readonly deadlineMs?: number;
  /** Of all attempts together. */
  readonly maxAttempts?: number;
  /** A second attempt beside one that is unusually slow to begin. */
  readonly hedge?: boolean;
  readonly lossPolicy?: 'allow' | 'warn' | 'strict';
  /** Answers are kept, and given again to the same request, for so long: up to 30 days. */
  readonly cache?: { readonly ttlSeconds: number };
  /** Models or aliases to go on to after these errors. */
  readonly escalate?: {
    readonly context_too_long?: readonly string[];
    readonly content_blocked?: readonly string[];
  };
  /** Gets copies of so many percent of the calls. */
  readonly shadow?: { readonly target: string; readonly percent: number };
}

interface AliasTarget {
  /** `provider:model`. */
  readonly model: string;
  /** 0 when left out; lower ones first. */
  readonly tier?: number;
  /** Its share of the calls of its tier, beside the others'; 1 when left out. */
  readonly weight?: number;
  /** A trial: so many percent of the calls go there first, all others never. */
  readonly percent?: number;
  readonly when?: Condition;
  /** Only calls that carry all of these go there. */
  readonly tags?: Readonly<Record<string, string>>;
}

/** Objects that say which of their fields is not one, and what was probably meant. */
function strict<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? unknownFields(issue.keys as string[], Object.keys(shape))
        : undefined,
  });
}

function unknownFields(keys: readonly string[], known: readonly string[]): string {
  const told = keys.map(
    (key) => `has no field \`${key}\`. ${didYouMean(key, known) ?? `Known are ${known.join(', ')}.`}`,
  );
  return told.join(' It ');
}

/** 30 days. */
export const maxCacheTtlSeconds = 2_592_000;

const name = z.string().min(1).max(200);
const percent = z.number().min(0).max(100);

export const aliasTargetShape = z.preprocess(
  (value) => (typeof value === 'string' ? { model: value } : value),
  strict({
    model: name,
    tier: z.int().min(0).max(1000).optional(),
    weight: z.number().min(0).max(1e6).optional(),
    percent: percent.optional(),
    when: z.unknown().optional(),
    tags: z.record(z.string(), z.string()).optional(),
  }),
);

export const aliasShape = z.preprocess(
  (value) => (Array.isArray(value) ? { targets: value } : value),
  strict({
    targets: z.array(aliasTargetShape).min(1).max(100).optional(),
    strategy: z.enum(['ordered', 'weighted', 'cheapest', 'fastest']).optional(),
    sticky: z.enum(['none', 'session', 'prefix']).optional(),
    retries: z.int().min(0).max(10).optional(),
    deadlineMs: z.int().min(1).max(86_400_000).optional(),
    maxAttempts: z.int().min(1).max(100).optional(),
    hedge: z.boolean().optional(),
    lossPolicy: z.enum(['allow', 'warn', 'strict']).optional(),
    cache: strict({ ttlSeconds: z.int().min(1).max(maxCacheTtlSeconds) }).optional(),
    escalate: strict({
      context_too_long: z.array(name).min(1).max(100).optional(),
      content_blocked: z.array(name).min(1).max(100).optional(),
    }).optional(),
    shadow: strict({ target: name, percent }).optional(),
  }),
);

export const aliasTableShape = strict({ aliases: z.record(z.string(), aliasShape) });

/** An alias whose shape is right. */
export type CheckedAlias = z.output<typeof aliasShape>;
