/** Caches that are folders: how much is in one, and emptying it. */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface FolderSize {
  readonly entries: number;
  readonly bytes: number;
  /** Milliseconds since 1970; undefined where nothing is there. */
  readonly oldestAt?: number;
}

/** What goes away meanwhile is not counted; a folder that is not there is empty. */
export async function measureFolder(folder: string): Promise<FolderSize> {
  const sizes = await Promise.all((await listFiles(folder)).map(sizeOf));
  const files = sizes.filter((each) => each !== undefined);
  if (files.length === 0) return { entries: 0, bytes: 0 };
  return {
    entries: files.length,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    oldestAt: Math.round(files.reduce((oldest, { mtimeMs }) => Math.min(oldest, mtimeMs), Infinity)),
  };
}

/** Links are not followed. */
async function listFiles(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}

const sizeOf = (path: string): Promise<{ size: number; mtimeMs: number } | undefined> =>
  stat(path).catch(() => undefined);

/** How many files went. */
export async function emptyFolder(folder: string): Promise<number> {
  const files = await listFiles(folder);
  await rm(folder, { recursive: true, force: true });
  return files.length;
}
