/**
 * `npm run prove:soak`: a gateway process at about half load for 30 minutes, with providers that fail and callers who leave.
 * Nothing may grow, stay open, stay unanswered or stay unaccounted. `--quick` takes half a minute; `--seconds N` any time;
 * `--plant NAME` plants a fault, which must be found. One JSON line per case; the exit code tells of violations.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createLog, openStorage, systemClock } from '@keelson/engine';
import { startSimulator } from '@keelson/simulator';
import { startCallers, type Tally } from './soak/callers.ts';
import { type GatewaySettings, type Order, type Plant, plants, type Told } from './soak/messages.ts';
import { fitTrend } from './soak/trend.ts';

const key = 'ks-soak';
/** Each stops the gateway for a moment, so a short run has few. */
const measurementsOf = (seconds: number): number => (seconds < 20 ? 6 : 20);
/** Caches fill and code is compiled at first; what grows after that is a leak. */
const warmUpShare = 0.3;
const toleratedGrowth = 6 * 1024 * 1024;
const sureness = 3;

interface Observed {
  readonly tally: Tally;
  readonly heap: readonly number[];
  readonly openSockets: number;
  readonly recorded: Readonly<Record<string, number>>;
  /** Of calls that used something, and of their receipts. */
  readonly owed: number;
  readonly receipts: number;
}

interface Verdict {
  readonly case: string;
  readonly tried: number;
  readonly violations: number;
  readonly [detail: string]: unknown;
}

/** A share of calls fails in these ways; most of them are told as errors, some break an answer. */
const faults: readonly (readonly [fault: string, rate: number])[] = [
  ['server-error', 0.04],
  ['rate-limit', 0.03],
  ['reset-before-headers', 0.02],
  ['reset-mid-stream after=6', 0.03],
  ['malformed-json after=6', 0.02],
  ['stall-between-chunks after=4 for=80ms', 0.02],
  ['empty-body', 0.02],
];

async function soak(seconds: number, plant: Plant | undefined): Promise<Observed> {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-soak-'));
  const databasePath = join(folder, 'keelson.db');
  const simulator = await startSimulator({ seed: 11 });
  for (const [fault, rate] of faults) simulator.fault(fault, { rate, seed: 7 });
  const settings = { vendorUrl: simulator.url, databasePath, key, ...(plant !== undefined && { plant }) };
  const gateway = startGateway(settings);
  try {
    const { url } = await hear(gateway, 'listening');
    const hasArrived = (mark: string): boolean =>
      simulator.requests.slice(-50).some(({ body }) => body?.includes(mark) === true);
    const callers = startCallers(url, key, hasArrived);
    await wait(seconds * 1000 * warmUpShare);
    const heap: number[] = [];
    const measurements = measurementsOf(seconds);
    for (let round = 0; round < measurements; round += 1) {
      await wait((seconds * 1000 * (1 - warmUpShare)) / measurements);
      heap.push((await ask(gateway, 'measure', 'measured')).heapBytes);
    }
    await callers.stop();
    // Those who left may still be on their way out.
    await wait(300);
    const { openSockets } = await ask(gateway, 'close', 'closed');
    return { tally: callers.tally, heap, openSockets, ...(await countKept(databasePath)) };
  } finally {
    gateway.kill();
    await simulator.close();
    rmSync(folder, { recursive: true });
  }
}

function startGateway(settings: GatewaySettings): ChildProcess {
  const file = new URL('./soak/gateway-process.ts', import.meta.url);
  return fork(file, [JSON.stringify(settings)], { execArgv: ['--expose-gc'] });
}

async function ask<Type extends Told['type']>(
  gateway: ChildProcess,
  order: Order,
  type: Type,
): Promise<Extract<Told, { type: Type }>> {
  const heard = hear(gateway, type);
  gateway.send(order);
  return heard;
}

async function hear<Type extends Told['type']>(
  gateway: ChildProcess,
  type: Type,
): Promise<Extract<Told, { type: Type }>> {
  const listening = new AbortController();
  const { signal } = listening;
  const ended = once(gateway, 'exit', { signal }).then(() => undefined);
  ended.catch(() => {});
  const message = once(gateway, 'message', { signal }).then(([said]) => said as Told);
  message.catch(() => {});
  const told = await Promise.race([message, ended]);
  listening.abort();
  if (told === undefined) throw new Error(`The gateway ended before it said \`${type}\`.`);
  if (told.type === type) return told as Extract<Told, { type: Type }>;
  throw new Error(`The gateway said \`${told.type}\` instead of \`${type}\`.`);
}

/** From the rows that the gateway wrote, after it has ended. */
async function countKept(path: string): Promise<Pick<Observed, 'recorded' | 'owed' | 'receipts'>> {
  const log = createLog({ level: 'error' });
  const storage = await openStorage({ kind: 'sqlite', path }, { clock: systemClock, log });
  const recorded = { answered: 0, refused: 0, failed: 0, aborted: 0 };
  let owed = 0;
  let before: string | undefined;
  for (let hasMore = true; hasMore; ) {
    const page = await storage.calls.list({ limit: 1000, ...(before !== undefined && { before }) });
    for (const { outcome, usage } of page.calls) {
      recorded[outcome] += 1;
      if (usage !== undefined) owed += 1;
    }
    before = page.calls.at(-1)?.id;
    hasMore = page.hasMore;
  }
  const receipts = await storage.receipts.count({});
  await storage.close();
  return { recorded, owed, receipts };
}

function judge({ tally, heap, openSockets, recorded, owed, receipts }: Observed): Verdict[] {
  const { asked, unanswered } = tally;
  const { growth, certainty } = fitTrend(heap);
  const isGrowing = growth > toleratedGrowth && certainty > sureness;
  const sum = Object.values(recorded).reduce((total, count) => total + count, 0);
  const unseen = Object.entries(recorded).filter(([, count]) => count === 0).length;
  return [
    {
      case: 'memory',
      tried: heap.length,
      violations: Number(isGrowing),
      growthBytes: Math.round(growth),
      certainty: Math.round(certainty * 10) / 10,
      lastBytes: heap.at(-1),
    },
    { case: 'sockets', tried: asked, violations: openSockets },
    { case: 'unanswered', tried: asked, violations: unanswered, ended: tally.ended, left: tally.left },
    { case: 'accounting', tried: asked, violations: Math.abs(asked - sum), ...recorded },
    { case: 'receipts', tried: receipts, violations: Math.abs(owed - receipts) },
    // A run in which something never happened has not proved anything about it.
    { case: 'variety', tried: Object.keys(recorded).length, violations: unseen },
  ];
}

function readOptions(): { seconds: number; plant: Plant | undefined } {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ options: { quick: { type: 'boolean' }, seconds: text, plant: text } });
  const plant = plants.find((name) => name === values.plant);
  if (values.plant !== undefined && plant === undefined)
    throw new Error(`--plant knows ${plants.join(', ')}.`);
  const usual = values.quick === true ? 25 : 1800;
  return { seconds: values.seconds === undefined ? usual : Number(values.seconds), plant };
}

const { seconds, plant } = readOptions();
for (const verdict of judge(await soak(seconds, plant))) {
  const met = verdict.violations === 0;
  process.stdout.write(`${JSON.stringify({ proof: 'soak', ...verdict, met })}\n`);
  if (!met) process.exitCode = 1;
}
