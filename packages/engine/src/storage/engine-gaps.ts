/**
 * All that differs between the two engines once they are open: a few words of SQL, how a migration keeps others out,
 * how days are made and removed, and what their failures mean. Everything else in this room is written once, but for the
 * thread that writes calls to an SQLite file.
 */
import type { KeelsonError } from '@keelson/core';
import { CompiledQuery, type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import type { Clock } from '../observability/index.ts';
import { dayMs, dayName, parseDayName } from './days.ts';
import { idBound } from './id-times.ts';
import type { SqlWords } from './migrations/index.ts';
import { describePostgresFailure } from './postgres-failures.ts';
import type { Schema } from './schema.ts';
import { describeSqliteFailure, isSqliteBusy } from './sqlite-failures.ts';

export interface EngineGaps {
  readonly name: 'sqlite' | 'postgres';
  readonly words: SqlWords;
  /** After a query: rows that another transaction has just taken are left to it, where there can be such. */
  readonly skipTaken: RawBuilder<unknown>;
  /** After a query: nobody changes these rows until the statement is over. */
  readonly keepUnchanged: RawBuilder<unknown>;
  /** Whether writes of one process take turns anyway, and cost less together. */
  readonly isOneWriter: boolean;
  /** Runs alone among all processes that open this database, in one transaction. */
  withMigrationLock(
    db: Kysely<Schema>,
    clock: Clock,
    run: (locked: Transaction<Schema>) => Promise<void>,
  ): Promise<void>;
  /** Makes room for calls of these days, given by their first milliseconds. */
  prepareDays(db: Kysely<Schema>, days: readonly number[]): Promise<void>;
  /** The same within a transaction of the caller's, who has the database for himself. */
  makeDays(locked: Transaction<Schema>, days: readonly number[]): Promise<void>;
  /** All tables that are there, but for the pieces that one of them consists of. */
  listTables(db: Kysely<Schema>): Promise<readonly string[]>;
  /** Keeps others from removing these tables, or days of them, until the transaction is over. */
  holdTables(reading: Transaction<Schema>, tables: readonly string[]): Promise<void>;
  /** Removes the calls of all days before this one. */
  removeDaysBefore(db: Kysely<Schema>, day: number, clock: Clock): Promise<void>;
  /** Whether a row was refused because its day has been removed since it was prepared. */
  isMissingDay(error: unknown): boolean;
  /** The ids of the first calls of all these workspaces together, without looking at more of any of them. */
  readFirstIds(db: Kysely<Schema>, question: FirstIds): Promise<string[]>;
  describeFailure(error: unknown): KeelsonError | undefined;
}

interface FirstIds {
  readonly workspaces: readonly string[];
  /** What else is true of the calls, told of `calls.id`. */
  readonly where: RawBuilder<boolean>;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
}

/** The tables that are kept by day, each with the column that holds the call's id. */
const tablesByDay = [
  ['bodies', 'call_id'],
  ['attempts', 'call_id'],
  ['calls', 'id'],
] as const;

/** Below the time after which the PostgreSQL driver gives a statement up. */
const migrationPatienceMs = 50_000;

export function createSqliteGaps(path: string): EngineGaps {
  return {
    name: 'sqlite',
    skipTaken: sql``,
    keepUnchanged: sql``,
    isOneWriter: true,
    words: {
      sortedText: 'text',
      clustered: ' without rowid',
      bytes: 'blob',
      byDay: () => '',
      refuseChanges: (table) =>
        ['update', 'delete'].map(
          (change) => `create trigger ${table}_no_${change} before ${change} on ${table}
            begin select raise(abort, '${refusalOfChanges(table)}'); end`,
        ),
    },
    withMigrationLock: async (db, clock, run) => {
      const giveUpAt = clock.elapsed() + migrationPatienceMs;
      for (;;) {
        try {
          return await db.transaction().execute(run);
        } catch (error) {
          if (!isSqliteBusy(error) || clock.elapsed() > giveUpAt) throw error;
          await clock.sleep(20);
        }
      }
    },
    prepareDays: async () => {},
    makeDays: async () => {},
    listTables: async (db) => {
      const { rows } = await sql<{ name: string }>`select name from sqlite_master
        where type = 'table' and name not like 'sqlite_%'`.execute(db);
      return rows.map(({ name }) => name);
    },
    // Whoever reads here sees the database as it was, whatever others do.
    holdTables: async () => {},
    removeDaysBefore: removeRowsBefore,
    isMissingDay: () => false,
    readFirstIds: async (db, { workspaces, where, order, limit }) => {
      const end = sql`order by id ${sql.raw(order)} limit ${limit}`;
      const parts = workspaces.map(
        (workspace) =>
          sql`select id from (select id from calls where workspace = ${workspace} and ${where} ${end})`,
      );
      const { rows } = await sql<{ id: string }>`${sql.join(parts, sql` union all `)} ${end}`.execute(db);
      return rows.map(({ id }) => id);
    },
    describeFailure: (error) => describeSqliteFailure(error, path),
  };
}

function refusalOfChanges(table: string): string {
  return `Rows of ${table} are neither changed nor removed.`;
}

const rowsPerRemoval = 500;

/** In small transactions with a pause between them, so that calls are still written while old ones go. */
async function removeRowsBefore(db: Kysely<Schema>, day: number, clock: Clock): Promise<void> {
  for (const [table, column] of tablesByDay) {
    const name = sql.table(table);
    const id = sql.ref(column);
    for (let removed = rowsPerRemoval; removed >= rowsPerRemoval; ) {
      const result = await sql`delete from ${name} where ${id} in
        (select ${id} from ${name} where ${id} < ${idBound(day)} order by ${id} limit ${rowsPerRemoval})`.execute(
        db,
      );
      removed = Number(result.numAffectedRows ?? 0);
      await clock.sleep(1);
    }
  }
}

function refuseChangesInPostgres(table: string): string[] {
  return [
    `create or replace function ${table}_refuse() returns trigger language plpgsql as
      $$ begin raise exception '${refusalOfChanges(table)}'; end $$`,
    `create trigger ${table}_no_change before update or delete or truncate on ${table}
      for each statement execute function ${table}_refuse()`,
  ];
}

const wordsOfPostgres: SqlWords = {
  sortedText: 'text collate "C"',
  clustered: '',
  bytes: 'bytea',
  byDay: (column) => ` partition by range (${column})`,
  refuseChanges: refuseChangesInPostgres,
};

export function createPostgresGaps(place: string): EngineGaps {
  const prepared = new Set<number>();
  return {
    name: 'postgres',
    skipTaken: sql`for update skip locked`,
    keepUnchanged: sql`for share`,
    isOneWriter: false,
    words: wordsOfPostgres,
    withMigrationLock: (db, _clock, run) => withAdvisoryLock(db, migrationPatienceMs, run),
    prepareDays: async (db, days) => {
      const missing = [...new Set(days)].filter((day) => !prepared.has(day));
      if (missing.length === 0) return;
      await withAdvisoryLock(db, dayPatienceMs, (locked) => attachDays(locked, missing));
      for (const day of missing) prepared.add(day);
    },
    makeDays: attachDays,
    listTables: async (db) => {
      const { rows } = await sql<{ name: string }>`select relname as name from pg_class
        where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p') and not relispartition`.execute(
        db,
      );
      return rows.map(({ name }) => name);
    },
    holdTables: async (reading, tables) => {
      const names = tables.map((name) => sql.table(name));
      await sql`lock table ${sql.join(names)} in access share mode`.execute(reading);
    },
    removeDaysBefore: async (db, before) => {
      // Each table by itself: a removal that held one table and waited for the next would wait for writers, who wait for it.
      for (const [table] of tablesByDay) {
        for (const day of await listDays(db, table)) {
          if (day >= before) continue;
          prepared.delete(day);
          const piece = `${table}_${dayName(day)}`;
          await withAdvisoryLock(db, dayPatienceMs, async (locked) => {
            await locked.executeQuery(CompiledQuery.raw(`drop table if exists ${piece}`));
          });
        }
      }
    },
    isMissingDay: (error) => {
      const isMissing = error instanceof Error && 'code' in error && error.code === noPartitionForRow;
      if (isMissing) prepared.clear();
      return isMissing;
    },
    readFirstIds: async (db, { workspaces, where, order, limit }) => {
      // Not one part for each workspace as above: each would be planned for every day there is.
      const end = sql`order by id ${sql.raw(order)} limit ${limit}`;
      const { rows } = await sql<{ id: string }>`select first.id
        from unnest(${workspaces}::text[]) as asked (workspace)
        cross join lateral (select id from calls where calls.workspace = asked.workspace and ${where} ${end}) as first
        ${end}`.execute(db);
      return rows.map(({ id }) => id);
    },
    describeFailure: (error) => describePostgresFailure(error, place),
  };
}

const dayPatienceMs = 5000;
const noPartitionForRow = '23514';
/** Any number, as long as nobody else who uses the same database takes it. */
const advisoryLock = 0x6b65_656c;

async function withAdvisoryLock(
  db: Kysely<Schema>,
  patienceMs: number,
  run: (locked: Transaction<Schema>) => Promise<void>,
): Promise<void> {
  await db.transaction().execute(async (locked) => {
    await locked.executeQuery(CompiledQuery.raw(`set local lock_timeout = ${patienceMs}`));
    await locked.executeQuery(CompiledQuery.raw(`set local statement_timeout = ${2 * patienceMs}`));
    await locked.executeQuery(CompiledQuery.raw(`select pg_advisory_xact_lock(${advisoryLock})`));
    await run(locked);
  });
}

/** A table that is made first and attached then, unlike one made as a partition, keeps nobody from writing. */
async function attachDays(db: Transaction<Schema>, days: readonly number[]): Promise<void> {
  for (const [table] of tablesByDay) {
    const existing = new Set(await listDays(db, table));
    for (const day of days) {
      if (existing.has(day)) continue;
      const bounds = `from ('${idBound(day)}') to ('${idBound(day + dayMs)}')`;
      const piece = `${table}_${dayName(day)}`;
      await db.executeQuery(CompiledQuery.raw(`create table ${piece} (like ${table})`));
      await db.executeQuery(
        CompiledQuery.raw(`alter table ${table} attach partition ${piece} for values ${bounds}`),
      );
    }
  }
}

async function listDays(db: Kysely<Schema>, table: string): Promise<number[]> {
  const { rows } = await sql<{ name: string }>`select piece.relname as name from pg_inherits
    join pg_class piece on piece.oid = pg_inherits.inhrelid
    where pg_inherits.inhparent = ${table}::regclass`.execute(db);
  return rows.map(({ name }) => parseDayName(name.slice(table.length + 1))).sort((a, b) => a - b);
}
