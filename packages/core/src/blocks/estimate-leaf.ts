/** The estimate of one attempt of a leaf: what was recorded, drawn towards what is assumed as long as little is recorded. */
import type { AnyBlock, Expected, LeafBody, PlanQuestion, Prior } from './block.ts';
import type { BlockStats, Sample } from './block-stats.ts';
import type { Drafted } from './estimate-draft.ts';
import type { BodyQuestion } from './estimate-parts.ts';
import { quantileOf } from './histogram.ts';
import { type Moments, mergeMoments, thirdOf, varianceOf } from './moments.ts';
import { fixedPrior } from './prior.ts';
import { mixTwo, type Spread } from './spread.ts';

/** As many attempts as what is assumed counts for. */
const priorWeight = 5;
/** From here on percentiles are counted and not computed. */
const enoughForBuckets = 20;

/** How often an attempt fails, drawn towards never as long as little is recorded. */
export function failureShareOf(stats: BlockStats | undefined): number {
  if (stats === undefined) return 0;
  return stats.failed.ms.n / (stats.ok.ms.n + stats.failed.ms.n + priorWeight);
}

export function estimateLeaf(block: AnyBlock, body: LeafBody, question: BodyQuestion): Drafted {
  const { alias } = question;
  const notes: string[] = [];
  const stats = alias === block.alias ? question.own : question.stats.findStats(keyOf(block, alias));
  const prior = planLeaf(body, { ...question, ...seenOf(stats) }, notes);
  const sampleSize = stats === undefined ? 0 : stats.ok.ms.n + stats.failed.ms.n;
  const facts = { block: block.name, kind: block.kind, sampleSize };
  const limit = block.limits.timeoutMs ?? null;
  if (stats === undefined || sampleSize === 0) {
    notes.push('no_recorded_attempts');
    const source = prior.nanoDollars.mean === null ? 'unknown' : 'prior';
    const time = { ...assumed(prior.ms), max: limit };
    return { ...facts, source, money: assumed(prior.nanoDollars), time, calls: callsOf(prior), notes };
  }
  const share = failureShareOf(stats);
  const each = (read: (sample: Sample) => Moments, from: Expected, known = nothingKnown): Spread => {
    const ok = shrink(read(stats.ok), from, known);
    // What never failed has no failures of which nothing is known.
    if (share === 0) return ok;
    return mixTwo(ok, shrink(read(stats.failed), from, known), share);
  };
  const money = each(({ nanoDollars }) => nanoDollars, prior.nanoDollars, inputShareOf(prior, stats));
  if (stats.ok.nanoDollars.n + stats.failed.nanoDollars.n === 0) notes.push('cost_fell_back_to_prior');
  const time = { ...each(({ ms }) => ms, prior.ms), max: limit };
  return {
    ...facts,
    source: 'stats',
    money: { ...money, max: prior.nanoDollars.max },
    time,
    calls: { ...callsOf(prior), mean: meanOfBoth(stats.ok.calls, stats.failed.calls) },
    ...percentiles(stats, prior),
    notes,
  };
}

function seenOf(stats: BlockStats | undefined): Pick<PlanQuestion, 'seenInputTokens'> {
  const seen = stats?.ok.inputTokens;
  return seen === undefined || seen.n === 0 ? {} : { seenInputTokens: seen.mean };
}

/** Never throws: a template that cannot deal with the payload leaves the estimate to what is assumed. */
function planLeaf({ plan }: LeafBody, question: PlanQuestion, notes: string[]): Prior {
  if (plan === undefined) return fixedPrior({});
  try {
    const prior = plan(question);
    notes.push(...(prior.notes ?? []));
    return prior;
  } catch {
    notes.push('plan_failed');
    const unknown: Expected = { mean: null, std: null, max: null };
    return { ...fixedPrior({}), nanoDollars: unknown };
  }
}

function assumed({ mean, std, max }: Expected): Spread {
  return { mean, variance: (std ?? 0) ** 2, third: 0, max, isMeasured: std === 0 };
}

function callsOf({ calls }: Prior): Spread {
  return { mean: calls, variance: 0, third: 0, max: calls, isMeasured: true };
}

const keyOf = ({ name, version }: AnyBlock, alias: string | undefined): string =>
  `${name}@${version}@${alias}`;

function meanOfBoth(ok: Moments, failed: Moments): number {
  return (ok.n * ok.mean + failed.n * failed.mean) / (ok.n + failed.n);
}

/** What of recorded costs comes from the lengths of their requests, where the length of this one is known. */
interface InputShare {
  /** They were longer or shorter than this one: their cost differs by that much. */
  readonly shift: number;
  /** And it differed among them for that reason, which is none for this one to differ. */
  readonly variance: number;
  readonly third: number;
}

const nothingKnown: InputShare = Object.freeze({ shift: 0, variance: 0, third: 0 });

function inputShareOf(
  { inputTokens, nanoDollarsPerInputToken: price }: Prior,
  { ok, failed }: BlockStats,
): InputShare {
  const seen = mergeMoments(ok.inputTokens, failed.inputTokens);
  if (inputTokens === undefined || price === undefined || seen.n === 0) return nothingKnown;
  return {
    shift: (inputTokens - seen.mean) * price,
    variance: (varianceOf(seen) ?? 0) * price * price,
    third: thirdOf(seen) * price ** 3,
  };
}

/** Prices may not be what was paid, as for cached input: so much of a recorded variance is always kept. */
const leastVariance = 0.25;

function shrink(seen: Moments, { mean, std, max }: Expected, known: InputShare): Spread {
  const { shift } = known;
  if (seen.n === 0) return assumed({ mean, std, max });
  // Where nothing can be assumed, what was seen is all there is.
  const prior = mean ?? seen.mean + shift;
  const weight = mean === null ? 0 : priorWeight;
  const value = (seen.n * Math.max(0, seen.mean + shift) + weight * prior) / (seen.n + weight);
  const variance = varianceOf(seen);
  if (variance === null) return { ...assumed({ mean: value, std, max }), isMeasured: false };
  const left = Math.max(variance * leastVariance, variance - known.variance);
  return { mean: value, variance: left, third: thirdOf(seen) - known.third, max, isMeasured: true };
}

/** Only of requests like this one: where size matters, the buckets hold those of other sizes. */
function percentiles({ ok, failed }: BlockStats, prior: Prior): Pick<Drafted, 'moneyP90' | 'timeP90'> {
  if (failed.ms.n > 0 || ok.ms.n < enoughForBuckets) return {};
  const isSized = prior.inputTokens !== undefined;
  return {
    timeP90: quantileOf(ok.msBuckets, 0.9),
    ...(!isSized && ok.nanoDollars.n >= enoughForBuckets && { moneyP90: quantileOf(ok.nanoBuckets, 0.9) }),
  };
}
