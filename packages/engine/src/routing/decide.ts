/**
 * Which targets of an alias may answer a call, in which order, and what speaks against the others. A plan and its
 * explanation are both made from this, so they cannot disagree.
 */
import type { Candidate } from './candidate.ts';
import type { CompiledAlias } from './compile-aliases.ts';
import { describeLack, describeSize, type Needs, needsOf } from './needs.ts';
import { type Choosing, type Ordered, orderPool, type Score } from './order-pool.ts';
import type { PlanQuestion } from './plan.ts';
import { shareOf } from './rendezvous.ts';

export type Reason = 'endpoint' | 'tags' | 'condition' | 'trial' | 'lacks' | 'window' | 'circuit';

interface Dropped {
  readonly candidate: Candidate;
  readonly reason: Reason;
  /** Goes on after the name of the model: `does not support tools`. */
  readonly why: string;
}

export interface Decision {
  /** In the order in which they are tried. */
  readonly kept: readonly Candidate[];
  readonly dropped: readonly Dropped[];
  scoreOf(candidate: Candidate): Score | undefined;
  /** Those at the end that are known to be at their rate limits. */
  readonly limited: readonly Candidate[];
  /** The targets for calls that are too long, because everything else is too small. */
  readonly isEscalated: boolean;
}

const noScore = (): undefined => undefined;
const none: readonly never[] = [];

export function decide(alias: CompiledAlias, question: PlanQuestion, choosing: Choosing): Decision {
  const first = judge(alias, alias.candidates, question, choosing);
  const longer = alias.escalations.context_too_long;
  if (first.kept.length > 0 || longer === undefined) return { ...first, isEscalated: false };
  if (!first.dropped.some(({ reason }) => reason === 'window')) return { ...first, isEscalated: false };
  const second = judge({ ...alias, strategy: 'ordered', hasTrials: false }, longer, question, choosing);
  return { ...second, dropped: [...first.dropped, ...second.dropped], isEscalated: true };
}

type Judgement = Omit<Decision, 'isEscalated'>;

function judge(
  alias: CompiledAlias,
  candidates: readonly Candidate[],
  question: PlanQuestion,
  choosing: Choosing,
): Judgement {
  const isAlone = candidates.length === 1 && alias.escalations.context_too_long === undefined;
  const asking: Asking = {
    question,
    choosing,
    now: choosing.clock.elapsed(),
    needs: needsOf(candidates, question, isAlone),
    trial: alias.hasTrials ? drawTrial(alias, question, choosing) : undefined,
  };
  const fit: Candidate[] = [];
  let dropped: Dropped[] | undefined;
  for (const candidate of candidates) {
    const against = reasonAgainst(candidate, asking);
    if (against === undefined) fit.push(candidate);
    else {
      dropped ??= [];
      dropped.push({ candidate, ...against });
    }
  }
  return { ...order(fit, alias, asking), dropped: dropped ?? none };
}

interface Asking {
  readonly question: PlanQuestion;
  readonly choosing: Choosing;
  readonly now: number;
  readonly needs: Needs | undefined;
  /** The trial that this call belongs to. */
  readonly trial: Candidate | undefined;
}

/** Calls of one session take part in a trial together. */
function drawTrial(
  { name, candidates }: CompiledAlias,
  { sessionId }: PlanQuestion,
  { random }: Choosing,
): Candidate | undefined {
  const draw = 100 * (sessionId === undefined ? random.float() : shareOf(`trial\n${name}\n${sessionId}`));
  let sum = 0;
  return candidates.find(({ terms }) => {
    sum += terms.percent ?? 0;
    return terms.percent !== undefined && draw < sum;
  });
}

type Against = Omit<Dropped, 'candidate'>;

function reasonAgainst(candidate: Candidate, asking: Asking): Against | undefined {
  const { question, trial, needs, choosing, now } = asking;
  const { tags, when, percent } = candidate.terms;
  if (candidate.findTarget(question) === undefined) {
    return {
      reason: 'endpoint',
      why: `offers nothing for \`${question.endpointName ?? question.endpoint}\``,
    };
  }
  const missing = tags?.find(([name, value]) => question.tags[name] !== value);
  if (missing) return { reason: 'tags', why: `takes only calls with the tag \`${missing.join('=')}\`` };
  if (when !== undefined && !when(question))
    return { reason: 'condition', why: 'does not take calls like this' };
  if (percent !== undefined && candidate !== trial) {
    return { reason: 'trial', why: `takes only ${percent} % of the calls` };
  }
  const lack = needs && describeLack(candidate, needs);
  if (lack !== undefined) return { reason: 'lacks', why: lack };
  const size = needs && describeSize(candidate, needs);
  if (size !== undefined) return { reason: 'window', why: size };
  const circuit = choosing.memories.find(candidate.key)?.circuit;
  if (circuit === undefined || circuit.isPassable(now)) return undefined;
  return {
    reason: 'circuit',
    why: `keeps failing and is left alone for ${Math.ceil(circuit.waitMs(now))} ms`,
  };
}

function order(
  fit: readonly Candidate[],
  alias: CompiledAlias,
  asking: Asking,
): Pick<Decision, 'kept' | 'scoreOf' | 'limited'> {
  const sorted = orderTiers(fit, alias, asking);
  const { trial, choosing, now } = asking;
  const led =
    trial === undefined || !fit.includes(trial)
      ? sorted.candidates
      : [trial, ...sorted.candidates.filter((candidate) => candidate !== trial)];
  const isLimited = ({ key }: Candidate): boolean =>
    (choosing.memories.find(key)?.throttle.waitMs(now) ?? 0) > 0;
  const limited = led.filter(isLimited);
  const { scoreOf } = sorted;
  if (limited.length === 0) return { kept: led, scoreOf, limited: none };
  return { kept: [...led.filter((candidate) => !isLimited(candidate)), ...limited], scoreOf, limited };
}

function orderTiers(
  fit: readonly Candidate[],
  alias: CompiledAlias,
  { question, choosing }: Asking,
): Pick<Decision, 'scoreOf'> & { readonly candidates: readonly Candidate[] } {
  if (alias.strategy === 'ordered' || fit.length < 2) return { candidates: fit, scoreOf: noScore };
  const pools: Ordered[] = [];
  for (let from = 0; from < fit.length; ) {
    const { tier } = (fit[from] as Candidate).terms;
    const past = fit.findIndex(({ terms }, at) => at > from && terms.tier !== tier);
    const pool = fit.slice(from, past === -1 ? fit.length : past);
    pools.push(orderPool(pool, alias, question, choosing));
    from += pool.length;
  }
  return {
    candidates:
      pools.length === 1 ? (pools[0] as Ordered).candidates : pools.flatMap(({ candidates }) => candidates),
    scoreOf: (candidate) =>
      pools.find(({ candidates }) => candidates.includes(candidate))?.scoreOf?.(candidate),
  };
}
