/**
 * What each policy does about a failure. Before anything is run again, one gate asks whether that could repeat an effect; the
 * failure that it answers with keeps the cause whole, and is never wrapped again.
 */
import {
  type BlockResponse,
  classOf,
  type DebugPolicy,
  type Failure,
  type FallbackPolicy,
  matchesPolicy,
  type Policy,
  type RepairPolicy,
  type RetryPolicy,
  reasonTable,
} from '@keelson/core';
import { attempt } from './attempt.ts';
import { interruptionFailure } from './interruption.ts';
import { isThenable, leaveBehind } from './thenable.ts';
import type { Attempted, Visit } from './visit-state.ts';

export interface Recovery {
  readonly visit: Visit;
  last: Attempted;
  /** By any attempt so far. */
  isTouched: boolean;
}

type Answer = BlockResponse<unknown> | undefined;

/** About the run and not about the block, so that no policy applies. */
export function isOver({ errorType }: Failure): boolean {
  return errorType === 'cancelled' || errorType === 'suspended';
}

export async function applyPolicy(chain: Recovery, policy: Policy, failure: Failure): Promise<Answer> {
  switch (policy.kind) {
    case 'bubble':
      return chain.last.response;
    case 'retry':
      return applyRetry(chain, policy, failure);
    case 'repair':
      return applyRepair(chain, policy, failure);
    case 'fallback':
      return applyFallback(chain, policy, failure);
    case 'debug':
      return applyDebug(chain, policy, failure);
  }
}

async function applyRetry(chain: Recovery, policy: RetryPolicy, first: Failure): Promise<Answer> {
  const { visit } = chain;
  let failure = first;
  // A budget that is spent stays spent.
  while (visit.attempts < policy.maxAttempts && failure.errorType !== 'budget') {
    const unsafe = refuseUnsafe(chain, policy, failure);
    if (unsafe !== undefined) return unsafe;
    const delayMs = delayOf(policy, failure, visit);
    const { deadlineAt } = visit.parent;
    const now = visit.parent.now();
    if (deadlineAt !== undefined && now + delayMs >= deadlineAt) return chain.last.response;
    const interrupted = await rest(chain, delayMs);
    if (interrupted !== undefined) return interrupted;
    const { response } = await again(chain, chain.last.request.payload);
    if (response.success || isOver(response.error)) return response;
    failure = response.error;
    if (!matchesPolicy(policy, failure.errorType)) return undefined;
  }
  return undefined;
}

function delayOf(
  { delayMs, factor, jitter }: RetryPolicy,
  { retryAfterMs = 0 }: Failure,
  visit: Visit,
): number {
  // Nothing times a factor that has grown beyond all numbers is no number.
  if (delayMs === 0) return retryAfterMs;
  const { random } = visit.parent.run.environment;
  const chance = jitter ? random.float() : 1;
  const grown = delayMs * factor ** (visit.attempts - 1) * chance;
  return Math.max(retryAfterMs, Number.isFinite(grown) ? grown : Number.MAX_SAFE_INTEGER);
}

async function rest({ visit, last }: Recovery, delayMs: number): Promise<Answer> {
  try {
    await visit.parent.sleep(delayMs);
    return undefined;
  } catch (thrown) {
    const { interrupting } = visit.parent;
    if (interrupting?.aborted !== true) throw thrown;
    return withFailure(last.response, {
      ...interruptionFailure(interrupting, false),
      ...causeOf(last.response),
    });
  }
}

const causeOf = (response: BlockResponse<unknown>): Partial<Failure> =>
  response.success ? {} : { cause: response.error, effect: response.error.effect };

async function applyRepair(chain: Recovery, policy: RepairPolicy, failure: Failure): Promise<Answer> {
  const unsafe = refuseUnsafe(chain, policy, failure);
  if (unsafe !== undefined) return unsafe;
  let repaired: unknown;
  try {
    repaired = policy.fix(chain.last.request as never, failure);
    // A repair that waits for something is not one that always gives the same.
    if (isThenable(repaired)) {
      leaveBehind(repaired);
      return failedRepair(chain, failure, classOf(repaired));
    }
  } catch (thrown) {
    return failedRepair(chain, failure, classOf(thrown));
  }
  return settled(await again(chain, repaired));
}

function failedRepair({ last }: Recovery, cause: Failure, errorClass: string): BlockResponse<unknown> {
  const { errorType, effect } = cause;
  const reason = 'repair_execution_failed';
  return withFailure(last.response, { reason, errorType, effect, details: { errorClass }, cause });
}

async function applyFallback(chain: Recovery, policy: FallbackPolicy, failure: Failure): Promise<Answer> {
  const unsafe = refuseUnsafe(chain, policy, failure);
  if (unsafe !== undefined) return unsafe;
  chain.visit.alias = policy.alias;
  return settled(await again(chain, chain.last.request.payload));
}

/** A look that throws changes nothing: the failure is still the one to deal with. */
async function applyDebug(chain: Recovery, { look }: DebugPolicy, failure: Failure): Promise<Answer> {
  const { visit, last } = chain;
  if (look === undefined) {
    const reason = 'debug_breakpoint_hit';
    const { errorType } = reasonTable[reason];
    const details = { path: visit.path };
    return withFailure(last.response, { reason, errorType, details, effect: failure.effect, cause: failure });
  }
  const { log } = visit.parent.run.environment;
  let patch: { readonly payload: unknown } | undefined;
  try {
    patch = await look(last.request as never, failure);
  } catch (error) {
    const { executionId, spanId } = last.response.metadata;
    log.warn('A debug policy threw.', { executionId, spanId, block: visit.block.name, error });
    return undefined;
  }
  return patch === undefined ? undefined : settled(await again(chain, patch.payload));
}

async function again(chain: Recovery, payload: unknown): Promise<Attempted> {
  chain.last = await attempt(chain.visit, payload);
  if (isTouched(chain.last)) chain.isTouched = true;
  return chain.last;
}

/** A success settles it; a failure is the next policy's. */
const settled = ({ response }: Attempted): Answer => (response.success ? response : undefined);

/** Whether something happened, or may have, that must not happen twice. */
export function isTouched({ response, touched }: Attempted): boolean {
  return touched === 'non_idempotent' && (response.success || response.error.effect !== 'not_started');
}

/** The gate: refuses to run again what may have happened and must not happen twice. */
function refuseUnsafe({ last, isTouched, visit }: Recovery, policy: Policy, cause: Failure): Answer {
  if (!isTouched) return undefined;
  if (cause.reason === 'unsafe_to_retry') return last.response;
  const { errorType, effect } = cause;
  const details = { sideEffectClass: visit.block.effects, policy: policy.kind };
  return withFailure(last.response, { reason: 'unsafe_to_retry', errorType, effect, details, cause });
}

function withFailure({ metadata }: BlockResponse<unknown>, error: Failure): BlockResponse<unknown> {
  return Object.freeze({ success: false, error, metadata });
}
