/** Keys by which callers are known. Of a secret only its SHA-256 is here, and so many letters that people can tell keys apart. */
import { KeelsonError } from '@keelson/core';
import type { Kysely } from 'kysely';
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
}

export interface KeyRotation {
  /** The key that takes its place; the old one is named in `rotatedFrom` by this. */
  readonly successor: KeyRecord;
  /** Until when both are good. */
  readonly overlapUntil: number;
  readonly at: number;
}

export interface Keys {
  /** Throws `conflict` when the id or the secret is taken. */
  insert(key: KeyRecord): Promise<void>;
  /** Revoked and expired keys are found as well; it is for the caller to refuse them. */
  findBySecret(secretSha256: string): Promise<KeyRecord | undefined>;
  find(id: string): Promise<KeyRecord | undefined>;
  /** In the order of their making, revoked ones included. */
  list(): Promise<readonly KeyRecord[]>;
  /** Those that were made, rotated or revoked at this time or later; not those that were only used. */
  listChanged(since: number): Promise<readonly KeyRecord[]>;
  /** False when there is no such key; the time of a first revocation stays. */
  revoke(id: string, at: number): Promise<boolean>;
  /**
   * Both keys are good until the overlap ends, all or nothing. Throws `not_found` when there is no such key that is still
   * good, and `conflict` when the successor's id or secret is taken.
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
    insert: (key) => insertKey(db, key, key.createdAt),
    findBySecret: (secretSha256) => findWhere('secret_sha256', secretSha256),
    find: (id) => findWhere('id', id),
    list: async () => {
      const rows = await db.selectFrom('keys').selectAll().orderBy('created_at').orderBy('id').execute();
      return rows.map(fromKeyRow);
    },
    listChanged: async (since) => {
      const changed = db.selectFrom('keys').selectAll().where('changed_at', '>=', since);
      return (await changed.orderBy('changed_at').orderBy('id').execute()).map(fromKeyRow);
    },
    revoke: async (id, at) => {
      const { numUpdatedRows } = await db
        .updateTable('keys')
        .set(({ fn, val, ref }) => ({ revoked_at: fn.coalesce(ref('revoked_at'), val(at)), changed_at: at }))
        .where('id', '=', id)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
    rotate: (id, rotation) => rotateKey(db, id, rotation),
    noteUses: (uses) => noteUses(db, uses),
  };
}

async function insertKey(db: Kysely<Schema>, key: KeyRecord, changedAt: number): Promise<void> {
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
      addresses: toOptionalJson(key.addresses),
      created_at: key.createdAt,
      created_by: toOptionalText(key.createdBy),
      expires_at: key.expiresAt ?? null,
      revoked_at: key.revokedAt ?? null,
      last_used_at: key.lastUsedAt ?? null,
      rotated_from: key.rotatedFrom ?? null,
      changed_at: changedAt,
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
  db: Kysely<Schema>,
  id: string,
  { successor, overlapUntil, at }: KeyRotation,
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    // An overlap never makes a key last longer than it would have.
    const { numUpdatedRows } = await transaction
      .updateTable('keys')
      .set(({ eb, ref, val }) => ({
        expires_at: eb
          .case()
          .when('expires_at', '<', overlapUntil)
          .then(ref('expires_at'))
          .else(val(overlapUntil))
          .end(),
        changed_at: at,
      }))
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .where((is) => is.or([is('expires_at', 'is', null), is('expires_at', '>', at)]))
      .executeTakeFirst();
    if (numUpdatedRows === 0n) {
      throw new KeelsonError('not_found', `There is no key \`${id}\` that could be rotated.`, {
        hint: 'Make a new key in place of one that was revoked or has expired.',
      });
    }
    await insertKey(transaction, { ...successor, rotatedFrom: id }, at);
  });
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

function toOptionalJson(list: readonly string[] | undefined): string | null {
  return list === undefined ? null : toJsonText(list);
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
      addresses: fromOptionalJson(row.addresses),
      createdBy: row.created_by,
      expiresAt: row.expires_at,
      revokedAt: row.revoked_at,
      lastUsedAt: row.last_used_at,
      rotatedFrom: row.rotated_from,
    }),
  };
}
