/** Why a call would go where it would go, as plain values that can be sent and stored, and as lines for people. */
import type { KeelsonError } from '@keelson/core';
import type { CompiledAlias } from './compile-aliases.ts';
import type { Decision, Reason } from './decide.ts';
import type { Choosing, Score } from './order-pool.ts';
import type { AttemptPolicy, Lane, PlanQuestion } from './plan.ts';

export interface Explanation {
  readonly requested: string;
  readonly alias?: string;
  /** Of the lockfile. */
  readonly profile?: string;
  readonly strategy?: CompiledAlias['strategy'];
  readonly sticky?: CompiledAlias['sticky'];
  /** In the order in which they would be tried, then those that would not. */
  readonly candidates: readonly ExplainedCandidate[];
  readonly policy?: AttemptPolicy;
  readonly escalations?: { readonly [Code in keyof CompiledAlias['escalations']]?: readonly string[] };
  readonly shadow?: { readonly model: string; readonly percent: number };
  /** Why there is no plan. */
  readonly error?: ReturnType<KeelsonError['toJSON']>;
}

interface ExplainedCandidate {
  /** `provider:model`. */
  readonly model: string;
  readonly isKept: boolean;
  readonly tier: number;
  readonly dialect?: string;
  readonly lane?: Lane;
  readonly circuit: 'closed' | 'open' | 'half-open';
  readonly limitedForMs: number;
  readonly score?: Score;
  /** What it was dropped for. */
  readonly reason?: Reason;
  readonly why: string;
}

export function explainError(requested: string, error: KeelsonError): Explanation {
  return { requested, candidates: [], error: error.toJSON() };
}

export function explainDecision(
  alias: CompiledAlias,
  decision: Decision,
  question: PlanQuestion,
  choosing: Choosing,
): Explanation {
  const { name, strategy, sticky, policy, shadow } = alias;
  const escalations = Object.fromEntries(
    Object.entries(alias.escalations).map(([code, candidates]) => [code, candidates.map(({ key }) => key)]),
  );
  return {
    requested: question.model,
    ...(name !== undefined && { alias: name, strategy, sticky }),
    candidates: explainCandidates(decision, question, choosing),
    policy,
    escalations,
    ...(shadow && { shadow: { model: shadow.candidate.key, percent: shadow.percent } }),
  };
}

function explainCandidates(
  decision: Decision,
  question: PlanQuestion,
  choosing: Choosing,
): ExplainedCandidate[] {
  const { kept, dropped, limited, isEscalated } = decision;
  const now = choosing.clock.elapsed();
  const judged = [
    ...kept.map((candidate, at) => ({ candidate, isKept: true, why: whyKept(at), reason: undefined })),
    ...dropped.map((drop) => ({ ...drop, isKept: false })),
  ];
  return judged.map(({ candidate, isKept, why, reason }) => {
    const memory = choosing.memories.find(candidate.key);
    const target = candidate.findTarget(question);
    const score = decision.scoreOf(candidate);
    const late = isKept && limited.includes(candidate) ? ', late because it is at its rate limits' : '';
    return {
      model: candidate.key,
      isKept,
      tier: candidate.terms.tier,
      ...(target && { dialect: target.speech.dialect, lane: target.lane }),
      circuit: memory?.circuit.stateAt(now) ?? 'closed',
      limitedForMs: memory?.throttle.waitMs(now) ?? 0,
      ...(score !== undefined && { score }),
      ...(reason !== undefined && { reason }),
      why: `${why}${late}${isKept && isEscalated ? ', because the call is too long for the others' : ''}`,
    };
  });
}

function whyKept(at: number): string {
  return at === 0 ? 'is tried first' : `is tried after ${at} other${at === 1 ? '' : 's'}`;
}

export function explainLines(explanation: Explanation): string[] {
  const {
    requested,
    alias,
    strategy,
    sticky,
    candidates,
    error,
    policy,
    escalations = {},
    shadow,
  } = explanation;
  const kind =
    alias === undefined
      ? 'a model'
      : `an alias, ${strategy}${sticky === 'none' ? '' : `, kept by ${sticky}`}`;
  const lines = [candidates.length === 0 ? requested : `${requested}: ${kind}`];
  for (const candidate of candidates) {
    lines.push(
      `  ${candidate.isKept ? '+' : '-'} ${candidate.model} ${candidate.why}${scoreText(candidate.score)}`,
    );
  }
  for (const [code, models] of Object.entries(escalations)) lines.push(`  on ${code}: ${models.join(', ')}`);
  if (shadow !== undefined) lines.push(`  copies of ${shadow.percent} % to ${shadow.model}`);
  if (policy !== undefined) {
    const { maxAttempts, retries, deadlineMs, mayHedge } = policy;
    const hedge = mayHedge ? ', hedged' : '';
    lines.push(`  at most ${maxAttempts} attempts, ${retries} again at one target, ${deadlineMs} ms${hedge}`);
  }
  if (error !== undefined) lines.push(`  ${String(error.message)} ${String(error.hint)}`);
  return lines;
}

function scoreText(score: Score | undefined): string {
  if (score === undefined) return '';
  const { by, value } = score;
  return value === undefined ? ` (${by} unknown)` : ` (${by} ${Number(value.toPrecision(3))})`;
}
