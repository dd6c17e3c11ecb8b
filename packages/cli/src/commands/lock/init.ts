/** `keelson lock init`: a lockfile with aliases for the providers that are there. */
import { copyFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createLockfile, KeelsonError, type LockedAlias, lockModels, suggestAliases } from '@keelson/core';
import { changeLockfile } from '@keelson/engine';
import type { Run } from '../../line/command-spec.ts';
import { entryText } from '../../subject/describe-price.ts';
import { getRegistry } from '../../subject/open-registry.ts';
import { readSetUp } from '../../subject/set-up-providers.ts';
import { deps, now, today } from '../../subject/writing.ts';
import { renderTable } from '../../terminal/table.ts';

export const run: Run = async (input, surroundings) => {
  const { folder, environment } = surroundings;
  const path = resolve(folder, input.text('file') ?? 'keelson.lock');
  const copy = await makeRoom(path, input.isOn('force'));
  const registry = await getRegistry(input, surroundings);
  const providers = new Set(input.list('providers') ?? readSetUp(environment).map(({ vendor }) => vendor));
  const localModels = input.list('local') ?? [];
  const aliases = suggestAliases(registry, { providers, localModels });
  const fresh = lockModels(createLockfile(aliases, input.list('profiles'), now()), registry, {
    lockedAt: today(),
  });
  const { digest } = await changeLockfile(path, () => fresh, deps, { create: () => fresh });
  const rows = [...aliases].map(([name, { models }]) => [name, models.map(entryText).join(', ')]);
  return {
    data: { path, digest, copy: copy ?? null, providers: [...providers], aliases: modelsOf(aliases) },
    text: (look) =>
      `Made \`${path}\`.\n${rows.length === 0 ? '' : `\n${renderTable([{ title: 'ALIAS' }, { title: 'MODELS' }], rows, look)}`}`,
    notes: [
      ...(copy === undefined ? [] : [`What was there before is now \`${copy}\`.`]),
      ...(rows.length > 0 ? [] : [noAliases]),
    ],
  };
};

const noAliases =
  'It has no aliases, because no key of a provider was found. Make some with `keelson bind ALIAS PROVIDER:MODEL`, or name providers with --providers.';

const modelsOf = (aliases: ReadonlyMap<string, LockedAlias>) =>
  Object.fromEntries([...aliases].map(([name, { models }]) => [name, models.map(entryText)]));

/** Undefined where nothing stands in the way; otherwise where the copy of it lies. */
async function makeRoom(path: string, isForced: boolean): Promise<string | undefined> {
  if ((await stat(path).catch(() => undefined)) === undefined) return undefined;
  if (!isForced)
    throw new KeelsonError('conflict', `\`${path}\` exists already.`, {
      hint: 'Change it with `keelson bind` and `keelson lock bump`, or replace it with --force.',
      details: { field: 'lockfile' },
    });
  const copy = `${path}.backup`;
  await copyFile(path, copy);
  return copy;
}
