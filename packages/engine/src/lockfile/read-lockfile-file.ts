/** Reads a lockfile from disk, in our form or one of LLMRing's. */
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  digestLockfile,
  KeelsonError,
  type Migration,
  maxLockfileLength,
  readAnyLockfile,
} from '@keelson/core';

export interface ReadLockfileFile extends Migration {
  readonly path: string;
  readonly text: string;
  readonly digest: string;
}

/** Throws a `LockfileError` for a file that cannot be used, and `configuration_invalid` for one that cannot be read. */
export async function readLockfileFile(path: string): Promise<ReadLockfileFile> {
  const text = await readText(path);
  const read = readAnyLockfile(text, basename(path));
  return { ...read, path, text, digest: digestLockfile(read.lockfile) };
}

/** At most four bytes make one character, so a larger file is refused without being read. */
const maxBytes = 4 * maxLockfileLength;

async function readText(path: string): Promise<string> {
  const bytes = await readBytes(path);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw unreadable(path, 'it is not UTF-8', error);
  }
}

async function readBytes(path: string): Promise<Uint8Array> {
  let size: number;
  try {
    const file = await open(path, 'r');
    try {
      const found = await file.stat();
      size = found.size;
      if (found.isFile() && size <= maxBytes) return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw unreadable(path, `the system says ${(error as NodeJS.ErrnoException).code ?? 'no more'}`, error);
  }
  throw unreadable(
    path,
    size > maxBytes ? `it has ${size} bytes, and ${maxBytes} are allowed` : 'it is no file',
  );
}

function unreadable(path: string, why: string, cause?: unknown): KeelsonError {
  return new KeelsonError('configuration_invalid', `The lockfile \`${path}\` cannot be read: ${why}.`, {
    hint: 'Check the path and its permissions.',
    details: { field: 'lockfile' },
    cause,
  });
}
