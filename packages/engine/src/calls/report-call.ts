/** What a caller of our own format is told of a call when it is over: the record, without what is the operator's business. */
import { type CallReport, formatDollars, type ReportedAttempt } from '@keelson/core';
import type { AttemptRecord, CallRecord, RecordedCost } from '../observability/index.ts';
import { receiptIdOf } from '../receipts/index.ts';

export function reportCall(record: CallRecord, hasReceipts: boolean): CallReport {
  const { id, outcome, alias, profile, provider, model, servedModel, providerRequestId, cache } = record;
  const { usage, cost } = record.inner ?? record;
  return {
    id,
    outcome,
    ...(alias !== undefined && { alias }),
    ...(profile !== undefined && { profile }),
    ...(provider !== undefined && { provider }),
    ...(model !== undefined && { model }),
    ...(servedModel !== undefined && { servedModel }),
    ...(providerRequestId !== undefined && { providerRequestId }),
    ...(usage !== undefined && { usage }),
    cost: reportCost(cost),
    attempts: record.attempts.map(reportAttempt),
    losses: record.losses,
    ...(cache !== undefined && { cache }),
    // What used nothing has none.
    ...(hasReceipts && usage !== undefined && { receiptId: receiptIdOf(id) }),
    durationMs: record.durationMs,
    ...(record.firstByteMs !== undefined && { firstByteMs: record.firstByteMs }),
  };
}

function reportCost({ status, nanoDollars, priceVersion }: RecordedCost): CallReport['cost'] {
  return {
    status,
    ...(nanoDollars !== undefined &&
      Number.isSafeInteger(nanoDollars) && { dollars: formatDollars(nanoDollars) }),
    ...(priceVersion !== undefined && { priceVersion }),
  };
}

function reportAttempt(attempt: AttemptRecord): ReportedAttempt {
  const { reason, provider, model, outcome, durationMs, status, error } = attempt;
  return {
    reason,
    provider,
    model,
    outcome,
    durationMs,
    ...(status !== undefined && { status }),
    ...(error !== undefined && { error }),
  };
}
