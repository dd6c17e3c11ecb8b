/** Budgets as they were defined, every change of them counted, and what was done to them. What is spent is in leases. */
import { type Json, KeelsonError } from '@keelson/core';
import { type Kysely, sql, type Transaction } from 'kysely';
import { fromJsonText, known, toJsonText, toText } from './columns.ts';
import { dayMs } from './days.ts';
import type { BudgetAlertRow, BudgetRow, BudgetWindowRow, Schema } from './schema.ts';

export interface StoredBudget {
  readonly id: string;
  readonly definition: Json;
  /** The most that may be used in one window of it. */
  readonly amount: number;
  /** Of all changes of all budgets: whoever has seen 7 asks for what came after 7. */
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly removedAt?: number;
}

export interface BudgetChange {
  readonly id: string;
  readonly definition: Json;
  readonly amount: number;
  readonly at: number;
}

/** What of a budget is used in one of its windows. */
export interface BudgetWindow {
  readonly budgetId: string;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly amount: number;
  readonly carried: number;
  readonly settled: number;
  readonly leased: number;
  readonly overshoot: number;
}

export interface AuditEntry {
  readonly id: string;
  readonly at: number;
  readonly kind: string;
  /** The budget or the process that it is about. */
  readonly subject: string;
  readonly detail: Json;
}

export interface BudgetAlert {
  readonly budgetId: string;
  readonly startsAt: number;
  /** In hundredths of the budget. */
  readonly level: number;
  readonly at: number;
  readonly used: number;
  readonly amount: number;
}

/** Where a page of alerts ended. */
export type AlertPlace = Pick<BudgetAlert, 'at' | 'budgetId' | 'startsAt' | 'level'>;

export interface AlertListing {
  readonly budgetIds: readonly string[];
  readonly from?: number;
  /** Not included. */
  readonly to?: number;
  readonly after?: AlertPlace;
  readonly limit: number;
}

export interface Budgets {
  /** Throws `conflict` when there is one with this id already. */
  create(change: BudgetChange): Promise<StoredBudget>;
  /** Open windows take the new amount at once. Undefined when there is none. */
  update(change: BudgetChange): Promise<StoredBudget | undefined>;
  /** What was spent on it stays. False when there is none. */
  remove(id: string, at: number): Promise<boolean>;
  /** Also when it is removed. */
  find(id: string): Promise<StoredBudget | undefined>;
  /** Removed ones included, so that others learn of it. */
  changedSince(version: number): Promise<readonly StoredBudget[]>;
  /** The newest first; of those that began before this time, where one is given. */
  windows(budgetId: string, limit: number, before?: number): Promise<readonly BudgetWindow[]>;
  alerts(budgetId: string): Promise<readonly BudgetAlert[]>;
  /** Of several budgets, the newest first. */
  alertsOf(listing: AlertListing): Promise<readonly BudgetAlert[]>;
  note(entry: AuditEntry): Promise<void>;
  /** The newest first. */
  audit(limit: number): Promise<readonly AuditEntry[]>;
  /** Removes windows on which nobody has a lease, a day after thirty more of their kind have passed. */
  sweep(at: number): Promise<void>;
}

const windowsKept = 30;

export function createBudgets(db: Kysely<Schema>): Budgets {
  return {
    create: (change) => db.transaction().execute((locked) => createBudget(locked, change)),
    update: (change) => db.transaction().execute((locked) => updateBudget(locked, change)),
    remove: (id, at) => db.transaction().execute((locked) => removeBudget(locked, id, at)),
    find: async (id) => {
      const row = await db.selectFrom('budgets').selectAll().where('id', '=', id).executeTakeFirst();
      return row && fromRow(row);
    },
    changedSince: async (version) => {
      const rows = await db
        .selectFrom('budgets')
        .selectAll()
        .where('version', '>', version)
        .orderBy('version')
        .execute();
      return rows.map(fromRow);
    },
    windows: (budgetId, limit, before) => listWindows(db, { budgetId, limit, before }),
    alerts: (budgetId) => listAlerts(db, budgetId),
    alertsOf: (listing) => listAlertsOf(db, listing),
    note: async ({ detail, subject, ...entry }) => {
      const row = { ...entry, subject: toText(subject), detail: toJsonText(detail) };
      await db.insertInto('budget_audit').values(row).execute();
    },
    audit: (limit) => listAudit(db, limit),
    sweep: async (at) => {
      await db
        .deleteFrom('budget_windows')
        .where('leased', '=', 0)
        .where('ends_at', '<', at - dayMs)
        .where(sql<boolean>`ends_at < ${at - dayMs} - ${sql.lit(windowsKept)} * (ends_at - starts_at)`)
        .execute();
    },
  };
}

async function listWindows(
  db: Kysely<Schema>,
  { budgetId, limit, before }: { budgetId: string; limit: number; before: number | undefined },
): Promise<readonly BudgetWindow[]> {
  let query = db.selectFrom('budget_windows').selectAll().where('budget_id', '=', budgetId);
  if (before !== undefined) query = query.where('starts_at', '<', before);
  const rows = await query.orderBy('starts_at', 'desc').limit(limit).execute();
  return rows.map(toWindow);
}

async function listAlerts(db: Kysely<Schema>, budgetId: string): Promise<readonly BudgetAlert[]> {
  const rows = await db
    .selectFrom('budget_alerts')
    .selectAll()
    .where('budget_id', '=', budgetId)
    .orderBy('at')
    .orderBy('level')
    .execute();
  return rows.map(toAlert);
}

/** Far fewer than any database takes in one statement. */
const idsAtOnce = 5000;

async function listAlertsOf(db: Kysely<Schema>, listing: AlertListing): Promise<readonly BudgetAlert[]> {
  const { budgetIds, from, to, after, limit } = listing;
  const found: BudgetAlertRow[] = [];
  for (let at = 0; at < budgetIds.length; at += idsAtOnce) {
    let query = db
      .selectFrom('budget_alerts')
      .selectAll()
      .where('budget_id', 'in', budgetIds.slice(at, at + idsAtOnce));
    if (from !== undefined) query = query.where('at', '>=', from);
    if (to !== undefined) query = query.where('at', '<', to);
    if (after !== undefined) {
      const { at: time, budgetId, startsAt, level } = after;
      query = query.where(
        sql<boolean>`(at, budget_id, starts_at, level) < (${time}, ${budgetId}, ${startsAt}, ${level})`,
      );
    }
    const newest = query.orderBy('at', 'desc').orderBy('budget_id', 'desc').orderBy('starts_at', 'desc');
    found.push(...(await newest.orderBy('level', 'desc').limit(limit).execute()));
  }
  return found.sort(newestFirst).slice(0, limit).map(toAlert);
}

function newestFirst(one: BudgetAlertRow, other: BudgetAlertRow): number {
  if (one.at !== other.at) return other.at - one.at;
  if (one.budget_id !== other.budget_id) return one.budget_id < other.budget_id ? 1 : -1;
  return other.starts_at - one.starts_at || other.level - one.level;
}

function toAlert({ budget_id, starts_at, ...rest }: BudgetAlertRow): BudgetAlert {
  return { budgetId: budget_id, startsAt: starts_at, ...rest };
}

async function listAudit(db: Kysely<Schema>, limit: number): Promise<readonly AuditEntry[]> {
  const rows = await db
    .selectFrom('budget_audit')
    .selectAll()
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ detail, ...row }) => ({ ...row, detail: fromJsonText(detail) }));
}

/** The row stays locked until the end, so that versions become visible in their order. */
async function nextVersion(db: Transaction<Schema>): Promise<number> {
  const { value } = await db
    .updateTable('budget_versions')
    .set({ value: sql`value + 1` })
    .where('id', '=', 1)
    .returning('value')
    .executeTakeFirstOrThrow();
  return value;
}

async function createBudget(db: Transaction<Schema>, change: BudgetChange): Promise<StoredBudget> {
  const { id, at } = change;
  const version = await nextVersion(db);
  const existing = await db.selectFrom('budgets').selectAll().where('id', '=', id).executeTakeFirst();
  if (existing !== undefined && existing.removed_at === null) {
    throw new KeelsonError('conflict', `There is a budget with the id \`${id}\` already.`);
  }
  const row = { definition: toDefinition(change), version, updated_at: at, removed_at: null };
  await db
    .insertInto('budgets')
    .values({ ...row, id, created_at: at })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ ...row, created_at: at }))
    .execute();
  // One that was removed and comes again goes on with what was spent on it.
  if (existing !== undefined) await changeOpenWindows(db, change);
  return fromRow({ ...row, id, created_at: at });
}

function toDefinition({ definition, amount }: BudgetChange): string {
  return toJsonText({ definition, amount });
}

async function updateBudget(
  db: Transaction<Schema>,
  change: BudgetChange,
): Promise<StoredBudget | undefined> {
  const { id, at } = change;
  const version = await nextVersion(db);
  const row = await db
    .updateTable('budgets')
    .set({ definition: toDefinition(change), version, updated_at: at })
    .where('id', '=', id)
    .where('removed_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return undefined;
  await changeOpenWindows(db, change);
  return fromRow(row);
}

async function changeOpenWindows(db: Transaction<Schema>, { id, amount, at }: BudgetChange): Promise<void> {
  await db
    .updateTable('budget_windows')
    .set({ amount })
    .where('budget_id', '=', id)
    .where('ends_at', '>', at)
    .execute();
}

async function removeBudget(db: Transaction<Schema>, id: string, at: number): Promise<boolean> {
  const version = await nextVersion(db);
  const { numUpdatedRows } = await db
    .updateTable('budgets')
    .set({ removed_at: at, updated_at: at, version })
    .where('id', '=', id)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

function fromRow(row: BudgetRow): StoredBudget {
  const { definition, amount } = fromJsonText<{ definition: Json; amount: number }>(row.definition);
  return {
    id: row.id,
    definition,
    amount,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    ...known({ removedAt: row.removed_at }),
  };
}

/** The amount of a budget that is not removed. */
export async function amountOf(db: Kysely<Schema>, id: string): Promise<number | undefined> {
  const row = await db
    .selectFrom('budgets')
    .select('definition')
    .where('id', '=', id)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  return row && fromJsonText<{ amount: number }>(row.definition).amount;
}

export function toWindow(row: BudgetWindowRow): BudgetWindow {
  const { budget_id, starts_at, ends_at, amount, carried, settled, leased, overshoot } = row;
  return {
    budgetId: budget_id,
    startsAt: starts_at,
    endsAt: ends_at,
    amount,
    carried,
    settled,
    leased,
    overshoot,
  };
}
