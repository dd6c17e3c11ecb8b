/** What a caller may write as a model: an alias, a model with its provider in front, or a model that only one provider has. */
import { KeelsonError } from '@keelson/core';
import type { Provider } from '../providers/index.ts';
import { Candidate, type FactsOf } from './candidate.ts';
import { type CompiledAlias, defaultPolicy } from './compile-aliases.ts';
import { type ModelOfProvider, splitModelName } from './split-model-name.ts';
import { didYouMean } from './suggest.ts';

export interface Names {
  readonly aliases: ReadonlyMap<string, CompiledAlias>;
  readonly providers: ReadonlyMap<string, Provider>;
  readonly factsOf: FactsOf;
  /** Models that may be suggested, as `provider:model`. */
  readonly models: () => Iterable<string>;
}

/** Throws `model_not_found`; a name that could mean several things is never guessed at. */
export function resolveModel(name: string, names: Names): CompiledAlias {
  const alias = names.aliases.get(name);
  if (alias !== undefined) return alias;
  const { providers, factsOf } = names;
  const named = splitModelName(name, providers);
  if (named !== undefined) return modelAlone(named, factsOf);
  const having = [...providers.values()].filter((provider) => factsOf(provider, name) !== undefined);
  const [provider] = having;
  if (provider === undefined) throw unknownName(name, names);
  if (having.length > 1) throw ambiguousName(name, having);
  return modelAlone({ provider, model: name }, factsOf);
}

function modelAlone({ provider, model }: ModelOfProvider, factsOf: FactsOf): CompiledAlias {
  return {
    candidates: [new Candidate(provider, model, factsOf)],
    strategy: 'ordered',
    sticky: 'none',
    policy: defaultPolicy,
    escalations: {},
    hasTrials: false,
  };
}

const longestShown = 100;

function notFound(name: string, says: string, hint?: string): KeelsonError {
  const shown = name.length > longestShown ? `${name.slice(0, longestShown)}…` : name;
  return new KeelsonError(
    'model_not_found',
    says.replace('NAME', () => `\`${shown}\``),
    {
      details: { model: shown },
      ...(hint !== undefined && { hint }),
    },
  );
}

function unknownName(name: string, names: Names): KeelsonError {
  const { aliases, providers, models } = names;
  const near = didYouMean(name, [...aliases.keys(), ...models()]);
  const [, provider] = /^([^:/]+)[:/]/.exec(name) ?? [];
  const says =
    provider === undefined || providers.has(provider)
      ? 'No model or alias is called NAME.'
      : `No model or alias is called NAME, and no provider \`${provider.slice(0, longestShown)}\` is configured.`;
  return notFound(name, says, near ?? nearProvider(provider, names));
}

function nearProvider(wanted: string | undefined, { providers }: Names): string | undefined {
  if (wanted === undefined || providers.has(wanted)) return undefined;
  const near = didYouMean(wanted, providers.keys());
  return near?.replace('mean', 'mean the provider');
}

function ambiguousName(name: string, having: readonly Provider[]): KeelsonError {
  const choices = having.map((provider) => `\`${provider.name}:${name}\``).join(', ');
  return notFound(name, 'Several providers have a model NAME.', `Say which is meant: ${choices}.`);
}
