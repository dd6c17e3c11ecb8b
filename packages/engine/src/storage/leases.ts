/**
 * What processes hold of budgets. A process moves a slice of a window to itself with one statement that cannot overrun the
 * limit, and brings back what was spent of it. A batch counts once, however often it is sent.
 */
import { type Kysely, sql, type Transaction } from 'kysely';
import { type AuditEntry, amountOf, type BudgetAlert, type BudgetWindow, toWindow } from './budgets.ts';
import { toJsonText, toText } from './columns.ts';
import type { BudgetWindowRow, Schema } from './schema.ts';

export interface LeaseOwner {
  readonly id: string;
  readonly host: string;
  readonly startedAt: number;
  readonly heartbeatAt: number;
}

/** What one process wants with one window. */
export interface LeaseOrder {
  readonly budgetId: string;
  readonly startsAt: number;
  readonly endsAt: number;
  /** What the process will hold after this order, but for what it is granted: the rest of its lease goes back. */
  readonly keeps: number;
  /** Spent since the last batch, the overshoot included. */
  readonly settled: number;
  readonly overshoot: number;
  /** What calls wait for. Less than `least` is of no use to any of them. */
  readonly needs: number;
  readonly least: number;
  /** What would be good to have besides, as long as it is only a small part of what is left. */
  readonly extra: number;
  /** Whether the limit only warns. */
  readonly isForced: boolean;
}

export interface LeaseAnswer {
  readonly granted: number;
  readonly window: BudgetWindow;
}

export interface LeaseBatch {
  readonly owner: string;
  /** From 1, each one more than the one before. */
  readonly number: number;
  /** The last line of the owner's journal. What it says of the windows in this batch is in them afterwards. */
  readonly journalled: number;
  readonly at: number;
  readonly orders: readonly LeaseOrder[];
}

export interface LeaseResult {
  /** One for each order; undefined where the budget is gone. */
  readonly answers: readonly (LeaseAnswer | undefined)[];
  /** Of levels that were reached by this batch and by no other. */
  readonly alerts: readonly BudgetAlert[];
}

/** What a process that died had spent of a window. */
export interface LeaseCharge {
  readonly budgetId: string;
  readonly startsAt: number;
  readonly settled: number;
  readonly overshoot: number;
}

export type JournalledOf = (budgetId: string, startsAt: number) => number;

export interface Reckoning {
  readonly owner: string;
  readonly at: number;
  /** `all` where nobody can tell what of its leases was spent; otherwise by the line up to which a window knows its journal. */
  readonly charges: 'all' | ((journalled: JournalledOf) => readonly LeaseCharge[]);
  /** Budgets of calls at once, of which nothing is ever spent: what was lent goes back, also where all is charged. */
  readonly passing?: ReadonlySet<string>;
  audit(returned: number): AuditEntry;
}

export interface Leases {
  register(owner: LeaseOwner): Promise<void>;
  /** Undefined when the owner is not known any more: somebody has settled its estate. */
  send(batch: LeaseBatch): Promise<LeaseResult | undefined>;
  /** False when the owner is not known any more. */
  beat(owner: string, at: number): Promise<boolean>;
  /** Windows that somebody wanted more of since then. */
  wantedSince(at: number): Promise<readonly { budgetId: string; startsAt: number }[]>;
  owners(): Promise<readonly LeaseOwner[]>;
  /** Charges what a dead process had spent and gives back the rest. False when somebody did it before. */
  settleEstate(reckoning: Reckoning): Promise<boolean>;
  /** Removes an owner that holds nothing any more. */
  resign(owner: string): Promise<void>;
}

/** What is only good to have may take this part of what is left. */
const shareOfExtra = 8;
/** In hundredths of the budget. */
const alertLevels = [50, 80, 100] as const;

export function createLeases(db: Kysely<Schema>): Leases {
  return {
    register: async ({ id, host, startedAt, heartbeatAt }) => {
      const row = { id, host: toText(host), started_at: startedAt, heartbeat_at: heartbeatAt };
      await db
        .insertInto('budget_owners')
        .values({ ...row, batch: 0 })
        .execute();
    },
    send: (batch) => db.transaction().execute((locked) => sendBatch(locked, batch)),
    beat: async (owner, at) => {
      const { numUpdatedRows } = await db
        .updateTable('budget_owners')
        .set({ heartbeat_at: at })
        .where('id', '=', owner)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
    wantedSince: async (at) => {
      const rows = await db
        .selectFrom('budget_windows')
        .select(['budget_id', 'starts_at'])
        .where('wanted_at', '>', at)
        .execute();
      return rows.map(({ budget_id, starts_at }) => ({ budgetId: budget_id, startsAt: starts_at }));
    },
    owners: async () => {
      const rows = await db.selectFrom('budget_owners').selectAll().orderBy('started_at').execute();
      return rows.map(({ id, host, started_at, heartbeat_at }) => ({
        id,
        host,
        startedAt: started_at,
        heartbeatAt: heartbeat_at,
      }));
    },
    settleEstate: (reckoning) => db.transaction().execute((locked) => settleEstate(locked, reckoning)),
    resign: async (owner) => {
      await db.deleteFrom('budget_owners').where('id', '=', owner).execute();
    },
  };
}

async function sendBatch(db: Transaction<Schema>, batch: LeaseBatch): Promise<LeaseResult | undefined> {
  const { owner, number, at, orders } = batch;
  const { numUpdatedRows } = await db
    .updateTable('budget_owners')
    .set({ batch: number, heartbeat_at: at })
    .where('id', '=', owner)
    .where('batch', '=', number - 1)
    .executeTakeFirst();
  const isNew = numUpdatedRows > 0n;
  if (!isNew && !(await hasBatch(db, owner, number))) return undefined;
  const answers: (LeaseAnswer | undefined)[] = new Array(orders.length).fill(undefined);
  const alerts: BudgetAlert[] = [];
  // In one order for all processes, so that none waits for another that waits for it.
  const inOrder = orders.map((order, index) => ({ order, index })).sort((a, b) => compare(a.order, b.order));
  for (const { order, index } of inOrder) {
    const answer = isNew ? await carryOut(db, batch, order) : await readOutcome(db, owner, order);
    if (answer === undefined) continue;
    answers[index] = { granted: answer.granted, window: toWindow(answer.row) };
    alerts.push(...(await raiseAlerts(db, answer, order, at)));
  }
  return { answers, alerts };
}

type Place = Pick<LeaseOrder, 'budgetId' | 'startsAt'>;

function compare(a: Place, b: Place): number {
  if (a.budgetId !== b.budgetId) return a.budgetId < b.budgetId ? -1 : 1;
  return a.startsAt - b.startsAt;
}

/** Whether a batch whose answer was lost on the way was carried out. */
async function hasBatch(db: Transaction<Schema>, owner: string, number: number): Promise<boolean> {
  const row = await db.selectFrom('budget_owners').select('batch').where('id', '=', owner).executeTakeFirst();
  return row?.batch === number;
}

interface Outcome {
  readonly granted: number;
  readonly row: BudgetWindowRow;
  readonly isRefused: boolean;
}

async function readOutcome(
  db: Transaction<Schema>,
  owner: string,
  order: LeaseOrder,
): Promise<Outcome | undefined> {
  const row = await findWindow(db, order);
  if (row === undefined) return undefined;
  const held = await heldBy(db, owner, order);
  const granted = Math.max(0, held - order.keeps);
  return { granted, row, isRefused: order.needs > 0 && granted < order.least };
}

async function heldBy(db: Transaction<Schema>, owner: string, order: LeaseOrder): Promise<number> {
  const lease = await db
    .selectFrom('budget_leases')
    .select('amount')
    .where('owner_id', '=', owner)
    .where('budget_id', '=', order.budgetId)
    .where('starts_at', '=', order.startsAt)
    .executeTakeFirst();
  return lease?.amount ?? 0;
}

function findWindow(
  db: Transaction<Schema>,
  { budgetId, startsAt }: Pick<LeaseOrder, 'budgetId' | 'startsAt'>,
): Promise<BudgetWindowRow | undefined> {
  return db
    .selectFrom('budget_windows')
    .selectAll()
    .where('budget_id', '=', budgetId)
    .where('starts_at', '=', startsAt)
    .executeTakeFirst();
}

async function carryOut(
  db: Transaction<Schema>,
  batch: LeaseBatch,
  order: LeaseOrder,
): Promise<Outcome | undefined> {
  const { owner, at } = batch;
  const held = await heldBy(db, owner, order);
  let row = await bringBack(db, order, held - order.keeps);
  if (row === undefined) {
    if (!(await openWindow(db, order))) return undefined;
    row = await bringBack(db, order, 0);
  }
  if (row === undefined) return undefined;
  if (order.overshoot > 0 && !order.isForced) await carryOn(db, row);
  const given = order.needs + order.extra > 0 ? await give(db, order) : undefined;
  const granted = given?.granted ?? 0;
  const amount = order.keeps + granted;
  if (held !== amount || order.settled > 0) await writeLease(db, batch, order, amount);
  const isRefused = order.needs > granted;
  if (isRefused) await markWanted(db, order, at);
  return { granted, row: given ?? row, isRefused: order.needs > 0 && granted < order.least };
}

/** Spent money moves from lent to settled, and what is not needed goes back. */
function bringBack(
  db: Transaction<Schema>,
  { budgetId, startsAt, settled, overshoot }: LeaseOrder,
  returned: number,
): Promise<BudgetWindowRow | undefined> {
  return db
    .updateTable('budget_windows')
    .set({
      settled: sql`settled + cast(${settled} as bigint)`,
      overshoot: sql`overshoot + cast(${overshoot} as bigint)`,
      leased: sql`leased - cast(${returned} as bigint)`,
    })
    .where('budget_id', '=', budgetId)
    .where('starts_at', '=', startsAt)
    .returningAll()
    .executeTakeFirst();
}

/** The one statement by which anything is lent. Whatever else happens at this moment, no more than the limit is given. */
function give(db: Transaction<Schema>, order: LeaseOrder): Promise<BudgetWindowRow | undefined> {
  const { budgetId, startsAt, needs, extra, isForced } = order;
  const exact = sql`cast(${needs} as bigint)`;
  const more = sql`cast(${extra} as bigint)`;
  const room = sql`(amount - carried - settled - leased)`;
  const grant = isForced
    ? sql<number>`${exact} + ${more}`
    : sql<number>`case when ${room} >= ${exact} + ${more} * ${sql.lit(shareOfExtra)} then ${exact} + ${more}
        when ${room} >= ${exact} then ${exact} + (${room} - ${exact}) / ${sql.lit(shareOfExtra)}
        else ${room} end`;
  const least = needs > 0 ? order.least : shareOfExtra;
  return db
    .updateTable('budget_windows')
    .set({ leased: sql`leased + (${grant})`, granted: grant })
    .where('budget_id', '=', budgetId)
    .where('starts_at', '=', startsAt)
    .$if(!isForced, (update) => update.where(sql<boolean>`${room} >= cast(${least} as bigint)`))
    .returningAll()
    .executeTakeFirst();
}

async function writeLease(
  db: Transaction<Schema>,
  { owner, journalled }: LeaseBatch,
  { budgetId, startsAt }: LeaseOrder,
  amount: number,
): Promise<void> {
  if (amount === 0) {
    // Nothing is under way and all is told: whoever reads the journal later needs no line for this window.
    await db
      .deleteFrom('budget_leases')
      .where('owner_id', '=', owner)
      .where('budget_id', '=', budgetId)
      .where('starts_at', '=', startsAt)
      .execute();
    return;
  }
  await db
    .insertInto('budget_leases')
    .values({ owner_id: owner, budget_id: budgetId, starts_at: startsAt, amount, journalled })
    .onConflict((conflict) =>
      conflict.columns(['owner_id', 'budget_id', 'starts_at']).doUpdateSet({ amount, journalled }),
    )
    .execute();
}

/** So that others give back what they do not need. */
async function markWanted(
  db: Transaction<Schema>,
  { budgetId, startsAt }: LeaseOrder,
  at: number,
): Promise<void> {
  await db
    .updateTable('budget_windows')
    .set({ wanted_at: at })
    .where('budget_id', '=', budgetId)
    .where('starts_at', '=', startsAt)
    .execute();
}

/** False when there is no such budget. What was spent too much before is taken off the new window. */
async function openWindow(db: Transaction<Schema>, order: LeaseOrder): Promise<boolean> {
  const { budgetId, startsAt, endsAt, isForced } = order;
  const amount = await amountOf(db, budgetId);
  if (amount === undefined) return false;
  const before = await db
    .selectFrom('budget_windows')
    .selectAll()
    .where('budget_id', '=', budgetId)
    .where('starts_at', '<', startsAt)
    .orderBy('starts_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  const carried =
    isForced || before === undefined ? 0 : debtAt(before, { starts_at: startsAt, ends_at: endsAt, amount });
  const counts = { settled: 0, leased: 0, overshoot: 0, granted: 0, alerted: 0, wanted_at: 0 };
  await db
    .insertInto('budget_windows')
    .values({ budget_id: budgetId, starts_at: startsAt, ends_at: endsAt, amount, carried, ...counts })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return true;
}

type Span = Pick<BudgetWindowRow, 'starts_at' | 'ends_at' | 'amount'>;

/** What a window has spent beyond its limit, less what the idle windows between the two could have borne. */
function debtAt(before: BudgetWindowRow, { starts_at, ends_at, amount }: Span): number {
  const debt = before.carried + before.settled - before.amount;
  const idle = Math.round((starts_at - before.ends_at) / (ends_at - starts_at));
  return Math.max(0, debt - Math.max(0, idle) * amount);
}

/** A call that ends after its window and cost too much is charged to the windows that are open by now. */
async function carryOn(db: Transaction<Schema>, from: BudgetWindowRow): Promise<void> {
  const later = await db
    .selectFrom('budget_windows')
    .selectAll()
    .where('budget_id', '=', from.budget_id)
    .where('starts_at', '>', from.starts_at)
    .orderBy('starts_at')
    .execute();
  let before = from;
  for (const row of later) {
    const carried = debtAt(before, row);
    if (carried === row.carried) return;
    await db
      .updateTable('budget_windows')
      .set({ carried })
      .where('budget_id', '=', row.budget_id)
      .where('starts_at', '=', row.starts_at)
      .execute();
    before = { ...row, carried };
  }
}

/** Each level once in a window, whichever process finds it reached. A refusal means that nothing is left. */
async function raiseAlerts(
  db: Transaction<Schema>,
  { row, isRefused }: Outcome,
  { budgetId, startsAt }: LeaseOrder,
  at: number,
): Promise<readonly BudgetAlert[]> {
  const used = row.carried + row.settled;
  const share = isRefused ? 100 : Math.floor((used * 100) / Math.max(1, row.amount));
  const level = alertLevels.findLast((each) => share >= each) ?? 0;
  if (level <= row.alerted) return [];
  const { numUpdatedRows } = await db
    .updateTable('budget_windows')
    .set({ alerted: level })
    .where('budget_id', '=', budgetId)
    .where('starts_at', '=', startsAt)
    .where('alerted', '<', level)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return [];
  const reached = alertLevels.filter((each) => each > row.alerted && each <= level);
  const alerts = reached.map((each) => ({ budgetId, startsAt, level: each, at, used, amount: row.amount }));
  const rows = alerts.map(({ budgetId: id, startsAt: start, ...rest }) => ({
    budget_id: id,
    starts_at: start,
    ...rest,
  }));
  await db
    .insertInto('budget_alerts')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return alerts;
}

async function settleEstate(db: Transaction<Schema>, reckoning: Reckoning): Promise<boolean> {
  const { owner, charges, passing } = reckoning;
  // Taken by being removed: of two who try, one finds nothing.
  const row = await db.deleteFrom('budget_owners').where('id', '=', owner).returning('id').executeTakeFirst();
  if (row === undefined) return false;
  const leases = await db.deleteFrom('budget_leases').where('owner_id', '=', owner).returningAll().execute();
  const entries = new Map<string, LeaseCharge & { held: number; journalled: number }>();
  const keyOf = (budgetId: string, startsAt: number): string => `${startsAt} ${budgetId}`;
  for (const { budget_id: budgetId, starts_at: startsAt, amount, journalled } of leases)
    entries.set(keyOf(budgetId, startsAt), {
      budgetId,
      startsAt,
      settled: charges === 'all' && passing?.has(budgetId) !== true ? amount : 0,
      overshoot: 0,
      held: amount,
      journalled,
    });
  // Where it held nothing any more, all had been told.
  const journalledOf: JournalledOf = (budgetId, startsAt) =>
    entries.get(keyOf(budgetId, startsAt))?.journalled ?? Number.MAX_SAFE_INTEGER;
  for (const charge of charges === 'all' ? [] : charges(journalledOf)) {
    const key = keyOf(charge.budgetId, charge.startsAt);
    entries.set(key, { journalled: 0, held: 0, ...entries.get(key), ...charge });
  }
  let returned = 0;
  const inOrder = [...entries.values()].sort(compare);
  for (const entry of inOrder) {
    returned += Math.max(0, entry.held - entry.settled);
    const order = { ...entry, endsAt: 0, keeps: 0, needs: 0, least: 0, extra: 0, isForced: false };
    const window = await bringBack(db, order, entry.held);
    if (window !== undefined && entry.overshoot > 0) await carryOn(db, window);
  }
  const { detail, subject, ...entry } = reckoning.audit(returned);
  await db
    .insertInto('budget_audit')
    .values({ ...entry, subject: toText(subject), detail: toJsonText(detail) })
    .execute();
  return true;
}
