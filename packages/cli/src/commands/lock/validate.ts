/** `keelson lock validate`: whether a lockfile can be used, and every place where it cannot. */
import { basename, resolve } from 'node:path';
import { describeProblem, KeelsonError, LockfileError, type LockProblem } from '@keelson/core';
import { findLockfile, readLockfileFile } from '@keelson/engine';
import type { Run } from '../../line/command-spec.ts';

export const run: Run = async (input, { folder, environment }) => {
  const [named] = input.words;
  const found = await findLockfile({ folder, environment, ...(named !== undefined && { path: named }) });
  if (found === undefined)
    throw new KeelsonError('configuration_invalid', `No lockfile was found from \`${folder}\` upwards.`, {
      hint: 'Name one, or run `keelson lock init`.',
    });
  const path = resolve(found.path);
  const { problems, digest, form } = await readAll(path);
  const name = basename(path);
  const isGood = problems.length === 0;
  return {
    data: {
      path,
      ok: isGood,
      ...(form !== undefined && { form }),
      ...(digest !== undefined && { digest }),
      problems: problems.map((problem) => ({ ...problem })),
    },
    exitCode: isGood ? 0 : 3,
    text: (look) =>
      isGood
        ? `${look.green('ok')} \`${path}\` can be used.\n`
        : problems.map((problem) => `${look.red(describeProblem(problem, name))}\n`).join(''),
  };
};

async function readAll(path: string): Promise<{
  readonly problems: readonly LockProblem[];
  readonly digest?: string;
  readonly form?: string;
}> {
  try {
    const { digest, form } = await readLockfileFile(path);
    return { problems: [], digest, form };
  } catch (error) {
    if (error instanceof LockfileError) return { problems: error.problems };
    throw error;
  }
}
