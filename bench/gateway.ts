/**
 * `npm run bench:gateway`: what a call costs in the gateway's own process, as CPU time beside a bare proxy that does nothing
 * but pass it on, beside another gateway from npm, and beside nginx where that is installed, all in one run. One JSON line
 * per case on stdout. Each of them has one core to itself, in turn; vendor and callers have the others. `--only cost,memory` runs
 * some groups of cases.
 */
import { parseArgs } from 'node:util';
import { nodeEnvironment, nodeFlags } from '../tools/start/node-flags.ts';
import { bundleGateway } from './gateway/bundled.ts';
import { type Child, startChild } from './gateway/child.ts';
import { measureColdStart } from './gateway/cold-start.ts';
import { allCores, keepOn, otherCores } from './gateway/cores.ts';
import { type Load, type LoadResult, percentile, run } from './gateway/load.ts';
import { type Reference, startNginx, startPortkey } from './gateway/references.ts';

const { quick: isQuick, only } = parseArgs({
  options: { quick: { type: 'boolean' }, only: { type: 'string' } },
}).values;
const groups = ['cost', 'latency', 'streams', 'memory', 'parts', 'sizes', 'start'] as const;
type Group = (typeof groups)[number];
const wanted: readonly string[] = only?.split(',') ?? groups;
if (wanted.some((group) => !(groups as readonly string[]).includes(group)))
  throw new Error(`--only knows ${groups.join(', ')}.`);
const rounds = isQuick ? 1 : 15;
/** V8 still compiles after ten thousand calls, which is no cost of the next million. */
const warmUps = isQuick ? 1 : 15;

const prompt = 'How is a keelson joined to the keel of a wooden ship, and what does it carry? '.repeat(20);
const path = '/v1/chat/completions';
const own = { authorization: 'Bearer ks-3' };

type Asked = Omit<Load, 'url' | 'headers' | 'path'>;

function ask(model: string, calls: number, more: { atOnce?: number; isStream?: boolean } = {}): Asked {
  const { atOnce = 16, isStream = false } = more;
  const body = { model, ...(isStream && { stream: true }), messages: [{ role: 'user', content: prompt }] };
  return {
    body: JSON.stringify(body),
    calls,
    atOnce,
    mark: isStream ? '[DONE]' : '200',
    ...(isStream && { firstWord: ' word0' }),
  };
}

interface Case {
  readonly name: string;
  readonly goal: string;
  readonly limit: number;
  readonly against: 'bareNode' | 'passThrough';
  /** Figures are per chunk rather than per call. */
  readonly chunks?: number;
  readonly asked: (model: 'own' | 'bare') => Asked;
}

const calls = isQuick ? 100 : 1000;
const streams = isQuick ? 10 : 100;
const chunks = 102;

const cases: readonly Case[] = [
  {
    name: 'whole, passed through',
    goal: 'at most 2 x a bare proxy',
    limit: 2,
    against: 'bareNode',
    asked: (who) => ask(who === 'own' ? 'openai:gpt-4o' : 'gpt-4o', calls),
  },
  {
    name: 'whole, translated',
    goal: 'at most 1.6 x passed through',
    limit: 1.6,
    against: 'passThrough',
    asked: (who) => ask(who === 'own' ? 'anthropic:claude-sonnet-4-5' : 'gpt-4o', calls),
  },
  {
    name: 'stream of 100 chunks, passed through, per chunk',
    goal: 'at most 1.3 x a bare relay',
    limit: 1.3,
    against: 'bareNode',
    chunks,
    asked: (who) => ask(who === 'own' ? 'openai:chunks-100-1' : 'chunks-100-1', streams, { isStream: true }),
  },
  {
    name: 'stream of 100 chunks, translated, per chunk',
    goal: 'at most 1.6 x passed through',
    limit: 1.6,
    against: 'passThrough',
    chunks,
    asked: (who) =>
      ask(who === 'own' ? 'anthropic:chunks-100-1' : 'chunks-100-1', streams, { isStream: true }),
  },
];

interface Contender {
  readonly name: string;
  readonly child: Child;
  readonly headers: Readonly<Record<string, string>>;
}

interface Measured {
  readonly cpuUs: number;
  /** Of that, the thread's that answers. */
  readonly mainUs: number;
  /** Of the first contender's time to each other's. */
  readonly ratios: Readonly<Record<string, number>>;
  readonly broken: number;
}

function runAt({ child, headers }: Contender, asked: Asked): Promise<LoadResult> {
  return run({ ...asked, path, headers, url: child.url });
}

/** Until most of its code is compiled. */
function warm(contender: Contender, total = isQuick ? 200 : 2000): Promise<LoadResult> {
  return runAt(contender, ask('openai:gpt-4o', total));
}

async function measureCase(one: Case, contenders: readonly Contender[]): Promise<Measured> {
  const figures = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  const mains: number[] = [];
  let broken = 0;
  for (let round = -warmUps; round < rounds; round++) {
    for (const contender of contenders) {
      const { name, child } = contender;
      const asked = one.asked(name === 'keelson' ? 'own' : 'bare');
      const before = child.cpuUs();
      const result = await runAt(contender, asked);
      const after = child.cpuUs();
      const parts = asked.calls * (one.chunks ?? 1);
      if (name === 'keelson') broken += result.broken;
      if (round < 0) continue;
      figures.get(name)?.push((after.all - before.all) / parts);
      if (name === 'keelson') mains.push((after.main - before.main) / parts);
    }
  }
  const mine = figures.get('keelson') as number[];
  const others = contenders.filter(({ name }) => name !== 'keelson');
  const ratioTo = (name: string): number =>
    median(mine.map((us, at) => us / (figures.get(name)?.[at] ?? Number.NaN)));
  return {
    cpuUs: median(mine),
    mainUs: median(mains),
    ratios: Object.fromEntries(others.map(({ name }) => [name, round2(ratioTo(name))])),
    broken,
  };
}

function median(values: readonly number[]): number {
  return percentile(
    values.toSorted((a, b) => a - b),
    0.5,
  );
}

const round2 = (value: number): number => Math.round(value * 100) / 100;

function print(line: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify({ bench: 'gateway', ...line })}\n`);
}

async function benchCost(contenders: readonly Contender[], keelson: Child): Promise<void> {
  let passed: Measured | undefined;
  for (const one of cases) {
    process.stderr.write(`${one.name} ...\n`);
    const { cpuUs, mainUs, ratios, broken } = await measureCase(one, contenders);
    const bare = ratios.bareNode as number;
    const ofPassed = round2(bare / (passed?.ratios.bareNode ?? Number.NaN));
    const ratio = one.against === 'bareNode' ? bare : ofPassed;
    if (one.against === 'bareNode') passed = { cpuUs, mainUs, ratios, broken };
    const told = one.against === 'passThrough' ? { ...ratios, passThrough: ofPassed } : ratios;
    const met = ratio <= one.limit && broken === 0;
    print({
      case: one.name,
      cpuUs: round2(cpuUs),
      mainThreadUs: round2(mainUs),
      rssMb: keelson.rssMb(),
      broken,
      ratios: told,
      goal: one.goal,
      met,
    });
  }
}

/** One call after another, so that nothing waits for anything else: what is added is the gateway's own. */
async function benchLatency(keelson: Contender, bare: Contender): Promise<void> {
  process.stderr.write('latency ...\n');
  // On one core, compiling and answering are in each other's way.
  for (const contender of [keelson, bare]) await warm(contender, isQuick ? 200 : 20_000);
  const times = isQuick ? 60 : 2000;
  const whole = {
    mine: await runAt(keelson, ask('openai:gpt-4o', times, { atOnce: 1 })),
    theirs: await runAt(bare, ask('gpt-4o', times, { atOnce: 1 })),
  };
  const added = percentile(whole.mine.latencies, 0.99) - percentile(whole.theirs.latencies, 0.99);
  const goal = 'at most 1.5 ms more than a bare proxy at the 99th percentile';
  print({ case: 'added latency, one at a time', p99Ms: round2(added), goal, met: added <= 1.5 });
  const stream = { atOnce: 1, isStream: true };
  const first = {
    mine: await runAt(keelson, ask('openai:chunks-5-1', times, stream)),
    theirs: await runAt(bare, ask('chunks-5-1', times, stream)),
  };
  const later = percentile(first.mine.firstBytes, 0.99) - percentile(first.theirs.firstBytes, 0.99);
  const firstGoal = 'at most 2 ms more than a bare relay at the 99th percentile';
  print({
    case: 'added time to first token, one at a time',
    p99Ms: round2(later),
    goal: firstGoal,
    met: later <= 2,
  });
}

/** Slow streams, so many at once, of a gateway that has answered a while. */
async function benchManyStreams(): Promise<void> {
  const keelson = await startWarm();
  for (const atOnce of isQuick ? [1000] : [1000, 2000]) {
    process.stderr.write(`${atOnce} streams at once ...\n`);
    const asked = ask(`openai:chunks-100-${isQuick ? 20 : 100}`, atOnce, { atOnce, isStream: true });
    const { broken, seconds } = await runAt(keelson, asked);
    const perSecond = Math.round((atOnce * chunks) / seconds);
    printMemory(keelson, { case: `${atOnce} streams at once`, perSecond, broken });
  }
  keelson.child.stop();
}

async function benchMemory(): Promise<void> {
  const total = isQuick ? 1000 : 100_000;
  process.stderr.write(`${total} calls ...\n`);
  const keelson = await startWarm();
  const beforeMb = keelson.child.rssMb();
  const { broken, seconds } = await runAt(keelson, ask('openai:gpt-4o', total, { atOnce: 32 }));
  const perSecond = Math.round(total / seconds);
  printMemory(keelson, { case: `memory after ${total} calls`, perSecond, broken, beforeMb });
  keelson.child.stop();
}

function printMemory(
  { child }: Contender,
  figures: Readonly<Record<string, unknown>> & { broken: number },
): void {
  const rssMb = child.rssMb();
  const goal = 'none broken, at most 250 MB';
  print({ ...figures, rssMb, goal, met: figures.broken === 0 && rssMb <= 250 });
}

interface Beside {
  readonly case: string;
  /** What is measured, and what it is compared with. */
  readonly measured: Contender;
  readonly other: Contender;
  readonly limit: number;
  readonly goal: string;
}

/** Of one whole call that is passed through, in two gateways that differ in one thing. */
async function benchBeside({ case: name, measured, other, limit, goal }: Beside): Promise<void> {
  process.stderr.write(`${name} ...\n`);
  const [one] = cases as [Case];
  // One of them has just been started, and the other has long been warm.
  for (const contender of [measured, other]) await warm(contender);
  const { cpuUs, ratios } = await measureCase(one, [measured, { ...other, name: 'other' }]);
  const ratio = ratios.other as number;
  print({
    case: name,
    cpuUs: round2(cpuUs),
    addedUs: round2(cpuUs - cpuUs / ratio),
    ratios: { other: ratio },
    goal,
    met: ratio <= limit,
  });
}

/**
 * What each part costs: everything switched on, beside all but that one; limits and receipts stand on records. All of them have
 * just been started, because one that has answered for long holds more.
 */
async function benchParts(): Promise<void> {
  const start = (...without: string[]): Promise<Contender> => startKeelson({ without });
  const all = await start();
  const unlimited = await start('limits');
  const unsigned = await start('receipts');
  const unmeasured = await start('metrics');
  const recording = await start('limits', 'receipts');
  const nothing = await start('limits', 'receipts', 'records');
  const parts: [string, Contender, Contender, number][] = [
    ['limits', all, unlimited, 1.15],
    ['receipts', all, unsigned, 1.1],
    ['metrics', all, unmeasured, 1.1],
    ['records', recording, nothing, 1.5],
  ];
  for (const [part, measured, other, limit] of parts)
    await benchBeside({
      case: `with ${part}`,
      measured,
      other,
      limit,
      goal: `at most ${limit} x the same without`,
    });
  for (const { child } of [all, unlimited, unsigned, unmeasured, recording, nothing]) child.stop();
}

async function benchSizes(): Promise<void> {
  const small = await startKeelson();
  const rows = isQuick ? 10_000 : 1_000_000;
  for (const [name, settings] of [
    ['10,000 keys, aliases and budgets, beside ten of each', { size: 10_000 }],
    [`${rows} stored calls, beside hardly any`, { rows }],
  ] as const) {
    process.stderr.write(`preparing ${name} ...\n`);
    const measured = await startKeelson(settings);
    await benchBeside({ case: name, measured, other: small, limit: 1.15, goal: 'at most 1.15 x' });
    measured.child.stop();
  }
  small.child.stop();
}

async function benchStart(): Promise<void> {
  process.stderr.write('cold start ...\n');
  keepOn(allCores, process.pid);
  const startMs = await measureColdStart(isQuick ? 1 : 9);
  const goal = 'at most 500 ms with the embedded database';
  print({ case: 'start to first answer', p50Ms: Math.round(startMs), goal, met: startMs <= 500 });
}

async function startWarm(): Promise<Contender> {
  const keelson = await startKeelson();
  await warm(keelson);
  return keelson;
}

async function startBare(): Promise<Contender> {
  const child = await startChild(new URL('./gateway/bare-proxy.ts', import.meta.url), {
    args: [upstream.url],
  });
  return { name: 'bareNode', child, headers: {} };
}

async function startReferences(): Promise<Reference[]> {
  const found = [await startPortkey(upstream.url), await startNginx(upstream.url)];
  for (const reference of found)
    if (typeof reference === 'string') process.stderr.write(`A reference is left out: ${reference}.\n`);
  return found.filter((reference) => typeof reference !== 'string');
}

// Whoever is measured has the last core; vendor and callers have the others.
keepOn(otherCores, process.pid);
const upstream = await startChild(new URL('./gateway/upstream.ts', import.meta.url), { core: otherCores });
const gateway = await bundleGateway();

async function startKeelson(settings: object = {}): Promise<Contender> {
  const args = [upstream.url, JSON.stringify(settings)];
  const child = await startChild(gateway, { args, flags: nodeFlags, environment: nodeEnvironment });
  return { name: 'keelson', child, headers: own };
}

async function benchBesideOthers(): Promise<void> {
  const contenders = [await startKeelson(), await startBare()] as const;
  const references = isWanted('cost') ? await startReferences() : [];
  try {
    if (isWanted('cost')) await benchCost([...contenders, ...references], contenders[0].child);
    if (isWanted('latency')) await benchLatency(...contenders);
  } finally {
    // Those from elsewhere do not end with this process.
    for (const { child } of [...contenders, ...references]) child.stop();
  }
}

function isWanted(group: Group): boolean {
  return wanted.includes(group);
}

try {
  // The first fills the code cache, as the first `npm start` does, and holds what compiling took.
  (await startKeelson()).child.stop();
  if (isWanted('cost') || isWanted('latency')) await benchBesideOthers();
  if (isWanted('streams')) await benchManyStreams();
  if (isWanted('memory')) await benchMemory();
  if (isWanted('parts')) await benchParts();
  if (isWanted('sizes')) await benchSizes();
  if (isWanted('start')) await benchStart();
} finally {
  upstream.stop();
}
