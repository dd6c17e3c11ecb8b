/**
 * `npm run prove:crash`: a flow with a sequence, branches, a loop, a child run, an approval, a timer and a payment is killed at every
 * write of its journal, before it and after it, on SQLite and PostgreSQL; then three workers are killed again and again. The result
 * must be the same, nothing that is recorded computed again, nothing paid twice, no approval lost or used twice. `--plant NAME`
 * breaks the journal, which must be found; `--quick` takes fewer writes. One JSON line per case; the exit code tells of violations.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { type DurableRuns, openStorage, type Storage, silentLog, systemClock } from '@keelson/engine';
import { type Database, openPostgres, openSqlite } from './budget/databases.ts';
import { Victims } from './crash/children.ts';
import { expectedOutput, type Note } from './crash/crash-flows.ts';
import { makeDeadly } from './crash/deadly-storage.ts';
import { openCrashRuns, openCrashWorker } from './crash/open-crash-runs.ts';
import { createDice } from './receipts/dice.ts';

const plants = ['forget-results', 'forget-beginnings', 'lose-approvals'] as const;
type Plant = (typeof plants)[number];

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    small: { type: 'boolean' },
    plant: { type: 'string' },
    only: { type: 'string' },
  },
});
const plant: Plant | undefined = plants.find((name) => name === values.plant);
if (values.plant !== undefined && plant === undefined) throw new Error(`--plant knows ${plants.join(', ')}.`);
/** Between two writes that are tried: every one, or every so manieth. */
const fewer = values.quick === true ? 7 : 1;
const stride = values.small === true ? 11 : fewer;
const rounds = values.small === true || values.quick === true ? 1 : 12;
/** Before the first write nothing has happened; before the third a step has run and is not recorded. */
const firstBefore = stride === 1 ? 2 : 3;
/** Longer than any run takes after a death, or it has been lost. */
const patienceMs = plant === undefined ? 30_000 : 4000;
const workspace = 'proof';
const progress = (text: string): void => void process.stderr.write(`${text} ...\n`);

interface Verdict {
  readonly case: string;
  tried: number;
  kills: number;
  violations: number;
  example?: string;
}

const folder = mkdtempSync(join(tmpdir(), 'keelson-crash-'));
const notes = join(folder, 'notes');

/** What a fault in the journal would look like to the worker that goes on. */
function breakJournal(storage: Storage): Storage {
  const { runJournal } = storage;
  const load: typeof runJournal.load = async (runId) => {
    const { steps, lastSeq } = await runJournal.load(runId);
    const isKept = (state: string): boolean =>
      plant === 'forget-results' ? state !== 'done' : plant !== 'forget-beginnings' || state !== 'started';
    return { steps: steps.filter(({ state }) => isKept(state)), lastSeq };
  };
  const findApproval: typeof runJournal.findApproval = async (...args) =>
    plant === 'lose-approvals' ? undefined : runJournal.findApproval(...args);
  return { ...storage, runJournal: { ...runJournal, load, findApproval } };
}

/** Says yes to whatever is asked until it is told to stop. */
function answer(runs: DurableRuns): () => Promise<void> {
  let isOver = false;
  const loop = (async () => {
    while (!isOver) {
      const open = await runs.listApprovals({ filters: { workspace, isOpen: true }, limit: 20 });
      for (const { token } of open)
        await runs.decide({ approval: { token }, decision: 'approved', by: 'proof' }).catch(() => {});
      await systemClock.sleep(10);
    }
  })();
  return async () => {
    isOver = true;
    await loop;
  };
}

async function isOver(runs: DurableRuns, id: string): Promise<boolean> {
  const { state } = await runs.get(id);
  return state === 'completed' || state === 'failed' || state === 'cancelled';
}

async function waitForEnd(runs: DurableRuns, id: string): Promise<void> {
  const end = systemClock.elapsed() + patienceMs;
  while (!(await isOver(runs, id)) && systemClock.elapsed() < end) await systemClock.sleep(10);
}

/** Everything that is wrong with a run that is over. */
async function faultsOf(storage: Storage, runs: DurableRuns, id: string): Promise<string[]> {
  const run = await runs.get(id);
  const faults: string[] = [];
  if (run.state !== 'completed') faults.push(`it is ${run.state} (${run.error?.code})`);
  if (!isDeepStrictEqual(run.output, expectedOutput))
    faults.push(`its result is ${JSON.stringify(run.output)}`);
  const children = await runs.list({ filters: { workspace, parentId: id }, limit: 5 });
  if (children.length !== 1) faults.push(`it has ${children.length} children`);
  const approvals = await storage.runMail.listApprovals({ filters: { workspace, runId: id }, limit: 5 });
  if (approvals.length !== 1 || approvals[0]?.usedAt === undefined)
    faults.push(`${approvals.length} approvals were asked for, used at ${approvals[0]?.usedAt}`);
  const ids = new Set([id, ...children.map((child) => child.id)]);
  const lines = readFileSync(notes, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Note);
  return [...faults, ...faultsOfNotes(lines.filter((line) => ids.has(line.run)))];
}

function faultsOfNotes(lines: readonly Note[]): string[] {
  const faults: string[] = [];
  const recorded = new Set<string>();
  const keys = new Map<string, string>();
  const times = new Map<string, number>();
  for (const line of lines) {
    const place = `${line.run} ${line.path}`;
    if (line.what === 'recorded') {
      recorded.add(place);
      continue;
    }
    const before = times.get(place) ?? 0;
    times.set(place, before + 1);
    if (recorded.has(place)) faults.push(`${line.path} ran after it was recorded`);
    if (line.path === '/pay' && before > 0) faults.push('it was paid twice');
    if (line.interrupted < before) faults.push(`${line.path} ran again without being told`);
    if ((keys.get(place) ?? line.key) !== line.key) faults.push(`${line.path} had two keys`);
    keys.set(place, line.key);
  }
  return faults;
}

interface Stage {
  readonly storage: Storage;
  readonly runs: DurableRuns;
  readonly victims: Victims;
}

function count(verdict: Verdict, where: string, faults: readonly string[]): void {
  verdict.tried += 1;
  if (faults.length === 0) return;
  verdict.violations += 1;
  verdict.example ??= `${where}: ${faults.join('; ')}`;
}

async function startOne(runs: DurableRuns): Promise<string> {
  return (await runs.start({ workspace, flow: 'crash', version: '1', input: 1 })).run.id;
}

/** One worker dies at one write; another goes on. Until a run has no more writes. */
async function killAtEach(
  name: string,
  { storage, runs, victims }: Stage,
  when: 'before' | 'after',
): Promise<Verdict> {
  const verdict: Verdict = { case: `${name}: killed ${when} each write`, tried: 0, kills: 0, violations: 0 };
  for (let at = when === 'before' ? firstBefore : 1; ; at += stride) {
    const id = await startOne(runs);
    const { child, death } = await victims.send({ at, when, notes });
    let hasDied = false;
    void death.then(() => {
      hasDied = true;
    });
    while (!hasDied && !(await isOver(runs, id))) await systemClock.sleep(10);
    if (!hasDied) {
      child.kill('SIGKILL');
      await death;
      progress(`${verdict.case}: ${verdict.kills} kills`);
      return verdict;
    }
    verdict.kills += 1;
    const worker = await openCrashWorker(
      openCrashRuns(breakJournal(makeDeadly(storage, { at: 0, when, notes }))),
      notes,
    );
    await waitForEnd(runs, id);
    count(verdict, `write ${at}`, await faultsOf(storage, runs, id));
    await runs.cancel(id, 'The next one is tried.');
    await worker.close();
    if (plant !== undefined && verdict.violations > 0) return verdict;
  }
}

/** Three workers at a time, each of which dies at some write and is replaced by another. */
async function killThree(name: string, { storage, runs, victims }: Stage): Promise<Verdict> {
  const verdict: Verdict = { case: `${name}: three workers`, tried: 0, kills: 0, violations: 0 };
  const dice = createDice(5);
  for (let round = 0; round < rounds; round++) {
    const ids = await Promise.all(Array.from({ length: 4 }, () => startOne(runs)));
    const alive = new Set<object>();
    const isAllOver = async (): Promise<boolean> =>
      (await Promise.all(ids.map((id) => isOver(runs, id)))).every(Boolean);
    const end = systemClock.elapsed() + patienceMs;
    while (!(await isAllOver()) && systemClock.elapsed() < end) {
      if (alive.size >= 3) {
        await systemClock.sleep(10);
        continue;
      }
      // After so many writes something is recorded, or the runs would never end.
      const when = dice(2) === 0 ? 'before' : 'after';
      const victim = await victims.send({ at: 8 + dice(25), when, notes });
      alive.add(victim.child);
      void victim.death.then(() => {
        alive.delete(victim.child);
        verdict.kills += 1;
      });
    }
    for (const id of ids) count(verdict, `round ${round}`, await faultsOf(storage, runs, id));
    for (const child of alive) (child as { kill(signal: string): void }).kill('SIGKILL');
    while (alive.size > 0) await systemClock.sleep(5);
  }
  progress(`${verdict.case}: ${verdict.kills} kills`);
  return verdict;
}

async function proveOn(database: Database): Promise<Verdict[]> {
  const target = await database.create();
  const storage = await openStorage(target, { clock: systemClock, log: silentLog });
  const victims = new Victims(target);
  const stage: Stage = { storage, runs: openCrashRuns(storage), victims };
  writeFileSync(notes, '');
  const stop = answer(stage.runs);
  try {
    const verdicts = [await killAtEach(database.name, stage, 'after')];
    verdicts.push(await killAtEach(database.name, stage, 'before'));
    if (plant === undefined) verdicts.push(await killThree(database.name, stage));
    return verdicts;
  } finally {
    await stop();
    await victims.close();
    await storage.close();
  }
}

const databases = [openSqlite(), openPostgres()].filter(
  ({ name }) => values.only === undefined || values.only === name,
);
try {
  for (const database of databases) {
    for (const verdict of await proveOn(database)) {
      // What was never tried has proved nothing.
      const met = verdict.violations === 0 && verdict.tried > 0 && verdict.kills > 0;
      process.stdout.write(`${JSON.stringify({ proof: 'crash', ...verdict, met })}\n`);
      if (!met) process.exitCode = 1;
    }
  }
} finally {
  for (const database of databases) await database.remove();
  rmSync(folder, { recursive: true });
}
