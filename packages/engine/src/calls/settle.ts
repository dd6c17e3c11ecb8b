/**
 * Step five of a call: what all its attempts used and cost. An answer that broke off, or was cancelled, is paid for as far
 * as it came; where its count never arrived, it is estimated and marked as that.
 */
import { addUsage, type Usage } from '@keelson/core';
import type { AttemptRecord, RecordedCost } from '../observability/index.ts';
import type { AnswerReading } from './answer-reading.ts';
import type { Attempt } from './attempt.ts';
import type { EngineParts } from './engine-parts.ts';
import { usageSoFar } from './passed-answer.ts';
import { isFreeAt } from './passed-worst-case.ts';

export interface Settlement {
  readonly usage?: Usage;
  readonly cost: RecordedCost;
  readonly attempts: readonly AttemptRecord[];
}

/** While it is made: fields that are not known are left out, and spreading them in would cost every call. */
type Unfinished<Made> = { -readonly [Field in keyof Made]: Made[Field] };

export function settle(attempts: readonly Attempt[], callStartedAt: number, parts: EngineParts): Settlement {
  const records = attempts.map((attempt, index) => recordAttempt(attempt, index, callStartedAt, parts));
  const settlement: Unfinished<Settlement> = { cost: sumCosts(records), attempts: records };
  for (const { usage } of records) {
    if (usage === undefined) continue;
    settlement.usage = settlement.usage === undefined ? usage : addUsage(settlement.usage, usage);
  }
  return settlement;
}

function recordAttempt(
  attempt: Attempt,
  index: number,
  callStartedAt: number,
  parts: EngineParts,
): AttemptRecord {
  const { target, reason, outcome, error, status, firstByteMs, durationMs, startedAfterMs } = attempt;
  const requestId = requestIdOf(attempt);
  const record: Unfinished<AttemptRecord> = {
    index,
    reason,
    provider: target.provider.name,
    model: target.model,
    dialect: attempt.outgoing.dialect.name,
    startedAt: callStartedAt + Math.round(startedAfterMs),
    durationMs,
    outcome: outcome === 'under way' ? 'cancelled' : outcome,
  };
  if (firstByteMs !== undefined) record.firstByteMs = firstByteMs;
  if (status !== undefined) record.status = status;
  if (error !== undefined) record.error = error.code;
  if (requestId !== undefined) record.providerRequestId = requestId;
  priceAttempt(attempt, record, parts);
  return record;
}

export function requestIdOf({ target, headers }: Attempt): string | undefined {
  for (const name of target.provider.form.requestIdHeaders) {
    const value = headers[name];
    if (typeof value === 'string') return value;
  }
  return undefined;
}

function priceAttempt(attempt: Attempt, record: Unfinished<AttemptRecord>, parts: EngineParts): void {
  const { reading, outcome, target } = attempt;
  // A refusal of the provider costs nothing, and neither does what never reached it.
  if (reading.usage === undefined && !reading.hasContent && outcome === 'failed') return;
  if (attempt.outgoing.passed?.endpoint.isFree === true) {
    if (attempt.outgoing.passed.way.isUnpriced === true) {
      record.usage = { input: {}, output: {} };
      record.cost = { status: 'unpriced' };
    } else record.cost = free;
    return;
  }
  const { passed } = attempt.outgoing;
  const isOpen = passed?.endpoint.isSocket === true && reading.isCutShort;
  const isComplete = outcome === 'answered' && isCounted(reading) && !isOpen;
  const usage = isComplete ? (reading.usage as Usage) : estimate(attempt);
  const cost = passed !== undefined && isFreeAt(passed, target) ? free : parts.costOf(target, usage);
  record.usage = usage;
  record.cost = isComplete || cost.status === 'unpriced' ? cost : { ...cost, status: 'estimated' };
}

/** Of what the vendor takes no money for. */
const free: RecordedCost = { status: 'priced', nanoDollars: 0, priceVersion: 'free' };

/** Some formats demand counts, and hosts that know none say zero: what was said has not been free. */
function isCounted({ usage, characters }: AnswerReading): boolean {
  return usage !== undefined && (usage.output.total !== 0 || characters === 0);
}

/** Four characters a token, which is near the truth for most text; what the provider has told counts first. */
const charactersPerToken = 4;

function estimate({ reading, outgoing }: Attempt): Usage {
  if (outgoing.passed !== undefined) return usageSoFar(outgoing.passed, reading.usage);
  const { body } = outgoing.call;
  const known = reading.usage;
  const input = known?.input.total || Math.ceil((body?.length ?? 0) / charactersPerToken);
  const seen = Math.ceil(reading.characters / charactersPerToken);
  const output = Math.max(known?.output.total ?? 0, seen);
  return { ...known, input: { ...known?.input, total: input }, output: { ...known?.output, total: output } };
}

/** What a call costs, out of what its attempts do. */
export function sumCosts(attempts: readonly Pick<AttemptRecord, 'cost'>[]): RecordedCost {
  const [only] = attempts;
  // Nearly every call; its one cost is the sum.
  if (attempts.length === 1 && only?.cost?.nanoDollars !== undefined) return only.cost;
  const costs = attempts.flatMap(({ cost }) => (cost === undefined ? [] : [cost]));
  if (costs.some(({ status }) => status === 'unpriced')) return { status: 'unpriced' };
  const nanoDollars = costs.reduce((sum, cost) => sum + (cost.nanoDollars ?? 0), 0);
  const isEstimated = costs.some(({ status }) => status === 'estimated');
  const version = costs.at(-1)?.priceVersion;
  return {
    status: isEstimated ? 'estimated' : 'priced',
    nanoDollars,
    ...(version !== undefined && { priceVersion: version }),
  };
}
