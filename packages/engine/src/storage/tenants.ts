/** Organisations and their workspaces, as people make, rename and archive them; neither is ever removed. */
import { KeelsonError } from '@keelson/core';
import { type Kysely, sql, type Transaction } from 'kysely';
import { known, toOptionalText, toText } from './columns.ts';
import type { OrganisationRow, Schema, WorkspaceRow } from './schema.ts';

export interface Organisation {
  readonly id: string;
  readonly name: string;
  /** Milliseconds since 1970, here and below. */
  readonly createdAt: number;
  readonly createdBy?: string;
  readonly archivedAt?: number;
}

export interface Workspace extends Organisation {
  readonly organisation: string;
}

export interface Tenants {
  /** In the order of their ids, archived ones included. */
  organisations(): Promise<readonly Organisation[]>;
  findOrganisation(id: string): Promise<Organisation | undefined>;
  /** Throws `conflict` when there is or was one with this id. */
  createOrganisation(organisation: Organisation): Promise<void>;
  /** Undefined when there is none, as with the ones below. */
  renameOrganisation(id: string, name: string): Promise<Organisation | undefined>;
  /** The first time counts. Throws `conflict` while it has workspaces that are not archived. */
  archiveOrganisation(id: string, at: number): Promise<Organisation | undefined>;
  /** In the order of their ids, archived ones included. */
  workspaces(organisation?: string): Promise<readonly Workspace[]>;
  findWorkspace(id: string): Promise<Workspace | undefined>;
  /**
   * Throws `conflict` when there is or was one with this id in any organisation, or when the organisation is archived, and
   * `not_found` when there is no such organisation.
   */
  createWorkspace(workspace: Workspace): Promise<void>;
  renameWorkspace(id: string, name: string): Promise<Workspace | undefined>;
  /** The first time counts. Throws `conflict` while it has keys that are good. */
  archiveWorkspace(id: string, at: number): Promise<Workspace | undefined>;
}

export function createTenants(db: Kysely<Schema>): Tenants {
  return {
    organisations: async () => {
      const rows = await db.selectFrom('organisations').selectAll().orderBy('id').execute();
      return rows.map(fromOrganisationRow);
    },
    findOrganisation: async (id) => {
      const row = await db.selectFrom('organisations').selectAll().where('id', '=', id).executeTakeFirst();
      return row && fromOrganisationRow(row);
    },
    createOrganisation: async (organisation) => {
      const row = toRow(organisation);
      const insert = db.insertInto('organisations').values(row);
      const { numInsertedOrUpdatedRows: inserted } = await insert
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      if (inserted === 0n) throw taken('an organisation', organisation.id);
    },
    renameOrganisation: async (id, name) => {
      const change = db.updateTable('organisations').set({ name: toText(name) });
      const row = await change.where('id', '=', id).returningAll().executeTakeFirst();
      return row && fromOrganisationRow(row);
    },
    archiveOrganisation: (id, at) =>
      db.transaction().execute((locked) => archiveOrganisation(locked, id, at)),
    workspaces: async (organisation) => {
      let query = db.selectFrom('workspaces').selectAll();
      if (organisation !== undefined) query = query.where('organisation', '=', organisation);
      return (await query.orderBy('id').execute()).map(fromWorkspaceRow);
    },
    findWorkspace: async (id) => {
      const row = await db.selectFrom('workspaces').selectAll().where('id', '=', id).executeTakeFirst();
      return row && fromWorkspaceRow(row);
    },
    createWorkspace: (workspace) => db.transaction().execute((locked) => createWorkspace(locked, workspace)),
    renameWorkspace: async (id, name) => {
      const change = db.updateTable('workspaces').set({ name: toText(name) });
      const row = await change.where('id', '=', id).returningAll().executeTakeFirst();
      return row && fromWorkspaceRow(row);
    },
    archiveWorkspace: (id, at) => db.transaction().execute((locked) => archiveWorkspace(locked, id, at)),
  };
}

async function createWorkspace(db: Transaction<Schema>, workspace: Workspace): Promise<void> {
  // By a write, so that the organisation is not archived before the workspace is in it.
  const owner = await db
    .updateTable('organisations')
    .set({ archived_at: sql`archived_at` })
    .where('id', '=', workspace.organisation)
    .returning('archived_at')
    .executeTakeFirst();
  if (owner === undefined) {
    throw new KeelsonError('not_found', `There is no organisation \`${workspace.organisation}\`.`, {
      hint: 'Make the organisation first.',
    });
  }
  if (owner.archived_at !== null) {
    throw new KeelsonError('conflict', `The organisation \`${workspace.organisation}\` is archived.`, {
      hint: 'Make the workspace in an organisation that is not.',
    });
  }
  const { numInsertedOrUpdatedRows: inserted } = await db
    .insertInto('workspaces')
    .values({ ...toRow(workspace), organisation: workspace.organisation })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (inserted === 0n) throw taken('a workspace', workspace.id);
}

async function archiveOrganisation(
  db: Transaction<Schema>,
  id: string,
  at: number,
): Promise<Organisation | undefined> {
  const row = await db
    .updateTable('organisations')
    .set(({ fn, val, ref }) => ({ archived_at: fn.coalesce(ref('archived_at'), val(at)) }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const open = db.selectFrom('workspaces').where('organisation', '=', id).where('archived_at', 'is', null);
  const { count } = await open
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  if (count > 0) {
    throw new KeelsonError(
      'conflict',
      `The organisation \`${id}\` has ${plural(count, 'workspace')} still open.`,
      {
        hint: 'Archive its workspaces first.',
      },
    );
  }
  return fromOrganisationRow(row);
}

async function archiveWorkspace(
  db: Transaction<Schema>,
  id: string,
  at: number,
): Promise<Workspace | undefined> {
  const row = await db
    .updateTable('workspaces')
    .set(({ fn, val, ref }) => ({ archived_at: fn.coalesce(ref('archived_at'), val(at)) }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { count } = await db
    .selectFrom('keys')
    .where('workspace', '=', id)
    .where('revoked_at', 'is', null)
    .where((is) => is.or([is('expires_at', 'is', null), is('expires_at', '>', at)]))
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  if (count > 0) {
    throw new KeelsonError('conflict', `The workspace \`${id}\` has ${plural(count, 'key')} still good.`, {
      hint: 'Revoke its keys first.',
    });
  }
  return fromWorkspaceRow(row);
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

function taken(what: string, id: string): KeelsonError {
  return new KeelsonError('conflict', `There is ${what} with the id \`${id}\` already.`, {
    hint: 'Choose another id; one that is archived keeps its own.',
  });
}

function toRow({ id, name, createdAt, createdBy, archivedAt }: Organisation): OrganisationRow {
  return {
    id: toText(id),
    name: toText(name),
    created_at: createdAt,
    created_by: toOptionalText(createdBy),
    archived_at: archivedAt ?? null,
  };
}

function fromOrganisationRow(row: OrganisationRow): Organisation {
  return {
    id: row.id,
    name: row.name,
    createdAt: row.created_at,
    ...known({ createdBy: row.created_by, archivedAt: row.archived_at }),
  };
}

function fromWorkspaceRow(row: WorkspaceRow): Workspace {
  return { ...fromOrganisationRow(row), organisation: row.organisation };
}
