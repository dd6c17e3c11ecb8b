/** Configurations in the order in which they came into force: text, digest, what changed, when and by whom. */
import type { Json } from '@keelson/core';
import type { Kysely, Selectable } from 'kysely';
import { fromJsonText, toJsonText, toText } from './columns.ts';
import type { Schema } from './schema.ts';

export interface StoredConfiguration {
  /** From 1, without gaps. */
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly by: string;
  /** SHA-256 of the text, in hexadecimal digits. */
  readonly digest: string;
  readonly changes: Json;
  readonly text: string;
}

export interface Configurations {
  /** False when there is one with this number; nothing is written then. */
  append(configuration: StoredConfiguration): Promise<boolean>;
  find(number: number): Promise<StoredConfiguration | undefined>;
  /** The newest first; those before a number, where it is given. */
  list(page: { readonly limit: number; readonly before?: number }): Promise<readonly StoredConfiguration[]>;
  /** Of one that did not come into force after all; only while it is the newest. */
  withdraw(number: number): Promise<void>;
}

export function createConfigurations(db: Kysely<Schema>): Configurations {
  return {
    append: async ({ number, at, by, digest, changes, text }) => {
      const row = { number, at, digest, done_by: toText(by), changes: toJsonText(changes) };
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('configurations')
        .values({ ...row, content: toText(text) })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return (numInsertedOrUpdatedRows ?? 0n) > 0n;
    },
    find: async (number) => {
      const rows = db.selectFrom('configurations').selectAll().where('number', '=', number);
      const row = await rows.executeTakeFirst();
      return row && fromRow(row);
    },
    list: async ({ limit, before }) => {
      const page = db.selectFrom('configurations').selectAll().orderBy('number', 'desc').limit(limit);
      const rows = await (before === undefined ? page : page.where('number', '<', before)).execute();
      return rows.map(fromRow);
    },
    withdraw: async (number) => {
      await db
        .deleteFrom('configurations')
        .where('number', '=', number)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(selectFrom('configurations as later').select('number').where('later.number', '>', number)),
          ),
        )
        .execute();
    },
  };
}

function fromRow(row: Selectable<Schema['configurations']>): StoredConfiguration {
  const { number, at, done_by: by, digest, changes, content: text } = row;
  return { number, at: Number(at), by, digest, changes: fromJsonText(changes), text };
}
