/**
 * What callers made at providers and go back to by its id: files, batches, tuning jobs. A row says whose it is and where; the
 * thing itself is the provider's, and only its description is here, as it was last seen.
 */
import type { Json, JsonObject } from '@keelson/core';
import type { Kysely } from 'kysely';
import { fromJsonText, known, toJsonText, toText } from './columns.ts';
import type { PassedThingRow, Schema } from './schema.ts';

export type ThingKind = 'file' | 'batch' | 'tuning-job';

export interface Thing {
  readonly workspace: string;
  /** The provider's. */
  readonly id: string;
  readonly kind: ThingKind;
  readonly provider: string;
  /** Who made it, in the words of whoever keeps it. */
  readonly owner: Json;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** As the provider last described it; left out while nobody has asked. */
  readonly object?: JsonObject;
  /** What it can use at most. */
  readonly measure?: Json;
  readonly settledAt?: number;
}

interface ThingListing {
  readonly workspace: string;
  readonly kind: ThingKind;
  readonly provider?: string;
  /** The id of the last one of the page before. */
  readonly after?: string;
  readonly limit: number;
  readonly isOldestFirst?: boolean;
}

interface ThingClaim {
  readonly workspace: string;
  readonly id: string;
  /** Of the record that it will get, unless it has one already. */
  readonly callId: string;
  readonly now: number;
  /** Until when nobody else may settle it. */
  readonly until: number;
}

export interface Things {
  /** One that is known already keeps whose it is. */
  keep(thing: Thing): Promise<void>;
  describe(workspace: string, id: string, object: JsonObject): Promise<void>;
  /** Never one of another workspace. */
  find(workspace: string, id: string): Promise<Thing | undefined>;
  remove(workspace: string, id: string): Promise<void>;
  /** Only those that were described. */
  list(listing: ThingListing): Promise<readonly Thing[]>;
  /** Those that are not settled, of one kind. */
  listOpen(workspace: string, kind: ThingKind): Promise<readonly Thing[]>;
  /** The id of its record for whoever may settle it now; undefined for everybody else. */
  claim(claim: ThingClaim): Promise<string | undefined>;
  /** Whoever had claimed it could not settle it. */
  release(workspace: string, id: string): Promise<void>;
  settle(workspace: string, id: string, at: number): Promise<void>;
}

export function createThings(db: Kysely<Schema>): Things {
  return {
    keep: (thing) => keepThing(db, thing),
    describe: async (workspace, id, object) => {
      await db
        .updateTable('passed_things')
        .set({ object: toJsonText(object) })
        .where('workspace', '=', toText(workspace))
        .where('id', '=', toText(id))
        .execute();
    },
    find: async (workspace, id) => {
      const row = await db
        .selectFrom('passed_things')
        .selectAll()
        .where('workspace', '=', toText(workspace))
        .where('id', '=', toText(id))
        .executeTakeFirst();
      return row && fromRow(row);
    },
    remove: async (workspace, id) => {
      await db
        .deleteFrom('passed_things')
        .where('workspace', '=', toText(workspace))
        .where('id', '=', toText(id))
        .execute();
    },
    list: (listing) => listThings(db, listing),
    listOpen: async (workspace, kind) => {
      const rows = await db
        .selectFrom('passed_things')
        .selectAll()
        .where('workspace', '=', toText(workspace))
        .where('kind', '=', kind)
        .where('settled_at', 'is', null)
        .orderBy('created_at')
        .execute();
      return rows.map(fromRow);
    },
    claim: (claim) => claimThing(db, claim),
    release: async (workspace, id) => {
      await db
        .updateTable('passed_things')
        .set({ claimed_until: null })
        .where('workspace', '=', toText(workspace))
        .where('id', '=', toText(id))
        .execute();
    },
    settle: async (workspace, id, at) => {
      await db
        .updateTable('passed_things')
        .set({ settled_at: at })
        .where('workspace', '=', toText(workspace))
        .where('id', '=', toText(id))
        .execute();
    },
  };
}

async function keepThing(db: Kysely<Schema>, thing: Thing): Promise<void> {
  const { workspace, id, kind, provider, owner, createdAt, object, measure } = thing;
  await db
    .insertInto('passed_things')
    .values({
      workspace: toText(workspace),
      id: toText(id),
      kind,
      provider,
      owner: toJsonText(owner),
      created_at: createdAt,
      object: object === undefined ? null : toJsonText(object),
      measure: measure === undefined ? null : toJsonText(measure),
      settle_call: null,
      claimed_until: null,
      settled_at: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

async function listThings(db: Kysely<Schema>, listing: ThingListing): Promise<readonly Thing[]> {
  const { workspace, kind, provider, after, limit, isOldestFirst = false } = listing;
  let query = db
    .selectFrom('passed_things')
    .selectAll()
    .where('workspace', '=', toText(workspace))
    .where('kind', '=', kind)
    .where('object', 'is not', null);
  if (provider !== undefined) query = query.where('provider', '=', provider);
  if (after !== undefined) {
    const last = await db
      .selectFrom('passed_things')
      .select('created_at')
      .where('workspace', '=', toText(workspace))
      .where('id', '=', toText(after))
      .executeTakeFirst();
    const at = last?.created_at ?? 0;
    const beyond = isOldestFirst ? '>' : '<';
    query = query.where((where) =>
      where.or([
        where('created_at', beyond, at),
        where.and([where('created_at', '=', at), where('id', beyond, toText(after))]),
      ]),
    );
  }
  const direction = isOldestFirst ? 'asc' : 'desc';
  const rows = await query.orderBy('created_at', direction).orderBy('id', direction).limit(limit).execute();
  return rows.map(fromRow);
}

async function claimThing(db: Kysely<Schema>, claim: ThingClaim): Promise<string | undefined> {
  const { workspace, id, callId, now, until } = claim;
  const claimed = await db
    .updateTable('passed_things')
    .set((set) => ({ claimed_until: until, settle_call: set.fn.coalesce('settle_call', set.val(callId)) }))
    .where('workspace', '=', toText(workspace))
    .where('id', '=', toText(id))
    .where('settled_at', 'is', null)
    .where((where) => where.or([where('claimed_until', 'is', null), where('claimed_until', '<', now)]))
    .returning('settle_call')
    .executeTakeFirst();
  return claimed?.settle_call ?? undefined;
}

function fromRow(row: PassedThingRow): Thing {
  return {
    workspace: row.workspace,
    id: row.id,
    kind: row.kind as ThingKind,
    provider: row.provider,
    owner: fromJsonText(row.owner),
    createdAt: row.created_at,
    ...known({ settledAt: row.settled_at }),
    ...(row.object !== null && { object: fromJsonText<JsonObject>(row.object) }),
    ...(row.measure !== null && { measure: fromJsonText<Json>(row.measure) }),
  };
}
