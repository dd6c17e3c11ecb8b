/**
 * `npm run prove:crash`: a flow with a sequence, branches, a loop, a flow inside, an approval, a timer and a payment is killed at every
 * write of its journal, before it and after it, on SQLite and PostgreSQL; then three workers are killed again and again. The result
 * must be the same, nothing that is recorded computed again, nothing paid twice, no approval lost or used twice. `--plant NAME`
 * breaks the journal, which must be found; `--quick` takes fewer writes. One JSON line per case; the exit code tells of violations.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { isJsonObject } from '@keelson/core';
import {
  type Flows,
  type OpenApproval,
  openStorage,
  type Storage,
  silentLog,
  systemClock,
} from '@keelson/engine';
import { type Database, openPostgres, openSqlite } from './budget/databases.ts';
import { Victims } from './crash/children.ts';
import { expectedOutput, type Note, paymentName, readNotes } from './crash/crash-flows.ts';
import { makeDeadly } from './crash/deadly-storage.ts';
import { openCrashFlows, openCrashWorker } from './crash/open-crash-flows.ts';
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

/**
 * A person: says yes to what the flow asks; asked about a payment that was cut off, looks whether it was made, and says what it came
 * to or that it may be made now. Until it is told to stop.
 */
function answer(flows: Flows): () => Promise<void> {
  let isOver = false;
  const loop = (async () => {
    while (!isOver) {
      const open = await flows.listApprovals({ workspace, isOpen: true, limit: 20 });
      for (const approval of open) await decide(flows, approval).catch(() => {});
      await systemClock.sleep(10);
    }
  })();
  return async () => {
    isOver = true;
    await loop;
  };
}

async function decide(flows: Flows, { token, asked, runId }: OpenApproval): Promise<void> {
  const path = isJsonObject(asked) && typeof asked.path === 'string' ? asked.path : undefined;
  const wasPaid =
    path !== undefined && readNotes(notes).some((line) => line.run === runId && line.path === path);
  if (wasPaid) await flows.supplyResult(workspace, { runId, path, result: expectedOutput, by: 'proof' });
  else await flows.decide(workspace, { approval: { token }, decision: 'approved', by: 'proof' });
}

async function isOver(flows: Flows, id: string): Promise<boolean> {
  const { state } = await flows.getRun(workspace, id);
  return state === 'completed' || state === 'failed' || state === 'cancelled';
}

async function waitForEnd(flows: Flows, id: string): Promise<void> {
  const end = systemClock.elapsed() + patienceMs;
  while (!(await isOver(flows, id)) && systemClock.elapsed() < end) await systemClock.sleep(10);
}

/** Everything that is wrong with a run that is over. */
async function faultsOf(flows: Flows, id: string): Promise<string[]> {
  const run = await flows.getRun(workspace, id);
  const faults: string[] = [];
  if (run.state !== 'completed') faults.push(`it is ${run.state} (${run.failure?.reason})`);
  if (!isDeepStrictEqual(run.output, expectedOutput))
    faults.push(`its result is ${JSON.stringify(run.output)}`);
  const approvals = await flows.listApprovals({ workspace, runId: id, limit: 20 });
  const asked = approvals.filter(({ path }) => path.endsWith('/ok~approval'));
  if (asked.length !== 1 || asked[0]?.usedAt === undefined)
    faults.push(`${asked.length} approvals were asked for, used at ${asked[0]?.usedAt}`);
  return [...faults, ...faultsOfNotes(readNotes(notes).filter((line) => line.run === id))];
}

function faultsOfNotes(lines: readonly Note[]): string[] {
  const faults: string[] = [];
  const recorded = new Set<string>();
  const keys = new Map<string, string | undefined>();
  for (const { what, path, key } of lines) {
    if (what === 'recorded') {
      recorded.add(path);
      continue;
    }
    if (recorded.has(path)) faults.push(`${path} ran after it was recorded`);
    if (path.endsWith(`/${paymentName}`) && keys.has(path)) faults.push('it was paid twice');
    if (keys.has(path) && keys.get(path) !== key) faults.push(`${path} had two keys`);
    keys.set(path, key);
  }
  return faults;
}

interface Stage {
  readonly storage: Storage;
  readonly flows: Flows;
  readonly victims: Victims;
}

function count(verdict: Verdict, where: string, faults: readonly string[]): void {
  verdict.tried += 1;
  if (faults.length === 0) return;
  verdict.violations += 1;
  verdict.example ??= `${where}: ${faults.join('; ')}`;
}

async function startOne(flows: Flows): Promise<string> {
  const identity = { keyId: 'proof', workspace };
  return (await flows.start({ workspace, flow: 'crash', payload: 1, identity })).run.id;
}

/** One worker dies at one write; another goes on. Until a run has no more writes. */
async function killAtEach(
  name: string,
  { storage, flows, victims }: Stage,
  when: 'before' | 'after',
): Promise<Verdict> {
  const verdict: Verdict = { case: `${name}: killed ${when} each write`, tried: 0, kills: 0, violations: 0 };
  for (let at = when === 'before' ? firstBefore : 1; ; at += stride) {
    const id = await startOne(flows);
    const { child, death } = await victims.send({ at, when, notes });
    let hasDied = false;
    void death.then(() => {
      hasDied = true;
    });
    while (!hasDied && !(await isOver(flows, id))) await systemClock.sleep(10);
    if (!hasDied) {
      child.kill('SIGKILL');
      await death;
      progress(`${verdict.case}: ${verdict.kills} kills`);
      return verdict;
    }
    verdict.kills += 1;
    const going = openCrashFlows(breakJournal(makeDeadly(storage, { at: 0, when, notes })), notes);
    await openCrashWorker(going);
    await waitForEnd(flows, id);
    count(verdict, `write ${at}`, await faultsOf(flows, id));
    await flows.cancel(workspace, id, 'The next one is tried.');
    await going.close();
    if (plant !== undefined && verdict.violations > 0) return verdict;
  }
}

/** Three workers at a time, each of which dies at some write and is replaced by another. */
async function killThree(name: string, { flows, victims }: Stage): Promise<Verdict> {
  const verdict: Verdict = { case: `${name}: three workers`, tried: 0, kills: 0, violations: 0 };
  const dice = createDice(5);
  for (let round = 0; round < rounds; round++) {
    const ids = await Promise.all(Array.from({ length: 4 }, () => startOne(flows)));
    const alive = new Set<object>();
    const isAllOver = async (): Promise<boolean> =>
      (await Promise.all(ids.map((id) => isOver(flows, id)))).every(Boolean);
    // Deaths go on all the while, and each is followed by the start of a process.
    const end = systemClock.elapsed() + 3 * patienceMs;
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
    for (const id of ids) count(verdict, `round ${round}`, await faultsOf(flows, id));
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
  const stage: Stage = { storage, flows: openCrashFlows(storage, notes), victims };
  writeFileSync(notes, '');
  const stop = answer(stage.flows);
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
