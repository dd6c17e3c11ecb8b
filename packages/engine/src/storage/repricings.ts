/**
 * Re-pricings: one row says what is re-priced, by whom, why, and how far it has come. Each step changes some calls, their
 * attempts, the sums of usage and that row in one transaction, so that whoever goes on after a crash does nothing twice.
 */
import { type Json, KeelsonError } from '@keelson/core';
import type { Kysely, Selectable, Transaction } from 'kysely';
import { fromJsonText, known, toJsonText, toText } from './columns.ts';
import {
  type CallScope,
  type CostChange,
  type CostedCall,
  type CostWriter,
  createCostWriter,
  readCosts,
} from './costed-calls.ts';
import type { Schema } from './schema.ts';

export type {
  AttemptCost,
  CallScope,
  CostChange,
  CostedAttempt,
  CostedCall,
} from './costed-calls.ts';

interface AnyRepricing {
  readonly id: string;
  /** When it began; milliseconds since 1970. */
  readonly at: number;
  readonly by: string;
  readonly reason: string;
  readonly scope: CallScope;
  /** Which of these calls, in the words of whoever asks. */
  readonly question: Json;
  readonly prices: Json;
  readonly tally: Json;
}

export interface NewRepricing extends AnyRepricing {
  readonly auditId: string;
}

export interface StoredRepricing extends AnyRepricing {
  /** `sealing`: all calls are done, and its receipts are owed. */
  readonly state: 'applying' | 'sealing' | 'done';
  /** Empty before the first. */
  readonly lastCall: string;
  readonly finishedAt?: number;
  /** The ids of its receipts, once all calls are done. */
  readonly receipts: readonly string[];
}

export interface RepricingStep {
  readonly changes: readonly CostChange[];
  readonly tally: Json;
}

export interface Repricings {
  /** Throws `conflict` while there is another that is not done. */
  insert(repricing: NewRepricing): Promise<void>;
  find(id: string): Promise<StoredRepricing | undefined>;
  /** The newest first. */
  list(limit: number): Promise<readonly StoredRepricing[]>;
  /** Calls behind the one called `after`, in the order of their ids. */
  read(scope: CallScope, after: string, limit: number): Promise<readonly CostedCall[]>;
  /**
   * The next calls of it, at most so many. `decide` runs within the transaction, must be quick and may be called only once.
   * Returns the last call's id; undefined when there are no more. Throws `conflict` when somebody else has gone on meanwhile.
   */
  step(
    repricing: StoredRepricing,
    limit: number,
    decide: (calls: readonly CostedCall[]) => RepricingStep,
  ): Promise<string | undefined>;
  /** All calls are done. Without receipts it is wholly done. */
  finish(end: RepricingEnd): Promise<void>;
  /** Its receipts are stored. */
  seal(id: string): Promise<void>;
}

interface RepricingEnd {
  readonly id: string;
  readonly at: number;
  readonly auditId: string;
  readonly detail: Json;
  readonly receipts: readonly string[];
}

export function createRepricings(db: Kysely<Schema>): Repricings {
  const writeCosts = createCostWriter();
  return {
    insert: (repricing) => db.transaction().execute((locked) => insertRepricing(locked, repricing)),
    find: async (id) => {
      const row = await db.selectFrom('repricings').selectAll().where('id', '=', id).executeTakeFirst();
      return row && fromRow(row);
    },
    list: async (limit) => {
      const rows = await db.selectFrom('repricings').selectAll().orderBy('id', 'desc').limit(limit).execute();
      return rows.map(fromRow);
    },
    read: async (scope, after, limit) => (await readCosts(db, scope, after, limit)).map(({ call }) => call),
    step: (repricing, limit, decide) =>
      db.transaction().execute((locked) => takeStep(locked, { repricing, limit, decide, writeCosts })),
    finish: (end) => db.transaction().execute((locked) => finishRepricing(locked, end)),
    seal: async (id) => {
      await db
        .updateTable('repricings')
        .set({ state: 'done', is_open: null })
        .where('id', '=', id)
        .where('state', '=', 'sealing')
        .execute();
    },
  };
}

async function insertRepricing(db: Transaction<Schema>, repricing: NewRepricing): Promise<void> {
  const { id, at, auditId, by, reason, scope, question, prices, tally } = repricing;
  const { numInsertedOrUpdatedRows: inserted } = await db
    .insertInto('repricings')
    .values({
      id,
      is_open: 1,
      state: 'applying',
      created_at: at,
      finished_at: null,
      done_by: toText(by),
      reason: toText(reason),
      question: toJsonText({ scope, question }),
      prices: toJsonText(prices),
      last_call: '',
      tally: toJsonText(tally),
      receipts: null,
    })
    .onConflict((conflict) => conflict.column('is_open').doNothing())
    .executeTakeFirst();
  if (inserted === 1n) {
    const detail = toJsonText({ by, reason, scope, question });
    const entry = { id: auditId, at, kind: 'repricing begun', subject: id, detail };
    await db.insertInto('budget_audit').values(entry).execute();
    return;
  }
  const open = await db.selectFrom('repricings').select('id').where('is_open', '=', 1).executeTakeFirst();
  throw new KeelsonError('conflict', `Another re-pricing, \`${open?.id ?? ''}\`, is not done yet.`, {
    hint: 'Wait for its end, or resume it if its process is gone.',
  });
}

interface Step {
  readonly repricing: StoredRepricing;
  readonly limit: number;
  decide(calls: readonly CostedCall[]): RepricingStep;
  readonly writeCosts: CostWriter;
}

async function takeStep(
  db: Transaction<Schema>,
  { repricing: { id, scope, lastCall }, limit, decide, writeCosts }: Step,
): Promise<string | undefined> {
  // First, because on PostgreSQL it holds whoever else goes on with the same one until this step is done.
  const { numUpdatedRows } = await db
    .updateTable('repricings')
    .set({ last_call: lastCall })
    .where('id', '=', id)
    .where('last_call', '=', lastCall)
    .where('state', '=', 'applying')
    .executeTakeFirst();
  if (numUpdatedRows === 0n) {
    throw new KeelsonError('conflict', `Somebody else has gone on with the re-pricing \`${id}\`.`, {
      hint: 'Let one process do it.',
    });
  }
  const calls = await readCosts(db, scope, lastCall, limit);
  const last = calls.at(-1)?.row.id;
  if (last === undefined) return undefined;
  const { changes, tally } = decide(calls.map(({ call }) => call));
  await writeCosts(db, calls, changes);
  await db
    .updateTable('repricings')
    .set({ last_call: last, tally: toJsonText(tally) })
    .where('id', '=', id)
    .execute();
  return last;
}

async function finishRepricing(
  db: Transaction<Schema>,
  { id, at, auditId, detail, receipts }: RepricingEnd,
): Promise<void> {
  const isDone = receipts.length === 0;
  const { numUpdatedRows } = await db
    .updateTable('repricings')
    .set({
      state: isDone ? 'done' : 'sealing',
      is_open: isDone ? null : 1,
      finished_at: at,
      receipts: toJsonText(receipts),
    })
    .where('id', '=', id)
    .where('state', '=', 'applying')
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return;
  const entry = { id: auditId, at, kind: 'repriced', subject: id, detail: toJsonText(detail) };
  await db.insertInto('budget_audit').values(entry).execute();
}

function fromRow(row: Selectable<Schema['repricings']>): StoredRepricing {
  const { scope, question } = fromJsonText<{ scope: CallScope; question: Json }>(row.question);
  return {
    id: row.id,
    state: row.state as StoredRepricing['state'],
    at: row.created_at,
    by: row.done_by,
    reason: row.reason,
    scope,
    question,
    prices: fromJsonText(row.prices),
    tally: fromJsonText(row.tally),
    lastCall: row.last_call,
    receipts: row.receipts === null ? [] : fromJsonText<string[]>(row.receipts),
    ...known({ finishedAt: row.finished_at }),
  };
}
