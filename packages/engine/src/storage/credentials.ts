/**
 * Credentials of providers in the database. Their secrets are encrypted before they come here and are never in a list; `listSealed` hands
 * them to the one place that sends calls. Every change that others must hear of adds one to a row's version, and rows never
 * go, so that one sum tells whether anything has changed.
 */
import { KeelsonError } from '@keelson/core';
import { type Kysely, sql } from 'kysely';
import { known, toText } from './columns.ts';
import type { ProviderCredentialRow, Schema } from './schema.ts';

export interface CredentialRecord {
  readonly id: string;
  readonly organisation: string;
  /** None for one that all workspaces of the organisation may use. */
  readonly workspace?: string;
  readonly provider: string;
  readonly name: string;
  /** The id of the master key that it is encrypted with. */
  readonly sealedWith: string;
  /** How often it is chosen, against the others of its provider; 0 only when no other can be. */
  readonly weight: number;
  readonly state: 'active' | 'disabled';
  /** Milliseconds since 1970, here and below. */
  readonly coolDownUntil?: number;
  readonly lastUsedAt?: number;
  readonly lastFailedAt?: number;
  /** An error code. */
  readonly lastFailure?: string;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly rotatedAt?: number;
  readonly rotatedBy?: string;
  /** From 1. */
  readonly version: number;
}

export interface SealedCredential extends CredentialRecord {
  readonly sealed: string;
}

export interface CredentialFilter {
  readonly organisation?: string;
  readonly workspace?: string;
  readonly provider?: string;
}

export interface CredentialUse {
  readonly id: string;
  readonly usedAt?: number;
  readonly failedAt?: number;
  readonly failure?: string;
  readonly coolDownUntil?: number;
}

export interface CredentialChange {
  readonly name?: string;
  readonly weight?: number;
  readonly state?: 'active' | 'disabled';
}

interface Sealing {
  readonly sealed: string;
  readonly sealedWith: string;
}

export interface Credentials {
  /** Throws `conflict` when the id is taken, or the name among those of its workspace and provider. */
  insert(credential: SealedCredential): Promise<void>;
  /** In the order of their ids. */
  list(filter?: CredentialFilter): Promise<readonly CredentialRecord[]>;
  find(id: string): Promise<CredentialRecord | undefined>;
  /** With their secrets, and only those that are active. */
  listSealed(): Promise<readonly SealedCredential[]>;
  findSealed(id: string): Promise<SealedCredential | undefined>;
  /** Another with every change that `listSealed` would show. */
  readMark(): Promise<string>;
  /** False when there is no such credential, here and below. Throws `conflict` when the name is taken, as for `insert`. */
  change(id: string, change: CredentialChange): Promise<boolean>;
  /** Another secret in place of the old one, which is gone; a cool-down ends. */
  rotate(id: string, rotation: Sealing & { readonly at: number; readonly by: string }): Promise<boolean>;
  /** Forgets the secret; the row stays, and its name is free. */
  remove(id: string): Promise<boolean>;
  /** In one transaction; an older use does not hide a newer one. */
  noteUses(uses: readonly CredentialUse[]): Promise<void>;
  /** Master keys that rows are encrypted with. */
  listMasterKeys(): Promise<readonly string[]>;
  /** Those that another master key has encrypted, after this id in the order of ids. */
  listSealedOtherwise(question: {
    readonly than: string;
    readonly after?: string;
    readonly limit: number;
  }): Promise<readonly SealedCredential[]>;
  /** The same secret encrypted anew; false when the row has changed since it was read. */
  reseal(id: string, version: number, sealing: Sealing): Promise<boolean>;
}

export function createCredentials(db: Kysely<Schema>): Credentials {
  return {
    insert: (credential) => insertCredential(db, credential),
    list: (filter = {}) => listCredentials(db, filter),
    find: async (id) => {
      const row = await present(db).select(shown).where('id', '=', id).executeTakeFirst();
      return row && fromRow(row);
    },
    listSealed: async () => {
      const rows = await db
        .selectFrom('provider_credentials')
        .selectAll()
        .where('state', '=', 'active')
        .orderBy('id')
        .execute();
      return rows.map(fromSealedRow);
    },
    findSealed: async (id) => {
      const row = await present(db).selectAll().where('id', '=', id).executeTakeFirst();
      return row && fromSealedRow(row);
    },
    readMark: () => readMark(db),
    change: (id, { name, ...change }) =>
      name === undefined ? changeRow(db, id, change) : rename(db, id, name, change),
    rotate: (id, { sealed, sealedWith, at, by }) =>
      changeRow(db, id, {
        sealed,
        sealed_with: sealedWith,
        rotated_at: at,
        rotated_by: toText(by),
        cool_down_until: null,
        last_failure: null,
      }),
    remove: (id) => changeRow(db, id, { sealed: '', sealed_with: '', state: 'removed' }),
    noteUses: (uses) => noteUses(db, uses),
    listMasterKeys: async () => {
      const rows = await present(db).select('sealed_with').distinct().orderBy('sealed_with').execute();
      return rows.map((row) => row.sealed_with);
    },
    listSealedOtherwise: (question) => listSealedOtherwise(db, question),
    reseal: async (id, version, { sealed, sealedWith }) => {
      const { numUpdatedRows } = await db
        .updateTable('provider_credentials')
        .set({ sealed, sealed_with: sealedWith, version: version + 1 })
        .where('id', '=', id)
        .where('version', '=', version)
        .where('state', '<>', 'removed')
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
  };
}

/** Everything but the secret. */
const shown = [
  'id',
  'organisation',
  'workspace',
  'provider',
  'name',
  'sealed_with',
  'weight',
  'state',
  'cool_down_until',
  'last_used_at',
  'last_failed_at',
  'last_failure',
  'created_at',
  'created_by',
  'rotated_at',
  'rotated_by',
  'version',
] as const;

function present(db: Kysely<Schema>) {
  return db.selectFrom('provider_credentials').where('state', '<>', 'removed');
}

async function insertCredential(db: Kysely<Schema>, credential: SealedCredential): Promise<void> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('provider_credentials')
    .values({
      id: credential.id,
      organisation: toText(credential.organisation),
      workspace: toText(credential.workspace ?? ''),
      provider: toText(credential.provider),
      name: toText(credential.name),
      sealed: credential.sealed,
      sealed_with: credential.sealedWith,
      weight: credential.weight,
      state: credential.state,
      cool_down_until: credential.coolDownUntil ?? null,
      last_used_at: credential.lastUsedAt ?? null,
      last_failed_at: credential.lastFailedAt ?? null,
      last_failure: credential.lastFailure ?? null,
      created_at: credential.createdAt,
      created_by: toText(credential.createdBy),
      rotated_at: credential.rotatedAt ?? null,
      rotated_by: credential.rotatedBy ?? null,
      version: credential.version,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows === 0n) throw nameTaken();
}

function nameTaken(): KeelsonError {
  return new KeelsonError('conflict', 'There is a credential with this name for this provider already.', {
    hint: 'Choose another name, or rotate the one that is there.',
  });
}

async function listCredentials(
  db: Kysely<Schema>,
  { organisation, workspace, provider }: CredentialFilter,
): Promise<CredentialRecord[]> {
  let query = present(db).select(shown);
  if (organisation !== undefined) query = query.where('organisation', '=', toText(organisation));
  if (workspace !== undefined) query = query.where('workspace', '=', toText(workspace));
  if (provider !== undefined) query = query.where('provider', '=', toText(provider));
  return (await query.orderBy('id').execute()).map(fromRow);
}

async function listSealedOtherwise(
  db: Kysely<Schema>,
  { than, after = '', limit }: { readonly than: string; readonly after?: string; readonly limit: number },
): Promise<SealedCredential[]> {
  const rows = await present(db)
    .selectAll()
    .where('sealed_with', '<>', than)
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(fromSealedRow);
}

async function readMark(db: Kysely<Schema>): Promise<string> {
  const { rows } = await sql<{ rows: number; changes: number }>`select count(*) as rows,
    coalesce(cast(sum(version) as bigint), 0) as changes from provider_credentials`.execute(db);
  const [mark] = rows;
  return `${mark?.rows}/${mark?.changes}`;
}

/** Of two at the same moment the index refuses the second. */
async function rename(db: Kysely<Schema>, id: string, name: string, change: Change): Promise<boolean> {
  return db.transaction().execute(async (locked) => {
    const own = await present(locked)
      .select(['organisation', 'workspace', 'provider'])
      .where('id', '=', id)
      .executeTakeFirst();
    if (own === undefined) return false;
    const other = await present(locked)
      .select('id')
      .where('organisation', '=', own.organisation)
      .where('workspace', '=', own.workspace)
      .where('provider', '=', own.provider)
      .where('name', '=', toText(name))
      .where('id', '<>', id)
      .executeTakeFirst();
    if (other !== undefined) throw nameTaken();
    return changeRow(locked, id, { ...change, name: toText(name) });
  });
}

type Change = Partial<Omit<ProviderCredentialRow, 'id' | 'version'>>;

async function changeRow(db: Kysely<Schema>, id: string, change: Change): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('provider_credentials')
    .set(({ eb }) => ({ ...change, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .where('state', '<>', 'removed')
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

async function noteUses(db: Kysely<Schema>, uses: readonly CredentialUse[]): Promise<void> {
  // In one order everywhere: two processes that note the same rows would wait for each other.
  const sorted = uses.toSorted((one, other) => (one.id < other.id ? -1 : 1));
  await db.transaction().execute(async (transaction) => {
    for (const { id, usedAt, failedAt, failure, coolDownUntil } of sorted) {
      const row = transaction.updateTable('provider_credentials').where('id', '=', id);
      if (usedAt !== undefined) {
        await row
          .set({ last_used_at: usedAt })
          .where((is) => is.or([is('last_used_at', 'is', null), is('last_used_at', '<', usedAt)]))
          .execute();
      }
      if (failedAt === undefined) continue;
      await row
        .set({ last_failed_at: failedAt, last_failure: failure ?? null })
        .where((is) => is.or([is('last_failed_at', 'is', null), is('last_failed_at', '<', failedAt)]))
        .execute();
      if (coolDownUntil === undefined) continue;
      await row
        .set(({ eb }) => ({ cool_down_until: coolDownUntil, version: eb('version', '+', 1) }))
        .where((is) => is.or([is('cool_down_until', 'is', null), is('cool_down_until', '<', coolDownUntil)]))
        .where('state', '<>', 'removed')
        // What failed was the secret before it.
        .where((is) => is.or([is('rotated_at', 'is', null), is('rotated_at', '<', failedAt)]))
        .execute();
    }
  });
}

function fromRow(row: Omit<ProviderCredentialRow, 'sealed'>): CredentialRecord {
  return {
    id: row.id,
    organisation: row.organisation,
    provider: row.provider,
    name: row.name,
    sealedWith: row.sealed_with,
    weight: row.weight,
    state: row.state === 'active' ? 'active' : 'disabled',
    createdAt: row.created_at,
    createdBy: row.created_by,
    version: row.version,
    ...known({
      workspace: row.workspace === '' ? null : row.workspace,
      coolDownUntil: row.cool_down_until,
      lastUsedAt: row.last_used_at,
      lastFailedAt: row.last_failed_at,
      lastFailure: row.last_failure,
      rotatedAt: row.rotated_at,
      rotatedBy: row.rotated_by,
    }),
  };
}

function fromSealedRow(row: ProviderCredentialRow): SealedCredential {
  return { ...fromRow(row), sealed: row.sealed };
}
