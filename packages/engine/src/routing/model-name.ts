/** What a caller may write as a model: an alias, a model with its provider in front, or a model that only one provider has. */
import { KeelsonError } from '@keelson/core';
import type { Provider } from '../providers/index.ts';
import { Candidate, type FactsOf } from './candidate.ts';
import { type CompiledAlias, modelAlone } from './compile-aliases.ts';
import type { NameTable } from './compile-names.ts';
import { splitModelName } from './split-model-name.ts';
import { didYouMean } from './suggest.ts';

export interface Names extends Pick<NameTable, 'aliases' | 'pinned'> {
  readonly providers: ReadonlyMap<string, Provider>;
  readonly factsOf: FactsOf;
  /** Models that may be suggested, as `provider:model`. */
  readonly models: () => Iterable<string>;
}

/** Throws `model_not_found`; a name that could mean several things is never guessed at. */
export function resolveModel(name: string, names: Names): CompiledAlias {
  const alias = names.aliases.get(name);
  if (alias !== undefined) return alias.lacks === undefined ? alias : refuse(alias.lacks);
  const { providers, factsOf, pinned } = names;
  const named = splitModelName(name, providers);
  if (named !== undefined) {
    const pin = pinned.size === 0 ? undefined : pinned.get(`${named.provider.name}:${named.model}`);
    return pin ?? modelAlone(new Candidate(named.provider, named.model, factsOf));
  }
  const having = [...providers.values()].filter((provider) => factsOf(provider, name) !== undefined);
  const [provider] = having;
  if (provider === undefined) throw unknownName(name, names);
  if (having.length > 1) throw ambiguousName(name, having);
  return pinned.get(`${provider.name}:${name}`) ?? modelAlone(new Candidate(provider, name, factsOf));
}

function refuse(lacks: string): never {
  throw new KeelsonError('model_not_found', lacks, {
    hint: 'Set up one of these providers, or bind the alias to a model of one that is there.',
  });
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
  return notFound(name, says, near ?? (provider === 'flow' ? noFlows : nearProvider(provider, names)));
}

/** Where there are any, the name never comes here. */
const noFlows = 'Flows are asked like models only at a server that keeps them.';

function nearProvider(wanted: string | undefined, { providers }: Names): string | undefined {
  if (wanted === undefined || providers.has(wanted)) return undefined;
  const near = didYouMean(wanted, providers.keys());
  return near?.replace('mean', 'mean the provider');
}

function ambiguousName(name: string, having: readonly Provider[]): KeelsonError {
  const choices = having.map((provider) => `\`${provider.name}:${name}\``).join(', ');
  return notFound(name, 'Several providers have a model NAME.', `Say which is meant: ${choices}.`);
}
