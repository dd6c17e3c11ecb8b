/** Which credential a call is sent with, and how long one that was refused is left alone. Pure: time and chance are handed in. */
import { errorTable } from '@keelson/core';

export interface Choosable {
  readonly id: string;
  /** Against the others; 0 is taken only when no other can be. */
  readonly weight: number;
  /** Milliseconds since 1970; 0 for none. */
  readonly coolDownUntil: number;
}

export interface Choice {
  readonly now: number;
  /** From 0 up to, but not including, 1. */
  readonly chance: number;
  /** Those that this call was sent with already. */
  readonly tried: readonly string[];
}

/**
 * By weight among those that are not left alone. When all of them are, a first try goes to the one that comes back soonest:
 * asking costs nothing, and whoever was wrong about them is not without an answer.
 */
export function chooseCredential<One extends Choosable>(
  all: readonly One[],
  choice: Choice,
): One | undefined {
  let weights = 0;
  let reserve: One | undefined;
  for (const one of all) {
    if (!isFree(one, choice)) continue;
    if (one.weight === 0) reserve ??= one;
    weights += one.weight;
  }
  if (weights === 0) return reserve ?? (choice.tried.length === 0 ? soonestOf(all) : undefined);
  let left = choice.chance * weights;
  for (const one of all) {
    if (!isFree(one, choice)) continue;
    left -= one.weight;
    if (left < 0) return one;
  }
  return undefined;
}

function isFree({ id, coolDownUntil }: Choosable, { now, tried }: Choice): boolean {
  return coolDownUntil <= now && !tried.includes(id);
}

function soonestOf<One extends Choosable>(all: readonly One[]): One | undefined {
  let soonest: One | undefined;
  for (const one of all) {
    if (soonest === undefined || one.coolDownUntil < soonest.coolDownUntil) soonest = one;
  }
  return soonest;
}

/** What a status says about the credential rather than about the call. */
export type Refusal =
  | 'provider_authentication_failed'
  | 'provider_permission_denied'
  | 'quota_exhausted'
  | 'rate_limited';

const refusals: readonly Refusal[] = [
  'provider_authentication_failed',
  'provider_permission_denied',
  'quota_exhausted',
  'rate_limited',
];
const byStatus: ReadonlyMap<number, Refusal> = new Map(
  refusals.map((code) => [errorTable[code].status, code]),
);

export function refusalOf(status: number): Refusal | undefined {
  return byStatus.get(status);
}

interface CoolDown {
  readonly firstMs: number;
  readonly mostMs: number;
}

const second = 1000;
const minute = 60 * second;

/** A refusal may be about one model only, and a limit passes by itself; a wrong key stays wrong until somebody acts. */
const coolDowns: Readonly<Record<Refusal, CoolDown>> = {
  provider_authentication_failed: { firstMs: minute, mostMs: 60 * minute },
  quota_exhausted: { firstMs: minute, mostMs: 60 * minute },
  provider_permission_denied: { firstMs: 10 * second, mostMs: 10 * minute },
  rate_limited: { firstMs: 5 * second, mostMs: 5 * minute },
};

/** Doubled with every refusal in a row; what the provider asks for counts instead, up to an hour. */
export function coolDownMs(refusal: Refusal, refusalsInRow: number, askedForMs?: number): number {
  if (askedForMs !== undefined && askedForMs > 0) return Math.min(askedForMs, 60 * minute);
  const { firstMs, mostMs } = coolDowns[refusal];
  return Math.min(firstMs * 2 ** Math.min(Math.max(refusalsInRow - 1, 0), 20), mostMs);
}
