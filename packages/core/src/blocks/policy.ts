/**
 * What the one who calls a block does about its failures: policies as data, tried in their order. Running them is the
 * runner's; here they are made and checked.
 */
import { BlockError } from './block-error.ts';
import type { BlockRequest, Failure } from './envelope.ts';
import type { Reason } from './reasons.ts';

interface Selective {
  /** Error types, `llm.*` for all that begin so; every type when left out. */
  readonly on?: readonly string[];
}

export interface RetryPolicy extends Selective {
  readonly kind: 'retry';
  /** All attempts of this visit, the first and those of other policies included. */
  readonly maxAttempts: number;
  readonly delayMs: number;
  readonly factor: number;
  readonly jitter: boolean;
}

export interface RepairPolicy extends Selective {
  readonly kind: 'repair';
  readonly fix: (request: BlockRequest<never>, failure: Failure) => unknown;
}

export interface FallbackPolicy extends Selective {
  readonly kind: 'fallback';
  readonly alias: string;
}

export interface DebugPolicy extends Selective {
  readonly kind: 'debug';
  /** Without it, the run stops here like one that waits for a person. */
  readonly look?: (
    request: BlockRequest<never>,
    failure: Failure,
  ) => Promise<{ readonly payload: unknown } | undefined> | { readonly payload: unknown } | undefined;
}

export interface BubblePolicy extends Selective {
  readonly kind: 'bubble';
}

export type Policy = RetryPolicy | RepairPolicy | FallbackPolicy | DebugPolicy | BubblePolicy;

interface RetryOptions extends Selective {
  /** 3 when left out; 1 never tries again. */
  readonly maxAttempts?: number;
  readonly delayMs?: number;
  /** The delay grows by it each time; 2 when left out. */
  readonly factor?: number;
  /** Each delay is shortened by chance, so that callers do not come back together; on when left out. */
  readonly jitter?: boolean;
}

const selective = ({ on }: Selective): Selective => (on === undefined ? {} : { on: Object.freeze([...on]) });

export function retry(options: RetryOptions = {}): RetryPolicy {
  const { maxAttempts = 3, delayMs = 0, factor = 2, jitter = true } = options;
  return Object.freeze({ kind: 'retry', maxAttempts, delayMs, factor, jitter, ...selective(options) });
}

/** `fix` makes another payload of the failed request; it must be pure and give the same for the same. */
export function repair<Payload>(
  fix: (request: BlockRequest<Payload>, failure: Failure) => Payload,
  options: Selective = {},
): RepairPolicy {
  return Object.freeze({ kind: 'repair', fix: fix as RepairPolicy['fix'], ...selective(options) });
}

/** Once more, with another alias; for blocks that name a model. */
export function fallback(alias: string, options: Selective = {}): FallbackPolicy {
  return Object.freeze({ kind: 'fallback', alias, ...selective(options) });
}

/** Shows the failure to `look`, which may give another payload to go on with. Without `look`, a breakpoint. */
export function debug<Payload>(
  look?: (
    request: BlockRequest<Payload>,
    failure: Failure,
  ) => Promise<{ payload: Payload } | undefined> | { payload: Payload } | undefined,
  options: Selective = {},
): DebugPolicy {
  const shown = look === undefined ? {} : { look: look as unknown as NonNullable<DebugPolicy['look']> };
  return Object.freeze({ kind: 'debug', ...shown, ...selective(options) });
}

/** Ends the chain: the failure is the answer. */
export function bubble(options: Selective = {}): BubblePolicy {
  return Object.freeze({ kind: 'bubble', ...selective(options) });
}

export function matchesPolicy({ on }: Selective, errorType: string): boolean {
  return on === undefined || on.some((pattern) => covers(pattern, errorType));
}

function covers(pattern: string, errorType: string): boolean {
  return pattern.endsWith('*') ? errorType.startsWith(pattern.slice(0, -1)) : pattern === errorType;
}

/** Whether some error type is meant by both. */
export function overlap(one: Selective, other: Selective): boolean {
  if (one.on === undefined || other.on === undefined) return true;
  const theirs = other.on;
  return one.on.some((mine) =>
    theirs.some((their) => covers(mine, their.replace(/\*$/, '')) || covers(their, mine.replace(/\*$/, ''))),
  );
}

/** Throws for what could never do what it says. `named` is the block's alias, where it names a model. */
export function checkPolicies(policies: readonly Policy[], block: string, named: string | undefined): void {
  policies.forEach((policy, index) => {
    const where = `Policy ${index + 1} of \`${block}\``;
    switch (policy.kind) {
      case 'retry':
        checkRetry(policy, where);
        checkSecondRetry(policies.slice(0, index), policy, where);
        break;
      case 'repair':
        if (typeof policy.fix !== 'function')
          throw refused('invalid_policy', `${where} repairs by no function.`);
        break;
      case 'fallback':
        if (named === undefined)
          throw refused('invalid_policy', `${where} falls back to another model, but the block names none.`);
        break;
      case 'debug':
      case 'bubble':
        break;
      default:
        throw refused('unknown_policy_type', `${where} is of no kind that is known.`);
    }
  });
}

function checkRetry({ maxAttempts, delayMs, factor }: RetryPolicy, where: string): void {
  if (!Number.isSafeInteger(maxAttempts) || maxAttempts < 1)
    throw refused('invalid_policy', `${where} must allow a whole number of attempts, at least 1.`);
  if (!(delayMs >= 0 && Number.isFinite(delayMs)) || !(factor >= 0 && Number.isFinite(factor)))
    throw refused('invalid_policy', `${where} must have a delay and a factor that are not negative.`);
}

/** They would share one count of attempts, so that the second often does nothing. */
function checkSecondRetry(before: readonly Policy[], policy: RetryPolicy, where: string): void {
  if (!before.some((other) => other.kind === 'retry' && overlap(other, policy))) return;
  throw refused(
    'invalid_policy',
    `${where} retries what an earlier one retries; attempts are counted once, so give each its own error types in \`on\`.`,
  );
}

function refused(reason: Reason, message: string): BlockError {
  return new BlockError({ reason, errorType: 'graph', effect: 'not_started' }, message);
}
