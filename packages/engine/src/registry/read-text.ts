/** The text of a registry file on this disk, refused where it is too large to be one. */
import { open } from 'node:fs/promises';
import { KeelsonError, maxRegistryLength } from '@keelson/core';

/** At most four bytes make one character, so a larger file is refused without being read. */
const maxBytes = 4 * maxRegistryLength;

/** Undefined where there is no such file. */
export async function readText(path: string): Promise<string | undefined> {
  let size = 0;
  try {
    const file = await open(path, 'r');
    try {
      const found = await file.stat();
      size = found.size;
      if (found.isFile() && size <= maxBytes) return await file.readFile('utf8');
    } finally {
      await file.close();
    }
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'no more';
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw unreadable(path, `the system says ${code}`, cause);
  }
  throw unreadable(
    path,
    size > maxBytes ? `it has ${size} bytes, and ${maxBytes} are allowed` : 'it is no file',
  );
}

function unreadable(path: string, why: string, cause?: unknown): KeelsonError {
  return new KeelsonError('configuration_invalid', `The registry file ${path} cannot be read: ${why}.`, {
    hint: 'Check the path and its permissions.',
    details: { field: 'registry' },
    cause,
  });
}
