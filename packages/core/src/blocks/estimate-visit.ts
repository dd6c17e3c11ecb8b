/** What recovery adds to one attempt: retries by how often attempts fail, and the worst case by how often they may. */
import type { AnyBlock } from './block.ts';
import type { Drafted } from './estimate-draft.ts';
import type { FallbackPolicy, Policy } from './policy.ts';
import { addSpreads, mixSpreads, repeatSpread, type Spread, type Times } from './spread.ts';

/** `attempt` gives the estimate of one attempt, with another alias where it is given one. */
export function estimateVisit(
  block: AnyBlock,
  failureShare: number,
  attempt: (alias: string | undefined) => Drafted,
): Drafted {
  const drafted = attempt(block.alias);
  const { recovery } = block;
  if (recovery.length === 0) return bounded(drafted, block);
  const retries = retriesOf(recovery);
  const fallbacks = recovery.filter((policy): policy is FallbackPolicy => policy.kind === 'fallback');
  const others = fallbacks.map(({ alias }) => attempt(alias));
  const most = mostAttempts(recovery);
  const times = timesOf(failureShare, retries, most);
  const left = failureShare ** retries;
  const grow = (read: (draft: Drafted) => Spread): Spread => {
    const own = repeatSpread(read(drafted), times);
    const expected = others.reduce(
      (sum, other) =>
        addSpreads(
          sum,
          mixSpreads([
            { share: left, spread: read(other) },
            { share: 1 - left, spread: { ...read(other), mean: 0, variance: 0, third: 0 } },
          ]),
        ),
      own,
    );
    return { ...expected, max: worstAttempt([drafted, ...others].map(read), most) };
  };
  const { moneyP90: _money, timeP90: _time, ...rest } = drafted;
  const grown = {
    ...rest,
    money: grow(({ money }) => money),
    time: grow(({ time }) => time),
    calls: grow(({ calls }) => calls),
  };
  const notes = [...drafted.notes, ...(most > 1 ? [`worst case of ${most} attempts`] : [])];
  return bounded(
    { ...(retries > 1 || others.length > 0 ? grown : { ...grown, ...percentilesOf(drafted) }), notes },
    block,
  );
}

function percentilesOf({ moneyP90, timeP90 }: Drafted): Pick<Drafted, 'moneyP90' | 'timeP90'> {
  return { ...(moneyP90 !== undefined && { moneyP90 }), ...(timeP90 !== undefined && { timeP90 }) };
}

/** A budget of the block's own is never overrun, so that it bounds the worst case. */
function bounded(draft: Drafted, { limits: { nanoDollars } }: AnyBlock): Drafted {
  if (nanoDollars === undefined) return draft;
  const max = Math.min(nanoDollars, draft.money.max ?? nanoDollars);
  return { ...draft, money: { ...draft.money, max } };
}

function retriesOf(recovery: readonly Policy[]): number {
  return Math.max(1, ...recovery.map((policy) => (policy.kind === 'retry' ? policy.maxAttempts : 1)));
}

/** Retries count all attempts; every other policy adds one. */
function mostAttempts(recovery: readonly Policy[]): number {
  const single = recovery.filter(({ kind }) => kind === 'repair' || kind === 'fallback' || kind === 'debug');
  return retriesOf(recovery) + single.length;
}

/** 1 + f + f² and so on. */
function timesOf(share: number, retries: number, max: number): Times {
  let mean = 0;
  let square = 0;
  for (let attempt = 1; attempt <= retries; attempt += 1) {
    const reached = share ** (attempt - 1);
    mean += reached;
    square += reached * (2 * attempt - 1);
    if (reached < 1e-9) break;
  }
  return { mean, variance: Math.max(0, square - mean * mean), max };
}

function worstAttempt(attempts: readonly Spread[], most: number): number | null {
  let worst = 0;
  for (const { max } of attempts) {
    if (max === null) return null;
    worst = Math.max(worst, max);
  }
  return worst * most;
}
