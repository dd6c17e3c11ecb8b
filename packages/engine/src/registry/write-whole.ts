/** Writes a file as a whole or not at all: readers see the former one or the new one. */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Random } from '../observability/index.ts';

export async function writeWhole(path: string, text: string, random: Random): Promise<void> {
  const fresh = `${path}.${Buffer.from(random.bytes(8)).toString('hex')}.new`;
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(fresh, text);
    await rename(fresh, path);
  } finally {
    await rm(fresh, { force: true });
  }
}
