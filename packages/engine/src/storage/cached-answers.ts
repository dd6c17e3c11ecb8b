/**
 * Answers that are kept to be given again, as bytes that this room does not look into. Each belongs to one workspace by its
 * primary key; all of them may be lost at any time.
 */
import { type Kysely, sql } from 'kysely';
import { toText } from './columns.ts';
import type { Schema } from './schema.ts';

interface CachedAnswerKey {
  readonly workspace: string;
  /** Of the request. */
  readonly hash: string;
}

interface CachedAnswerRow extends CachedAnswerKey {
  /** Milliseconds since 1970. */
  readonly keptAt: number;
  readonly expiresAt: number;
  readonly sealed: Uint8Array;
}

export interface HeldOfWorkspace {
  readonly workspace: string;
  readonly entries: number;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly oldestAt: number;
}

export interface CachedAnswers {
  /** Whoever asks judges whether it is still good. */
  find(key: CachedAnswerKey): Promise<Uint8Array | undefined>;
  /** In place of what was there. */
  put(row: CachedAnswerRow): Promise<void>;
  remove(key: CachedAnswerKey): Promise<void>;
  /** What there is of these workspaces, expired ones included. */
  measure(workspaces: readonly string[]): Promise<{ readonly entries: number; readonly bytes: number }>;
  /** Of each workspace that has any, for whoever looks after the database; the largest first. */
  overview(limit: number): Promise<readonly HeldOfWorkspace[]>;
  /** Removes all of these workspaces, or of every one; how many these were. */
  forget(workspaces: readonly string[] | 'all'): Promise<number>;
  /** Removes what has expired, and the oldest of the rest until no more than so many bytes are left. */
  trim(limits: { readonly now: number; readonly maxBytes: number }): Promise<void>;
}

const sizeSum = sql<number>`coalesce(cast(sum(size) as bigint), 0)`;

export function createCachedAnswers(db: Kysely<Schema>): CachedAnswers {
  return {
    find: async ({ workspace, hash }) => {
      const row = await db
        .selectFrom('cached_answers')
        .select('sealed')
        .where('workspace', '=', toText(workspace))
        .where('hash', '=', hash)
        .executeTakeFirst();
      return row?.sealed;
    },
    put: (row) => putAnswer(db, row),
    remove: async ({ workspace, hash }) => {
      await db
        .deleteFrom('cached_answers')
        .where('workspace', '=', toText(workspace))
        .where('hash', '=', hash)
        .execute();
    },
    measure: async (workspaces) => {
      let entries = 0;
      let bytes = 0;
      for (const workspace of workspaces) {
        const found = await db
          .selectFrom('cached_answers')
          .select(({ fn }) => [fn.countAll<number>().as('entries'), sizeSum.as('bytes')])
          .where('workspace', '=', toText(workspace))
          .executeTakeFirstOrThrow();
        entries += found.entries;
        bytes += found.bytes;
      }
      return { entries, bytes };
    },
    overview: (limit) => readOverview(db, limit),
    forget: async (workspaces) => {
      if (workspaces === 'all') {
        const { numDeletedRows } = await db.deleteFrom('cached_answers').executeTakeFirst();
        return Number(numDeletedRows);
      }
      let forgotten = 0;
      for (const workspace of workspaces) {
        const { numDeletedRows } = await db
          .deleteFrom('cached_answers')
          .where('workspace', '=', toText(workspace))
          .executeTakeFirst();
        forgotten += Number(numDeletedRows);
      }
      return forgotten;
    },
    trim: async ({ now, maxBytes }) => {
      await db.deleteFrom('cached_answers').where('expires_at', '<=', now).execute();
      const tooOld = await findTooOld(db, maxBytes);
      if (tooOld !== undefined)
        await db.deleteFrom('cached_answers').where('kept_at', '<=', tooOld).execute();
    },
  };
}

async function readOverview(db: Kysely<Schema>, limit: number): Promise<readonly HeldOfWorkspace[]> {
  const rows = await db
    .selectFrom('cached_answers')
    .select(({ fn }) => [
      'workspace',
      fn.countAll<number>().as('entries'),
      sizeSum.as('bytes'),
      fn.min<number>('kept_at').as('oldest_at'),
    ])
    .groupBy('workspace')
    .orderBy('bytes', 'desc')
    .orderBy('workspace')
    .limit(limit)
    .execute();
  return rows.map(({ workspace, entries, bytes, oldest_at }) => ({
    workspace,
    entries: Number(entries),
    bytes: Number(bytes),
    oldestAt: Number(oldest_at),
  }));
}

async function putAnswer(db: Kysely<Schema>, row: CachedAnswerRow): Promise<void> {
  const { workspace, hash, keptAt, expiresAt, sealed } = row;
  const changes = { kept_at: keptAt, expires_at: expiresAt, size: sealed.length, sealed };
  await db
    .insertInto('cached_answers')
    .values({ workspace: toText(workspace), hash, ...changes })
    .onConflict((conflict) => conflict.columns(['workspace', 'hash']).doUpdateSet(changes))
    .execute();
}

/** When the newest of those was kept for which there is no room, counted from the newest of all. */
async function findTooOld(db: Kysely<Schema>, maxBytes: number): Promise<number | undefined> {
  const { rows } = await sql<{ kept_at: number }>`select kept_at from
    (select kept_at, sum(size) over (order by kept_at desc) as together from cached_answers) as ages
    where together > ${maxBytes} order by kept_at desc limit 1`.execute(db);
  return rows[0]?.kept_at;
}
