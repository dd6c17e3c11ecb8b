// The audit log of an organisation: read page by page, verified, and handed out whole. Nothing here writes into it.
import { canonicalJson, type Json, type JsonObject } from '@keelson/core';
import { type AuditLog, type AuditLogEntry, exportAuditLog } from '@keelson/engine';
import {
  type AnyApiRoute,
  anyObject,
  decodeCursor,
  encodeCursor,
  flag,
  integer,
  limitOf,
  object,
  optional,
  pageFields,
  pageOf,
  route,
  text,
  time,
  type ValueOf,
} from '../contract/index.ts';
import { defined } from './defined.ts';
import { timeOf, toTime } from './times.ts';

export interface AuditRoutesDeps {
  readonly storage: { readonly audit: AuditLog };
}

const chapter = 'Audit log';
const permission = 'audit:read';
/** The chain is the organisation's: nobody can verify a part of it. */
const level = 'organisation';

const entry = object({
  seq: integer('Its number; from 1, without gaps.', { least: 1 }),
  at: time('When it was done.'),
  actor: text('Who did it: the id of a key, or a part of Keelson.', { most: 1000 }),
  actor_kind: text('What the actor is, such as `key`.'),
  address: optional(text('From where.')),
  action: text('What was done, as `things.verb`; `.failed` at its end where it was tried in vain.'),
  target: optional(text('The id of what it was done to.', { most: 1000 })),
  details: anyObject('What was asked, without what is secret.'),
  previous_hash: text('The hash of the entry before it; 64 zeros in the first.'),
  hash: text('SHA-256 of the canonical JSON of all other fields, as the export has them.'),
});
const question = object({
  ...pageFields(['-at']),
  actor: optional(text('Only what this key or part did.', { least: 1 })),
  action: optional(text('Only actions that begin so, such as `keys.`.', { least: 1 })),
  target: optional(text('Only what was done to this.', { least: 1 })),
  from: optional(time('Only what was done from then on.')),
  to: optional(time('Only what was done before then.')),
});
const verification = object({
  is_whole: flag('Whether every entry is what was written, and none is missing.'),
  entries: integer('How many are good, from the first on.', { least: 0 }),
  head: text('The hash of the last good one. Whoever keeps it elsewhere can hold a later answer against it.'),
  broken_at: optional(integer('The number of the first that is not good.', { least: 1 })),
  reason: optional(text('What is wrong with it.')),
});

export function auditRoutes(deps: AuditRoutesDeps): readonly AnyApiRoute[] {
  return [listEntries(deps), verifyLog(deps), exportLog(deps)];
}

function listEntries({ storage: { audit } }: AuditRoutesDeps): AnyApiRoute {
  return route({
    name: 'listAuditEntries',
    method: 'GET',
    path: '/audit',
    chapter,
    summary: 'Who did what, the newest first',
    description:
      'With a filter by the beginning of actions a page may hold fewer entries than asked for, or none, and still have a next one.',
    permission,
    level,
    query: question,
    answer: pageOf('Entries.', entry),
    example: { query: { action: 'keys.', limit: 10 } },
    handle: async ({ query, where: { organisation } }) => {
      const { actor, action, target, from, to, cursor } = query;
      const times = { from: from && timeOf(from), to: to && timeOf(to) };
      const [before] = decodeCursor(cursor, ['number']) ?? [];
      const { entries, next } = await audit.page({
        organisation,
        filters: defined({ actor, action, target, ...(times as { from?: number; to?: number }) }),
        ...(before !== undefined && { before }),
        limit: limitOf(query),
      });
      const place = next === undefined ? null : encodeCursor([next]);
      return { data: entries.map(showEntry), next_cursor: place };
    },
  });
}

function verifyLog({ storage: { audit } }: AuditRoutesDeps): AnyApiRoute {
  return route({
    name: 'verifyAuditLog',
    method: 'GET',
    path: '/audit/verification',
    chapter,
    summary: 'Whether anybody has been at the audit log',
    description: 'It reads all of the log, which takes a while where it is long.',
    permission,
    level,
    answer: verification,
    example: {},
    handle: async ({ where: { organisation } }) => {
      const { entries, head, brokenAt, reason } = await audit.verify(organisation);
      return { is_whole: brokenAt === undefined, entries, head, broken_at: brokenAt, reason };
    },
  });
}

function exportLog({ storage: { audit } }: AuditRoutesDeps): AnyApiRoute {
  return route({
    name: 'exportAuditLog',
    method: 'GET',
    path: '/audit/export',
    chapter,
    summary: 'The whole audit log, in its order, a line for each entry',
    description:
      'Each line is the canonical JSON that was hashed, with the hash as one more field: SHA-256 of a line without its `hash` is that hash. The names are therefore those of the log itself, and times are milliseconds since 1970.',
    permission,
    level,
    streams: ['application/jsonl'],
    example: {},
    handle: async ({ where: { organisation } }) => ({
      contentType: 'application/jsonl',
      fileName: 'audit.jsonl',
      lines: renderLines(audit, organisation),
    }),
  });
}

async function* renderLines(audit: AuditLog, organisation: string): AsyncGenerator<string, void, undefined> {
  for await (const one of exportAuditLog(audit, organisation))
    yield `${canonicalJson(one as unknown as Json)}\n`;
}

function showEntry(one: AuditLogEntry): ValueOf<typeof entry> {
  const { details } = one;
  const isObject = typeof details === 'object' && details !== null && !Array.isArray(details);
  return {
    seq: one.seq,
    at: toTime(one.at),
    actor: one.actor,
    actor_kind: one.actorKind,
    address: one.address,
    action: one.action,
    target: one.target,
    details: isObject ? (details as JsonObject) : { value: details },
    previous_hash: one.previousHash,
    hash: one.hash,
  };
}
