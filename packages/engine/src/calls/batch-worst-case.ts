/** The most that a batch can use, with those that its workspace has under way: by the lines of their input files. */
import { KeelsonError } from '@keelson/core';
import type { Budget } from '../limits/index.ts';
import type { BatchShare } from '../passing/index.ts';
import type { Target } from '../routing/index.ts';
import type { PassedCall } from './open-passed.ts';
import type { WorstPrices } from './worst-price.ts';

const anyContextWindow = 1_000_000;
/** What providers put around a conversation. */
const surroundings = 1024;

interface BatchQuestion {
  readonly batch: NonNullable<PassedCall['batch']>;
  readonly target: Target;
  readonly budget: Pick<Budget, 'measure' | 'maxOutput' | 'unpriced'>;
  readonly prices: WorstPrices;
}

/** Undefined where a model has no price. Throws where nothing bounds it. */
export function batchWorstCase({ batch, ...question }: BatchQuestion): number | undefined {
  if (batch.shares === undefined) throw unreadable();
  let sum = 0;
  for (const share of [...batch.shares, ...batch.others]) {
    const amount = amountOf(share, question);
    if (amount !== undefined) sum += amount;
    else if (batch.shares.includes(share)) return undefined;
  }
  return sum;
}

function amountOf(
  share: BatchShare,
  { target, budget, prices }: Omit<BatchQuestion, 'batch'>,
): number | undefined {
  const of = { ...target, model: share.model, key: `${target.provider.name}:${share.model}` };
  const { contextWindow = anyContextWindow, maxOutput = budget.maxOutput } = prices.boundsOf(of);
  const plain = share.textBytes + surroundings * share.requests;
  const inputTokens = plain + contextWindow * share.boundless;
  if (share.endless > 0 && maxOutput === undefined) throw noMaximum(of.key);
  const outputTokens = share.maxOutput + share.endless * (maxOutput ?? 0);
  if (budget.measure !== 'money') return inputTokens + outputTokens;
  if (target.provider.isFree) return 0;
  return prices.costOf({
    target: of,
    inputTokens,
    outputTokens,
    isText: share.boundless === 0,
    isSpecial: false,
  });
}

function unreadable(): KeelsonError {
  return new KeelsonError(
    'invalid_request',
    'The input file of the batch is not known here line by line, so that no budget can cover it.',
    {
      hint: 'Upload it again through here, with the purpose `batch` and a JSON object with `url` and `body.model` on every line.',
    },
  );
}

function noMaximum(target: string): KeelsonError {
  return new KeelsonError(
    'invalid_request',
    `Nothing says how long answers of \`${target}\` may be, so that no budget can cover the batch.`,
    {
      hint: 'Set a maximum of output tokens in every line, or `maxOutput` in the budget.',
      details: { model: target },
    },
  );
}
