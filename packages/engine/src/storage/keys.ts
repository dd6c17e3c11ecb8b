/** Keys by which callers are known. Of a secret only its SHA-256 is here, and so many letters that people can tell keys apart. */
import { KeelsonError } from '@keelson/core';
import type { Kysely } from 'kysely';
import { known, toText } from './columns.ts';
import type { KeyRow, Schema } from './schema.ts';

export interface KeyRecord {
  readonly id: string;
  readonly workspace: string;
  readonly name: string;
  /** In hexadecimal digits. */
  readonly secretSha256: string;
  /** How the secret begins, for people. */
  readonly prefix: string;
  /** Milliseconds since 1970, here and below. */
  readonly createdAt: number;
  readonly expiresAt?: number;
  readonly revokedAt?: number;
}

export interface Keys {
  /** Throws `conflict` when the id or the secret is taken. */
  insert(key: KeyRecord): Promise<void>;
  /** Revoked and expired keys are found as well; it is for the caller to refuse them. */
  findBySecret(secretSha256: string): Promise<KeyRecord | undefined>;
  /** In the order of their making, revoked ones included. */
  list(): Promise<readonly KeyRecord[]>;
  /** False when there is no such key; the time of a first revocation stays. */
  revoke(id: string, at: number): Promise<boolean>;
}

export function createKeys(db: Kysely<Schema>): Keys {
  return {
    insert: (key) => insertKey(db, key),
    findBySecret: async (secretSha256) => {
      const found = db.selectFrom('keys').selectAll().where('secret_sha256', '=', secretSha256);
      const row = await found.executeTakeFirst();
      return row && fromKeyRow(row);
    },
    list: async () => {
      const rows = await db.selectFrom('keys').selectAll().orderBy('created_at').orderBy('id').execute();
      return rows.map(fromKeyRow);
    },
    revoke: async (id, at) => {
      const { numUpdatedRows } = await db
        .updateTable('keys')
        .set(({ fn, val, ref }) => ({ revoked_at: fn.coalesce(ref('revoked_at'), val(at)) }))
        .where('id', '=', id)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
  };
}

async function insertKey(db: Kysely<Schema>, key: KeyRecord): Promise<void> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('keys')
    .values({
      id: key.id,
      workspace: toText(key.workspace),
      name: toText(key.name),
      secret_sha256: key.secretSha256,
      prefix: toText(key.prefix),
      created_at: key.createdAt,
      expires_at: key.expiresAt ?? null,
      revoked_at: key.revokedAt ?? null,
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

function fromKeyRow(row: KeyRow): KeyRecord {
  return {
    id: row.id,
    workspace: row.workspace,
    name: row.name,
    secretSha256: row.secret_sha256,
    prefix: row.prefix,
    createdAt: row.created_at,
    ...known({ expiresAt: row.expires_at, revokedAt: row.revoked_at }),
  };
}
