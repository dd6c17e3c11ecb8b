// The lockfile of a running server: read at the start, and read again whenever it changes. One that is broken changes nothing.
import { KeelsonError, LockfileError } from '@keelson/core';
import { type Clock, type Engine, type Log, type OpenedLockfile, openLockfile } from '@keelson/engine';
import { SettingError } from '../http/index.ts';
import { signatureOf } from './configuration-files.ts';
import { FileWatch } from './file-watch.ts';
import type { Environment } from './interpolate.ts';

interface LockfilePlace {
  /** With what files say where the environment says nothing. */
  readonly environment: Environment;
  /** Where the search for one begins. */
  readonly folder: string;
}

export interface StartedLockfile {
  readonly opened: OpenedLockfile;
  readonly signature: string | undefined;
}

/** Undefined where there is none. Throws a `SettingError` with everything that is wrong, each with its line. */
export async function startLockfile({
  environment,
  folder,
}: LockfilePlace): Promise<StartedLockfile | undefined> {
  try {
    const opened = await openLockfile({ folder, environment });
    if (opened === undefined) return undefined;
    return { opened, signature: await signatureOf(opened.path) };
  } catch (error) {
    throw new SettingError(describe(error), { cause: error });
  }
}

function describe(error: unknown): string {
  if (!KeelsonError.is(error)) throw error;
  return error instanceof LockfileError ? error.message : `${error.message} ${error.hint}`;
}

interface LiveLockfileParts extends LockfilePlace {
  readonly started: StartedLockfile;
  readonly engine: Pick<Engine, 'change'>;
  readonly clock: Clock;
  readonly log: Log;
}

export class LiveLockfile {
  readonly #parts: LiveLockfileParts;
  readonly #watch: FileWatch;
  #opened: OpenedLockfile;

  constructor(parts: LiveLockfileParts) {
    this.#parts = parts;
    const { started, clock } = parts;
    const { path } = started.opened;
    this.#opened = started.opened;
    sayMissing(started.opened, parts.log);
    const known = new Map(started.signature === undefined ? [] : [[path, started.signature]]);
    this.#watch = new FileWatch({ clock, files: [path], known, onChange: (gone) => this.#onChange(gone) });
  }

  async #onChange(gone: readonly string[]): Promise<void> {
    const { engine, environment, folder, log } = this.#parts;
    const { path, digest } = this.#opened;
    if (gone.length > 0) return log.warn('The lockfile is gone; what it said stays in force.', { path });
    try {
      const named = { ...environment, KEELSON_LOCKFILE: path };
      const opened = await openLockfile({ folder, environment: named });
      if (opened === undefined) return;
      engine.change({ lockfile: opened });
      this.#opened = opened;
      sayMissing(opened, log);
      if (opened.digest !== digest) log.info('The lockfile was changed.', { path, digest: opened.digest });
    } catch (error) {
      const problem = KeelsonError.is(error) ? describe(error) : 'It cannot be used.';
      log.error('The lockfile was changed and cannot be used; what it said before stays in force.', {
        path,
        problem,
        ...(!KeelsonError.is(error) && { error }),
      });
    }
  }

  close(): void {
    this.#watch.stop();
  }
}

function sayMissing({ missingPackages, path }: OpenedLockfile, log: Log): void {
  for (const { package: name, says } of missingPackages)
    log.warn('A package that the lockfile extends has no lockfile to be read.', {
      path,
      package: name,
      says,
    });
}
