/** What statistics ask of the file system, in one place: tests let it end in the middle of anything. */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { holdProcessLock, type ProcessLock } from '../../storage/index.ts';

export interface StatsFiles {
  makeFolder(path: string): void;
  /** Names in a folder; none where there is no such folder. */
  list(folder: string): readonly string[];
  /** Undefined where there is none. */
  read(path: string): Buffer | undefined;
  /** For appending, made if need be, for nobody else to read. */
  openToAppend(path: string): number;
  append(file: number, bytes: Buffer): number;
  close(file: number): void;
  /** Instead of what was there, whole or not at all. */
  replace(path: string, bytes: Buffer): void;
  remove(path: string): void;
  /** Until the process ends; undefined where another has it. */
  lock(path: string): ProcessLock | undefined;
}

const isAbsent = (error: unknown): boolean => (error as { readonly code?: unknown }).code === 'ENOENT';

function orAbsent<Value>(read: () => Value, absent: Value): Value {
  try {
    return read();
  } catch (error) {
    if (isAbsent(error)) return absent;
    throw error;
  }
}

export const systemStatsFiles: StatsFiles = {
  makeFolder: (path) => void mkdirSync(path, { recursive: true, mode: 0o700 }),
  list: (folder) => orAbsent<readonly string[]>(() => readdirSync(folder).toSorted(), []),
  read: (path) => orAbsent<Buffer | undefined>(() => readFileSync(path), undefined),
  openToAppend: (path) => openSync(path, 'a', 0o600),
  append: (file, bytes) => writeSync(file, bytes),
  close: (file) => closeSync(file),
  replace: (path, bytes) => {
    const draft = `${path}.draft`;
    const file = openSync(draft, 'w', 0o600);
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
    syncFolder(join(path, '..'));
  },
  remove: (path) => orAbsent<void>(() => unlinkSync(path), undefined),
  lock: (path) => holdProcessLock(path),
};

/** So that the new name is there after a power failure too; some systems know no such thing. */
function syncFolder(folder: string): void {
  let file: number;
  try {
    file = openSync(folder, 'r');
  } catch {
    return;
  }
  try {
    fsyncSync(file);
  } catch {
    // The rename itself has happened.
  } finally {
    closeSync(file);
  }
}
