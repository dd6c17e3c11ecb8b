/** `keelson lock bump`: takes over what the registry says now, and tells what that changes. */
import { chooseProfile, diffLockfiles, type Lockfile, lockModels } from '@keelson/core';
import { changeLockfile } from '@keelson/engine';
import { asJson } from '../../line/as-json.ts';
import type { Run } from '../../line/command-spec.ts';
import { openLockfile } from '../../subject/open-lockfile.ts';
import { getRegistry } from '../../subject/open-registry.ts';
import { readUsage } from '../../subject/read-usage.ts';
import { renderDiff } from '../../subject/render-diff.ts';
import { deps, today } from '../../subject/writing.ts';

export const run: Run = async (input, surroundings) => {
  const registry = await getRegistry(input, surroundings);
  const usage = await readUsage(input, surroundings);
  const { path, lockfile, packages } = await openLockfile(input, surroundings);
  const asked = input.text('profile');
  const options = {
    refresh: !input.isOn('only-new'),
    lockedAt: today(),
    packages,
    ...(asked !== undefined && { profile: chooseProfile(lockfile, asked).name }),
  };
  let before = lockfile;
  const lock = (now: Lockfile): Lockfile => {
    before = now;
    return lockModels(now, registry, options);
  };
  const isDry = input.isOn('dry-run');
  const after = isDry ? lock(lockfile) : (await changeLockfile(path, lock, deps)).lockfile;
  const diff = diffLockfiles(before, after, {
    registry,
    packages,
    ...(usage !== undefined && { usage }),
    ...(asked !== undefined && { profile: asked }),
  });
  return {
    data: asJson({ path, isWritten: !isDry, ...diff }),
    text: (look) => renderDiff(diff, look),
    notes: isDry && !diff.same ? ['Nothing was written.'] : [],
  };
};
