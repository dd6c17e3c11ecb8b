/**
 * `npm run bench:records`: what keeping the record of a call costs, as CPU time beside a bare insert into one table, and how
 * long the event loop waits while 5,000 records a second are written. One JSON line per case on stdout.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type CallRecord, createLog, createRecordQueue, systemClock } from '@keelson/engine';
import { type Keeper, openBareTable, openPostgres, openSqlite } from './records/keepers.ts';
import { sampleRecord } from './records/sample.ts';

const isQuick = process.argv.includes('--quick');
const rounds = isQuick ? 9 : 25;
const perRound = 2048;
const perBatch = 512;
const rowsOfFull = 200_000;
const perSecond = 5000;
const paceMs = isQuick ? 3000 : 10_000;
const goals = { total: 2, growth: 1.25, delayMs: 5 } as const;
/** An SQLite file has a thread of its own; PostgreSQL's driver works in the gateway's. */
const mainThreadGoals = { sqlite: 0.6, postgres: 2 } as const;

let made = 0;
const makeRecords = (count: number): CallRecord[] =>
  Array.from({ length: count }, () => sampleRecord(made++));
const progress = (text: string): void => void process.stderr.write(`${text} ...\n`);

interface Cost {
  /** Microseconds per record. */
  readonly mainUs: number;
  readonly totalUs: number;
}

async function costOf(keeper: Keeper): Promise<Cost> {
  const batches = Array.from({ length: perRound / perBatch }, () => makeRecords(perBatch));
  const main = process.threadCpuUsage();
  const total = process.cpuUsage();
  for (const batch of batches) await keeper.write(batch);
  const mainUsed = process.threadCpuUsage(main);
  const totalUsed = process.cpuUsage(total);
  return {
    mainUs: (mainUsed.user + mainUsed.system) / perRound,
    totalUs: (totalUsed.user + totalUsed.system) / perRound,
  };
}

/** Interleaved, so that noise of the machine meets all alike, and in turning order: each leaves its garbage to the next. */
async function costsOf(keepers: ReadonlyMap<string, Keeper>): Promise<Map<string, Cost[]>> {
  const costs = new Map([...keepers.keys()].map((name) => [name, [] as Cost[]]));
  // Until the thread of the empty table is as warm as that of the full one.
  const warmUps = 8;
  for (let round = -warmUps; round < rounds; round++) {
    const inOrder = [...keepers];
    for (const [name, keeper] of round % 2 === 0 ? inOrder : inOrder.reverse()) {
      const cost = await costOf(keeper);
      if (round >= 0) costs.get(name)?.push(cost);
    }
  }
  return costs;
}

interface Delay {
  /** Milliseconds beyond the millisecond of the timer that measures it, at the 99th percentile. */
  readonly p99: number;
  /** Records that were not kept in time; the queue holds those of four seconds. */
  readonly lost: number;
}

async function delayOf(keeper: Keeper): Promise<Delay> {
  const log = createLog({ level: 'warn', write: (line) => process.stderr.write(line) });
  const queue = createRecordQueue({ clock: systemClock, log, write: (records) => keeper.write(records) });
  const delays = monitorEventLoopDelay({ resolution: 1 });
  const begin = performance.now();
  let added = 0;
  delays.enable();
  for (let spent = 0; spent < paceMs; spent = performance.now() - begin) {
    for (; added < (spent / 1000) * perSecond; added++) queue.add(sampleRecord(made++));
    await systemClock.sleep(2);
  }
  delays.disable();
  await queue.close();
  return { p99: Math.max(0, delays.percentile(99) / 1e6 - 1), lost: queue.dropped };
}

const nobody: Keeper = { write: () => {}, close: async () => {} };

async function fill(keeper: Keeper): Promise<Keeper> {
  for (let rows = 0; rows < rowsOfFull; rows += perBatch) await keeper.write(makeRecords(perBatch));
  return keeper;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const round = (value: number): number => Math.round(value * 100) / 100;

/** Medians over the rounds of what is computed from a round's cost and those of two others in it. */
function medianOf(costs: readonly Cost[], compute: (cost: Cost, round: number) => number): number {
  return median(costs.map(compute));
}

function print(
  name: string,
  costs: ReadonlyMap<string, Cost[]>,
  delays: Delay & { readonly unwritten: number },
): void {
  const own = costs.get(name) as Cost[];
  const totalOf = (other: string, at: number): number => costs.get(other)?.[at]?.totalUs ?? Number.NaN;
  const ratios = {
    total: round(medianOf(own, ({ totalUs }, at) => totalUs / totalOf('bare', at))),
    mainThread: round(medianOf(own, ({ mainUs }, at) => mainUs / totalOf('bare', at))),
    ...(name === 'SQLite, 200,000 rows' && {
      growth: round(medianOf(own, ({ totalUs }, at) => totalUs / totalOf('SQLite, empty', at))),
    }),
  };
  const { growth = 1 } = ratios;
  const mainThread = name.startsWith('SQLite') ? mainThreadGoals.sqlite : mainThreadGoals.postgres;
  const waits = round(delays.p99 - delays.unwritten);
  const line = {
    bench: 'records',
    case: name,
    mainThreadUs: round(medianOf(own, ({ mainUs }) => mainUs)),
    totalUs: round(medianOf(own, ({ totalUs }) => totalUs)),
    bareUs: round(median((costs.get('bare') as Cost[]).map(({ totalUs }) => totalUs))),
    loopDelayP99Ms: round(delays.p99),
    loopDelayP99MsUnwritten: round(delays.unwritten),
    lost: delays.lost,
    ratios,
    goal: `CPU of all threads at most ${goals.total} x a bare insert, of the main thread ${mainThread} x, ${goals.growth} x that of an empty table; at most ${goals.delayMs} ms more delay`,
    met:
      ratios.total <= goals.total &&
      ratios.mainThread <= mainThread &&
      growth <= goals.growth &&
      waits <= goals.delayMs &&
      delays.lost === 0,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const keepers = new Map<string, Keeper>();
try {
  keepers.set('bare', openBareTable());
  keepers.set('SQLite, empty', await openSqlite());
  progress(`filling a table with ${rowsOfFull} rows`);
  keepers.set('SQLite, 200,000 rows', await fill(await openSqlite()));
  progress('starting PostgreSQL');
  const postgres = await openPostgres();
  if (postgres !== undefined) keepers.set('PostgreSQL', postgres);
  progress('CPU time');
  const costs = await costsOf(keepers);
  progress('delay of the event loop');
  const { p99: unwritten } = await delayOf(nobody);
  for (const [name, keeper] of keepers) {
    if (name !== 'bare') print(name, costs, { ...(await delayOf(keeper)), unwritten });
  }
} finally {
  for (const keeper of keepers.values()) await keeper.close();
}
