// Every query that lists, finds or sums goes through the index that was made for it, and reads no more than its page.
import { generateKeyPairSync } from 'node:crypto';
import type { ReceiptHead } from '@keelson/core';
import { CompiledQuery, type Kysely, type LogEvent } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callRecord, idAt, noon } from './__fixtures__/call-records.ts';
import { deps, sharedKinds, type TestDatabase } from './__fixtures__/databases.ts';
import { openDatabase } from './open-database.ts';
import { createStorage, type Storage } from './open-storage.ts';
import type { Schema } from './schema.ts';

const day = 86_400_000;

const keyPage = { now: noon, limit: 20, newestFirst: false, after: { createdAt: noon, id: 'key_1' } };

/** What is asked, and the index that must answer on SQLite and on a day's table of PostgreSQL. */
const questions: Record<
  string,
  { ask(storage: Storage): Promise<unknown>; sqlite: RegExp; postgres: RegExp }
> = {
  'a call': {
    ask: ({ calls }) => calls.find(idAt(noon)),
    sqlite: /SEARCH calls USING PRIMARY KEY \(id=\?\)/,
    postgres: /Index Scan using calls_\d+_pkey/,
  },
  'the newest calls': {
    ask: ({ calls }) => calls.list({}),
    sqlite: /SCAN calls$/,
    postgres: /Index Scan Backward using calls_\d+_pkey/,
  },
  'a page of calls': {
    ask: ({ calls }) => calls.list({ before: idAt(noon), limit: 20 }),
    sqlite: /SEARCH calls USING PRIMARY KEY \(id<\?\)/,
    postgres: /Index Scan Backward using calls_\d+_pkey/,
  },
  'calls of a time': {
    ask: ({ calls }) => calls.list({ filters: { from: noon, to: noon + day } }),
    sqlite: /SEARCH calls USING PRIMARY KEY \(id>\? AND id<\?\)/,
    postgres: /Index Scan Backward using calls_\d+_pkey/,
  },
  'calls of a workspace': {
    ask: ({ calls }) => calls.list({ filters: { workspace: 'workspace 7' }, before: idAt(noon + day) }),
    sqlite: /USING INDEX calls_by_workspace \(workspace=\? AND id<\?\)/,
    postgres: /calls_\d+_workspace_id_idx/,
  },
  'calls of a key': {
    ask: ({ calls }) => calls.list({ filters: { keyId: 'key 7' }, after: idAt(noon) }),
    sqlite: /USING INDEX calls_by_key \(key_id=\? AND id>\?\)/,
    postgres: /calls_\d+_key_id_id_idx/,
  },
  'calls of an alias': {
    ask: ({ calls }) => calls.list({ filters: { alias: 'alias 7' } }),
    sqlite: /USING INDEX calls_by_alias \(alias=\?\)/,
    postgres: /calls_\d+_alias_id_idx/,
  },
  'calls to a provider': {
    ask: ({ calls }) => calls.list({ filters: { provider: 'provider 7' } }),
    sqlite: /USING INDEX calls_by_provider \(provider=\?\)/,
    postgres: /calls_\d+_provider_id_idx/,
  },
  'calls of a model': {
    ask: ({ calls }) => calls.list({ filters: { model: 'model 7' } }),
    sqlite: /USING INDEX calls_by_model \(model=\?\)/,
    postgres: /calls_\d+_model_id_idx/,
  },
  'calls of a trace': {
    ask: ({ calls }) => calls.list({ filters: { traceId: 'trace 7' } }),
    sqlite: /USING INDEX calls_by_trace \(trace_id=\?\)/,
    postgres: /calls_\d+_trace_id_id_idx/,
  },
  'calls that failed': {
    ask: ({ calls }) => calls.list({ filters: { outcome: 'failed' } }),
    sqlite: /USING INDEX calls_not_answered \(outcome=\?\)/,
    postgres: /calls_\d+_outcome_id_idx/,
  },
  'calls of several workspaces': {
    ask: ({ calls }) =>
      calls.list({ filters: { workspaces: ['workspace 7', 'workspace 8'] }, before: idAt(noon + day) }),
    sqlite: /USING COVERING INDEX calls_by_workspace \(workspace=\? AND id<\?\)/,
    postgres: /calls_\d+_workspace_id_idx/,
  },
  'calls of a workspace with a status': {
    ask: ({ calls }) => calls.list({ filters: { workspace: 'workspace 7', minStatus: 500 } }),
    sqlite: /USING INDEX calls_by_workspace \(workspace=\?\)/,
    postgres: /calls_\d+_workspace_id_idx/,
  },
  'calls of a key in several workspaces that took long': {
    ask: ({ calls }) =>
      calls.list({ filters: { workspaces: ['workspace 7', 'a'], keyId: 'key 7', minDurationMs: 9 } }),
    sqlite: /USING INDEX calls_by_key \(key_id=\?\)/,
    postgres: /calls_\d+_key_id_id_idx/,
  },
  'calls that cost much': {
    ask: ({ calls }) => calls.list({ filters: { minCostNanoDollars: 500, to: noon + day } }),
    sqlite: /SEARCH calls USING PRIMARY KEY \(id<\?\)/,
    postgres: /Index Scan Backward using calls_\d+_pkey/,
  },
  'calls that are searched': {
    ask: ({ calls }) => calls.list({ filters: { search: 'trace 7' } }),
    sqlite: /USING INDEX calls_by_trace \(trace_id=\?\)/,
    postgres: /calls_\d+_trace_id_id_idx/,
  },
  'bodies of a call': {
    ask: ({ bodies }) => bodies.find(idAt(noon)),
    sqlite: /SEARCH bodies USING PRIMARY KEY \(call_id=\?\)/,
    postgres: /bodies_\d+_pkey/,
  },
  'usage of all': {
    ask: ({ usage }) => usage.read({ from: noon, to: noon + day, step: 'total' }),
    sqlite: /SEARCH usage_hourly USING PRIMARY KEY \(workspace=\? AND starts_at>\? AND starts_at<\?\)/,
    postgres: /usage_hourly_by_time/,
  },
  'usage of a workspace': {
    ask: ({ usage }) =>
      usage.read({
        from: noon,
        to: noon + day,
        step: 'day',
        by: ['model'],
        only: { workspace: 'workspace 7' },
      }),
    sqlite: /SEARCH usage_daily USING PRIMARY KEY \(workspace=\? AND starts_at>\? AND starts_at<\?\)/,
    postgres: /usage_daily_pkey/,
  },
  'usage of several workspaces': {
    ask: ({ usage }) =>
      usage.read({
        from: noon,
        to: noon + 3 * day,
        step: 'total',
        by: ['keyId'],
        only: { workspace: ['workspace 7', 'workspace 8'] },
        most: 'cost',
        limit: 20,
      }),
    sqlite: /SEARCH usage_daily USING PRIMARY KEY \(workspace=\? AND starts_at>\? AND starts_at<\?\)/,
    postgres: /usage_daily_(pkey|by_time)[\s\S]*usage_hourly_(pkey|by_time)/,
  },
  'changes of keys': {
    ask: ({ keys }) => keys.changedSince(7),
    sqlite: /SEARCH keys USING INDEX keys_by_version \(version>\?\)/,
    postgres: /keys_by_version/,
  },
  'the newest keys': {
    ask: ({ keys }) => keys.page({ now: noon, limit: 20, newestFirst: true }),
    sqlite: /SCAN keys USING INDEX keys_by_creation/,
    postgres: /Index Scan Backward using keys_by_creation/,
  },
  'keys of an organisation': {
    ask: ({ keys }) => keys.page({ ...keyPage, organisation: 'acme' }),
    sqlite: /USING INDEX keys_by_organisation \(organisation=\? AND \(created_at,id\)>\(\?,\?\)\)/,
    postgres: /Index Scan using keys_by_organisation/,
  },
  'good keys of a workspace': {
    ask: ({ keys }) => keys.page({ ...keyPage, workspace: 'lab', state: 'active', search: 'one' }),
    sqlite: /USING INDEX keys_by_workspace \(workspace=\? AND \(created_at,id\)>\(\?,\?\)\)/,
    postgres: /Index Scan using keys_by_workspace/,
  },
  'the newest of the audit log': {
    ask: ({ audit }) => audit.page({ organisation: 'acme' }),
    sqlite: /USING INDEX audit_log_by_time \(organisation=\?\)/,
    postgres: /Index Scan Backward using audit_log_by_time/,
  },
  'the audit log of a time and an action': {
    ask: ({ audit }) =>
      audit.page({
        organisation: 'acme',
        before: 1,
        filters: { action: 'keys.', from: noon, to: noon + day },
      }),
    sqlite: /USING (COVERING )?INDEX audit_log_by_time \(organisation=\? AND/,
    postgres: /Index Scan Backward using audit_log_by_time/,
  },
  'the audit log of an actor': {
    ask: ({ audit }) => audit.page({ organisation: 'acme', filters: { actor: 'key_1' } }),
    sqlite: /USING INDEX audit_log_by_actor \(organisation=\? AND actor=\?\)/,
    postgres: /Index Scan Backward using audit_log_by_actor/,
  },
  'the audit log of a target': {
    ask: ({ audit }) => audit.page({ organisation: 'acme', filters: { target: 'key_1', action: 'keys.' } }),
    sqlite: /USING (COVERING )?INDEX audit_log_by_target \(organisation=\? AND target=\?\)/,
    postgres: /Index Scan Backward using audit_log_by_target/,
  },
  'the chain of the audit log': {
    ask: ({ audit }) => audit.follow('acme', 7),
    sqlite: /SEARCH audit_log USING PRIMARY KEY \(organisation=\? AND seq>\?\)/,
    postgres: /Index Scan using audit_log_pkey/,
  },
  'workspaces of an organisation': {
    ask: ({ tenants }) => tenants.workspaces('acme'),
    sqlite: /USING INDEX workspaces_by_organisation \(organisation=\?\)/,
    postgres: /workspaces_by_organisation/,
  },
  'a key by its secret': {
    ask: ({ keys }) => keys.findBySecret('ab'),
    sqlite: /SEARCH keys USING INDEX sqlite_autoindex_keys_\d \(secret_sha256=\?\)/,
    postgres: /keys_secret_sha256_key/,
  },
  'a stored answer': {
    ask: ({ responses }) => responses.find('main', 'resp_7'),
    sqlite: /SEARCH responses USING INDEX sqlite_autoindex_responses_1 \(id=\?\)/,
    postgres: /responses_pkey/,
  },
  'a setting': {
    ask: ({ settings }) => settings.find('aliases'),
    sqlite: /SEARCH settings USING INDEX sqlite_autoindex_settings_1 \(name=\?\)/,
    postgres: /settings_pkey/,
  },
  'a receipt and its batch': {
    ask: ({ receipts }) => receipts.find('rcpt_7_3_2'),
    sqlite: /SEARCH receipts USING PRIMARY KEY \(id=\?\)/,
    postgres: /receipts_pkey[\s\S]*receipt_batches_pkey/,
  },
  'the newest receipts of a workspace': {
    ask: ({ receipts }) => receipts.listIds({ workspace: 'workspace 7', before: 'rcpt_9' }),
    sqlite: /SEARCH receipts USING (COVERING )?INDEX receipts_by_workspace \(workspace=\? AND id<\?\)/,
    postgres: /receipts_by_workspace/,
  },
  'the newest receipts of several workspaces': {
    ask: ({ receipts }) => receipts.list({ workspaces: ['workspace 7', 'workspace 8'], before: 'rcpt_9' }),
    sqlite: /SEARCH receipts USING (COVERING )?INDEX receipts_by_workspace \(workspace=\? AND id<\?\)/,
    postgres: /receipts_by_workspace/,
  },
  'receipts made before one': {
    ask: ({ receipts }) => receipts.listIds({ before: 'rcpt_9' }),
    sqlite: /SEARCH receipts USING PRIMARY KEY \(id<\?\)/,
    postgres: /receipts_pkey/,
  },
  'the batches of a log': {
    ask: ({ receipts }) => receipts.listBatches('log_7', 3),
    sqlite: /SEARCH receipt_batches USING INDEX sqlite_autoindex_receipt_batches_1 \(log=\? AND seq>\?\)/,
    postgres: /receipt_batches_pkey/,
  },
  'the heads of a log': {
    ask: ({ receipts }) => receipts.listHeads('log_7', 3),
    sqlite: /SEARCH receipt_batches USING INDEX sqlite_autoindex_receipt_batches_1 \(log=\? AND seq>\?\)/,
    postgres: /receipt_batches_pkey/,
  },
  'the batches of a time': {
    ask: ({ receipts }) => receipts.findSeqs('log_7', { from: noon, to: noon + day }),
    sqlite: /COVERING INDEX receipt_batches_by_time \(log=\? AND last_at>\?\)/,
    postgres: /receipt_batches_by_time/,
  },
  'the newest of a profile': {
    ask: ({ profiles }) => profiles.find('workspace 7', 'default'),
    sqlite: /USING INDEX sqlite_autoindex_profile_revisions_1 \(workspace=\? AND name=\?\)/,
    postgres: /Index Scan Backward using profile_revisions_pkey/,
  },
  'profiles of a workspace': {
    ask: ({ profiles }) => profiles.list({ workspace: 'workspace 7', after: 'dev', limit: 20 }),
    sqlite: /USING INDEX sqlite_autoindex_profile_revisions_1 \(workspace=\? AND name>\?\)/,
    postgres: /profile_revisions_pkey/,
  },
  'usage by origin in several workspaces': {
    ask: ({ reported }) =>
      reported.usage({ workspaces: ['a', 'b'], from: noon, to: noon + day, step: 'day', limit: 20 }),
    sqlite: /SEARCH usage_by_origin USING PRIMARY KEY \(workspace=\? AND starts_at>\? AND starts_at<\?\)/,
    postgres: /usage_by_origin_pkey/,
  },
  'the newest conversations': {
    ask: ({ conversations }) => conversations.list({ workspace: 'workspace 7', before: 'x', limit: 20 }),
    sqlite: /USING INDEX conversations_by_workspace \(workspace=\? AND id<\?\)/,
    postgres: /Index Scan Backward using conversations_by_workspace/,
  },
  'messages of a conversation': {
    ask: ({ conversations }) => conversations.messages({ conversation: 'x', after: 7, limit: 20 }),
    sqlite: /SEARCH conversation_messages USING PRIMARY KEY \(conversation=\? AND seq>\?\)/,
    postgres: /Index Scan using conversation_messages_pkey/,
  },
  'a registration by its token': {
    ask: ({ registrations }) => registrations.findByToken('x'),
    sqlite: /USING INDEX registrations_by_token/,
    postgres: /registrations_by_token/,
  },
  'the newest registrations': {
    ask: ({ registrations }) => registrations.list({ before: 'x', limit: 20 }),
    sqlite: /USING INDEX sqlite_autoindex_registrations_1 \(id<\?\)/,
    postgres: /Index Scan Backward using registrations_pkey/,
  },
  'conversations that have expired': {
    ask: ({ retention }) => retention.sweep({ olderThan: 0 }),
    sqlite: /conversation_messages_by_expiry[\s\S]*conversations_by_expiry[\s\S]*reported_calls_by_time/,
    postgres: /conversation_messages_by_expiry[\s\S]*conversations_by_expiry[\s\S]*reported_calls_by_time/,
  },
  'statistics of blocks': {
    ask: ({ blockStats }) =>
      blockStats.list({ workspace: 'x', since: 0, after: { key: 'a@1', day: 5 }, limit: 20 }),
    sqlite: /block_stats_1 \(workspace=\? AND \(block_key,day\)>\(\?,\?\)\)/,
    postgres: /Index Scan using block_stats_pkey/,
  },
  'statistics of some blocks': {
    ask: ({ blockStats }) => blockStats.list({ workspace: 'x', keys: ['a@1', 'b@1'], since: 0, limit: 20 }),
    sqlite: /block_stats_1 \(workspace=\? AND block_key=\? AND day>\?\)/,
    postgres: /using block_stats_pkey|on block_stats_pkey/,
  },
  'statistics of blocks that have changed': {
    ask: ({ blockStats }) =>
      blockStats.changes({ workspace: 'x', after: { version: 5, key: '', day: 0 }, limit: 20 }),
    sqlite: /block_stats_by_version \(workspace=\? AND \(version,block_key,day\)>\(\?,\?,\?\)\)$/m,
    postgres: /Index Scan using block_stats_by_version/,
  },
  'the last change of statistics': {
    ask: ({ blockStats }) => blockStats.version('x'),
    sqlite: /SEARCH block_stats_heads USING PRIMARY KEY \(workspace=\?\)/,
    postgres: /block_stats_heads_pkey/,
  },
  'statistics of blocks that are old': {
    ask: ({ retention }) => retention.sweep({ olderThan: 0 }),
    sqlite: /block_stats_by_day \(day<\?\)[\s\S]*block_stats_writers_by_time \(written_at<\?\)/,
    postgres: /block_stats_by_day[\s\S]*block_stats_writers_by_time/,
  },
  'what has expired': {
    ask: ({ retention }) => retention.sweep({ olderThan: 0 }),
    sqlite: /USING INDEX responses_by_expiry \(expires_at<\?\)/,
    postgres: /responses_by_expiry/,
  },
};

describe.each(Object.entries(sharedKinds))('plans in %s', (_, create) => {
  let database: TestDatabase;
  let db: Kysely<Schema>;
  let storage: Storage;
  let engine: 'sqlite' | 'postgres';
  const asked: CompiledQuery[] = [];
  const watch = ({ query }: LogEvent): void => {
    if (/^(select|delete)/.test(query.sql)) asked.push(query);
  };

  beforeAll(async () => {
    database = await create();
    const opened = await openDatabase(database.target, deps, watch);
    db = opened.db;
    engine = opened.gaps.name;
    storage = await createStorage(opened, deps);
    for (let days = 0; days < 3; days++) {
      const records = Array.from({ length: 500 }, (_, index) =>
        callRecord({
          startedAt: noon + days * day + index,
          workspace: `workspace ${index % 40}`,
          keyId: `key ${index % 40}`,
          alias: `alias ${index % 40}`,
          provider: `provider ${index % 40}`,
          model: `model ${index % 40}`,
          traceId: `trace ${index}`,
          outcome: index % 40 === 0 ? 'failed' : 'answered',
        }),
      );
      await storage.calls.insertBatch(records);
    }
    for (let number = 0; number < 200; number++) {
      const id = `resp_${number}`;
      const times = { createdAt: noon, expiresAt: noon + 100 * 365 * day };
      await storage.responses.insert({ id, workspace: 'main', ...times, request: null, message: null });
    }
    const entry = { at: noon, actor: 'key_1', actorKind: 'key', action: 'keys.create', details: null };
    await storage.audit.append({ ...entry, organisation: 'acme', target: 'key_1' });
    const key = generateKeyPairSync('ed25519').privateKey;
    for (let log = 0; log < 20; log++) {
      const owner = 'nobody';
      const claim = { newLog: `log_${log}`, owner, now: 0, until: noon, isGone: () => false };
      await storage.receipts.claimLog(claim);
      let before: ReceiptHead | undefined;
      for (let seq = 1; seq <= 10; seq++) {
        const ids = [0, 1, 2, 3, 4].map((at) => `rcpt_${log}_${seq}_${at} workspace ${at}`).join('\n');
        const texts = { receipts: '{}\n{}\n{}\n{}\n{}', ids };
        const times = { claimedUntil: noon, openedAt: noon + seq, closedAt: noon + seq, keyValidFrom: 0 };
        const newest = before && { before };
        const batch = { log: `log_${log}`, owner, ...times, ...texts, ...newest, key, keyId: 'ab' };
        const appended = await storage.receipts.append(batch);
        expect(appended.outcome).toBe('stored');
        if (appended.outcome === 'stored') before = appended.head;
      }
    }
    await db.executeQuery(CompiledQuery.raw('analyze'));
  }, 120_000);
  afterAll(async () => {
    await storage.close();
    await database.remove();
  });

  /** With so few rows PostgreSQL would rather read them all, so that is forbidden where the plan is asked for. */
  const explain = async ({ sql, parameters }: CompiledQuery): Promise<string> =>
    db.transaction().execute(async (transaction) => {
      if (engine === 'postgres') {
        await transaction.executeQuery(CompiledQuery.raw('set local enable_seqscan = off'));
        await transaction.executeQuery(CompiledQuery.raw('set local enable_bitmapscan = off'));
      }
      const word = engine === 'sqlite' ? 'explain query plan' : 'explain';
      const { rows } = await transaction.executeQuery<Record<string, unknown>>(
        CompiledQuery.raw(`${word} ${sql}`, [...parameters]),
      );
      return rows.map((row) => String(row.detail ?? row['QUERY PLAN'])).join('\n');
    });

  it.each(Object.keys(questions))('%s', async (name) => {
    const question = questions[name]!;
    asked.length = 0;
    await question.ask(storage);
    const statements = asked.filter(({ sql }) => !/pg_|schema_/.test(sql));
    expect(statements.length).toBeGreaterThan(0);
    const plans = await Promise.all(statements.map(explain));
    const everything = plans.join('\n');
    expect(everything).toMatch(new RegExp(question[engine].source, 'm'));
    expect(everything).not.toMatch(/Seq Scan|^SCAN (?!calls$|keys USING|names$|\(subquery|periods|part$)/m);
    // Pages come out of the index in order; only groups of usage and the pages of several workspaces are sorted.
    if (!/^usage|several workspaces$/.test(name)) expect(everything).not.toMatch(/TEMP B-TREE|Sort Key/);
  });

  it('of a sweep remove old calls by their ids', async () => {
    asked.length = 0;
    await storage.retention.sweep({ olderThan: noon - day });
    const removals = asked.filter(({ sql }) => /delete from "(calls|attempts|bodies)"/.test(sql));
    if (engine === 'postgres') return expect(removals).toEqual([]);
    expect(removals).toHaveLength(3);
    const plans = await Promise.all(removals.map(explain));
    for (const plan of plans) expect(plan).toMatch(/SEARCH \w+ USING PRIMARY KEY \((call_)?id<\?\)/);
  });
});
