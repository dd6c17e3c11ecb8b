/** Flows that workspaces keep: every version that was ever put, because runs end with theirs, and which is the newest. */
import type { Kysely } from 'kysely';
import { fromJsonText, known, toJsonText, toOptionalText, toText } from './columns.ts';
import type { FlowVersionRow } from './run-schema.ts';
import type { Schema } from './schema.ts';

export interface FlowVersion {
  readonly workspace: string;
  readonly name: string;
  readonly version: string;
  readonly text: string;
  readonly description?: string;
  /** The flows inside it by name, with their versions. */
  readonly uses: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly createdBy?: string;
}

export interface FlowVersions {
  /** It is the newest from now on, also where it was known; whether anything changed. */
  put(flow: FlowVersion): Promise<boolean>;
  /** The newest where no version is named. */
  find(workspace: string, name: string, version?: string): Promise<FlowVersion | undefined>;
  /** The newest of each, by name. */
  list(listing: {
    readonly workspace: string;
    readonly after?: string;
    readonly limit: number;
  }): Promise<readonly FlowVersion[]>;
  /** None is the newest any more, and each can still be found by its version; false where none was. */
  remove(workspace: string, name: string): Promise<boolean>;
}

export function createFlowVersions(db: Kysely<Schema>): FlowVersions {
  const newest = (workspace: string) =>
    db
      .selectFrom('flow_heads as head')
      .innerJoin('flow_versions as flow', (join) =>
        join
          .onRef('flow.workspace', '=', 'head.workspace')
          .onRef('flow.name', '=', 'head.name')
          .onRef('flow.version', '=', 'head.version'),
      )
      .selectAll('flow')
      .where('head.workspace', '=', toText(workspace));
  return {
    put: (flow) => db.transaction().execute((transaction) => put(transaction, flow)),
    find: async (workspace, name, version) => {
      if (version === undefined) {
        const row = await newest(workspace).where('head.name', '=', toText(name)).executeTakeFirst();
        return row && fromRow(row);
      }
      const row = await db
        .selectFrom('flow_versions')
        .selectAll()
        .where('workspace', '=', toText(workspace))
        .where('name', '=', toText(name))
        .where('version', '=', toText(version))
        .executeTakeFirst();
      return row && fromRow(row);
    },
    list: async ({ workspace, after, limit }) => {
      let query = newest(workspace);
      if (after !== undefined) query = query.where('head.name', '>', toText(after));
      return (await query.orderBy('head.name').limit(limit).execute()).map(fromRow);
    },
    remove: async (workspace, name) => {
      const { numDeletedRows } = await db
        .deleteFrom('flow_heads')
        .where('workspace', '=', toText(workspace))
        .where('name', '=', toText(name))
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },
  };
}

async function put(db: Kysely<Schema>, flow: FlowVersion): Promise<boolean> {
  const { workspace, name, version, text, description, uses, createdAt, createdBy } = flow;
  const head = { workspace: toText(workspace), name: toText(name), version: toText(version) };
  await db
    .insertInto('flow_versions')
    .values({
      ...head,
      text: toText(text),
      description: toOptionalText(description),
      uses: toJsonText(uses),
      created_at: createdAt,
      created_by: toOptionalText(createdBy),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('flow_heads')
    .values(head)
    .onConflict((conflict) =>
      conflict
        .columns(['workspace', 'name'])
        .doUpdateSet({ version: head.version })
        .where('flow_heads.version', '<>', head.version),
    )
    .executeTakeFirst();
  return (numInsertedOrUpdatedRows ?? 0n) > 0n;
}

function fromRow({ workspace, name, version, text, uses, ...row }: FlowVersionRow): FlowVersion {
  return {
    ...{ workspace, name, version, text },
    uses: fromJsonText<Record<string, string>>(uses),
    createdAt: Number(row.created_at),
    ...known({ description: row.description, createdBy: row.created_by }),
  };
}
