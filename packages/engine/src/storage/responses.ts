/** Stored answers, to which a later request may refer by id. They belong to a workspace, and are gone after a while. */
import { type Json, KeelsonError } from '@keelson/core';
import type { Kysely } from 'kysely';
import type { Clock } from '../observability/index.ts';
import { fromJsonText, known, toJsonText, toText } from './columns.ts';
import type { Schema } from './schema.ts';

export interface StoredResponse {
  readonly id: string;
  readonly workspace: string;
  readonly keyId?: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly request: Json;
  readonly message: Json;
}

export interface Responses {
  /** Throws `conflict` when the id is taken. */
  insert(response: StoredResponse): Promise<void>;
  /** Never one of another workspace, and never an expired one. */
  find(workspace: string, id: string): Promise<StoredResponse | undefined>;
  /** False when there was none to remove. */
  remove(workspace: string, id: string): Promise<boolean>;
}

export function createResponses(db: Kysely<Schema>, clock: Clock): Responses {
  return {
    insert: (response) => insertResponse(db, response),
    find: (workspace, id) => findResponse(db, clock, { workspace, id }),
    remove: async (workspace, id) => {
      const { numDeletedRows } = await db
        .deleteFrom('responses')
        .where('id', '=', id)
        .where('workspace', '=', toText(workspace))
        .where('expires_at', '>', clock.now())
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },
  };
}

async function insertResponse(db: Kysely<Schema>, response: StoredResponse): Promise<void> {
  const { id, workspace, keyId, createdAt, expiresAt, request, message } = response;
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('responses')
    .values({
      id,
      workspace: toText(workspace),
      key_id: keyId ?? null,
      created_at: createdAt,
      expires_at: expiresAt,
      request: toJsonText(request),
      message: toJsonText(message),
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows === 0n) {
    throw new KeelsonError('conflict', `There is a stored answer with the id \`${id}\` already.`);
  }
}

async function findResponse(
  db: Kysely<Schema>,
  clock: Clock,
  { workspace, id }: Pick<StoredResponse, 'workspace' | 'id'>,
): Promise<StoredResponse | undefined> {
  const row = await db
    .selectFrom('responses')
    .selectAll()
    .where('id', '=', id)
    .where('workspace', '=', toText(workspace))
    .where('expires_at', '>', clock.now())
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    id,
    workspace: row.workspace,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    request: fromJsonText(row.request),
    message: fromJsonText(row.message),
    ...known({ keyId: row.key_id }),
  };
}
