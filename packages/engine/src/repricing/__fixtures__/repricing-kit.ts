/** Databases for the tests of this room, with a folder beside each for keys. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFile, createPostgres, type TestDatabase as Database } from '../../storage/__fixtures__/index.ts';

export interface TestDatabase extends Database {
  readonly folder: string;
}

export const kinds = ['sqlite', 'postgres'] as const;

export async function createDatabase(kind: (typeof kinds)[number]): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-repricing-'));
  const { target, remove } = await (kind === 'sqlite' ? createFile() : createPostgres());
  return {
    folder,
    target,
    remove: async () => {
      await remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
