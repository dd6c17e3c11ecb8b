/** Profiles that people share: one row for each push of one, in the order in which they were taken. */
import type { JsonObject } from '@keelson/core';
import { type Kysely, sql } from 'kysely';
import { fromJsonText, known, toJsonText, toOptionalText, toText } from './columns.ts';
import type { Schema } from './schema.ts';
import type { ProfileRevisionRow } from './sync-schema.ts';

export interface ProfileRevision {
  readonly workspace: string;
  readonly name: string;
  /** From 1, without gaps, also over a removal. */
  readonly revision: number;
  /** Of the profile alone; empty where it was removed. */
  readonly digest: string;
  /** Of the whole file that it was pushed from. */
  readonly lockfileDigest?: string;
  /** Left out where the profile was removed. */
  readonly content?: JsonObject;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly by: string;
  /** The version of the program that pushed it, in its own words. */
  readonly client?: string;
}

export interface Profiles {
  /** The newest revision, also one that removed it. */
  find(workspace: string, name: string): Promise<ProfileRevision | undefined>;
  /** Undefined also where it has been so long ago that it is not kept. */
  findRevision(workspace: string, name: string, revision: number): Promise<ProfileRevision | undefined>;
  /** The newest of each name, by name; those that were removed are left out. */
  list(listing: {
    readonly workspace: string;
    readonly after?: string;
    readonly limit: number;
    readonly isDescending?: boolean;
  }): Promise<readonly ProfileRevision[]>;
  /** The newest first; those before a number, where it is given. */
  history(listing: {
    readonly workspace: string;
    readonly name: string;
    readonly before?: number;
    readonly limit: number;
  }): Promise<readonly ProfileRevision[]>;
  /** False when there is one with this number; nothing is written then. */
  append(revision: ProfileRevision): Promise<boolean>;
}

/** What clients may be behind and still be told what changed since. */
const keptRevisions = 50;

export function createProfiles(db: Kysely<Schema>): Profiles {
  const revisionsOf = (workspace: string, name: string) =>
    db
      .selectFrom('profile_revisions')
      .selectAll()
      .where('workspace', '=', toText(workspace))
      .where('name', '=', toText(name));
  return {
    find: async (workspace, name) => {
      const row = await revisionsOf(workspace, name).orderBy('revision', 'desc').limit(1).executeTakeFirst();
      return row && fromRow(row);
    },
    findRevision: async (workspace, name, revision) => {
      const row = await revisionsOf(workspace, name).where('revision', '=', revision).executeTakeFirst();
      return row && fromRow(row);
    },
    list: async ({ workspace, after, limit, isDescending = false }) => {
      let query = db
        .selectFrom('profile_revisions')
        .selectAll()
        .where('workspace', '=', toText(workspace))
        .where('content', 'is not', null)
        .where(isNewest);
      if (after !== undefined) query = query.where('name', isDescending ? '<' : '>', toText(after));
      const rows = await query
        .orderBy('name', isDescending ? 'desc' : 'asc')
        .limit(limit)
        .execute();
      return rows.map(fromRow);
    },
    history: async ({ workspace, name, before, limit }) => {
      let query = revisionsOf(workspace, name);
      if (before !== undefined) query = query.where('revision', '<', before);
      return (await query.orderBy('revision', 'desc').limit(limit).execute()).map(fromRow);
    },
    append: (revision) => append(db, revision),
  };
}

const isNewest = sql<boolean>`not exists (select 1 from profile_revisions as later
  where later.workspace = profile_revisions.workspace and later.name = profile_revisions.name
  and later.revision = profile_revisions.revision + 1)`;

async function append(db: Kysely<Schema>, revision: ProfileRevision): Promise<boolean> {
  const row = toRow(revision);
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('profile_revisions')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if ((numInsertedOrUpdatedRows ?? 0n) === 0n) return false;
  await db
    .deleteFrom('profile_revisions')
    .where('workspace', '=', row.workspace)
    .where('name', '=', row.name)
    .where('revision', '<=', row.revision - keptRevisions)
    .execute();
  return true;
}

function toRow(revision: ProfileRevision): ProfileRevisionRow {
  const { content } = revision;
  return {
    workspace: toText(revision.workspace),
    name: toText(revision.name),
    revision: revision.revision,
    digest: revision.digest,
    lockfile_digest: toOptionalText(revision.lockfileDigest),
    content: content === undefined ? null : toJsonText(content),
    at: revision.at,
    done_by: toText(revision.by),
    client: toOptionalText(revision.client),
  };
}

function fromRow(row: ProfileRevisionRow): ProfileRevision {
  const { workspace, name, revision, digest, content } = row;
  return {
    workspace,
    name,
    revision,
    digest,
    at: Number(row.at),
    by: row.done_by,
    ...(content !== null && { content: fromJsonText<JsonObject>(content) }),
    ...known({ lockfileDigest: row.lockfile_digest, client: row.client }),
  };
}
