/**
 * `npm run bench:durable`: how many durable runs of three steps a second one and three workers end, on SQLite and PostgreSQL, beside
 * OpenWorkflow as it comes, on its own tables in SQLite; how long a run of 10,000 recorded steps takes to go on, and how long a run
 * waits for a worker that sleeps. `--quick` takes fewer runs. One JSON line per case on stdout.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStorage, type Storage, type StorageTarget, silentLog, systemClock } from '@keelson/engine';
import { openPostgres, openSqlite } from '../proofs/budget/databases.ts';
import {
  type BenchTask,
  emptyFlow,
  manySteps,
  openBenchRuns,
  resumes,
  threeSteps,
  workspace,
} from './durable/bench-runs.ts';
import { runPlainEngine } from './durable/plain-engine.ts';

const isQuick = process.argv.includes('--quick');
const runsPerRound = isQuick ? 300 : 1500;
const goals = { resumeMs: 200, timesPlain: 1, wakeMs: 50 } as const;
const steps = 10_000;

const progress = (text: string): void => void process.stderr.write(`${text} ...\n`);
const print = (line: object): void =>
  void process.stdout.write(`${JSON.stringify({ bench: 'durable', ...line })}\n`);

/** Starts the runs, then so many worker processes; from when they begin to when the last run is over. */
async function measureThroughput(storage: Storage, target: StorageTarget, workers: number): Promise<number> {
  const runs = openBenchRuns(storage);
  const task: BenchTask = { target, concurrency: 16 };
  const children = Array.from({ length: workers }, () =>
    fork(new URL('./durable/worker-process.ts', import.meta.url), [JSON.stringify(task)]),
  );
  await Promise.all(children.map((child) => once(child, 'message')));
  for (let made = 0; made < runsPerRound; made += 50)
    await Promise.all(
      Array.from({ length: 50 }, () =>
        runs.start({ workspace, flow: threeSteps.name, version: '1', input: 1 }),
      ),
    );
  const startedAt = performance.now();
  for (const child of children) child.send('go');
  for (;;) {
    const [left] = await runs.list({ filters: { workspace, state: 'pending' }, limit: 1 });
    const [going] = await runs.list({ filters: { workspace, state: 'running' }, limit: 1 });
    if (left === undefined && going === undefined) break;
    await systemClock.sleep(5);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  await Promise.all(
    children.map(async (child) => {
      const exit = once(child, 'exit');
      child.send('stop');
      await exit;
    }),
  );
  await runs.removeEndedBefore(Number.MAX_SAFE_INTEGER);
  return runsPerRound / seconds;
}

/** From when it is woken to when it waits again or is over, with all its steps out of the journal; the median of several. */
async function measureResume(storage: Storage): Promise<{ ms: number; cpuMs: number }> {
  const runs = openBenchRuns(storage);
  const worker = await runs.openWorker({ flows: [manySteps(steps)] });
  const { run } = await runs.start({ workspace, flow: 'many', version: '1', input: null });
  const waits = async (passes: number): Promise<void> => {
    for (;;) {
      const { state, passes: now } = await runs.get(run.id);
      if (now >= passes && (state === 'waiting' || state === 'completed')) return;
      await systemClock.sleep(2);
    }
  };
  await waits(1);
  const times: { ms: number; cpuMs: number }[] = [];
  for (let at = 0; at < resumes; at++) {
    const cpu = process.cpuUsage();
    const startedAt = performance.now();
    await runs.sendEvent({ runId: run.id, name: 'go', payload: null });
    await waits(at + 2);
    const { user, system } = process.cpuUsage(cpu);
    times.push({ ms: performance.now() - startedAt, cpuMs: (user + system) / 1000 });
  }
  await worker.close();
  return times.sort((a, b) => a.ms - b.ms)[Math.floor(resumes / 2)] as { ms: number; cpuMs: number };
}

async function measureWake(storage: Storage): Promise<number> {
  const runs = openBenchRuns(storage);
  const worker = await runs.openWorker({ flows: [emptyFlow] });
  const times: number[] = [];
  for (let round = 0; round < 21; round++) {
    await systemClock.sleep(40);
    const startedAt = performance.now();
    const { run } = await runs.start({ workspace, flow: 'empty', version: '1', input: null });
    while ((await runs.get(run.id)).state !== 'completed')
      await new Promise((resolve) => setImmediate(resolve));
    times.push(performance.now() - startedAt);
  }
  await worker.close();
  return times.sort((a, b) => a - b)[10] as number;
}

const rounded = (value: number): number => Math.round(value * 10) / 10;
const folder = mkdtempSync(join(tmpdir(), 'keelson-durable-'));
const databases = [openSqlite(), openPostgres()];
try {
  progress('OpenWorkflow as it comes');
  const plain = await runPlainEngine(join(folder, 'plain.db'), runsPerRound);
  print({ case: 'OpenWorkflow on its own SQLite file, 1 worker', perSecond: rounded(plain), met: true });
  for (const { name, create } of databases) {
    const target = await create();
    const storage = await openStorage(target, { clock: systemClock, log: silentLog });
    for (const workers of [1, 3]) {
      progress(`${name}, ${workers} workers`);
      const perSecond = await measureThroughput(storage, target, workers);
      const ratio = rounded(perSecond / plain);
      const isJudged = name === 'SQLite' && workers === 1;
      print({
        ...{ case: `3-step runs on ${name}, ${workers} workers`, perSecond: rounded(perSecond) },
        ratios: { openworkflow: ratio },
        goal: isJudged ? `at least ${goals.timesPlain} times OpenWorkflow as it comes` : 'shown beside it',
        met: !isJudged || ratio >= goals.timesPlain,
      });
    }
    progress(`${name}, a run of ${steps} steps`);
    const resume = await measureResume(storage);
    const goal = `at most ${goals.resumeMs} ms`;
    const figures = { ms: rounded(resume.ms), cpuMs: rounded(resume.cpuMs) };
    print({
      case: `a run of ${steps} steps goes on, ${name}`,
      ...figures,
      goal,
      met: resume.ms <= goals.resumeMs,
    });
    const wakeMs = await measureWake(storage);
    const wakeGoal = `at most ${goals.wakeMs} ms`;
    print({
      case: `an idle worker ends a run, ${name}`,
      ms: rounded(wakeMs),
      goal: wakeGoal,
      met: wakeMs <= goals.wakeMs,
    });
    await storage.close();
  }
} finally {
  for (const database of databases) await database.remove();
  rmSync(folder, { recursive: true });
}
