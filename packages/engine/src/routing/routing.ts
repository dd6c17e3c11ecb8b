/**
 * Routing with everything it knows: the alias table, the providers, and what attempts have taught. It decides and
 * remembers; it sends nothing.
 */
import { type KeelsonError, toKeelsonError } from '@keelson/core';
import type { Clock, Random } from '../observability/index.ts';
import type { Provider } from '../providers/index.ts';
import type { AliasTable } from './alias-table.ts';
import type { Candidate, FactsOf } from './candidate.ts';
import { type CircuitSettings, defaultCircuit } from './circuit.ts';
import { type AliasProblem, type CompiledAlias, compileAliases, tryAliases } from './compile-aliases.ts';
import { type Decision, decide } from './decide.ts';
import { type DescribedAlias, describeAlias } from './describe-alias.ts';
import { type Explanation, explainDecision, explainError } from './explain.ts';
import { resolveModel } from './model-name.ts';
import { nextStep, type Stepping } from './next-step.ts';
import { noTarget } from './no-target.ts';
import type { AttemptLesson, Plan, PlanQuestion, Routing, Target } from './plan.ts';
import { TargetMemories, type TargetState } from './target-memory.ts';

export interface RoutingSettings {
  readonly providers: ReadonlyMap<string, Provider>;
  readonly clock: Clock;
  readonly random: Random;
  readonly aliases?: AliasTable['aliases'];
  /** What is known of a model; undefined when there is no card. */
  readonly factsOf?: FactsOf;
  /** Models worth suggesting to somebody who misspelt one, as `provider:model`. */
  readonly models?: () => Iterable<string>;
  readonly circuit?: Partial<CircuitSettings>;
}

/** Routing that can be asked what it knows and told other aliases. */
export interface TableRouting extends Routing {
  readonly aliases: readonly string[];
  /** What each of them does, in their order. */
  describeAliases(): readonly DescribedAlias[];
  /** Throws `configuration_invalid` with every problem, and then goes on with the table it had. */
  setAliases(table: unknown): void;
  /** Of a table that may be set; nothing changes. */
  problemsWith(table: unknown): readonly AliasProblem[];
  /** Throws `model_not_found`, with suggestions, for what is neither an alias nor a model. */
  checkName(name: string): void;
  explain(question: PlanQuestion): Explanation;
  states(): readonly TargetState[];
}

export function createRouting(settings: RoutingSettings): TableRouting {
  return new RoutingByTable(settings);
}

const noEscalations: Plan['escalations'] = {};
const noneDropped: Plan['dropped'] = [];

class RoutingByTable implements TableRouting {
  readonly #settings: RoutingSettings;
  readonly #stepping: Stepping;
  readonly #models: () => Iterable<string>;
  #aliases: ReadonlyMap<string, CompiledAlias> = new Map();

  constructor(settings: RoutingSettings) {
    const { clock, random, factsOf = () => undefined, models = () => [] } = settings;
    const memories = new TargetMemories({ ...defaultCircuit, ...settings.circuit });
    this.#settings = settings;
    this.#models = models;
    this.#stepping = { clock, random, memories, factsOf };
    this.setAliases({ aliases: settings.aliases ?? {} });
  }

  get aliases(): readonly string[] {
    return [...this.#aliases.keys()];
  }

  describeAliases(): readonly DescribedAlias[] {
    return [...this.#aliases].map(([name, alias]) => describeAlias(name, alias));
  }

  setAliases(table: unknown): void {
    const { factsOf } = this.#stepping;
    this.#aliases = compileAliases(table, { providers: this.#settings.providers, factsOf });
  }

  problemsWith(table: unknown): readonly AliasProblem[] {
    const { factsOf } = this.#stepping;
    return tryAliases(table, { providers: this.#settings.providers, factsOf }).problems;
  }

  plan(question: PlanQuestion): Plan {
    const alias = this.#resolve(question.model);
    const decision = decide(alias, question, this.#stepping);
    this.#checkKept(question, decision);
    const shadow = alias.shadow && this.#drawShadow(alias.shadow, question);
    return {
      requested: question.model,
      ...(alias.name !== undefined && { alias: alias.name }),
      targets: targetsOf(decision.kept, question),
      dropped: decision.dropped.length === 0 ? noneDropped : decision.dropped.map(toDropped),
      policy: alias.policy,
      ...(shadow !== undefined && { shadow }),
      escalations: escalationsOf(alias, question),
    };
  }

  nextStep(...[plan, failures, elapsedMs]: Parameters<Routing['nextStep']>): ReturnType<Routing['nextStep']> {
    return nextStep(plan, failures, elapsedMs, this.#stepping);
  }

  mayTry(target: Target): boolean {
    const { memories, clock } = this.#stepping;
    const memory = memories.find(target.key);
    if (memory === undefined) return true;
    const now = clock.elapsed();
    return memory.throttle.waitMs(now) === 0 && memory.circuit.tryPass(now);
  }

  learn(lesson: AttemptLesson): void {
    const { memories, clock } = this.#stepping;
    memories.learn(lesson, { now: clock.elapsed(), date: clock.now() });
  }

  hedgeAfterMs(target: Target, isStream = true): number | undefined {
    return this.#stepping.memories.find(target.key)?.paceOf(isStream).p95;
  }

  checkName(name: string): void {
    this.#resolve(name);
  }

  states(): readonly TargetState[] {
    const { memories, clock } = this.#stepping;
    return memories.states(clock.elapsed());
  }

  explain(question: PlanQuestion): Explanation {
    try {
      const alias = this.#resolve(question.model);
      const decision = decide(alias, question, this.#stepping);
      const explanation = explainDecision(alias, decision, question, this.#stepping);
      if (decision.kept.length > 0) return explanation;
      return { ...explanation, error: this.#noTarget(question, decision).toJSON() };
    } catch (thrown) {
      return explainError(question.model, toKeelsonError(thrown));
    }
  }

  #resolve(name: string): CompiledAlias {
    const { factsOf } = this.#stepping;
    const { providers } = this.#settings;
    return resolveModel(name, { aliases: this.#aliases, providers, factsOf, models: this.#models });
  }

  #checkKept(question: PlanQuestion, decision: Decision): void {
    if (decision.kept.length === 0) throw this.#noTarget(question, decision);
  }

  #noTarget({ model }: PlanQuestion, decision: Decision): KeelsonError {
    const { memories, clock } = this.#stepping;
    return noTarget(model, decision, memories, clock.elapsed());
  }

  #drawShadow(
    { candidate, percent }: NonNullable<CompiledAlias['shadow']>,
    question: PlanQuestion,
  ): Target | undefined {
    const isDrawn = this.#stepping.random.float() * 100 < percent;
    return isDrawn ? candidate.findTarget(question) : undefined;
  }
}

function targetsOf(candidates: readonly Candidate[], question: PlanQuestion): readonly Target[] {
  return candidates.map((candidate) => candidate.findTarget(question) as Target);
}

function toDropped({ candidate, why }: Decision['dropped'][number]): Plan['dropped'][number] {
  return { model: candidate.key, why };
}

/** Conditions of targets that are gone on to were meant for calls as they come, not for calls that failed. */
function escalationsOf({ escalations }: CompiledAlias, question: PlanQuestion): Plan['escalations'] {
  const codes = Object.keys(escalations) as (keyof typeof escalations)[];
  if (codes.length === 0) return noEscalations;
  return Object.fromEntries(
    codes.map((code) => [
      code,
      (escalations[code] ?? []).flatMap((candidate) => candidate.findTarget(question) ?? []),
    ]),
  );
}
