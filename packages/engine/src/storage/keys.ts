/** Keys by which callers are known. Of a secret only its SHA-256 is here, and so many letters that people can tell keys apart. */
import { KeelsonError } from '@keelson/core';
import { type Kysely, type SelectQueryBuilder, sql, type Transaction } from 'kysely';
import { fromJsonText, known, toJsonText, toOptionalText, toText } from './columns.ts';
import type { KeyRow, Schema } from './schema.ts';

export interface KeyRecord {
  readonly id: string;
  /** `default` when left out. */
  readonly organisation?: string;
  readonly workspace: string;
  readonly name: string;
  /** In hexadecimal digits. */
  readonly secretSha256: string;
  /** How the secret begins, for people. */
  readonly prefix: string;
  /** What it may do, as `resource:action`; everything that keys may when left out. */
  readonly scopes?: readonly string[];
  /** Aliases and models that it may ask for; all when left out. */
  readonly models?: readonly string[];
  /** Profiles of the lockfile that it may name, the usual one for its calls first; all when left out. */
  readonly profiles?: readonly string[];
  /** Addresses and ranges that it may come from; all when left out. */
  readonly addresses?: readonly string[];
  /** Milliseconds since 1970, here and below. */
  readonly createdAt: number;
  readonly createdBy?: string;
  readonly expiresAt?: number;
  readonly revokedAt?: number;
  readonly lastUsedAt?: number;
  /** The id of the key in whose place it came. */
  readonly rotatedFrom?: string;
  /** What it may do in management, by the name of a role. */
  readonly role?: string;
  /** How far its role goes: its workspace when left out. */
  readonly reach?: 'organisation' | 'installation';
}

/** Null removes what was there; what is left out stays. */
export interface KeyChange {
  readonly name?: string;
  readonly scopes?: readonly string[] | null;
  readonly models?: readonly string[] | null;
  readonly profiles?: readonly string[] | null;
  readonly addresses?: readonly string[] | null;
  readonly expiresAt?: number | null;
  readonly role?: string | null;
  readonly reach?: NonNullable<KeyRecord['reach']> | null;
}

interface KeyPlace {
  readonly createdAt: number;
  readonly id: string;
}

export interface KeyListing {
  readonly organisation?: string;
  readonly workspace?: string;
  /** A revoked key is not expired as well. */
  readonly state?: 'active' | 'revoked' | 'expired';
  /** The time by which keys have expired. */
  readonly now: number;
  /** A part of the name in any letters, the id, or how the secret begins. */
  readonly search?: string;
  /** Where the page before ended: its `next`. */
  readonly after?: KeyPlace;
  readonly limit: number;
  readonly newestFirst: boolean;
}

export interface KeyPage {
  readonly keys: readonly KeyRecord[];
  /** From where to go on; also when what was looked at is much and the page is not full. Undefined at the end. */
  readonly next?: KeyPlace;
}

export interface KeyRotation {
  /** The key that takes its place; the old one is named in `rotatedFrom` by this. */
  readonly successor: KeyRecord;
  /** Until when both are good. */
  readonly overlapUntil: number;
  readonly at: number;
}

export interface KeyTenant {
  readonly organisation: string;
  readonly workspace: string;
}

export interface Keys {
  /** Throws `conflict` when the id or the secret is taken. */
  insert(key: KeyRecord): Promise<void>;
  /** Revoked and expired keys are found as well; it is for the caller to refuse them. */
  findBySecret(secretSha256: string): Promise<KeyRecord | undefined>;
  find(id: string): Promise<KeyRecord | undefined>;
  /** In the order of their making, revoked ones included. */
  list(): Promise<readonly KeyRecord[]>;
  /** Where those of these keys stand that there are, revoked ones included. */
  placesOf(ids: readonly string[]): Promise<ReadonlyMap<string, KeyTenant>>;
  /** By the time of their making, page by page. */
  page(listing: KeyListing): Promise<KeyPage>;
  /**
   * Those that were made, changed, rotated or revoked after this version, 0 for all; not those that were only used. The version
   * that comes with them is the one to ask with next time.
   */
  changedSince(version: number): Promise<{ readonly keys: readonly KeyRecord[]; readonly version: number }>;
  /** Undefined when there is no such key. */
  update(id: string, change: KeyChange, at: number): Promise<KeyRecord | undefined>;
  /** False when there is no such key; the time of a first revocation stays. */
  revoke(id: string, at: number): Promise<boolean>;
  /**
   * Both keys are good until the overlap ends, all or nothing; the successor has the role and the reach of the old one. Throws
   * `not_found` when there is no such key that is still good, and `conflict` when the successor's id or secret is taken.
   */
  rotate(id: string, rotation: KeyRotation): Promise<void>;
  /** An older use does not hide a newer one. */
  noteUses(uses: readonly { readonly id: string; readonly at: number }[]): Promise<void>;
}

export function createKeys(db: Kysely<Schema>): Keys {
  const findWhere = async (column: 'id' | 'secret_sha256', value: string): Promise<KeyRecord | undefined> => {
    const row = await db.selectFrom('keys').selectAll().where(column, '=', value).executeTakeFirst();
    return row && fromKeyRow(row);
  };
  return {
    insert: (key) => db.transaction().execute((locked) => insertKey(locked, key, key.createdAt)),
    findBySecret: (secretSha256) => findWhere('secret_sha256', secretSha256),
    find: (id) => findWhere('id', id),
    list: async () => {
      const rows = await db.selectFrom('keys').selectAll().orderBy('created_at').orderBy('id').execute();
      return rows.map(fromKeyRow);
    },
    placesOf: (ids) => findPlaces(db, ids),
    page: (listing) => readPage(db, listing),
    changedSince: async (version) => {
      const changed = db.selectFrom('keys').selectAll().where('version', '>', version);
      const rows = await changed.orderBy('version').execute();
      return { keys: rows.map(fromKeyRow), version: rows.at(-1)?.version ?? version };
    },
    update: (id, change, at) => db.transaction().execute((locked) => updateKey(locked, id, change, at)),
    revoke: (id, at) => db.transaction().execute((locked) => revokeKey(locked, id, at)),
    rotate: (id, rotation) => db.transaction().execute((locked) => rotateKey(locked, id, rotation)),
    noteUses: (uses) => noteUses(db, uses),
  };
}

/** Far fewer than any database takes in one statement. */
const idsAtOnce = 5000;

async function findPlaces(db: Kysely<Schema>, ids: readonly string[]): Promise<Map<string, KeyTenant>> {
  const found = new Map<string, KeyTenant>();
  for (let at = 0; at < ids.length; at += idsAtOnce) {
    const rows = await db
      .selectFrom('keys')
      .select(['id', 'organisation', 'workspace'])
      .where('id', 'in', ids.slice(at, at + idsAtOnce))
      .execute();
    for (const { id, ...place } of rows) found.set(id, place);
  }
  return found;
}

/** The row stays locked until the end, so that versions become visible in their order. */
async function nextVersion(db: Transaction<Schema>): Promise<number> {
  const { value } = await db
    .updateTable('key_versions')
    .set({ value: sql`value + 1` })
    .where('id', '=', 1)
    .returning('value')
    .executeTakeFirstOrThrow();
  return value;
}

async function updateKey(
  db: Transaction<Schema>,
  id: string,
  change: KeyChange,
  at: number,
): Promise<KeyRecord | undefined> {
  const { name, scopes, models, profiles, addresses, expiresAt, role, reach } = change;
  const row = await db
    .updateTable('keys')
    .set({
      ...(name !== undefined && { name: toText(name) }),
      ...(scopes !== undefined && { scopes: toOptionalJson(scopes) }),
      ...(models !== undefined && { models: toOptionalJson(models) }),
      ...(profiles !== undefined && { profiles: toOptionalJson(profiles) }),
      ...(addresses !== undefined && { addresses: toOptionalJson(addresses) }),
      ...(expiresAt !== undefined && { expires_at: expiresAt }),
      ...(role !== undefined && { role: toOptionalText(role ?? undefined) }),
      ...(reach !== undefined && { reach }),
      changed_at: at,
      version: await nextVersion(db),
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
  return row && fromKeyRow(row);
}

async function revokeKey(db: Transaction<Schema>, id: string, at: number): Promise<boolean> {
  const version = await nextVersion(db);
  const { numUpdatedRows } = await db
    .updateTable('keys')
    .set(({ fn, val, ref }) => ({
      revoked_at: fn.coalesce(ref('revoked_at'), val(at)),
      changed_at: at,
      version,
    }))
    .where('id', '=', id)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

async function insertKey(db: Transaction<Schema>, key: KeyRecord, changedAt: number): Promise<void> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('keys')
    .values({
      id: key.id,
      organisation: toText(key.organisation ?? 'default'),
      workspace: toText(key.workspace),
      name: toText(key.name),
      secret_sha256: key.secretSha256,
      prefix: toText(key.prefix),
      scopes: toOptionalJson(key.scopes),
      models: toOptionalJson(key.models),
      profiles: toOptionalJson(key.profiles),
      addresses: toOptionalJson(key.addresses),
      created_at: key.createdAt,
      created_by: toOptionalText(key.createdBy),
      expires_at: key.expiresAt ?? null,
      revoked_at: key.revokedAt ?? null,
      last_used_at: key.lastUsedAt ?? null,
      rotated_from: key.rotatedFrom ?? null,
      changed_at: changedAt,
      role: toOptionalText(key.role),
      reach: key.reach ?? null,
      version: await nextVersion(db),
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows === 0n) {
    throw new KeelsonError(
      'conflict',
      `There is a key with the id \`${key.id}\` or with its secret already.`,
    );
  }
}

async function rotateKey(
  db: Transaction<Schema>,
  id: string,
  { successor, overlapUntil, at }: KeyRotation,
): Promise<void> {
  const version = await nextVersion(db);
  // An overlap never makes a key last longer than it would have.
  const rotated = await db
    .updateTable('keys')
    .set(({ eb, ref, val }) => ({
      expires_at: eb
        .case()
        .when('expires_at', '<', overlapUntil)
        .then(ref('expires_at'))
        .else(val(overlapUntil))
        .end(),
      changed_at: at,
      version,
    }))
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .where((is) => is.or([is('expires_at', 'is', null), is('expires_at', '>', at)]))
    .returningAll()
    .executeTakeFirst();
  if (rotated === undefined) {
    throw new KeelsonError('not_found', `There is no key \`${id}\` that could be rotated.`, {
      hint: 'Make a new key in place of one that was revoked or has expired.',
    });
  }
  const { role, reach } = fromKeyRow(rotated);
  await insertKey(db, { ...successor, ...known({ role, reach }), rotatedFrom: id }, at);
}

/** More than any installation should need to look through at once; a search goes on from there with the next page. */
const mostLookedAt = 5000;

/** State and search stand in no index: a part of the list is looked at, in its order, and filtered then. */
async function readPage(db: Kysely<Schema>, listing: KeyListing): Promise<KeyPage> {
  const { limit, state, search } = listing;
  const listed = listKeys(db, listing);
  if (state === undefined && search === undefined) {
    const rows = await listed
      .selectAll()
      .limit(limit + 1)
      .execute();
    return toPage(rows.slice(0, limit), rows.length > limit ? rows[limit - 1] : undefined);
  }
  const last = await listed
    .select(['created_at', 'id'])
    .offset(mostLookedAt - 1)
    .limit(1)
    .executeTakeFirst();
  let bounded = listed;
  if (last !== undefined) {
    const bound = sql<boolean>`(created_at, id) ${sql.raw(listing.newestFirst ? '>=' : '<=')} (${last.created_at}, ${last.id})`;
    bounded = bounded.where(bound);
  }
  const rows = await applyFilters(bounded, listing)
    .selectAll()
    .limit(limit + 1)
    .execute();
  if (rows.length > limit) return toPage(rows.slice(0, limit), rows[limit - 1]);
  return toPage(rows, last);
}

type KeyQuery = SelectQueryBuilder<Schema, 'keys', object>;

function listKeys(db: Kysely<Schema>, { organisation, workspace, after, newestFirst }: KeyListing): KeyQuery {
  let query: KeyQuery = db.selectFrom('keys');
  if (organisation !== undefined) query = query.where('organisation', '=', toText(organisation));
  if (workspace !== undefined) query = query.where('workspace', '=', toText(workspace));
  if (after !== undefined) {
    const comparison = sql.raw(newestFirst ? '<' : '>');
    query = query.where(sql<boolean>`(created_at, id) ${comparison} (${after.createdAt}, ${after.id})`);
  }
  const direction = newestFirst ? 'desc' : 'asc';
  return query.orderBy('created_at', direction).orderBy('id', direction);
}

function applyFilters(all: KeyQuery, { state, search, now }: KeyListing): KeyQuery {
  let query = all;
  if (state !== undefined) query = query.where('revoked_at', state === 'revoked' ? 'is not' : 'is', null);
  if (state === 'active') {
    query = query.where((is) => is.or([is('expires_at', 'is', null), is('expires_at', '>', now)]));
  }
  if (state === 'expired') query = query.where('expires_at', '<=', now);
  if (search === undefined) return query;
  const text = toText(search);
  const pattern = `%${text.replace(/[!%_]/g, '!$&')}%`;
  return query.where((is) =>
    is.or([
      is('id', '=', text),
      is('prefix', '=', text),
      sql<boolean>`name like ${pattern} escape '!'`,
      // Letters beyond ASCII have no other case to SQLite.
      sql<boolean>`lower(name) like ${pattern.toLowerCase()} escape '!'`,
    ]),
  );
}

function toPage(rows: readonly KeyRow[], last: Pick<KeyRow, 'created_at' | 'id'> | undefined): KeyPage {
  return {
    keys: rows.map(fromKeyRow),
    ...(last !== undefined && { next: { createdAt: last.created_at, id: last.id } }),
  };
}

async function noteUses(
  db: Kysely<Schema>,
  uses: readonly { readonly id: string; readonly at: number }[],
): Promise<void> {
  // In one order everywhere: two processes that note the same rows would wait for each other.
  const sorted = uses.toSorted((one, other) => (one.id < other.id ? -1 : 1));
  await db.transaction().execute(async (transaction) => {
    for (const { id, at } of sorted) {
      await transaction
        .updateTable('keys')
        .set({ last_used_at: at })
        .where('id', '=', id)
        .where((is) => is.or([is('last_used_at', 'is', null), is('last_used_at', '<', at)]))
        .execute();
    }
  });
}

function toOptionalJson(list: readonly string[] | null | undefined): string | null {
  return list === undefined || list === null ? null : toJsonText(list);
}

function fromOptionalJson(text: string | null): readonly string[] | null {
  return text === null ? null : fromJsonText<readonly string[]>(text);
}

function fromKeyRow(row: KeyRow): KeyRecord {
  return {
    id: row.id,
    workspace: row.workspace,
    name: row.name,
    secretSha256: row.secret_sha256,
    prefix: row.prefix,
    createdAt: row.created_at,
    ...known({
      organisation: row.organisation === 'default' ? null : row.organisation,
      scopes: fromOptionalJson(row.scopes),
      models: fromOptionalJson(row.models),
      profiles: fromOptionalJson(row.profiles),
      addresses: fromOptionalJson(row.addresses),
      createdBy: row.created_by,
      expiresAt: row.expires_at,
      revokedAt: row.revoked_at,
      lastUsedAt: row.last_used_at,
      rotatedFrom: row.rotated_from,
      role: row.role,
      reach: row.reach as KeyRecord['reach'] | null,
    }),
  };
}
