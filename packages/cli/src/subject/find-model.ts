/** The card of a model that somebody names, by `provider:model` or by an alias of the lockfile. */
import {
  didYouMean,
  findCard,
  KeelsonError,
  type ModelCard,
  type Registry,
  resolveAlias,
} from '@keelson/core';
import type { Surroundings } from '../line/command-spec.ts';
import type { Input } from '../line/input.ts';
import { findOpenLockfile, profileFor } from './open-lockfile.ts';

/** Of an alias, the models of its whole pool. */
export async function findModels(
  names: readonly string[],
  registry: Registry,
  input: Input,
  surroundings: Surroundings,
): Promise<readonly ModelCard[]> {
  const cards: ModelCard[] = [];
  for (const name of names) {
    const card = findCard(registry, name);
    cards.push(...(card === undefined ? await findByAlias(name, registry, input, surroundings) : [card]));
  }
  return [...new Set(cards)];
}

async function findByAlias(
  name: string,
  registry: Registry,
  input: Input,
  surroundings: Surroundings,
): Promise<readonly ModelCard[]> {
  const open = name.includes(':') ? undefined : await findOpenLockfile(input, surroundings);
  const profile = open && profileFor(open.lockfile, input, surroundings);
  if (open === undefined || !profile?.aliases.has(name))
    throw unknownModel(name, registry, profile?.aliases.keys() ?? []);
  const options = { profile: profile.name, packages: open.packages, registry };
  return resolveAlias(open.lockfile, name, options).targets.map(({ reference }) => {
    const card = findCard(registry, reference);
    if (card === undefined) throw unknownModel(reference, registry, []);
    return card;
  });
}

function unknownModel(name: string, registry: Registry, aliases: Iterable<string>): KeelsonError {
  const shown = name.slice(0, 100);
  const near = didYouMean(name, [...aliases, ...registry.cards.keys()]);
  return new KeelsonError('model_not_found', `The registry knows no model \`${shown}\`.`, {
    hint: near ?? '`keelson models search TEXT` finds models by parts of their names.',
    details: { model: shown },
  });
}
