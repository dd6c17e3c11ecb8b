/** A file for a secret that is shown only once: made before the secret is, so that it cannot be lost for want of a place. */
import { open, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { KeelsonError } from '@keelson/core';
import type { Surroundings } from '../../line/command-spec.ts';
import type { Input } from '../../line/input.ts';

const ownersFile = 0o600;

/** Makes a secret and keeps it in the file that `--to-file` names. `make` gives the secret beside whatever else it knows. */
export async function keepingSecret<Made extends { readonly secret: string }>(
  input: Input,
  { folder }: Pick<Surroundings, 'folder'>,
  make: () => Promise<Made>,
): Promise<Made & { readonly path: string | undefined }> {
  const named = input.text('to-file');
  if (named === undefined) return { ...(await make()), path: undefined };
  const path = resolve(folder, named);
  const file = await open(path, 'wx', ownersFile).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
    throw new KeelsonError('conflict', `\`${path}\` is there already, and is not written over.`, {
      hint: 'Name another file with --to-file. No key was made.',
    });
  });
  try {
    const made = await make();
    await file.writeFile(`${made.secret}\n`);
    await file.sync();
    return { ...made, path };
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

/** What people and programs are told of a secret: itself once, or where it is. */
export function tellSecret(
  secret: string,
  path: string | undefined,
): { readonly secret?: string; readonly file?: string } {
  return path === undefined ? { secret } : { file: path };
}
