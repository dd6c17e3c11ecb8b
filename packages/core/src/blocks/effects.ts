/**
 * What running a block does to the world, and whether it has happened yet. Retries are decided by the two together; who
 * decides is the runner.
 */

export const effectClasses = ['none', 'idempotent', 'non_idempotent'] as const;

/** `none`: nothing outside changes; `idempotent`: twice is like once; `non_idempotent`: twice is two times. */
export type Effects = (typeof effectClasses)[number];

/** Whether the effect of an attempt happened: `not_started` is certain, `unknown` is what a lost answer leaves. */
export type EffectState = 'not_started' | 'unknown' | 'done';

const rank = { none: 0, idempotent: 1, non_idempotent: 2 } as const satisfies Record<Effects, number>;

export function worseEffects(one: Effects, other: Effects): Effects {
  return rank[other] > rank[one] ? other : one;
}

export function worstEffects(classes: Iterable<Effects>): Effects {
  let worst: Effects = 'none';
  for (const effects of classes) worst = worseEffects(worst, effects);
  return worst;
}

/** What is not declared, or not readable, must be assumed to be the worst. */
export function readEffects(declared: unknown): Effects {
  return effectClasses.find((effects) => effects === declared) ?? 'non_idempotent';
}
