/** The most that a call which passes can use at one target: in units where the model is sold by them, in tokens otherwise. */
import { KeelsonError } from '@keelson/core';
import type { Budget } from '../limits/index.ts';
import type { Measure } from '../passing/index.ts';
import type { Target } from '../routing/index.ts';
import { batchWorstCase } from './batch-worst-case.ts';
import type { PassedCall } from './open-passed.ts';
import type { WorstPrices } from './worst-price.ts';

/** Where neither a card nor anything else tells how much a model reads. */
export const anyContextWindow = 1_000_000;

export interface PassedQuestion {
  readonly passed: PassedCall;
  readonly target: Target;
  readonly budget: Pick<Budget, 'measure' | 'maxOutput' | 'unpriced'>;
  readonly prices: WorstPrices;
}

/** Undefined where there is no price. Throws where nothing bounds it. */
export function passedWorstCase(question: PassedQuestion): number | undefined {
  const { passed, target, budget, prices } = question;
  const isMoney = budget.measure === 'money';
  if (passed.batch !== undefined) return batchWorstCase({ batch: passed.batch, target, budget, prices });
  if (isFreeAt(passed, target) || (isMoney && target.provider.isFree))
    return passed.way.isUnpriced === true && isMoney && !target.provider.isFree ? undefined : 0;
  const measure = passed.endpoint.measure(passed.content);
  const sold = prices.unitsOf(target).filter((unit) => measure.units[unit] !== undefined);
  if (isMoney && sold.length > 0) return inUnits(question, measure, sold);
  return inTokens(question, measure);
}

function inUnits(
  { target, budget, prices }: PassedQuestion,
  { units }: Measure,
  sold: readonly string[],
): number | undefined {
  const counts = Object.fromEntries(sold.map((unit) => [unit, units[unit] as number]));
  if (Object.values(counts).every(Number.isFinite)) return prices.costOfUnits(target, counts);
  if (budget.unpriced === 'refuse') throw noLength(target);
  return undefined;
}

function inTokens(
  { target, budget, prices }: PassedQuestion,
  { inputTokens, answers, hasNoOutput = false, rounds = 1 }: Measure,
): number | undefined {
  const isMoney = budget.measure === 'money';
  const bounds = prices.boundsOf(target);
  const input = Number.isFinite(inputTokens) ? inputTokens : (bounds.contextWindow ?? anyContextWindow);
  const most = hasNoOutput ? 0 : (bounds.maxOutput ?? budget.maxOutput);
  if (most === undefined) {
    // Without any price, there is nothing that a longer answer could cost.
    if (isMoney && prices.costOf(questionOf(target, input, 0)) === undefined) return undefined;
    throw noMaximum(target);
  }
  const output = most * answers;
  const once = isMoney ? prices.costOf(questionOf(target, input, output)) : input + output;
  return once === undefined ? undefined : once * rounds;
}

function questionOf(target: Target, inputTokens: number, outputTokens: number) {
  return { target, inputTokens, outputTokens, isText: false, isSpecial: false };
}

export function isFreeAt({ endpoint }: PassedCall, { provider }: Target): boolean {
  return endpoint.isFree === true || provider.form.freeEndpoints?.includes(endpoint.name) === true;
}

function noLength({ key }: Target): KeelsonError {
  return new KeelsonError(
    'invalid_request',
    `Nothing tells how long the sound for \`${key}\` is, so that no budget can cover it.`,
    {
      hint: 'Send an uncompressed WAV file, or let the budget take calls without a price (`unpriced`).',
      details: { model: key },
    },
  );
}

function noMaximum({ key }: Target): KeelsonError {
  return new KeelsonError(
    'invalid_request',
    `Nothing says how long an answer of \`${key}\` may be, so that no budget can cover it.`,
    { hint: 'Set `maxOutput` in the budget.', details: { model: key } },
  );
}
