/** Whether a database answers, found out without making or changing anything. */
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { KeelsonError } from '@keelson/core';
import { silentLog } from '../observability/index.ts';
import { createPostgresGaps } from './engine-gaps.ts';
import type { StorageTarget } from './open-database.ts';
import { describeSqliteFailure } from './sqlite-failures.ts';

/** `missing` is a file that the first start makes. Throws where there is something that does not answer. */
export async function checkDatabase(target: StorageTarget): Promise<'answers' | 'missing'> {
  if (target.kind === 'postgres') return askPostgres(target);
  const { path } = target;
  if (!existsSync(path)) return 'missing';
  try {
    const database = new DatabaseSync(path, { readOnly: true, timeout: 2000 });
    try {
      database.prepare('select count(*) from sqlite_master').get();
    } finally {
      database.close();
    }
  } catch (error) {
    throw describeSqliteFailure(error, path) ?? refused(error);
  }
  return 'answers';
}

async function askPostgres(target: Extract<StorageTarget, { kind: 'postgres' }>): Promise<'answers'> {
  const { openPostgres } = await import('./open-postgres.ts');
  const { pool, place } = openPostgres({ ...target, poolSize: 1 }, silentLog);
  try {
    await pool.query('select 1');
  } catch (error) {
    throw createPostgresGaps(place).describeFailure(error) ?? refused(error);
  } finally {
    await pool.end();
  }
  return 'answers';
}

function refused(cause: unknown): KeelsonError {
  return new KeelsonError('internal_error', 'The database refused a statement.', { cause });
}
