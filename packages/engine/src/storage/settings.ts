/** Settings that are changed while Keelson runs: JSON by name, each with a version that counts its changes. */
import { type Json, KeelsonError } from '@keelson/core';
import type { Kysely } from 'kysely';
import { fromJsonText, toJsonText } from './columns.ts';
import type { Schema } from './schema.ts';

export interface Setting {
  readonly name: string;
  readonly value: Json;
  /** From 1; one more with every change. */
  readonly version: number;
}

export interface Settings {
  find(name: string): Promise<Setting | undefined>;
  /** By name. */
  list(): Promise<readonly Setting[]>;
  /**
   * Writes over the version that was read, 0 for one that is new, and returns the version after it. Throws `conflict`
   * when somebody else has written in between.
   */
  write(setting: Setting): Promise<number>;
}

export function createSettings(db: Kysely<Schema>): Settings {
  return {
    find: async (name) => {
      const row = await db.selectFrom('settings').selectAll().where('name', '=', name).executeTakeFirst();
      return row && { ...row, value: fromJsonText(row.value) };
    },
    list: async () => {
      const rows = await db.selectFrom('settings').selectAll().orderBy('name').execute();
      return rows.map((row) => ({ ...row, value: fromJsonText(row.value) }));
    },
    write: async (setting) => {
      const written = setting.version === 0 ? insertSetting(db, setting) : updateSetting(db, setting);
      if ((await written) > 0n) return setting.version + 1;
      throw new KeelsonError(
        'conflict',
        `The setting \`${setting.name}\` has been changed by somebody else.`,
      );
    },
  };
}

async function insertSetting(db: Kysely<Schema>, { name, value }: Setting): Promise<bigint> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('settings')
    .values({ name, value: toJsonText(value), version: 1 })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows ?? 0n;
}

async function updateSetting(db: Kysely<Schema>, { name, value, version }: Setting): Promise<bigint> {
  const { numUpdatedRows } = await db
    .updateTable('settings')
    .set({ value: toJsonText(value), version: version + 1 })
    .where('name', '=', name)
    .where('version', '=', version)
    .executeTakeFirst();
  return numUpdatedRows;
}
