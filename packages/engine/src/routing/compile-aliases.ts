/** From aliases whose shape is right to aliases that calls can be planned by, with everything that is wrong with them. */
import type { RequestDefaults } from '@keelson/core';
import type { Provider } from '../providers/index.ts';
import type { CheckedAlias, Strategy } from './alias-table.ts';
import { Candidate, type FactsOf } from './candidate.ts';
import { type Complain, compileCondition } from './condition.ts';
import type { LockedModel } from './locked-names.ts';
import type { AttemptPolicy } from './plan.ts';
import { splitModelName } from './split-model-name.ts';
import { didYouMean } from './suggest.ts';

type EscalationCode = 'context_too_long' | 'content_blocked';

export interface CompiledAlias {
  /** Left out for a model that was named itself. */
  readonly name?: string;
  /** By tier, then as they were written. */
  readonly candidates: readonly Candidate[];
  readonly strategy: Strategy;
  readonly sticky: 'none' | 'session' | 'prefix';
  readonly policy: AttemptPolicy;
  readonly escalations: { readonly [Code in EscalationCode]?: readonly Candidate[] };
  readonly shadow?: { readonly candidate: Candidate; readonly percent: number };
  /** Whether some of its targets are trials. */
  readonly hasTrials: boolean;
  /** What it gives to requests that leave it open. */
  readonly defaults?: RequestDefaults;
  /** Why it has no candidates. */
  readonly lacks?: string;
  /** Models of its pool that cannot be asked here, and why. */
  readonly dropped?: readonly { readonly model: string; readonly why: string }[];
}

export const defaultPolicy: AttemptPolicy = {
  maxAttempts: 4,
  retries: 1,
  deadlineMs: 600_000,
  mayHedge: false,
  lossPolicy: 'warn',
};

export interface Known {
  readonly providers: ReadonlyMap<string, Provider>;
  readonly factsOf: FactsOf;
}

/** A model that is asked for itself, by nobody's rules but the usual ones. */
export function modelAlone(candidate: Candidate): CompiledAlias {
  return {
    candidates: [candidate],
    strategy: 'ordered',
    sticky: 'none',
    policy: defaultPolicy,
    escalations: {},
    hasTrials: false,
  };
}

type CheckedTarget = NonNullable<CheckedAlias['targets']>[number];

/** An alias with its pool, wherever that comes from. */
export interface WholeAlias
  extends Omit<CheckedAlias, 'targets'>,
    Pick<CompiledAlias, 'defaults' | 'lacks' | 'dropped'> {
  readonly targets: readonly (CheckedTarget & { readonly locked?: LockedModel | undefined })[];
}

export function compileAliases(
  aliases: ReadonlyMap<string, WholeAlias>,
  known: Known,
  complain: Complain,
): ReadonlyMap<string, CompiledAlias> {
  return new Compiling(aliases, known, complain).compile();
}

class Compiling {
  readonly #aliases: ReadonlyMap<string, WholeAlias>;
  readonly #known: Known;
  readonly #complain: Complain;
  readonly #candidates = new Map<string, readonly Candidate[]>();

  constructor(aliases: ReadonlyMap<string, WholeAlias>, known: Known, complain: Complain) {
    this.#aliases = aliases;
    this.#known = known;
    this.#complain = complain;
  }

  compile(): ReadonlyMap<string, CompiledAlias> {
    for (const [name, alias] of this.#aliases) {
      this.#checkName(name);
      this.#candidates.set(name, this.#compileTargets(name, alias));
    }
    return new Map([...this.#aliases].map(([name, alias]) => [name, this.#compileAlias(name, alias)]));
  }

  #checkName(name: string): void {
    if (name.trim() !== name || name === '') this.#complain(`aliases.${name}`, 'has a name with blank ends');
    const model = splitModelName(name, this.#known.providers);
    if (model === undefined) return;
    const says = `would hide the model \`${model.model}\` of the provider \`${model.provider.name}\``;
    this.#complain(`aliases.${name}`, says);
  }

  #compileTargets(name: string, { targets }: WholeAlias): Candidate[] {
    const candidates = targets.flatMap(({ model, tier = 0, weight = 1, percent, when, tags, locked }, at) => {
      const path = `aliases.${name}.targets[${at}]`;
      const found = this.#findModel(model, `${path}.model`);
      const terms = {
        tier,
        weight,
        ...(percent !== undefined && { percent }),
        ...(when !== undefined && { when: compileCondition(when, `${path}.when`, this.#complain) }),
        ...(tags !== undefined && { tags: Object.entries(tags) }),
        ...(locked !== undefined && { locked }),
      };
      return found === undefined
        ? []
        : [new Candidate(found.provider, found.model, this.#known.factsOf, terms)];
    });
    if (new Set(candidates.map(({ key }) => key)).size < candidates.length) {
      this.#complain(`aliases.${name}.targets`, 'names a model twice');
    }
    return candidates.toSorted((a, b) => a.terms.tier - b.terms.tier);
  }

  #compileAlias(name: string, alias: WholeAlias): CompiledAlias {
    const { escalate = {}, shadow, defaults, lacks, dropped } = alias;
    const candidates = this.#candidates.get(name) ?? [];
    const codes = Object.keys(escalate) as EscalationCode[];
    const escalations = Object.fromEntries(codes.map((code) => [code, this.#escalation(name, code, [name])]));
    const copied = shadow && this.#findModel(shadow.target, `aliases.${name}.shadow.target`);
    const trials = candidates.filter(({ terms }) => terms.percent !== undefined);
    this.#checkTrials(name, candidates, trials);
    return {
      name,
      candidates,
      ...this.#wayOfChoosing(name, alias),
      policy: policyOf(alias),
      escalations,
      hasTrials: trials.length > 0,
      ...(defaults !== undefined && { defaults }),
      ...(lacks !== undefined && { lacks }),
      ...(dropped !== undefined && { dropped }),
      ...(copied && {
        shadow: {
          candidate: new Candidate(copied.provider, copied.model, this.#known.factsOf),
          percent: shadow.percent,
        },
      }),
    };
  }

  #checkTrials(name: string, candidates: readonly Candidate[], trials: readonly Candidate[]): void {
    const path = `aliases.${name}.targets`;
    const sum = trials.reduce((total, { terms }) => total + (terms.percent ?? 0), 0);
    if (sum > 100) this.#complain(path, `have \`percent\` of ${sum} together`);
    if (trials.length > 0 && trials.length === candidates.length) {
      this.#complain(path, 'are all trials; one must do without `percent` and take the other calls');
    }
  }

  /** Whoever gives weights or wants sessions kept together wants the calls spread. */
  #wayOfChoosing(name: string, alias: WholeAlias): Pick<CompiledAlias, 'strategy' | 'sticky'> {
    const { targets, sticky = 'none' } = alias;
    const isSpread = sticky !== 'none' || targets.some(({ weight }) => weight !== undefined);
    const strategy = alias.strategy ?? (isSpread ? 'weighted' : 'ordered');
    if (sticky !== 'none' && (strategy === 'ordered' || strategy === 'cheapest')) {
      const says = `spreads sessions over targets, which \`strategy: ${strategy}\` does not allow`;
      this.#complain(`aliases.${name}.sticky`, says);
    }
    return { strategy, sticky };
  }

  /** The models that an error leads to, those of aliases among them, each once. */
  #escalation(
    name: string,
    code: EscalationCode,
    trail: readonly string[],
    seen = new Set<string>(),
  ): Candidate[] {
    const names = this.#aliases.get(name)?.escalate?.[code] ?? [];
    const found = names.flatMap((next, at) => {
      const path = `aliases.${name}.escalate.${code}[${at}]`;
      if (!this.#aliases.has(next)) return this.#escalationModel(next, path);
      if (trail.includes(next)) {
        this.#complain(path, `goes round in a circle: ${[...trail, next].join(' -> ')}`);
        return [];
      }
      if (seen.has(next)) return [];
      seen.add(next);
      return [...this.#regular(next), ...this.#escalation(next, code, [...trail, next], seen)];
    });
    return found.filter(({ key }, at) => found.findIndex((candidate) => candidate.key === key) === at);
  }

  #escalationModel(model: string, path: string): Candidate[] {
    const found = this.#findModel(model, path, this.#aliases.keys());
    return found === undefined ? [] : [new Candidate(found.provider, found.model, this.#known.factsOf)];
  }

  #regular(name: string): Candidate[] {
    return (this.#candidates.get(name) ?? []).filter(({ terms }) => terms.percent === undefined);
  }

  #findModel(model: string, path: string, others: Iterable<string> = []): ReturnType<typeof splitModelName> {
    const { providers } = this.#known;
    const found = splitModelName(model, providers);
    if (found !== undefined) return found;
    const provider = /^[^:/]*/.exec(model)?.[0] ?? '';
    const configured = [...providers.keys()];
    const hint =
      didYouMean(model, others) ??
      didYouMean(provider, configured) ??
      `Configured are ${configured.map((known) => `\`${known}\``).join(', ') || 'none'}.`;
    this.#complain(path, `names \`${model}\`, which begins with no configured provider. ${hint}`);
    return undefined;
  }
}

function policyOf({ targets, ...alias }: WholeAlias): AttemptPolicy {
  return {
    maxAttempts: alias.maxAttempts ?? Math.max(defaultPolicy.maxAttempts, targets.length),
    retries: alias.retries ?? defaultPolicy.retries,
    deadlineMs: alias.deadlineMs ?? defaultPolicy.deadlineMs,
    mayHedge: alias.hedge ?? defaultPolicy.mayHedge,
    lossPolicy: alias.lossPolicy ?? defaultPolicy.lossPolicy,
    ...(alias.cache !== undefined && { cacheTtlMs: alias.cache.ttlSeconds * 1000 }),
  };
}
