/** People who asked for an organisation and a key of their own, and what became of it. */
import { KeelsonError } from '@keelson/core';
import type { Kysely, Transaction } from 'kysely';
import { known, toText } from './columns.ts';
import type { Schema } from './schema.ts';
import type { RegistrationRow } from './sync-schema.ts';

export interface Registration {
  readonly id: string;
  readonly email: string;
  /** Ids of what will be made, or was. */
  readonly organisation: string;
  readonly project: string;
  readonly address: string;
  readonly state: 'pending' | 'active' | 'refused';
  readonly secretSha256: string;
  readonly prefix: string;
  readonly tokenSha256: string;
  /** What is to be sent, until it has been used. */
  readonly message?: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Until when it may be confirmed. */
  readonly expiresAt: number;
  readonly decidedAt?: number;
  readonly keyId?: string;
}

export interface Registrations {
  /** Takes the place of one that has run out. Throws `conflict` where the address or the organisation is taken. */
  insert(registration: Registration): Promise<void>;
  find(id: string): Promise<Registration | undefined>;
  findByToken(tokenSha256: string): Promise<Registration | undefined>;
  /** The newest first. */
  list(listing: { readonly before?: string; readonly limit: number }): Promise<readonly Registration[]>;
  /** True for exactly one of those who decide about a pending one. */
  decide(
    id: string,
    decision: { readonly state: 'active' | 'refused'; readonly at: number; readonly keyId?: string },
  ): Promise<boolean>;
  /** What was decided could not be done after all. */
  reopen(id: string): Promise<void>;
}

export function createRegistrations(db: Kysely<Schema>): Registrations {
  return {
    insert: (registration) => db.transaction().execute((transaction) => insert(transaction, registration)),
    find: async (id) => {
      const row = await db
        .selectFrom('registrations')
        .selectAll()
        .where('id', '=', toText(id))
        .executeTakeFirst();
      return row && fromRow(row);
    },
    findByToken: async (tokenSha256) => {
      const row = await db
        .selectFrom('registrations')
        .selectAll()
        .where('token_sha256', '=', toText(tokenSha256))
        .executeTakeFirst();
      return row && fromRow(row);
    },
    list: async ({ before, limit }) => {
      let query = db.selectFrom('registrations').selectAll();
      if (before !== undefined) query = query.where('id', '<', toText(before));
      return (await query.orderBy('id', 'desc').limit(limit).execute()).map(fromRow);
    },
    decide: async (id, { state, at, keyId }) => {
      const { numUpdatedRows } = await db
        .updateTable('registrations')
        .set({ state, decided_at: at, key_id: keyId ?? null, message: null })
        .where('id', '=', toText(id))
        .where('state', '=', 'pending')
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
    reopen: async (id) => {
      await db
        .updateTable('registrations')
        .set({ state: 'pending', decided_at: null, key_id: null })
        .where('id', '=', toText(id))
        .execute();
    },
  };
}

async function insert(db: Transaction<Schema>, registration: Registration): Promise<void> {
  const row = toRow(registration);
  const isSame = { email: row.email, organisation: row.organisation };
  await db
    .deleteFrom('registrations')
    .where((where) =>
      where.or([where('email', '=', isSame.email), where('organisation', '=', isSame.organisation)]),
    )
    .where((where) =>
      where.or([
        where('state', '=', 'refused'),
        where.and([where('state', '=', 'pending'), where('expires_at', '<=', row.created_at)]),
      ]),
    )
    .execute();
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('registrations')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if ((numInsertedOrUpdatedRows ?? 0n) > 0n) return;
  throw new KeelsonError('conflict', 'This address or this organisation is registered already.', {
    hint: 'Confirm the registration that there is, or choose another name.',
  });
}

function toRow(registration: Registration): RegistrationRow {
  return {
    id: registration.id,
    email: toText(registration.email),
    organisation: toText(registration.organisation),
    project: toText(registration.project),
    address: toText(registration.address),
    state: registration.state,
    secret_sha256: registration.secretSha256,
    prefix: registration.prefix,
    token_sha256: registration.tokenSha256,
    message: registration.message ?? null,
    created_at: registration.createdAt,
    expires_at: registration.expiresAt,
    decided_at: registration.decidedAt ?? null,
    key_id: registration.keyId ?? null,
  };
}

function fromRow(row: RegistrationRow): Registration {
  return {
    id: row.id,
    email: row.email,
    organisation: row.organisation,
    project: row.project,
    address: row.address,
    state: row.state as Registration['state'],
    secretSha256: row.secret_sha256,
    prefix: row.prefix,
    tokenSha256: row.token_sha256,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    ...known({ message: row.message, decidedAt: row.decided_at, keyId: row.key_id }),
  };
}
