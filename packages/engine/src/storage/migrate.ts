/**
 * Brings a database to the newest version of the schema when it is opened. Only forwards, all steps or none, and by one
 * process at a time; a database that knows more than this version, or something else, is refused.
 */
import { createHash } from 'node:crypto';
import { KeelsonError } from '@keelson/core';
import { CompiledQuery, type Kysely, type Transaction } from 'kysely';
import type { Clock, Log } from '../observability/index.ts';
import type { EngineGaps } from './engine-gaps.ts';
import type { Migration, SqlWords } from './migrations/index.ts';
import type { MigrationRow, Schema } from './schema.ts';

export interface MigrateDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly migrations: readonly Migration[];
}

const recordTable = `create table if not exists schema_migrations (
  number integer not null primary key,
  name text not null,
  hash text not null,
  applied_at bigint not null
)`;

export async function migrate(db: Kysely<Schema>, gaps: EngineGaps, deps: MigrateDeps): Promise<void> {
  await gaps.withMigrationLock(db, deps.clock, (locked) => applyMigrations(locked, gaps, deps));
}

/** For whoever holds the lock already. */
export async function applyMigrations(
  locked: Transaction<Schema>,
  gaps: EngineGaps,
  { clock, log, migrations }: MigrateDeps,
): Promise<void> {
  await locked.executeQuery(CompiledQuery.raw(recordTable));
  const applied = await locked.selectFrom('schema_migrations').selectAll().orderBy('number').execute();
  for (const migration of findPending(applied, migrations, gaps.words)) {
    for (const statement of migration.statements(gaps.words)) {
      await locked.executeQuery(CompiledQuery.raw(statement));
    }
    const { number, name } = migration;
    const row = { number, name, hash: hashMigration(migration, gaps.words), applied_at: clock.now() };
    await locked.insertInto('schema_migrations').values(row).execute();
    log.info('Migrated the database.', { schema: number, name });
  }
}

/** The version of a database's schema. Throws when this version of Keelson does not know it. */
export async function readSchemaVersion(
  db: Kysely<Schema>,
  { words }: EngineGaps,
  migrations: readonly Migration[],
): Promise<number> {
  const applied = await db.selectFrom('schema_migrations').selectAll().orderBy('number').execute();
  findPending(applied, migrations, words);
  return applied.length;
}

/** Of what the migration runs, so that no change of a released one goes unnoticed. */
function hashMigration(migration: Migration, words: SqlWords): string {
  return createHash('sha256').update(migration.statements(words).join(';\n')).digest('hex');
}

function findPending(
  applied: readonly MigrationRow[],
  migrations: readonly Migration[],
  words: SqlWords,
): readonly Migration[] {
  const newest = migrations.at(-1)?.number ?? 0;
  const found = applied.at(-1)?.number ?? 0;
  if (found > newest) {
    throw new KeelsonError(
      'configuration_invalid',
      `The database has version ${found} of the schema; this version of Keelson knows ${newest}.`,
      { hint: 'Use the version of Keelson that wrote it, or a newer one.' },
    );
  }
  for (const [index, { number, hash }] of applied.entries()) {
    const migration = migrations[index];
    if (migration?.number === number && hashMigration(migration, words) === hash) continue;
    throw new KeelsonError(
      'configuration_invalid',
      `Version ${number} of the database's schema is not the one that this version of Keelson knows.`,
      { hint: 'Use the version of Keelson that wrote the database, or give this one a database of its own.' },
    );
  }
  return migrations.slice(applied.length);
}
