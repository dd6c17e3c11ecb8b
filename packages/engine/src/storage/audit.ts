/**
 * The log of who did what, one chain for each organisation: every entry carries the hash of the one before, so that whoever
 * changes or removes one is found out. Nothing here changes or removes an entry, and the database refuses it as well.
 */
import { createHash } from 'node:crypto';
import { canonicalJson, type Json, KeelsonError } from '@keelson/core';
import { type Kysely, type SelectQueryBuilder, sql, type Transaction } from 'kysely';
import { fromJsonText, known, toText } from './columns.ts';
import type { AuditLogRow, Schema } from './schema.ts';

export interface NewAuditLogEntry {
  readonly organisation: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The id of a key or a user; of a part of the gateway where it acts by itself. */
  readonly actor: string;
  readonly actorKind: string;
  /** From where. */
  readonly address?: string;
  /** What was done, as `resource.verb`. */
  readonly action: string;
  /** The id of what it was done to. */
  readonly target?: string;
  readonly details: Json;
}

export interface AuditLogEntry extends NewAuditLogEntry {
  /** From 1, without gaps. */
  readonly seq: number;
  /** 64 zeros in the first. */
  readonly previousHash: string;
  /** SHA-256, in hexadecimal digits, of the canonical JSON of all other fields. */
  readonly hash: string;
}

export interface AuditLogListing {
  readonly organisation: string;
  readonly filters?: {
    readonly actor?: string;
    /** The beginning of it, such as `keys.`. */
    readonly action?: string;
    readonly target?: string;
    readonly from?: number;
    /** Not included. */
    readonly to?: number;
  };
  /** Where the page before ended: its `next`. */
  readonly before?: number;
  /** At most 1,000; 50 when left out. */
  readonly limit?: number;
}

export interface AuditLogPage {
  /** The newest first, by time. */
  readonly entries: readonly AuditLogEntry[];
  /** From where to go on; also when what was looked at is much and the page is not full. Undefined at the end. */
  readonly next?: number;
}

export interface AuditLogCheck {
  /** How many are good, from the first on. */
  readonly entries: number;
  /** The hash of the last good one; that which the first one carries when there is none. */
  readonly head: string;
  /** The number of the first that is not good. */
  readonly brokenAt?: number;
  readonly reason?: string;
}

export interface AuditLog {
  append(entry: NewAuditLogEntry): Promise<AuditLogEntry>;
  page(listing: AuditLogListing): Promise<AuditLogPage>;
  /** Follows the whole chain, without ever holding more than a few hundred entries. */
  verify(organisation: string): Promise<AuditLogCheck>;
  /** In the order of the chain, at most 500 of them: those behind this number, 0 for the first. */
  follow(organisation: string, after: number): Promise<readonly AuditLogEntry[]>;
}

const beginning = '0'.repeat(64);
const mostPerPage = 1000;
const perRead = 500;
/** Beginnings of actions stand in no index: a part of the log is looked at, in its order, and filtered then. */
const mostLookedAt = 10_000;

export function createAuditLog(db: Kysely<Schema>): AuditLog {
  return {
    append: (entry) => db.transaction().execute((locked) => append(locked, entry)),
    page: (listing) => readPage(db, listing),
    verify: (organisation) => verify(db, organisation),
    follow: async (organisation, after) => (await readOn(db, organisation, after)).map(fromRow),
  };
}

/** All entries of an organisation in the order of the chain, as they are read. */
export async function* exportAuditLog(
  log: AuditLog,
  organisation: string,
): AsyncGenerator<AuditLogEntry, void, undefined> {
  for (let seq = 0; ; ) {
    const entries = await log.follow(organisation, seq);
    yield* entries;
    const last = entries.at(-1);
    if (last === undefined) return;
    seq = last.seq;
  }
}

async function append(db: Transaction<Schema>, entry: NewAuditLogEntry): Promise<AuditLogEntry> {
  const organisation = toKept(entry.organisation);
  const head = (await takeTurn(db, organisation)) ?? (await begin(db, organisation));
  const row: Omit<AuditLogRow, 'hash'> = {
    organisation,
    seq: head.seq,
    at: entry.at,
    actor: toKept(entry.actor),
    actor_kind: toKept(entry.actorKind),
    address: entry.address === undefined ? null : toKept(entry.address),
    action: toKept(entry.action),
    target: entry.target === undefined ? null : toKept(entry.target),
    details: canonicalJson(toKeptJson(entry.details)),
    previous_hash: head.hash,
  };
  const hash = hashOf(row);
  await db
    .insertInto('audit_log')
    .values({ ...row, hash })
    .execute();
  await db.updateTable('audit_heads').set({ hash }).where('organisation', '=', organisation).execute();
  return fromRow({ ...row, hash });
}

/** Whoever comes second waits here until the first one's entry is there. */
async function takeTurn(
  db: Transaction<Schema>,
  organisation: string,
): Promise<{ seq: number; hash: string } | undefined> {
  return db
    .updateTable('audit_heads')
    .set({ seq: sql`seq + 1` })
    .where('organisation', '=', organisation)
    .returning(['seq', 'hash'])
    .executeTakeFirst();
}

async function begin(db: Transaction<Schema>, organisation: string): Promise<{ seq: number; hash: string }> {
  await db
    .insertInto('audit_heads')
    .values({ organisation, seq: 0, hash: beginning })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const head = await takeTurn(db, organisation);
  if (head === undefined) throw new KeelsonError('internal_error', 'The audit log could not be begun.');
  return head;
}

/** What is hashed must come out of every database as it went in. */
function toKept(text: string): string {
  return toText(toWhole(text));
}

/** Without halves of characters, which no hash is made of. */
function toWhole(text: string): string {
  return text.replace(/\p{Cs}/gu, '\uFFFD');
}

function toKeptJson(value: Json): Json {
  if (typeof value === 'string') return toWhole(value);
  if (Array.isArray(value)) return value.map(toKeptJson);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).flatMap(([name, field]) =>
    field === undefined ? [] : [[toWhole(name), toKeptJson(field)] as const],
  );
  return Object.fromEntries(fields);
}

function hashOf(row: Omit<AuditLogRow, 'hash'>): string {
  const { hash: _, ...hashed } = fromRow({ ...row, hash: '' });
  return createHash('sha256').update(canonicalJson(hashed)).digest('hex');
}

async function readOn(db: Kysely<Schema>, organisation: string, after: number): Promise<AuditLogRow[]> {
  return db
    .selectFrom('audit_log')
    .selectAll()
    .where('organisation', '=', organisation)
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(perRead)
    .execute();
}

async function verify(db: Kysely<Schema>, organisation: string): Promise<AuditLogCheck> {
  // First, because entries that come while the chain is followed are none of its end.
  const end = await db
    .selectFrom('audit_heads')
    .selectAll()
    .where('organisation', '=', organisation)
    .executeTakeFirst();
  let head = beginning;
  let seq = 0;
  for (;;) {
    const rows = await readOn(db, organisation, seq);
    for (const row of rows) {
      const reason = findBreak(row, seq + 1, head);
      if (reason !== undefined) return { entries: seq, head, brokenAt: seq + 1, reason };
      ({ seq, hash: head } = row);
      if (seq === end?.seq && head !== end.hash) {
        return {
          entries: seq - 1,
          head: row.previous_hash,
          brokenAt: seq,
          reason: 'It is not the entry that was added.',
        };
      }
    }
    if (rows.length > 0) continue;
    if (seq >= (end?.seq ?? 0)) return { entries: seq, head };
    return { entries: seq, head, brokenAt: seq + 1, reason: 'It is missing, and so is all behind it.' };
  }
}

function findBreak(row: AuditLogRow, seq: number, head: string): string | undefined {
  if (row.seq !== seq) return 'It is missing.';
  if (row.previous_hash !== head) return 'It does not carry the hash of the entry before it.';
  const { hash, ...rest } = row;
  try {
    if (canonicalJson(fromJsonText(row.details)) === row.details && hashOf(rest) === hash) return undefined;
  } catch {
    // Details that are no JSON were not written by us.
  }
  return 'It is not what its hash was made of.';
}

async function readPage(db: Kysely<Schema>, listing: AuditLogListing): Promise<AuditLogPage> {
  const { filters: { actor, action, target } = {}, limit = 50 } = listing;
  if (!Number.isInteger(limit) || limit < 1 || limit > mostPerPage) {
    throw new KeelsonError('invalid_request', `A page holds 1 to ${mostPerPage} entries, not ${limit}.`, {
      details: { field: 'limit', limit: mostPerPage },
    });
  }
  const listed = await listEntries(db, listing);
  let query = listed;
  let last: { at: number; seq: number } | undefined;
  if (action !== undefined || (actor !== undefined && target !== undefined)) {
    last = await listed
      .select(['at', 'seq'])
      .offset(mostLookedAt - 1)
      .limit(1)
      .executeTakeFirst();
    if (last !== undefined) query = query.where(sql<boolean>`(at, seq) >= (${last.at}, ${last.seq})`);
    if (actor !== undefined) query = query.where('actor', '=', toKept(actor));
    if (action !== undefined) {
      const start = toKept(action);
      query = query.where('action', '>=', start).where('action', '<', `${start}\u{10ffff}`);
    }
  }
  const rows = await query
    .selectAll()
    .limit(limit + 1)
    .execute();
  const next = rows.length > limit ? rows[limit - 1]?.seq : last?.seq;
  return { entries: rows.slice(0, limit).map(fromRow), ...known({ next }) };
}

type EntryQuery = SelectQueryBuilder<Schema, 'audit_log', object>;

/** By time, because clocks of processes differ and somebody who asks for an hour means that hour. */
async function listEntries(db: Kysely<Schema>, listing: AuditLogListing): Promise<EntryQuery> {
  const { organisation, filters: { actor, target, from, to } = {}, before } = listing;
  let query: EntryQuery = db.selectFrom('audit_log').where('organisation', '=', toKept(organisation));
  if (before !== undefined) {
    const place = await query.select('at').where('seq', '=', before).executeTakeFirst();
    if (place === undefined) {
      throw new KeelsonError('invalid_request', `The log has no entry ${before} to go on from.`, {
        details: { field: 'before' },
      });
    }
    query = query.where(sql<boolean>`(at, seq) < (${place.at}, ${before})`);
  }
  if (target !== undefined) query = query.where('target', '=', toKept(target));
  else if (actor !== undefined) query = query.where('actor', '=', toKept(actor));
  if (from !== undefined) query = query.where('at', '>=', from);
  if (to !== undefined) query = query.where('at', '<', to);
  return query.orderBy('at', 'desc').orderBy('seq', 'desc');
}

function fromRow(row: AuditLogRow): AuditLogEntry {
  return {
    organisation: row.organisation,
    seq: row.seq,
    at: row.at,
    actor: row.actor,
    actorKind: row.actor_kind,
    ...known({ address: row.address, target: row.target }),
    action: row.action,
    details: fromJsonText(row.details),
    previousHash: row.previous_hash,
    hash: row.hash,
  };
}
