/** `keelson profiles`: the profiles of the lockfile. */
import { chooseProfile, getProfile } from '@keelson/core';
import { asJson } from '../line/as-json.ts';
import type { Run } from '../line/command-spec.ts';
import { openLockfile } from '../subject/open-lockfile.ts';
import { renderTable } from '../terminal/table.ts';

export const run: Run = async (input, surroundings) => {
  const { path, lockfile } = await openLockfile(input, surroundings);
  const chosen = chooseProfile(lockfile, undefined, surroundings.environment);
  const profiles = [...lockfile.profiles].map(([name, profile]) => ({
    name,
    applies: name === chosen.name,
    isDefault: name === lockfile.defaultProfile,
    inherits: profile.inherits ?? null,
    own: profile.aliases.size,
    aliases: getProfile(lockfile, name).aliases.size,
    description: profile.description ?? '',
  }));
  const columns = [
    { title: '' },
    { title: 'PROFILE' },
    { title: 'INHERITS' },
    { title: 'ALIASES', isNumber: true },
    { title: 'OWN', isNumber: true },
    { title: 'ABOUT' },
  ];
  const rows = profiles.map(({ name, applies, inherits, aliases, own, description }) => [
    applies ? '*' : '',
    name,
    inherits ?? '',
    String(aliases),
    String(own),
    description,
  ]);
  return {
    data: asJson({ path, applies: chosen.name, origin: chosen.origin, profiles }),
    text: (look) => renderTable(columns, rows, look),
  };
};
