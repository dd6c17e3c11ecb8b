/** `keelson lock migrate`: makes a lockfile of ours of one of LLMRing's, and reports what became of it. */
import { dirname, join, resolve } from 'node:path';
import { KeelsonError, lockModels } from '@keelson/core';
import { findLockfile, migrateLockfileFile } from '@keelson/engine';
import { asJson } from '../../line/as-json.ts';
import type { Run } from '../../line/command-spec.ts';
import { getRegistry } from '../../subject/open-registry.ts';
import { deps, today } from '../../subject/writing.ts';
import { plain } from '../../terminal/table.ts';

export const run: Run = async (input, surroundings) => {
  const { folder, environment } = surroundings;
  const [named] = input.words;
  const found = await findLockfile({ folder, environment, ...(named !== undefined && { path: named }) });
  if (found === undefined)
    throw new KeelsonError('configuration_invalid', `No llmring.lock was found from \`${folder}\` upwards.`, {
      hint: 'Name the file.',
    });
  const to = input.text('to');
  const target = to === undefined ? join(dirname(found.path), 'keelson.lock') : resolve(folder, to);
  const registry = input.isOn('no-pin') ? undefined : await getRegistry(input, surroundings);
  const migrated = await migrateLockfileFile(found.path, target, deps, (lockfile) =>
    registry === undefined ? lockfile : lockModels(lockfile, registry, { lockedAt: today() }),
  );
  const { path, backup, digest, form, notes, legacyDigest } = migrated;
  return {
    data: asJson({ from: found.path, path, backup, digest, legacyDigest, form, notes }),
    text: (look) =>
      [
        `Made \`${path}\` of \`${found.path}\`, of which \`${backup}\` is a copy.`,
        ...notes.map(({ kind, path: at, says }) => `${look.yellow(kind)} ${plain(at)}: ${plain(says)}`),
        '',
      ].join('\n'),
  };
};
