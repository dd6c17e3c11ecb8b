/**
 * `npm run prove:budget`: four processes with fifty callers each on one budget, in every way of calling, the cache included, with
 * one of them killed every few seconds. The budget is never overrun by a nano-dollar, and after all it knows exactly what the calls
 * cost, and so do their receipts, which are exported and verified for that. On SQLite and on PostgreSQL. `--quick` takes a
 * moment, `--seconds N` any time for each database, `--only NAME` takes one of them, `--plant NAME` plants a fault, which must be
 * found. One JSON line per case; a run that could not come to its end says so in one as well.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { formatDollars } from '@keelson/core';
import type { BudgetDefinition, Storage, StorageTarget } from '@keelson/engine';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { CallerProcess, killInTurn, type Ways } from './budget/children.ts';
import { openPostgres, openSqlite } from './budget/databases.ts';
import { readReceipts, readRecords } from './budget/ledger.ts';
import { budgetId, type Plant, type ProcessSettings, plants, workspace } from './budget/messages.ts';
import { journalsOf, openProofEngine, type ProofEngine } from './budget/open-engine.ts';

const processes = 4;
const callersEach = 50;
/**
 * A little less than what all callers set aside at once, in nano-dollars: so much is always left at most, so that some are
 * refused all the time, however fast the machine is.
 */
const roomNanoDollars = 300_000_000;

interface Verdict {
  readonly case: string;
  readonly tried: number;
  readonly violations: number;
  readonly [detail: string]: unknown;
}

let stage = 'the start';
const begun = performance.now();
const progress = (text: string): void => {
  stage = text;
  process.stderr.write(`${((performance.now() - begun) / 1000).toFixed(1)} s  ${text} ...\n`);
};

function tell(verdicts: readonly Verdict[]): void {
  for (const verdict of verdicts) {
    const met = verdict.violations === 0;
    process.stdout.write(`${JSON.stringify({ proof: 'budget', ...verdict, met })}\n`);
    if (!met) process.exitCode = 1;
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

interface Run {
  readonly name: string;
  readonly target: StorageTarget;
  readonly seconds: number;
  readonly plant: Plant | undefined;
}

const definitionOf = (limit: string): BudgetDefinition => ({
  id: budgetId,
  scope: 'workspace',
  subject: workspace,
  measure: 'money',
  window: 'total',
  limit,
});

interface Stage {
  readonly settings: ProcessSettings;
  readonly simulator: Simulator;
  readonly first: ProofEngine;
  start(): CallerProcess;
  close(): Promise<void>;
}

/** A vendor, and the engine that looks on; whatever is started besides ends with it. */
async function openStage(
  { target, plant }: Run,
  limit: string,
  more: { readonly abortedStreams?: number; readonly ways?: Ways } = {},
): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-budget-'));
  const simulator = await startSimulator({ seed: 11 });
  const { abortedStreams, ways } = more;
  const settings: ProcessSettings = {
    vendorUrl: simulator.url,
    target,
    folder,
    callers: callersEach,
    ...(abortedStreams !== undefined && { abortedStreams }),
    ...(plant !== undefined && { plant }),
  };
  const first = await openProofEngine(settings, [definitionOf(limit)]);
  const started: CallerProcess[] = [];
  return {
    settings,
    simulator,
    first,
    start: () => {
      const child = new CallerProcess(settings, ways);
      started.push(child);
      return child;
    },
    close: async () => {
      await Promise.all(started.map((child) => child.kill()));
      await first.close();
      await simulator.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** So that the end of the budget is near all the time. */
async function keepRoom({ engine, storage }: ProofEngine, isOver: () => boolean): Promise<void> {
  let limit = roomNanoDollars;
  while (!isOver()) {
    await wait(300);
    const [window] = await storage.budgets.windows(budgetId, 1).catch(() => []);
    const wanted = (window?.settled ?? 0) + roomNanoDollars;
    if (wanted <= limit) continue;
    await engine.limits?.update(definitionOf(formatDollars(wanted))).catch(() => {});
    limit = wanted;
  }
}

/** Until no journal is left but that of the process that looks: calls of those who were killed last may be unsettled. */
async function reckonWithAll({ engine }: ProofEngine, folder: string): Promise<void> {
  const { limits } = engine;
  const isOthers = (name: string): boolean => name.endsWith('.lock') && name !== `${limits?.owner}.lock`;
  const end = performance.now() + 60_000;
  do await limits?.recover();
  while (
    readdirSync(journalsOf(folder)).some(isOthers) &&
    performance.now() < end &&
    (await wait(100, true))
  );
  await limits?.flush();
  await engine.receipts?.flush();
}

async function proveMixed(run: Run): Promise<Verdict[]> {
  const { name, seconds } = run;
  const ways: Ways = { hedged: 0, fellBack: 0 };
  const { first, simulator, settings, start, close } = await openStage(run, formatDollars(roomNanoDollars), {
    ways,
  });
  simulator.fault('server-error', { match: { model: 'failing' }, rate: 0.6, seed: 3 });
  simulator.fault('reset-mid-stream after=6', { match: { model: 'one' }, rate: 0.04, seed: 5 });
  const seen: Watching = { looked: 0, overrun: 0, most: 0 };
  let isOver = false;
  let isEnding = false;
  const watching = watch(first.storage, seen, () => isOver);
  const widening = keepRoom(first, () => isOver || isEnding);
  try {
    const children = Array.from({ length: processes }, start);
    await Promise.all(children.map((child) => child.hear('ready')));
    progress(`${name}: all run`);
    const kills = await killInTurn(children, start, seconds);
    isEnding = true;
    progress(`${name}: everybody stops`);
    await Promise.all(children.map((child) => child.close()));
    progress(`${name}: the dead are reckoned with`);
    await reckonWithAll(first, settings.folder);
    isOver = true;
    await Promise.all([watching, widening]);
    progress(`${name}: the receipts are verified`);
    return await judgeMixed(name, first.storage, { seen, kills, ways, isShort: seconds < 20 });
  } finally {
    isOver = true;
    await Promise.all([watching, widening]);
    await close();
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
  const { calls, nanoDollars, outcomes, cached, owed } = await readRecords(storage);
  const settled = window?.settled ?? Number.NaN;
  const levels = (await storage.budgets.alerts(budgetId)).map(({ level }) => level);
  const happened = { ...outcomes, cached, kills, ...ways };
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
    await judgeReceipts(name, storage, { settled, owed }),
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

async function judgeReceipts(
  name: string,
  storage: Storage,
  { settled, owed }: { readonly settled: number; readonly owed: ReadonlySet<string> },
): Promise<Verdict> {
  const { receipts, nanoDollars, faults, doubled, missing, interrupted } = await readReceipts(storage, owed);
  return {
    case: `${name}: the ledger is the sum of the receipts`,
    tried: receipts,
    violations: Number(settled !== nanoDollars) + faults + doubled + missing,
    settled,
    receipted: nanoDollars,
    interrupted,
    faults,
    doubled,
    missing,
  };
}

/** Streams whose callers leave after the first piece: each is paid for, and the ledger and the receipts say so. */
async function proveAborted(run: Run, count: number): Promise<Verdict[]> {
  const { name } = run;
  const { first, start, close } = await openStage(run, '100', { abortedStreams: count });
  try {
    const child = start();
    await child.hear('done');
    await child.close();
    const [window] = await first.storage.budgets.windows(budgetId, 1);
    const { calls, outcomes, nanoDollars, unpaid, owed } = await readRecords(first.storage);
    const settled = window?.settled ?? Number.NaN;
    // Some come to their end before their callers are gone; they are paid as well.
    const isTooFew = outcomes.aborted < count * 0.8;
    return [
      {
        case: `${name}: aborted streams are paid`,
        tried: count,
        violations: unpaid + Math.abs(count - calls) + Number(settled !== nanoDollars) + Number(isTooFew),
        aborted: outcomes.aborted,
        settled,
        recorded: nanoDollars,
      },
      await judgeReceipts(`${name}, aborted`, first.storage, { settled, owed }),
    ];
  } finally {
    await close();
  }
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
  const isQuick = values.quick === true;
  const usual = isQuick ? 5 : 120;
  return {
    seconds: Number(values.seconds ?? usual),
    aborted: Number(values.aborted ?? (isQuick ? 200 : 1000)),
    only: values.only,
    plant,
  };
}

async function prove({ seconds, aborted, only, plant }: Options): Promise<void> {
  const kinds = { sqlite: openSqlite, postgres: openPostgres };
  for (const [kind, open] of Object.entries(kinds)) {
    if (only !== undefined && only !== kind) continue;
    const database = open();
    const { name } = database;
    try {
      progress(`${name}: ${processes} processes for ${seconds} s`);
      tell(await proveMixed({ name, target: await database.create(), seconds, plant }));
      if (aborted === 0) continue;
      progress(`${name}: ${aborted} aborted streams`);
      tell(await proveAborted({ name, target: await database.create(), seconds, plant }, aborted));
    } finally {
      await database.remove();
    }
  }
}

/** Whatever cuts a run short, nobody takes it for one that found nothing. */
function sayUnfinished(why: string): void {
  tell([{ case: 'comes to its end', tried: 1, violations: 1, stage, why }]);
}

let isDone = false;
process.on('exit', () => {
  if (isDone) return;
  // Nothing was left to wait for, though something was waited for.
  sayUnfinished('the process ended before the proof did');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    isDone = true;
    sayUnfinished(`stopped by ${signal}`);
    process.exit(1);
  });
}
try {
  await prove(readOptions());
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  sayUnfinished(error instanceof Error ? error.message : String(error));
}
isDone = true;
