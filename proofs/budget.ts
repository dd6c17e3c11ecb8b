/**
 * `npm run prove:budget`: four processes with fifty callers each on one budget, in every way of calling, with one of them killed
 * every few seconds. The budget is never overrun by a nano-dollar, and after all it knows exactly what the calls cost. On
 * SQLite and on PostgreSQL. `--quick` takes three quarters of a minute at most, `--seconds N` any time for each database,
 * `--only NAME` takes one of them, `--plant NAME` plants a fault, which must be found. One JSON line per case.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { CallRecord, Storage, StorageTarget } from '@keelson/engine';
import { startSimulator } from '@keelson/simulator';
import {
  budgetId,
  type Plant,
  type ProcessSettings,
  plants,
  type Told,
  workspace,
} from './budget/messages.ts';
import { openProofEngine } from './budget/open-engine.ts';

const processes = 4;
const callersEach = 50;
/** What most callers set aside at once, and about what all spend in a second, the killed ones included: just not enough. */
const startDollars = 0.4;
const dollarsPerSecond = 0.08;
const compileCache = join(import.meta.dirname, '../node_modules/.cache/compile');

interface Verdict {
  readonly case: string;
  readonly tried: number;
  readonly violations: number;
  readonly [detail: string]: unknown;
}

const progress = (text: string): void => void process.stderr.write(`${text} ...\n`);

type Ways = { hedged: number; fellBack: number };

function startProcess(settings: ProcessSettings, ways?: Ways): ChildProcess {
  const child = fork(new URL('./budget/caller-process.ts', import.meta.url), [JSON.stringify(settings)], {
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
  });
  child.on('message', (told: Told) => {
    if (told.type === 'way' && ways !== undefined) ways[told.way] += 1;
  });
  return child;
}

async function hear<Type extends Told['type']>(
  child: ChildProcess,
  type: Type,
): Promise<Extract<Told, { type: Type }>> {
  for (;;) {
    const listening = new AbortController();
    const { signal } = listening;
    const ended = once(child, 'exit', { signal }).then(() => undefined);
    ended.catch(() => {});
    const message = once(child, 'message', { signal }).then(([said]) => said as Told);
    message.catch(() => {});
    const told = await Promise.race([message, ended]);
    listening.abort();
    if (told === undefined) throw new Error(`A process ended before it said \`${type}\`.`);
    if (told.type === type) return told as Extract<Told, { type: Type }>;
  }
}

interface Watching {
  looked: number;
  overrun: number;
  /** The most that was ever spent and lent at once. */
  most: number;
}

/** Whatever the processes do, what is spent and lent stays within the limit at every moment. */
async function watch(storage: Storage, seen: Watching, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    // A busy machine may not answer in time; nothing was seen then.
    const windows = await storage.budgets.windows(budgetId, 1).catch(() => []);
    for (const { settled, leased, amount, overshoot } of windows) {
      seen.looked += 1;
      seen.most = Math.max(seen.most, settled + leased);
      if (settled + leased > amount || settled < 0 || leased < 0 || overshoot > 0) seen.overrun += 1;
    }
    await wait(15);
  }
}

interface Recorded {
  readonly calls: number;
  readonly nanoDollars: number;
  readonly unpaid: number;
  readonly outcomes: Readonly<Record<CallRecord['outcome'] | 'interrupted', number>>;
}

async function readRecords(storage: Storage): Promise<Recorded> {
  const outcomes = { answered: 0, failed: 0, refused: 0, aborted: 0, interrupted: 0 };
  let [calls, nanoDollars, unpaid] = [0, 0, 0];
  let before: string | undefined;
  for (let hasMore = true; hasMore; ) {
    const filters = { workspace };
    const page = await storage.calls.list({ filters, limit: 1000, ...(before !== undefined && { before }) });
    for (const { outcome, error, cost } of page.calls) {
      calls += 1;
      outcomes[error === 'call_interrupted' ? 'interrupted' : outcome] += 1;
      nanoDollars += cost.nanoDollars ?? Number.NaN;
      // Only what was refused never reached a vendor.
      if (outcome !== 'refused' && outcome !== 'failed' && !((cost.nanoDollars ?? 0) > 0)) unpaid += 1;
    }
    before = page.calls.at(-1)?.id;
    hasMore = page.hasMore;
  }
  return { calls, nanoDollars, unpaid, outcomes };
}

interface Run {
  readonly name: string;
  readonly target: StorageTarget;
  readonly seconds: number;
  readonly plant: Plant | undefined;
}

async function proveMixed({ name, target, seconds, plant }: Run): Promise<Verdict[]> {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-budget-'));
  const simulator = await startSimulator({ seed: 11 });
  simulator.fault('server-error', { match: { model: 'failing' }, rate: 0.6, seed: 3 });
  simulator.fault('reset-mid-stream after=6', { match: { model: 'one' }, rate: 0.04, seed: 5 });
  const settings: ProcessSettings = {
    vendorUrl: simulator.url,
    target,
    journalFolder: join(folder, 'journal'),
    callers: callersEach,
    ...(plant !== undefined && { plant }),
  };
  const limit = (startDollars + dollarsPerSecond * seconds).toFixed(6);
  const definition = {
    id: budgetId,
    scope: 'workspace',
    subject: workspace,
    measure: 'money',
    window: 'total',
    limit,
  } as const;
  const first = await openProofEngine(settings, [definition]);
  const seen: Watching = { looked: 0, overrun: 0, most: 0 };
  let isOver = false;
  const watching = watch(first.storage, seen, () => isOver);
  const ways: Ways = { hedged: 0, fellBack: 0 };
  const children = Array.from({ length: processes }, () => startProcess(settings, ways));
  try {
    await Promise.all(children.map((child) => hear(child, 'ready')));
    const kills = await killInTurn(children, () => startProcess(settings, ways), seconds);
    progress(`${name}: everybody stops`);
    await Promise.all(children.map(close));
    // Those that were killed last may still be unsettled.
    await first.engine.limits?.recover();
    await first.engine.limits?.flush();
    isOver = true;
    await watching;
    return await judgeMixed(name, first.storage, { seen, kills, ways, isShort: seconds < 20 });
  } finally {
    isOver = true;
    await watching;
    for (const child of children) child.kill('SIGKILL');
    await first.close();
    await simulator.close();
    rmSync(folder, { recursive: true });
  }
}

async function close(child: ChildProcess): Promise<void> {
  const closed = hear(child, 'closed');
  child.send('close');
  await closed;
}

/** One after the other, each replaced by another at once. */
async function killInTurn(
  children: ChildProcess[],
  start: () => ChildProcess,
  seconds: number,
): Promise<number> {
  const end = performance.now() + seconds * 1000;
  const everyMs = Math.min(3000, (seconds * 1000) / 4.5);
  let kills = 0;
  const ready: Promise<unknown>[] = [];
  for (;;) {
    await wait(Math.min(everyMs, Math.max(0, end - performance.now())));
    if (performance.now() >= end) {
      await Promise.all(ready.slice(-processes));
      return kills;
    }
    const place = kills % processes;
    const victim = children[place] as ChildProcess;
    const exit = once(victim, 'exit');
    victim.kill('SIGKILL');
    await exit;
    kills += 1;
    const heir = start();
    children[place] = heir;
    const isReady = hear(heir, 'ready');
    // Killed itself before it was ready, it is nobody's failure.
    isReady.catch(() => {});
    ready.push(isReady);
  }
}

interface Observed {
  readonly seen: Watching;
  readonly kills: number;
  readonly ways: Ways;
  readonly isShort: boolean;
}

async function judgeMixed(
  name: string,
  storage: Storage,
  { seen, kills, ways, isShort }: Observed,
): Promise<Verdict[]> {
  const [window] = await storage.budgets.windows(budgetId, 1);
  const { calls, nanoDollars, outcomes } = await readRecords(storage);
  const settled = window?.settled ?? Number.NaN;
  const levels = (await storage.budgets.alerts(budgetId)).map(({ level }) => level);
  const happened = { ...outcomes, kills, ...ways };
  // How late is too late is learnt from many answers, for which a short run may not have had the time.
  const needed = isShort ? { ...happened, hedged: 1 } : happened;
  const unseen = Object.entries(needed).filter(([, count]) => count === 0);
  return [
    {
      case: `${name}: never overrun`,
      tried: seen.looked,
      violations: seen.overrun,
      limit: window?.amount,
      most: seen.most,
    },
    {
      case: `${name}: the ledger is the sum of the calls`,
      tried: calls,
      violations: Number(settled !== nanoDollars),
      settled,
      recorded: nanoDollars,
    },
    // The process that looks holds nothing; the dead have been reckoned with.
    {
      case: `${name}: nothing stays lent`,
      tried: processes + kills,
      violations: Number(window?.leased !== 0),
    },
    {
      case: `${name}: each level is told once`,
      tried: levels.length,
      violations: Number(levels.join() !== '50,80,100'),
    },
    // A run in which something never happened has not proved anything about it.
    { case: `${name}: variety`, tried: Object.keys(happened).length, violations: unseen.length, ...happened },
  ];
}

/** Streams whose callers leave after the first piece: each is paid for, and the ledger says so. */
async function proveAborted({ name, target, plant }: Run, count: number): Promise<Verdict> {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-budget-'));
  const simulator = await startSimulator({ seed: 12 });
  const settings: ProcessSettings = {
    vendorUrl: simulator.url,
    target,
    journalFolder: join(folder, 'journal'),
    callers: callersEach,
    abortedStreams: count,
    ...(plant !== undefined && { plant }),
  };
  const definition = {
    id: budgetId,
    scope: 'workspace',
    subject: workspace,
    measure: 'money',
    window: 'total',
    limit: '100',
  } as const;
  const first = await openProofEngine(settings, [definition]);
  const child = startProcess(settings);
  try {
    await hear(child, 'done');
    await close(child);
    const [window] = await first.storage.budgets.windows(budgetId, 1);
    const { calls, outcomes, nanoDollars, unpaid } = await readRecords(first.storage);
    const settled = window?.settled ?? Number.NaN;
    // Some come to their end before their callers are gone; they are paid as well.
    const isTooFew = outcomes.aborted < count * 0.8;
    return {
      case: `${name}: aborted streams are paid`,
      tried: count,
      violations: unpaid + Math.abs(count - calls) + Number(settled !== nanoDollars) + Number(isTooFew),
      aborted: outcomes.aborted,
      settled,
      recorded: nanoDollars,
    };
  } finally {
    child.kill('SIGKILL');
    await first.close();
    await simulator.close();
    rmSync(folder, { recursive: true });
  }
}

interface Database {
  readonly name: string;
  /** A new and empty one each time. */
  create(): Promise<StorageTarget>;
  remove(): Promise<void>;
}

function openSqlite(): Database {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-budget-'));
  let made = 0;
  return {
    name: 'SQLite',
    create: async () => {
      made += 1;
      return { kind: 'sqlite', path: join(folder, `${made}.db`) };
    },
    remove: async () => rmSync(folder, { recursive: true }),
  };
}

/** A server for each, which ends with this process. */
async function openPostgres(): Promise<Database> {
  const servers: ChildProcess[] = [];
  return {
    name: 'PostgreSQL',
    create: async () => {
      const server = spawn(process.execPath, [join(import.meta.dirname, '../tools/postgres/serve.ts')], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      servers.push(server);
      const [line] = (await once(createInterface({ input: server.stdout }), 'line')) as [string];
      const { url, problem } = JSON.parse(line) as { url?: string; problem?: string };
      if (url === undefined) throw new Error(`There is no PostgreSQL server: ${problem}`);
      return { kind: 'postgres', url };
    },
    remove: async () => {
      for (const server of servers) {
        const exit = once(server, 'exit');
        server.stdin?.end();
        await exit;
      }
    },
  };
}

interface Options {
  readonly seconds: number;
  readonly aborted: number;
  readonly only: string | undefined;
  readonly plant: Plant | undefined;
}

function readOptions(): Options {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: { quick: { type: 'boolean' }, seconds: text, aborted: text, only: text, plant: text },
  });
  const plant = plants.find((name) => name === values.plant);
  if (values.plant !== undefined && plant === undefined)
    throw new Error(`--plant knows ${plants.join(', ')}.`);
  const usual = values.quick === true ? 5 : 120;
  return {
    seconds: values.seconds === undefined ? usual : Number(values.seconds),
    aborted: values.aborted === undefined ? 1000 : Number(values.aborted),
    only: values.only,
    plant,
  };
}

const { seconds, aborted, only, plant } = readOptions();
const kinds = { sqlite: openSqlite, postgres: openPostgres };
for (const [kind, open] of Object.entries(kinds)) {
  if (only !== undefined && only !== kind) continue;
  const database = await open();
  try {
    const { name } = database;
    progress(`${name}: ${processes} processes for ${seconds} s`);
    const verdicts = await proveMixed({ name, target: await database.create(), seconds, plant });
    if (aborted > 0) {
      progress(`${name}: ${aborted} aborted streams`);
      verdicts.push(await proveAborted({ name, target: await database.create(), seconds, plant }, aborted));
    }
    for (const verdict of verdicts) {
      const met = verdict.violations === 0;
      process.stdout.write(`${JSON.stringify({ proof: 'budget', ...verdict, met })}\n`);
      if (!met) process.exitCode = 1;
    }
  } finally {
    await database.remove();
  }
}
