/** Lockfiles that were made in memory are held to the rules of those that are read. */
import { LockfileError } from './lock-problem.ts';
import type { Lockfile } from './lockfile.ts';
import { parseLockfile } from './parse-lockfile.ts';
import { renderLockfile } from './render-lockfile.ts';

/** Whatever could not be read again is refused before anybody writes it. `fileName` is only for the messages. */
export function assertWritable(lockfile: Lockfile, fileName?: string): Lockfile {
  try {
    return parseLockfile(renderLockfile(lockfile));
  } catch (error) {
    if (!(error instanceof LockfileError)) throw error;
    // Lines of a text that nobody has seen would only confuse.
    const problems = error.problems.map(({ line: _line, column: _column, ...problem }) => problem);
    throw new LockfileError(problems, { fileName: fileName ?? error.fileName, cause: error });
  }
}
