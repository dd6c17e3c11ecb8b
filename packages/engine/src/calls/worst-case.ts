/**
 * The most that a call can use of what a budget counts: its input and the longest answer, at every target that its plan may
 * try, as often as the plan may try. Never less than what it uses, as long as the provider keeps to what it was asked for.
 */
import { KeelsonError } from '@keelson/core';
import type { Touch } from '../limits/index.ts';
import type { Plan, Target } from '../routing/index.ts';
import { type CallSize, sizeOf } from './call-size.ts';
import type { ReadCall } from './open-call.ts';
import { passedWorstCase } from './passed-worst-case.ts';
import type { WorstPrices } from './worst-price.ts';

/** Where neither a card nor anything else tells how much a model reads. */
const anyContextWindow = 1_000_000;

export const nameOf = ({ provider, model }: Target): string => `${provider.name}:${model}`;

/** Every target that the call may be sent to, each once. */
export function targetsOf({ targets, escalations }: Plan): readonly Target[] {
  const { context_too_long: longer, content_blocked: milder } = escalations;
  if (longer === undefined && milder === undefined) return targets;
  return [...new Set([...targets, ...(longer ?? []), ...(milder ?? [])])];
}

export class WorstCase {
  readonly #call: ReadCall;
  readonly #plan: Plan;
  readonly #prices: WorstPrices;
  readonly #targets: readonly Target[];
  #size: CallSize | undefined;

  constructor(call: ReadCall, plan: Plan, prices: WorstPrices) {
    this.#call = call;
    this.#plan = plan;
    this.#prices = prices;
    this.#targets = targetsOf(plan);
  }

  /** Of what the touched budget counts. Throws where nothing can be said. */
  amountFor({ account: { budget }, target }: Touch): number {
    // To ask for a length costs nothing but a request.
    if (budget.measure === 'requests' || budget.measure === 'concurrency') return 1;
    if (this.#call.isCount) return 0;
    const { measure, maxOutput, unpriced, id } = budget;
    const { passed } = this.#call;
    const amounts: number[] = [];
    for (const each of this.#targets) {
      if (target !== undefined && nameOf(each) !== target) continue;
      const amount =
        passed === undefined
          ? this.#amountAt(each, measure === 'money', maxOutput)
          : passedWorstCase({ passed, target: each, budget, prices: this.#prices });
      if (amount !== undefined) amounts.push(amount);
      else if (unpriced === 'refuse') throw noPrice(nameOf(each), id);
    }
    return this.#overAttempts(amounts);
  }

  /** Undefined where there is no price. */
  #amountAt(target: Target, isMoney: boolean, usualOutput: number | undefined): number | undefined {
    this.#size ??= sizeOf(this.#call);
    const { inputTokens, answers, isText, isSpecial, maxOutput } = this.#size;
    const bounds = this.#prices.boundsOf(target);
    const window = bounds.contextWindow ?? anyContextWindow;
    const input = inputTokens === Number.POSITIVE_INFINITY ? window : inputTokens;
    const most = maxOutput ?? bounds.maxOutput ?? usualOutput;
    if (most === undefined) throw noMaximum(nameOf(target));
    const output = most * answers;
    if (!isMoney) return input + output;
    return this.#prices.costOf({ target, inputTokens: input, outputTokens: output, isText, isSpecial });
  }

  /** The dearest attempts that the plan allows: each target as often as it may be tried, until all attempts are used up. */
  #overAttempts(amounts: readonly number[]): number {
    const { maxAttempts, retries, mayHedge } = this.#plan.policy;
    const timesEach = (retries + 1) * (mayHedge ? 2 : 1);
    if (amounts.length === 1) return (amounts[0] as number) * Math.min(maxAttempts, timesEach);
    let left = maxAttempts;
    let sum = 0;
    for (const amount of amounts.toSorted((a, b) => b - a)) {
      const times = Math.min(left, timesEach);
      sum += amount * times;
      left -= times;
      if (left === 0) break;
    }
    return sum;
  }
}

function noPrice(target: string, budget: string): KeelsonError {
  return new KeelsonError(
    'unpriced_model',
    `\`${target}\` has no price, and the budget \`${budget}\` takes only calls that have one.`,
    { details: { model: target } },
  );
}

function noMaximum(target: string): KeelsonError {
  return new KeelsonError(
    'invalid_request',
    `Nothing says how long an answer of \`${target}\` may be, so that no budget can cover it.`,
    {
      hint: 'Set a maximum of output tokens in the request, or `maxOutput` in the budget.',
      details: { model: target },
    },
  );
}
