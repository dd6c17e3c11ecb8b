/**
 * The one place that every attempt of every block goes through: it makes the envelope, runs the body, keeps the record, and
 * gives back a response of its own. It never rejects.
 */
import {
  type AnyBlock,
  type BlockRequest,
  type BlockResponse,
  type Failure,
  failureOf,
  isForeign,
  type RequestMetadata,
  type ResponseMetadata,
} from '@keelson/core';
import type { Ending } from './ending.ts';
import { Frame, joinStates } from './frame.ts';
import { type Deadline, interruptionFailure, openDeadline } from './interruption.ts';
import { recordAttempt } from './record-attempt.ts';
import { runBody } from './run-body.ts';
import { isoTime, newSpanId } from './trace-ids.ts';
import type { Attempted, Visit } from './visit-state.ts';

export async function attempt(visit: Visit, payload: unknown): Promise<Attempted> {
  const { parent, block, path, context } = visit;
  const { run } = parent;
  const { clock } = run.environment;
  visit.attempts += 1;
  const metadata = nextMetadata(visit);
  const deadlineAt = shrinkDeadline(visit, clock.now());
  const request: BlockRequest<unknown> = Object.freeze(
    deadlineAt === undefined ? { payload, context, metadata } : { payload, context, metadata, deadlineAt },
  );
  const deadline = openOwnDeadline(visit);
  const signal = deadline?.signal ?? parent.interrupting;
  const { budget, alias } = visit;
  const isAtomic = isAtomicLeaf(block);
  const frame = new Frame(run, parent, {
    ...{ path, metadata, context, budget, signal, deadlineAt, alias, isAtomic },
  });
  run.onEvent?.({ type: 'attempt-start', at: clock.now(), path, metadata });
  const started = clock.elapsed();
  let ending = await runSafely(frame, block, payload);
  deadline?.stop();
  frame.closeHolds();
  const touched = onlyCalls(block) ? frame.touched : block.effects;
  countSpent(visit, frame);
  if (!ending.success) ending = { ...ending, error: withEffect(ending.error, frame, block) };
  parent.noteEffect(touched, ending.success ? 'done' : ending.error.effect);
  const durationMs = clock.elapsed() - started;
  const response = respond(ending, frame, block, durationMs);
  recordAttempt(frame, visit, response);
  return { request, response, touched };
}

/** A visit that was never begun. */
export function refuseVisit(visit: Visit, error: Failure): BlockResponse<unknown> {
  visit.attempts += 1;
  const metadata = Object.freeze({ ...nextMetadata(visit), durationMs: 0 });
  return Object.freeze({ success: false, error, metadata });
}

function onlyCalls({ body }: AnyBlock): boolean {
  return body.type !== 'leaf' || body.onlyCalls === true;
}

/** Whether its own code does what must not happen twice, so that it has no place to stop in. */
function isAtomicLeaf(block: AnyBlock): boolean {
  return block.effects === 'non_idempotent' && !onlyCalls(block);
}

function countSpent(visit: Visit, { nanoDollars, calls, inputTokens, outputTokens }: Frame): void {
  const { spent } = visit;
  const add = (one: number | null, other: number | null): number | null =>
    one === null ? other : one + (other ?? 0);
  visit.spent = {
    // Of money, what is not known makes the sum unknown.
    nanoDollars: spent.nanoDollars === null || nanoDollars === null ? null : spent.nanoDollars + nanoDollars,
    calls: spent.calls + calls,
    inputTokens: add(spent.inputTokens, inputTokens),
    outputTokens: add(spent.outputTokens, outputTokens),
  };
}

/** A body that throws, at once or later, is a body that failed. */
async function runSafely(frame: Frame, block: AnyBlock, payload: unknown): Promise<Ending> {
  const { interrupting } = frame;
  if (interrupting?.aborted) return { success: false, error: interruptionFailure(interrupting, false) };
  try {
    return await runBody(frame, block, payload);
  } catch (thrown) {
    return { success: false, error: readFailure(thrown, frame) };
  }
}

function readFailure(thrown: unknown, frame: Frame): Failure {
  const { run, interrupting, metadata } = frame;
  showToSink(thrown, frame);
  if (interrupting?.aborted) return interruptionFailure(interrupting, true);
  if (isForeign(thrown)) {
    const { traceId, executionId, spanId, id, block, node } = metadata;
    const ids = { traceId, executionId, spanId, id, block, node };
    run.environment.log.error('A block threw what is no failure of a block.', { ...ids, error: thrown });
  }
  return failureOf(thrown);
}

/** A sink is for looking: what it throws is not what the block failed by. */
function showToSink(thrown: unknown, { run, metadata }: Frame): void {
  const { debugSink, log } = run.environment;
  try {
    debugSink?.(thrown, metadata);
  } catch (error) {
    const { executionId, spanId, block } = metadata;
    log.warn('The debug sink threw.', { executionId, spanId, block, error });
  }
}

/** Of a composite, what its children did; of a leaf, what it says, and what those did that it called. */
function withEffect(error: Failure, frame: Frame, block: AnyBlock): Failure {
  const effect = block.body.type === 'leaf' ? joinStates(error.effect, frame.state) : frame.state;
  return effect === error.effect ? error : { ...error, effect };
}

function nextMetadata({ parent, node, block, attempts }: Visit): RequestMetadata {
  const { environment } = parent.run;
  const { traceId, executionId, spanId } = parent.metadata;
  return Object.freeze({
    id: environment.newId(),
    traceId,
    executionId,
    spanId: newSpanId(environment.random),
    parentSpanId: spanId,
    block: block.name,
    node,
    attempt: attempts,
    createdAt: isoTime(environment.clock.now()),
  });
}

function shrinkDeadline({ parent, block }: Visit, now: number): number | undefined {
  const { timeoutMs } = block.limits;
  const { deadlineAt } = parent;
  if (timeoutMs === undefined) return deadlineAt;
  return deadlineAt === undefined ? now + timeoutMs : Math.min(deadlineAt, now + timeoutMs);
}

function openOwnDeadline({ parent, block }: Visit): Deadline | undefined {
  const { timeoutMs } = block.limits;
  if (timeoutMs === undefined) return undefined;
  return openDeadline(parent.run.environment.clock, timeoutMs, parent.interrupting);
}

/** A new object, with the correlation ids of this block's own request, whatever its children answered. */
function respond(
  ending: Ending,
  frame: Frame,
  { name, body }: AnyBlock,
  durationMs: number,
): BlockResponse<unknown> {
  const { notes, calls, nanoDollars } = frame;
  const { source, lastNode } = ending;
  const metadata: ResponseMetadata = Object.freeze({
    ...frame.metadata,
    durationMs,
    ...(body.type !== 'leaf' && { composite: name }),
    ...(source !== undefined && { source }),
    ...(lastNode !== undefined && { lastNode }),
    ...((calls > 0 || nanoDollars !== 0) && { 'cost.nanoDollars': nanoDollars, 'cost.calls': calls }),
    ...notes,
  });
  return Object.freeze(
    ending.success
      ? { success: true, data: ending.data, metadata }
      : { success: false, error: ending.error, metadata },
  );
}
