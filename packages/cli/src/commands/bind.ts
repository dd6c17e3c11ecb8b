/** `keelson bind`: gives an alias its models, and pins them. */
import { join } from 'node:path';
import {
  bindAlias,
  type Constraint,
  chooseProfile,
  createLockfile,
  didYouMean,
  findCard,
  KeelsonError,
  type LockedAlias,
  type Lockfile,
  lockModels,
  type PoolEntry,
  type Preference,
  type Registry,
  type RequestDefaults,
} from '@keelson/core';
import { changeLockfile } from '@keelson/engine';
import { asJson } from '../line/as-json.ts';
import type { Run } from '../line/command-spec.ts';
import { type Input, splitList } from '../line/input.ts';
import { UsageError } from '../line/usage-error.ts';
import { entryText } from '../subject/describe-price.ts';
import { locateLockfile } from '../subject/open-lockfile.ts';
import { getRegistry } from '../subject/open-registry.ts';
import { deps, now, today } from '../subject/writing.ts';

export const run: Run = async (input, surroundings) => {
  const { folder, environment } = surroundings;
  const name = input.word(0);
  const registry = await getRegistry(input, surroundings);
  const alias = readAlias(input, registry);
  const path = (await locateLockfile(input, surroundings))?.path ?? join(folder, 'keelson.lock');
  let profile = '';
  const bind = (lockfile: Lockfile): Lockfile => {
    profile = chooseProfile(lockfile, input.text('profile'), environment).name;
    const bound = bindAlias(lockfile, name, alias, profile);
    return input.isOn('no-pin') ? bound : lockModels(bound, registry, { profile, lockedAt: today() });
  };
  const create = (): Lockfile => createLockfile(new Map(), undefined, now());
  const written = await changeLockfile(path, bind, deps, { create });
  const bound = written.lockfile.profiles.get(profile)?.aliases.get(name);
  const models = bound?.models ?? [];
  const text = `\`${name}\` of the profile \`${profile}\` is ${models.map(entryText).join(', ')}.\n`;
  return {
    data: asJson({
      path,
      profile,
      alias: name,
      models,
      digest: written.digest,
      isChanged: written.isChanged,
    }),
    text: () => text,
    notes: unlistedNotes(models, registry),
  };
};

function unlistedNotes(models: readonly PoolEntry[], registry: Registry): string[] {
  return models
    .filter((model) => typeof model === 'string')
    .filter((model) => findCard(registry, model) === undefined)
    .map((model) => `The registry does not know \`${model}\`: nothing of it can be checked or priced.`);
}

function readAlias(input: Input, registry: Registry): LockedAlias {
  const limits = readLimits(input);
  const words = splitList(input.words.slice(1));
  const hasPattern = words.some((word) => word.endsWith('*'));
  if (Object.keys(limits).length > 0 && !hasPattern)
    throw new UsageError('Limits such as --min-context choose among the models of a pattern.', {
      hint: "Write a pattern such as 'anthropic:*', or leave the limits out.",
    });
  const models = words.map((word): PoolEntry => {
    if (word.endsWith('*')) return { match: word, ...limits };
    if (!input.isOn('any')) checkKnown(word, registry);
    return word;
  });
  const defaults = readDefaults(input);
  const description = input.text('description');
  return {
    models,
    ...(description !== undefined && { description }),
    ...(Object.keys(defaults).length > 0 && { defaults }),
  };
}

function readLimits(input: Input): Omit<Constraint, 'match'> {
  const [minContext, minOutput] = [input.number('min-context'), input.number('min-output')];
  const [maxCost, needs] = [input.number('max-cost'), input.list('needs')];
  const prefer = input.text('prefer') as Preference | undefined;
  return {
    ...(minContext !== undefined && { minContext }),
    ...(minOutput !== undefined && { minOutput }),
    ...(maxCost !== undefined && { maxCost }),
    ...(needs !== undefined && { needs }),
    ...(prefer !== undefined && { prefer }),
  };
}

/** Of a provider whose models are listed, one that is not is misspelt or new. Others, such as local ones, nobody lists. */
function checkKnown(reference: string, registry: Registry): void {
  const [provider = ''] = reference.split(':');
  const listed = [...registry.cards.values()].filter((card) => card.provider === provider);
  if (listed.length === 0 || findCard(registry, reference) !== undefined) return;
  const near = didYouMean(
    reference,
    listed.map(({ key }) => key),
  );
  throw new KeelsonError('model_not_found', `The registry knows no model \`${reference.slice(0, 100)}\`.`, {
    hint: `${near ?? `\`keelson models list --provider ${provider}\` lists them.`} To bind it all the same, add --any.`,
    details: { model: reference.slice(0, 100) },
  });
}

function readDefaults(input: Input): RequestDefaults {
  const [temperature, topP] = [input.number('temperature'), input.number('top-p')];
  const [maxTokens, reasoning] = [input.number('max-tokens'), input.text('reasoning')];
  return {
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { topP }),
    ...(maxTokens !== undefined && { maxTokens }),
    ...(reasoning !== undefined && {
      reasoning: /^\d+$/.test(reasoning) ? { budgetTokens: Number(reasoning) } : { effort: reasoning },
    }),
  };
}
