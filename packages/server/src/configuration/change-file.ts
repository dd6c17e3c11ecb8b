/**
 * Changes a configuration file on the disk: under a lock, on what stands there at that moment, by a whole new file that takes its
 * place at once. A file with an error in it is never overwritten, and neither does one with an error take its place.
 */
import { mkdir, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { acquireFileLock, type LockfileDeps } from '@keelson/engine';
import { readConfigurationFile, UnreadableFile, writeConfigurationFile } from './configuration-files.ts';
import type { Environment } from './interpolate.ts';
import { problemsError } from './load-configuration.ts';
import type { ConfigurationProblem } from './problem.ts';

export interface FileChange {
  readonly environment: Environment;
  readonly deps: LockfileDeps;
  /** The new text; may be asked more than once, each time with what stands in the file then. Undefined is no file. */
  readonly change: (text: string | undefined) => Promise<string>;
  /** Whether the file may have errors as it is, because what takes its place is a whole new text. */
  readonly mayBeBroken?: boolean;
}

export interface ChangedFile {
  readonly file: string;
  readonly text: string;
  /** False where the file says all of it already. */
  readonly isChanged: boolean;
}

const ownersAlone = 0o700;

/** Throws a `SettingError` with everything that is wrong, each with its line. */
export async function changeConfigurationFile(file: string, change: FileChange): Promise<ChangedFile> {
  await mkdir(dirname(file), { recursive: true, mode: ownersAlone });
  const target = await realpath(file).catch(() => file);
  for (;;) {
    const lock = await acquireFileLock(`${target}.writing`, change.deps);
    try {
      const former = await readFormer(target, change);
      const text = await change.change(former);
      if (text === former) return { file, text, isChanged: false };
      refuse(await problemsInText(file, text, change.environment));
      const { token: id, isHeld: isAllowed } = lock;
      const isWritten = await writeConfigurationFile(target, text, { id, mayCreate: true, isAllowed });
      if (isWritten) return { file, text, isChanged: true };
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      throw problemsError([{ path: '', message: error.message, file }]);
    } finally {
      await lock.release();
    }
  }
}

/** Everything that is wrong with a text that a file may hold. */
export async function problemsInText(
  file: string,
  text: string,
  environment: Environment,
): Promise<readonly ConfigurationProblem[]> {
  const { readConfiguration } = await import('./read-configuration.ts');
  const outcome = await readConfiguration(file, text, environment);
  return 'problems' in outcome ? outcome.problems : [];
}

/** The same of a file that is there. */
export async function problemsInFile(
  file: string,
  environment: Environment,
): Promise<readonly ConfigurationProblem[]> {
  try {
    return await problemsInText(file, (await readConfigurationFile(file)).text, environment);
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return [{ path: '', message: error.message, file }];
  }
}

async function readFormer(file: string, change: FileChange): Promise<string | undefined> {
  let text: string;
  try {
    text = (await readConfigurationFile(file)).text;
  } catch (error) {
    const { cause } = error as { cause?: NodeJS.ErrnoException };
    if (error instanceof UnreadableFile && cause?.code === 'ENOENT') return undefined;
    throw error;
  }
  if (change.mayBeBroken !== true) refuse(await problemsInText(file, text, change.environment));
  return text;
}

function refuse(problems: readonly ConfigurationProblem[]): void {
  if (problems.length > 0) throw problemsError(problems);
}
