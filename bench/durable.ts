/**
 * `npm run bench:durable`: how many runs of a flow of three steps a second one and three workers end, on SQLite and PostgreSQL, beside
 * OpenWorkflow as it comes, on its own tables in SQLite; how long a run with 10,000 recorded visits takes to go on, and how long a
 * run waits for a worker that sleeps. `--quick` takes fewer runs. One JSON line per case on stdout.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Flows,
  openStorage,
  type Storage,
  type StorageTarget,
  silentLog,
  systemClock,
} from '@keelson/engine';
import { openPostgres, openSqlite } from '../proofs/budget/databases.ts';
import { bench, measured, openBenchFlows, resumes, visits } from './durable/bench-flows.ts';
import { openBenchWorkers } from './durable/bench-workers.ts';
import { runPlainEngine } from './durable/plain-engine.ts';
import type { Throughput } from './durable/throughput.ts';

const isQuick = process.argv.includes('--quick');
const runsPerRound = isQuick ? 300 : 600;
const rounds = isQuick ? 1 : 3;
const goals = { resumeMs: 200, timesPlain: 1, wakeMs: 50 } as const;
/** As a worker has them that nobody configured. */
const concurrency = 10;
const { workspace } = bench;

const progress = (text: string): void => void process.stderr.write(`${text} ...\n`);
const print = (line: object): void =>
  void process.stdout.write(`${JSON.stringify({ bench: 'durable', ...line })}\n`);

interface ThroughputCase {
  readonly name: string;
  readonly flow: string;
  readonly storage: Storage;
  readonly target: StorageTarget;
  readonly workers: number;
  readonly isJudged: boolean;
}

/** Starts the runs, then so many worker processes; from when they begin to when the last run is over. */
async function measureThroughput({ storage, target, workers, flow }: ThroughputCase): Promise<Throughput> {
  const flows = openBenchFlows(storage);
  const processes = await openBenchWorkers(workers, { target, concurrency });
  for (let made = 0; made < runsPerRound; made += 50)
    await Promise.all(Array.from({ length: 50 }, () => flows.start({ ...bench, flow, payload: 1 })));
  const startedAt = performance.now();
  processes.go();
  const isLeft = async (state: 'pending' | 'running'): Promise<boolean> =>
    (await flows.listRuns({ workspace, state, limit: 1 })).length > 0;
  while ((await isLeft('pending')) || (await isLeft('running'))) await systemClock.sleep(15);
  const seconds = (performance.now() - startedAt) / 1000;
  const cpuMs = await processes.stop();
  const failed = await flows.listRuns({ workspace, state: 'failed', limit: 1 });
  if (failed.length > 0) throw new Error(`A run failed: ${JSON.stringify(failed[0]?.failure)}`);
  await flows.removeEndedBefore(Number.MAX_SAFE_INTEGER);
  return { perSecond: runsPerRound / seconds, cpuMsPerRun: cpuMs / runsPerRound };
}

/** Each round beside the other engine, so that whatever else the machine does meets both. */
async function compareThroughput(cases: readonly ThroughputCase[], folder: string): Promise<void> {
  const plain: Throughput[] = [];
  const own = cases.map(() => [] as Throughput[]);
  for (let round = 0; round < rounds; round++) {
    progress('OpenWorkflow as it comes');
    plain.push(await runPlainEngine(join(folder, `plain-${round}.db`), { runs: runsPerRound, concurrency }));
    for (const [at, one] of cases.entries()) {
      progress(one.name);
      own[at]?.push(await measureThroughput(one));
    }
  }
  const figuresOf = (all: readonly Throughput[]) => ({
    perSecond: rounded(median(all.map(({ perSecond }) => perSecond))),
    cpuMsPerRun: rounded(median(all.map(({ cpuMsPerRun }) => cpuMsPerRun))),
  });
  print({ case: 'OpenWorkflow on its own SQLite file, 1 worker', ...figuresOf(plain), met: true });
  for (const [at, { name, isJudged }] of cases.entries()) {
    const figures = own[at] ?? [];
    const ratioOf = (key: keyof Throughput): number =>
      rounded(median(figures.map((one, round) => one[key] / (plain[round]?.[key] ?? Number.NaN))));
    const times = ratioOf('perSecond');
    print({
      ...{ case: name, ...figuresOf(figures) },
      ratios: { openworkflow: times, openworkflowCpu: ratioOf('cpuMsPerRun') },
      goal: isJudged ? `at least ${goals.timesPlain} times OpenWorkflow as it comes` : 'shown beside it',
      met: !isJudged || times >= goals.timesPlain,
    });
  }
}

interface Took {
  readonly ms: number;
  readonly cpuMs: number;
}

async function timed(work: () => Promise<void>): Promise<Took> {
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { ms: performance.now() - startedAt, cpuMs: (user + system) / 1000 };
}

async function untilParked(flows: Flows, id: string, passes: number): Promise<void> {
  for (;;) {
    const { state, passes: now, failure } = await flows.getRun(workspace, id);
    if (failure !== undefined) throw new Error(JSON.stringify(failure));
    if (now >= passes && (state === 'waiting' || state === 'completed')) return;
    await systemClock.sleep(2);
  }
}

interface Resumed {
  /** By the worker that had it before. */
  readonly warm: Took;
  /** By a worker in a process that never ran anything. */
  readonly cold: Took;
}

/** From when it is woken to when it waits again or is over, walking all its visits again; medians of several. */
async function measureResume(storage: Storage, target: StorageTarget): Promise<Resumed> {
  const flows = openBenchFlows(storage);
  await flows.openWorker({ concurrency });
  const { run } = await flows.start({ ...bench, flow: measured.manyVisits, payload: 0 });
  const go = () => flows.sendEvent(workspace, { runId: run.id, name: 'go', payload: visits });
  let passes = 1;
  await untilParked(flows, run.id, passes);
  const warm: Took[] = [];
  for (let at = 0; at < resumes.warm; at++) {
    passes += 1;
    warm.push(
      await timed(async () => {
        await go();
        await untilParked(flows, run.id, passes);
      }),
    );
  }
  await flows.close();
  const cold: Took[] = [];
  for (let at = 0; at < resumes.cold; at++) {
    passes += 1;
    const processes = await openBenchWorkers(1, { target, concurrency });
    await go();
    const { ms } = await timed(async () => {
      processes.go();
      await untilParked(flows, run.id, passes);
    });
    cold.push({ ms, cpuMs: await processes.stop() });
  }
  return { warm: mediansOf(warm), cold: mediansOf(cold) };
}

async function measureWake(storage: Storage): Promise<Took> {
  const flows = openBenchFlows(storage);
  await flows.openWorker({ concurrency });
  const took: Took[] = [];
  for (let round = 0; round < 21; round++) {
    await systemClock.sleep(40);
    took.push(
      await timed(async () => {
        const { run } = await flows.start({ ...bench, flow: measured.oneStep, payload: 1 });
        while ((await flows.getRun(workspace, run.id)).state !== 'completed')
          await new Promise((resolve) => setImmediate(resolve));
      }),
    );
  }
  await flows.close();
  return mediansOf(took);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const rounded = (value: number): number => Math.round(value * 100) / 100;

function mediansOf(took: readonly Took[]): Took {
  return {
    ms: rounded(median(took.map(({ ms }) => ms))),
    cpuMs: rounded(median(took.map(({ cpuMs }) => cpuMs))),
  };
}

function printTook(name: string, took: Took, mostMs: number): void {
  print({ case: name, ...took, goal: `at most ${mostMs} ms`, met: took.ms <= mostMs });
}

const folder = mkdtempSync(join(tmpdir(), 'keelson-durable-'));
const databases = [openSqlite(), openPostgres()];
const storages: { name: string; storage: Storage; target: StorageTarget }[] = [];
try {
  for (const { name, create } of databases) {
    const target = await create();
    storages.push({
      name,
      target,
      storage: await openStorage(target, { clock: systemClock, log: silentLog }),
    });
  }
  const cases = storages.flatMap(({ name, ...rest }) =>
    [1, 3].flatMap((workers) =>
      (['threeSteps', 'threeRepeatable'] as const).map((flow) => ({
        ...{ ...rest, workers, flow: measured[flow] },
        name: `${flow === 'threeSteps' ? 'flows of 3 steps' : 'the same, repeatable steps'} on ${name}, ${workers} ${workers === 1 ? 'worker' : 'workers'}`,
        isJudged: name === 'SQLite' && workers === 1,
      })),
    ),
  );
  await compareThroughput(cases, folder);
  for (const { name, storage, target } of storages) {
    progress(`${name}, a run of ${visits} visits`);
    const { warm, cold } = await measureResume(storage, target);
    printTook(`a run of ${visits} visits goes on, ${name}`, warm, goals.resumeMs);
    printTook(`the same in a process that has just started, ${name}`, cold, goals.resumeMs);
    printTook(`an idle worker ends a run of 1 step, ${name}`, await measureWake(storage), goals.wakeMs);
  }
} finally {
  for (const { storage } of storages) await storage.close();
  for (const database of databases) await database.remove();
  rmSync(folder, { recursive: true });
}
