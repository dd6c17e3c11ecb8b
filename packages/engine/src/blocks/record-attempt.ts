/** Keeps the record of an attempt and tells whoever follows the run. What cannot be written is logged, and the run goes on. */
import type { AttemptOutcome, BlockAttempt, BlockResponse } from '@keelson/core';
import type { Frame } from './frame.ts';
import type { Visit } from './visit-state.ts';

export function recordAttempt(frame: Frame, visit: Visit, response: BlockResponse<unknown>): void {
  const { run, metadata, path } = frame;
  const { stats, log, clock } = run.environment;
  const at = clock.now();
  const outcome = outcomeOf(response);
  try {
    stats.record(recordOf(frame, visit, response, { at, outcome }));
  } catch (error) {
    const { id, traceId, executionId, spanId, block, node } = metadata;
    const ids = { id, traceId, executionId, spanId, block, node };
    log.error('The record of an attempt could not be written.', {
      event: 'stats_record_failed',
      ...ids,
      error,
    });
  }
  run.onEvent?.({
    type: 'attempt-end',
    at,
    path,
    metadata,
    outcome,
    ...(!response.success && { reason: response.error.reason, errorType: response.error.errorType }),
    durationMs: response.metadata.durationMs,
    nanoDollars: frame.nanoDollars,
  });
}

function outcomeOf(response: BlockResponse<unknown>): AttemptOutcome {
  if (response.success) return 'ok';
  return /^(suspended|cancelled)$/.test(response.error.errorType) ? 'stopped' : 'failed';
}

function recordOf(
  frame: Frame,
  { block, alias }: Visit,
  response: BlockResponse<unknown>,
  { at, outcome }: { readonly at: number; readonly outcome: AttemptOutcome },
): BlockAttempt {
  const { traceId, executionId, spanId, parentSpanId, node, attempt } = frame.metadata;
  const { ways, rounds } = frame;
  return {
    key: alias === undefined ? block.key : `${block.name}@${block.version}@${alias}`,
    traceId,
    executionId,
    spanId,
    ...(parentSpanId !== undefined && { parentSpanId }),
    ...(node !== undefined && { node }),
    attempt,
    at,
    outcome,
    ...(!response.success && { reason: response.error.reason, errorType: response.error.errorType }),
    ms: response.metadata.durationMs,
    nanoDollars: frame.nanoDollars,
    calls: frame.calls,
    inputTokens: frame.inputTokens,
    outputTokens: frame.outputTokens,
    ...(ways !== undefined && { ways }),
    ...(rounds !== undefined && { rounds }),
  };
}
