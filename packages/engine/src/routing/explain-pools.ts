/**
 * Explains plans of plain pools, such as those of a lockfile, for programs that start for one question: without the check of
 * a whole alias table, whose library takes longer to load than the question to answer.
 */
import { KeelsonError } from '@keelson/core';
import type { Clock, Random } from '../observability/index.ts';
import type { Provider } from '../providers/index.ts';
import { Candidate } from './candidate.ts';
import type { CardReader } from './card-reader.ts';
import { defaultCircuit } from './circuit.ts';
import { type CompiledAlias, defaultPolicy } from './compile-aliases.ts';
import { decide } from './decide.ts';
import { type Explanation, explainDecision } from './explain.ts';
import { resolveModel } from './model-name.ts';
import { noTarget } from './no-target.ts';
import type { PlanQuestion } from './plan.ts';
import { splitModelName } from './split-model-name.ts';
import { TargetMemories } from './target-memory.ts';

interface PoolSettings extends CardReader {
  readonly providers: ReadonlyMap<string, Provider>;
  readonly clock: Clock;
  readonly random: Random;
}

/** By name, models as `provider:model` in the order in which they are tried. */
type Pools = Readonly<Record<string, readonly string[]>>;

/** Throws `model_not_found` for a name that is of nothing. */
export function explainPools(pools: Pools, question: PlanQuestion, settings: PoolSettings): Explanation {
  const { clock, random, factsOf, providers, models } = settings;
  const aliases = new Map(
    Object.entries(pools).map(([name, pool]) => [name, compilePool(name, pool, settings)]),
  );
  const alias = resolveModel(question.model, { aliases, pinned: new Map(), providers, factsOf, models });
  const memories = new TargetMemories({ ...defaultCircuit });
  const choosing = { clock, random, memories, factsOf };
  const decision = decide(alias, question, choosing);
  const explanation = explainDecision(alias, decision, question, choosing);
  if (decision.kept.length > 0) return explanation;
  return { ...explanation, error: noTarget(question.model, decision, memories, clock.elapsed()).toJSON() };
}

function compilePool(
  name: string,
  pool: readonly string[],
  { providers, factsOf }: PoolSettings,
): CompiledAlias {
  const candidates = pool.map((reference) => {
    const found = splitModelName(reference, providers);
    if (found !== undefined) return new Candidate(found.provider, found.model, factsOf);
    const says = `\`${reference}\` of \`${name}\` is at a provider that is not known here.`;
    throw new KeelsonError('configuration_invalid', says, {
      hint: '`keelson providers` lists those that are.',
      details: { field: name },
    });
  });
  return {
    name,
    candidates,
    strategy: 'ordered',
    sticky: 'none',
    policy: defaultPolicy,
    escalations: {},
    hasTrials: false,
  };
}
