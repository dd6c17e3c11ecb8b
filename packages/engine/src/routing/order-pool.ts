/** The order of the targets of one tier: as written, by weight, by price, by pace, or by the session they keep. */
import type { Clock, Random } from '../observability/index.ts';
import type { Candidate } from './candidate.ts';
import type { CompiledAlias } from './compile-aliases.ts';
import type { CallFacts, PlanQuestion } from './plan.ts';
import { rankOf, shareOf } from './rendezvous.ts';
import type { TargetMemories } from './target-memory.ts';

export interface Choosing {
  readonly clock: Clock;
  readonly random: Random;
  readonly memories: TargetMemories;
}

/** Why a target stands where it stands; `value` is left out where it is not known. */
export interface Score {
  readonly by: 'weight' | 'session' | 'prompt prefix' | 'dollars' | 'milliseconds';
  readonly value?: number;
}

export interface Ordered {
  readonly candidates: readonly Candidate[];
  /** Made only for whoever wants it explained. */
  scoreOf?(candidate: Candidate): Score | undefined;
}

export function orderPool(
  pool: readonly Candidate[],
  alias: CompiledAlias,
  question: PlanQuestion,
  choosing: Choosing,
): Ordered {
  if (pool.length < 2 || alias.strategy === 'ordered') return { candidates: pool };
  const kept = stickyKey(alias, question);
  if (kept !== undefined) return byRendezvous(pool, kept);
  if (alias.strategy === 'weighted') return byWeight(pool, choosing.random);
  return alias.strategy === 'cheapest' ? byPrice(pool, question) : byPace(pool, question, choosing);
}

interface StickyKey {
  readonly by: 'session' | 'prompt prefix';
  readonly text: string;
}

const prefixLength = 4000;

/** Undefined where nothing holds the call together with others. */
function stickyKey({ name = '', sticky }: CompiledAlias, question: PlanQuestion): StickyKey | undefined {
  if (sticky === 'session' && question.sessionId !== undefined) {
    return { by: 'session', text: `${name}\n${question.sessionId}` };
  }
  if (sticky !== 'prefix') return undefined;
  const prefix = promptPrefix(question.facts());
  return prefix === '' ? undefined : { by: 'prompt prefix', text: `${name}\n${prefix}` };
}

/**
 * What stays the same while a conversation goes on: instructions, tools and the first turn. The first turn is part of it
 * because all calls of an application share the rest, and would all go to one target.
 */
function promptPrefix({ request }: CallFacts): string {
  if (request === undefined) return '';
  const texts = (parts: readonly object[]): string[] =>
    parts.map((part) => ('text' in part ? String(part.text).slice(0, prefixLength) : ''));
  const first = request.turns.find(({ role }) => role === 'user') ?? request.turns[0];
  const pieces = [
    ...texts(request.system ?? []),
    ...(request.tools ?? []).map((tool) => ('name' in tool ? String(tool.name) : tool.type)),
    ...texts(first?.parts ?? []),
  ];
  return pieces.join('\n').slice(0, prefixLength);
}

function byRendezvous(pool: readonly Candidate[], { by, text }: StickyKey): Ordered {
  return byRank(pool, by, ({ key, terms }) => rankOf(shareOf(`${text}\n${key}`), terms.weight));
}

/** The first is drawn by weight, the second from the rest by weight, and so on. */
function byWeight(pool: readonly Candidate[], random: Random): Ordered {
  const { candidates } = byRank(pool, 'weight', ({ terms }) => rankOf(1 - random.float(), terms.weight));
  return { candidates, scoreOf: ({ terms }) => ({ by: 'weight', value: terms.weight }) };
}

/** Models that nobody knows a price of come last. */
function byPrice(pool: readonly Candidate[], question: PlanQuestion): Ordered {
  if (pool.every(({ facts, provider }) => facts?.inputPrice === undefined && !provider.isFree)) {
    return { candidates: pool };
  }
  const facts = question.facts();
  return byRank(pool, 'dollars', (candidate) => dollarsOf(candidate, facts) ?? Number.POSITIVE_INFINITY);
}

/** Of a call that does not say how long its answer may be. */
const usualOutputTokens = 1000;

function dollarsOf({ facts, provider }: Candidate, call: CallFacts): number | undefined {
  if (provider.isFree) return 0;
  if (facts?.inputPrice === undefined || facts.outputPrice === undefined) return undefined;
  const output = (call.maxOutputTokens ?? usualOutputTokens) * facts.outputPrice;
  return (call.inputTokens * facts.inputPrice + output) / 1e6;
}

/**
 * Two are drawn and the faster of them comes first: near the best on average, without every process sending everything to
 * the same one. A model without a figure counts as fast, so that it gets one.
 */
function byPace(pool: readonly Candidate[], question: PlanQuestion, choosing: Choosing): Ordered {
  const { random, memories, clock } = choosing;
  const now = clock.elapsed();
  const ranked = byRank(pool, 'milliseconds', ({ key, provider }) => {
    const pace = memories.find(key)?.paceOf(question.isStream).averageAt(now) ?? 0;
    return pace * (provider.load() + 1);
  });
  const one = Math.floor(random.float() * pool.length);
  const other = (one + 1 + Math.floor(random.float() * (pool.length - 1))) % pool.length;
  const first = ranked.candidates[Math.min(one, other)] as Candidate;
  const rest = ranked.candidates.filter((candidate) => candidate !== first);
  return { ...ranked, candidates: [first, ...rest] };
}

function byRank(
  pool: readonly Candidate[],
  by: Score['by'],
  rank: (candidate: Candidate) => number,
): Ordered {
  const ranked = pool.map((candidate) => ({ candidate, value: rank(candidate) }));
  // Not a difference alone: two infinite ones have none.
  ranked.sort((a, b) => (a.value === b.value ? 0 : a.value - b.value));
  return {
    candidates: ranked.map(({ candidate }) => candidate),
    scoreOf: (candidate) => {
      const value = ranked.find((one) => one.candidate === candidate)?.value;
      return value === undefined ? undefined : { by, ...(Number.isFinite(value) && { value }) };
    },
  };
}
