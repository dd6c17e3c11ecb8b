/**
 * Routing with everything it knows: the alias table, the providers, and what attempts have taught. It decides and
 * remembers; it sends nothing.
 */
import { KeelsonError, type Registry, toKeelsonError } from '@keelson/core';
import type { Clock, Random } from '../observability/index.ts';
import type { Provider } from '../providers/index.ts';
import type { AliasTable } from './alias-table.ts';
import type { Candidate, FactsOf } from './candidate.ts';
import { type CircuitSettings, defaultCircuit } from './circuit.ts';
import type { CompiledAlias } from './compile-aliases.ts';
import {
  type AliasProblem,
  compileNames,
  type NameSources,
  type NameTable,
  type NameTables,
  tryNames,
} from './compile-names.ts';
import { type Decision, decide } from './decide.ts';
import { type DescribedAlias, describeAlias } from './describe-alias.ts';
import { type Explanation, explainDecision, explainError } from './explain.ts';
import type { LockedNames } from './locked-names.ts';
import { resolveModel } from './model-name.ts';
import { nextStep, type Stepping } from './next-step.ts';
import { noTarget } from './no-target.ts';
import type { AttemptLesson, Plan, PlanQuestion, Reach, Routing, Target } from './plan.ts';
import { reachOf } from './reach.ts';
import { didYouMean } from './suggest.ts';
import { TargetMemories, type TargetState } from './target-memory.ts';

export interface RoutingSettings {
  readonly providers: ReadonlyMap<string, Provider>;
  readonly clock: Clock;
  readonly random: Random;
  readonly aliases?: AliasTable['aliases'];
  /** Its aliases, pins and profiles; without one, there is only the table. */
  readonly lockfile?: LockedNames;
  /** By which the lockfile's open choices are made. */
  readonly registry?: Registry;
  /** What is known of a model; undefined when there is no card. */
  readonly factsOf?: FactsOf;
  /** Models worth suggesting to somebody who misspelt one, as `provider:model`. */
  readonly models?: () => Iterable<string>;
  readonly circuit?: Partial<CircuitSettings>;
}

/** Routing that can be asked what it knows and told other aliases. */
export interface TableRouting extends Routing {
  /** Those of the usual profile. */
  readonly aliases: readonly string[];
  /** The lockfile by which names are read. */
  readonly lockfile: LockedNames | undefined;
  /** The usual one first; none without a lockfile. */
  readonly profiles: readonly string[];
  /** Names of aliases in a profile. Throws `invalid_request` where there is none of that name. */
  aliasesOf(profile?: string): readonly string[];
  /** What each of them does, in their order. */
  describeAliases(profile?: string): readonly DescribedAlias[];
  /** Throws `configuration_invalid` with every problem, and then goes on with the names it had. */
  setAliases(table: unknown): void;
  /** The same with a lockfile beside or in place of the table. */
  setNames(names: NewNames): void;
  /** Of names that may be set; nothing changes. */
  problemsWith(table: unknown, lockfile?: LockedNames): readonly AliasProblem[];
  /** Throws `model_not_found`, with suggestions, for what is neither an alias nor a model in any profile. */
  checkName(name: string): void;
  /** Another object after every change of names or providers, for whoever remembers what they mean. */
  readonly snapshot: object;
  /** Every target that calls of a name may be sent to, whatever they are like. Undefined for what is neither an alias nor a model. */
  reachOf(question: Pick<PlanQuestion, 'model' | 'profile' | 'endpoint' | 'dialect'>): Reach | undefined;
  explain(question: PlanQuestion): Explanation;
  states(): readonly TargetState[];
}

/** What is left out stays as it is. */
interface NewNames {
  readonly table?: unknown;
  readonly lockfile?: LockedNames | undefined;
}

export function createRouting(settings: RoutingSettings): TableRouting {
  return new RoutingByTable(settings);
}

const noEscalations: Plan['escalations'] = {};
const noneDropped: Plan['dropped'] = [];
const noModels = (): readonly string[] => [];

class RoutingByTable implements TableRouting {
  readonly #settings: RoutingSettings;
  readonly #stepping: Stepping;
  readonly #models: () => Iterable<string>;
  #table: unknown;
  #lockfile: LockedNames | undefined;
  #names: NameTables;
  #snapshot: { readonly names: NameTables | undefined; readonly providers: readonly Provider[] } = {
    names: undefined,
    providers: [],
  };

  constructor(settings: RoutingSettings) {
    const { clock, random, factsOf = () => undefined, models = () => [] } = settings;
    const memories = new TargetMemories({ ...defaultCircuit, ...settings.circuit });
    this.#settings = settings;
    this.#models = models;
    this.#stepping = { clock, random, memories, factsOf };
    this.#table = { aliases: settings.aliases ?? {} };
    this.#lockfile = settings.lockfile;
    this.#names = compileNames(this.#table, this.#sourcesWith(this.#lockfile));
  }

  get aliases(): readonly string[] {
    return this.aliasesOf();
  }

  get lockfile(): LockedNames | undefined {
    return this.#lockfile;
  }

  get profiles(): readonly string[] {
    const { usual, profiles } = this.#names;
    const others = [...profiles.keys()].filter((name) => name !== usual.profile);
    return usual.profile === undefined ? others : [usual.profile, ...others];
  }

  aliasesOf(profile?: string): readonly string[] {
    return [...this.#tableOf(profile).aliases.keys()];
  }

  describeAliases(profile?: string): readonly DescribedAlias[] {
    return [...this.#tableOf(profile).aliases].map(([name, alias]) => describeAlias(name, alias));
  }

  get snapshot(): object {
    const { names, providers } = this.#snapshot;
    const now = this.#settings.providers;
    const isSame = providers.length === now.size && providers.every((one) => now.get(one.name) === one);
    if (names !== this.#names || !isSame)
      this.#snapshot = { names: this.#names, providers: [...now.values()] };
    return this.#snapshot;
  }

  setAliases(table: unknown): void {
    this.setNames({ table });
  }

  setNames(names: NewNames): void {
    const { lockfile = this.#lockfile } = names;
    const table = 'table' in names ? names.table : this.#table;
    this.#names = compileNames(table, this.#sourcesWith(lockfile));
    this.#table = table;
    this.#lockfile = lockfile;
  }

  problemsWith(table: unknown, lockfile = this.#lockfile): readonly AliasProblem[] {
    return tryNames(table, this.#sourcesWith(lockfile)).problems;
  }

  #sourcesWith(locked: LockedNames | undefined): NameSources {
    const { providers, registry } = this.#settings;
    return { providers, factsOf: this.#stepping.factsOf, registry, locked };
  }

  plan(question: PlanQuestion): Plan {
    const table = this.#tableOf(question.profile);
    const alias = this.#resolve(question.model, table);
    const decision = decide(alias, question, this.#stepping);
    this.#checkKept(question, decision);
    const shadow = alias.shadow && this.#drawShadow(alias.shadow, question);
    return {
      requested: question.model,
      ...(alias.name !== undefined && { alias: alias.name }),
      ...(table.profile !== undefined && { profile: table.profile, lockDigest: table.lockDigest as string }),
      ...(alias.defaults !== undefined && { defaults: alias.defaults }),
      targets: targetsOf(decision.kept, question),
      dropped: droppedOf(alias, decision),
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
    const { usual, profiles } = this.#names;
    for (const { aliases } of profiles.values()) if (aliases.has(name)) return;
    this.#resolve(name, usual);
  }

  reachOf(question: Parameters<TableRouting['reachOf']>[0]): Reach | undefined {
    try {
      // Nobody is told what else they may have meant, which is dear to find out.
      return reachOf(this.#resolve(question.model, this.#tableOf(question.profile), noModels), question);
    } catch (thrown) {
      if (KeelsonError.is(thrown)) return undefined;
      throw thrown;
    }
  }

  states(): readonly TargetState[] {
    const { memories, clock } = this.#stepping;
    return memories.states(clock.elapsed());
  }

  explain(question: PlanQuestion): Explanation {
    try {
      const table = this.#tableOf(question.profile);
      const alias = this.#resolve(question.model, table);
      const decision = decide(alias, question, this.#stepping);
      const { profile } = table;
      const explanation = {
        ...explainDecision(alias, decision, question, this.#stepping),
        ...(profile !== undefined && { profile }),
      };
      if (decision.kept.length > 0) return explanation;
      return { ...explanation, error: this.#noTarget(question, decision).toJSON() };
    } catch (thrown) {
      return explainError(question.model, toKeelsonError(thrown));
    }
  }

  #tableOf(profile: string | undefined): NameTable {
    const { usual, profiles } = this.#names;
    if (profile === undefined) return usual;
    return profiles.get(profile) ?? refuseProfile(profile, [...profiles.keys()]);
  }

  #resolve(name: string, { aliases, pinned }: NameTable, models = this.#models): CompiledAlias {
    const { factsOf } = this.#stepping;
    const { providers } = this.#settings;
    return resolveModel(name, { aliases, pinned, providers, factsOf, models });
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

function refuseProfile(profile: string, known: readonly string[]): never {
  const shown = profile.slice(0, 100);
  const there = known.length === 0 ? 'There is no lockfile here, so there are no profiles.' : undefined;
  throw new KeelsonError('invalid_request', `There is no profile \`${shown}\`.`, {
    hint: there ?? didYouMean(profile, known) ?? `There are ${known.slice(0, 20).join(', ')}.`,
    details: { field: 'profile' },
  });
}

/** Those of a lockfile's pool that are not set up here come first: nothing of the call can change that. */
function droppedOf({ dropped: missing }: CompiledAlias, { dropped }: Decision): Plan['dropped'] {
  if (missing === undefined) return dropped.length === 0 ? noneDropped : dropped.map(toDropped);
  return [...missing, ...dropped.map(toDropped)];
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
