/** Opens either engine and hands out what the query files need: Kysely over it, and the gaps between the engines. */
import { Kysely, type LogEvent, PostgresDialect } from 'kysely';
import type { Clock, Log } from '../observability/index.ts';
import { createPostgresGaps, createSqliteGaps, type EngineGaps } from './engine-gaps.ts';
import type { PostgresTarget } from './open-postgres.ts';
import { openSqlite, type SqliteTarget } from './open-sqlite.ts';
import type { Schema } from './schema.ts';
import { createSqliteDialect } from './sqlite-dialect.ts';
import { createWorkerWriter } from './worker-writer.ts';
import { type CallWriter, createQueryWriter } from './write-calls.ts';

export type StorageTarget = SqliteTarget | PostgresTarget;

export interface StorageDeps {
  readonly clock: Clock;
  readonly log: Log;
}

export interface OpenDatabase {
  readonly db: Kysely<Schema>;
  readonly gaps: EngineGaps;
  readonly writer: CallWriter;
}

/** `watch` is told of every statement; tests look at the plans of what was really asked. */
export async function openDatabase(
  target: StorageTarget,
  { clock, log }: StorageDeps,
  watch: (event: LogEvent) => void = () => {},
): Promise<OpenDatabase> {
  if (target.kind === 'sqlite') {
    const dialect = createSqliteDialect(await openSqlite(target, clock));
    const db = new Kysely<Schema>({ dialect, log: watch });
    // What is in memory belongs to one connection.
    const writer = target.path === ':memory:' ? createQueryWriter(db) : createWorkerWriter(target, log);
    return { db, gaps: createSqliteGaps(target.path), writer };
  }
  // The driver is loaded where there is such a server; the embedded database is there without it.
  const { openPostgres } = await import('./open-postgres.ts');
  const { pool, place } = openPostgres(target, log);
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }), log: watch });
  return { db, gaps: createPostgresGaps(place), writer: createQueryWriter(db) };
}
