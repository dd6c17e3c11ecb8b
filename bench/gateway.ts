/**
 * `npm run bench:gateway`: what a call costs in the gateway's own process, as CPU time beside a bare proxy that does nothing
 * but pass it on, in one run. One JSON line per case on stdout.
 */
import { type Child, startChild } from './gateway/child.ts';
import { type Load, percentile, run } from './gateway/load.ts';

const isQuick = process.argv.includes('--quick');
const rounds = isQuick ? 5 : 15;

const prompt = 'How is a keelson joined to the keel of a wooden ship, and what does it carry? '.repeat(20);

function bodyOf(model: string, isStream: boolean): string {
  return JSON.stringify({
    model,
    ...(isStream && { stream: true }),
    messages: [{ role: 'user', content: prompt }],
  });
}

interface Case {
  readonly name: string;
  readonly goal: string;
  readonly of: 'bareNode' | 'passThrough';
  readonly limit: number;
  /** Per chunk rather than per call. */
  readonly chunks?: number;
  readonly load: Omit<Load, 'url'>;
  /** What the reference is sent instead. */
  readonly reference: Omit<Load, 'url'>;
}

const headers = { authorization: 'Bearer ks-3' };
const path = '/v1/chat/completions';
const calls = isQuick ? 300 : 1000;
const streams = isQuick ? 40 : 100;
const whole = (model: string) => ({
  path,
  headers,
  body: bodyOf(model, false),
  calls,
  atOnce: 16,
  mark: '200',
});
const streamed = (model: string) => ({
  path,
  headers,
  body: bodyOf(model, true),
  calls: streams,
  atOnce: 16,
  mark: '[DONE]',
});

const cases: readonly Case[] = [
  {
    name: 'whole, passed through',
    goal: 'at most 2 x a bare proxy',
    of: 'bareNode',
    limit: 2,
    load: whole('openai:gpt-bench'),
    reference: whole('gpt-bench'),
  },
  {
    name: 'whole, translated',
    goal: 'at most 1.6 x passed through',
    of: 'passThrough',
    limit: 1.6,
    load: whole('claude'),
    reference: whole('gpt-bench'),
  },
  {
    name: 'stream, passed through, per chunk',
    goal: 'at most 1.3 x a bare relay',
    of: 'bareNode',
    limit: 1.3,
    chunks: 102,
    load: streamed('openai:chunks-100-1'),
    reference: streamed('chunks-100-1'),
  },
  {
    name: 'stream, translated, per chunk',
    goal: 'at most 1.6 x passed through',
    of: 'passThrough',
    limit: 1.6,
    chunks: 102,
    load: streamed('anthropic:chunks-100-1'),
    reference: streamed('chunks-100-1'),
  },
];

interface Measured {
  readonly ownUs: number;
  readonly bareUs: number;
  readonly ratio: number;
  readonly broken: number;
}

async function measureCase(one: Case, keelson: Child, bare: Child): Promise<Measured> {
  const own: number[] = [];
  const reference: number[] = [];
  let broken = 0;
  const cost = async (child: Child, load: Omit<Load, 'url'>): Promise<number> => {
    const before = child.cpuUs();
    const result = await run({ ...load, url: child.url });
    broken += result.broken;
    return (child.cpuUs() - before) / (load.calls * (one.chunks ?? 1));
  };
  for (let round = -2; round < rounds; round++) {
    const mine = await cost(keelson, one.load);
    const theirs = await cost(bare, one.reference);
    if (round < 0) continue;
    own.push(mine);
    reference.push(theirs);
  }
  const ratios = own.map((us, at) => us / (reference[at] as number));
  return { ownUs: median(own), bareUs: median(reference), ratio: median(ratios), broken };
}

function median(values: readonly number[]): number {
  return percentile(
    values.toSorted((a, b) => a - b),
    0.5,
  );
}

const round = (value: number): number => Math.round(value * 100) / 100;

const upstream = await startChild(new URL('./gateway/upstream.ts', import.meta.url));
const bare = await startChild(new URL('./gateway/bare-proxy.ts', import.meta.url), [upstream.url]);
const keelson = await startChild(new URL('./gateway/keelson.ts', import.meta.url), [upstream.url]);
try {
  let passed: Measured | undefined;
  for (const one of cases) {
    process.stderr.write(`${one.name} ...\n`);
    const measured = await measureCase(one, keelson, bare);
    const ofPassed = passed === undefined ? Number.NaN : measured.ratio / passed.ratio;
    if (one.of === 'bareNode') passed = measured;
    const ratio = one.of === 'bareNode' ? measured.ratio : ofPassed;
    const ratios = {
      bareNode: round(measured.ratio),
      ...(one.of === 'passThrough' && { passThrough: round(ofPassed) }),
    };
    const met = ratio <= one.limit && measured.broken === 0;
    const line = {
      bench: 'gateway',
      case: one.name,
      cpuUs: round(measured.ownUs),
      bareUs: round(measured.bareUs),
      broken: measured.broken,
      rssMb: keelson.rssMb(),
      ratios,
      goal: one.goal,
      met,
    };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
} finally {
  for (const child of [keelson, bare, upstream]) child.stop();
}
