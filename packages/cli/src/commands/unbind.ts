/** `keelson unbind`: takes an alias away. */
import { chooseProfile, type Lockfile, unbindAlias } from '@keelson/core';
import { changeLockfile } from '@keelson/engine';
import type { Run } from '../line/command-spec.ts';
import { locateForChange } from '../subject/open-lockfile.ts';
import { deps } from '../subject/writing.ts';

export const run: Run = async (input, surroundings) => {
  const name = input.word(0);
  const path = await locateForChange(input, surroundings);
  let profile = '';
  const unbind = (lockfile: Lockfile): Lockfile => {
    profile = chooseProfile(lockfile, input.text('profile'), surroundings.environment).name;
    return unbindAlias(lockfile, name, profile);
  };
  const { digest } = await changeLockfile(path, unbind, deps);
  return {
    data: { path, profile, alias: name, digest },
    text: () => `\`${name}\` is no alias of the profile \`${profile}\` any more.\n`,
  };
};
