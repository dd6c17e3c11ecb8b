/**
 * `npm run bench:management`: how long the pages of the management API take when a million calls are stored (50,000 with
 * `--quick`), as they are read from storage and as they are asked over HTTP, on both databases. One JSON line per case on stdout.
 */
import type { CallFilters, CallListing, Storage } from '@keelson/engine';
import { apiPages, openApi } from './management/api.ts';
import {
  dayMs,
  days,
  type Filled,
  fill,
  keyOf,
  organisationOf,
  start,
  traceOf,
  workspaceOf,
} from './management/fill.ts';
import { openPostgres, openSqlite, type StorageKeeper } from './records/keepers.ts';

const isQuick = process.argv.includes('--quick');
const calls = isQuick ? 50_000 : 1_000_000;
const auditEntries = isQuick ? 1000 : 10_000;
const rounds = isQuick ? 20 : 40;
const goalMs = 200;
const progress = (text: string): void => void process.stderr.write(`${text} ...\n`);

/** Reads once; each round asks for something else, so that no answer is one that was just read. */
type Read = (round: number) => Promise<unknown>;

function listCases({ calls: kept }: Storage, { someIds }: Filled): Record<string, Read> {
  const list =
    (listing: (round: number) => CallListing): Read =>
    (round) =>
      kept.list(listing(round));
  const idOf = (round: number): string => someIds[(round * 37) % someIds.length] ?? '';
  const end = start + days * dayMs;
  const organisation = Array.from({ length: 4 }, (_, at) => workspaceOf(at * 5));
  const filters: Record<string, (round: number) => CallFilters> = {
    'of a workspace': (round) => ({ workspace: workspaceOf(round) }),
    'of an organisation': () => ({ workspaces: organisation }),
    'of a key': (round) => ({ keyId: keyOf(round) }),
    'of an alias': () => ({ alias: 'smart' }),
    'of a provider': () => ({ provider: 'anthropic' }),
    'of a model': (round) => ({ model: `gpt-5-mini-${round % 5}` }),
    'of a trace': (round) => ({ traceId: traceOf(round * 331) }),
    'that failed': () => ({ outcome: 'failed' }),
    'that were answered': () => ({ outcome: 'answered' }),
    'with a status': () => ({ minStatus: 500, maxStatus: 599 }),
    'with a status nobody had': () => ({ minStatus: 418, maxStatus: 418 }),
    'that took long': () => ({ minDurationMs: 60_000 }),
    'that cost much': () => ({ minCostNanoDollars: 1_000_000_000 }),
    'of an organisation, with a status nobody had': () => ({
      workspaces: organisation,
      minStatus: 418,
      maxStatus: 418,
    }),
    'of a workspace and a model that never met': (round) => ({
      workspace: workspaceOf(round),
      model: 'none',
    }),
    'of a workspace, a provider and an alias': (round) => ({
      workspace: workspaceOf(round),
      provider: 'anthropic',
      alias: 'smart',
    }),
    'of a day': (round) => ({
      from: start + (round % days) * dayMs,
      to: start + ((round % days) + 1) * dayMs,
    }),
  };
  const cases: Record<string, Read> = {
    'calls, first page': list(() => ({})),
    'calls, a page in the middle': list((round) => ({ before: idOf(round) })),
    'calls, a page of 1,000': list((round) => ({ before: idOf(round), limit: 1000 })),
    'calls that are searched': list((round) => ({ filters: { search: idOf(round) } })),
    'a call with its attempts': (round) => kept.find(idOf(round)),
  };
  for (const [name, filter] of Object.entries(filters)) {
    cases[`calls ${name}`] = list((round) => ({
      filters: filter(round),
      // Half of them from the newest on, half from anywhere.
      ...(round % 2 === 0 && !name.includes('day') && { before: idOf(round) }),
    }));
  }
  cases['calls until the last hour'] = list((round) => ({ filters: { to: end - round * 60_000 } }));
  return cases;
}

function reportCases({ usage }: Storage): Record<string, Read> {
  const month = { from: start, to: start + days * dayMs };
  const top = { most: 'cost', limit: 20 } as const;
  const organisation = { workspace: Array.from({ length: 4 }, (_, at) => workspaceOf(at * 5)) };
  return {
    'usage by day': () => usage.read({ ...month, step: 'day' }),
    'usage by day and model': () => usage.read({ ...month, step: 'day', by: ['model'] }),
    'usage by model': () => usage.read({ ...month, step: 'total', by: ['model'] }),
    'usage by key, the first 20': () => usage.read({ ...month, step: 'total', by: ['keyId'], ...top }),
    'usage by key, off the days': () =>
      usage.read({ from: month.from + 5e6, to: month.to - 5e6, step: 'total', by: ['keyId'], ...top }),
    'usage of an organisation by key': () =>
      usage.read({ ...month, step: 'total', by: ['keyId'], only: organisation, ...top }),
    'usage of a key by day': (round) =>
      usage.read({ ...month, step: 'day', only: { workspace: workspaceOf(round), keyId: keyOf(round) } }),
    'usage by hour for a day': () =>
      usage.read({ from: start + 9 * dayMs, to: start + 10 * dayMs, step: 'hour', by: ['model'] }),
  };
}

function otherCases({ receipts, audit, keys }: Storage, { someReceipts }: Filled): Record<string, Read> {
  const receiptOf = (round: number): string => someReceipts[(round * 37) % someReceipts.length] ?? '';
  const organisation = organisationOf(0);
  const keyPage = { now: start, limit: 50, newestFirst: true };
  return {
    'receipts, first page': () => receipts.listIds({}),
    'receipts of a workspace': (round) =>
      receipts.listIds({ workspace: workspaceOf(round), before: receiptOf(round) }),
    'audit log, first page': () => audit.page({ organisation }),
    'audit log, a page in the middle': (round) => audit.page({ organisation, before: 500 + round }),
    'audit log of an action': () => audit.page({ organisation, filters: { action: 'budgets.' } }),
    'audit log of an actor': (round) => audit.page({ organisation, filters: { actor: keyOf(round) } }),
    'keys of an organisation': (round) => keys.page({ ...keyPage, organisation: organisationOf(round) }),
    'keys that are searched': (round) => keys.page({ ...keyPage, search: `key-${round}`, state: 'active' }),
    'changes of keys': () => keys.changedSince(1_000_000),
  };
}

async function measure(engine: string, { storage }: StorageKeeper): Promise<void> {
  const filled = await fill(storage, {
    calls,
    auditEntries,
    progress: (text) => progress(`${engine}: ${text}`),
  });
  const api = await openApi(storage);
  const pages = Object.entries(apiPages(filled)).map(([name, pathOf]) => [
    `GET ${name}`,
    (round: number) => api.ask(pathOf(round)),
  ]);
  const cases: Record<string, Read> = {
    ...listCases(storage, filled),
    ...reportCases(storage),
    ...otherCases(storage, filled),
    ...Object.fromEntries(pages),
  };
  for (const [name, read] of Object.entries(cases)) {
    const times: number[] = [];
    // The first is not counted: it prepares the statement.
    for (let round = -1; round < rounds; round++) {
      const begin = performance.now();
      await read(Math.max(round, 0));
      if (round >= 0) times.push(performance.now() - begin);
    }
    print(
      `${engine}: ${name}`,
      times.toSorted((a, b) => a - b),
    );
  }
  await api.close();
}

function print(name: string, sorted: readonly number[]): void {
  const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
  const round = (value: number): number => Math.round(value * 100) / 100;
  const line = {
    bench: 'management',
    case: name,
    calls,
    medianMs: round(at(0.5)),
    p95Ms: round(at(0.95)),
    ratios: { ofGoal: round(at(0.95) / goalMs) },
    goal: `at most ${goalMs} ms at the 95th percentile`,
    met: at(0.95) <= goalMs,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

async function measureAndClose(engine: string, keeper: StorageKeeper | undefined): Promise<void> {
  if (keeper === undefined) return;
  try {
    await measure(engine, keeper);
  } finally {
    await keeper.close();
  }
}

await measureAndClose('SQLite', await openSqlite());
await measureAndClose('PostgreSQL', await openPostgres());
