/**
 * `npm run bench:dialects`: what decoding costs, as CPU time beside a direct parser written for nothing else and beside
 * the AI SDK on the same bytes. One JSON line per dialect on stdout.
 */
import { createFrameReader, type DialectName, dialects } from '@keelson/core';
import { aiSdk } from './dialects/ai-sdk.ts';
import { direct } from './dialects/direct/index.ts';
import { type Sample, sampleOf } from './dialects/samples.ts';
import { type Contender, type Measured, measure } from './measure.ts';

const isQuick = process.argv.includes('--quick');
const rounds = isQuick ? 15 : 41;
const goals = { direct: 1.5, aiSdk: 0.3 } as const;

function decodeStream(name: DialectName, reads: readonly Uint8Array[]): number {
  const dialect = dialects[name];
  const reader = createFrameReader(dialect.framing);
  const parser = dialect.outbound.createStreamParser(dialect.quirks as never);
  let events = 0;
  for (const read of reads) for (const frame of reader.push(read)) events += parser.push(frame).length;
  for (const frame of reader.end()) events += parser.push(frame).length;
  return events + parser.end().length;
}

/** To events, as with a stream, and as the direct parser does. */
function decodeAnswer(name: DialectName, body: string): unknown {
  return dialects[name].outbound.parseResponse({ status: 200, headers: {}, body });
}

interface Case {
  readonly name: string;
  readonly measured: Measured;
}

async function measureStream(name: DialectName, reads: Sample['reads']): Promise<Measured> {
  const reference = aiSdk[name];
  const type = contentTypes[dialects[name].framing];
  const theirs = { name: 'aiSdk', run: () => reference?.stream(reads, type ?? ''), times: 2 };
  return measure(
    [
      { name: 'keelson', run: () => decodeStream(name, reads), times: 10 },
      { name: 'direct', run: () => direct[name].stream(reads), times: 10 },
      ...withAiSdk(reference !== undefined, theirs),
    ],
    rounds,
  );
}

async function measureAnswer(name: DialectName, body: string): Promise<Measured> {
  const reference = aiSdk[name];
  return measure(
    [
      { name: 'keelson', run: () => decodeAnswer(name, body), times: 2000 },
      { name: 'direct', run: () => direct[name].answer(body), times: 2000 },
      ...withAiSdk(reference !== undefined, { name: 'aiSdk', run: () => reference?.answer(body), times: 50 }),
    ],
    rounds,
  );
}

const contentTypes: Readonly<Record<string, string>> = {
  sse: 'text/event-stream',
  ndjson: 'application/x-ndjson',
  eventstream: 'application/vnd.amazon.eventstream',
};

function withAiSdk(exists: boolean, contender: Contender): readonly Contender[] {
  return exists ? [contender] : [];
}

async function benchDialect(name: DialectName): Promise<void> {
  const sample = sampleOf(name);
  const cases: Case[] = [];
  for (const [label, run] of [
    ['stream', () => measureStream(name, sample.reads)],
    ['streamLargeReads', () => measureStream(name, sample.largeReads)],
    ['answer', () => measureAnswer(name, sample.answer)],
  ] as const) {
    process.stderr.write(`${name}: ${label} ...\n`);
    cases.push({ name: label, measured: await run() });
  }
  process.stdout.write(`${JSON.stringify(lineOf(name, cases))}\n`);
}

function lineOf(name: string, cases: readonly Case[]): object {
  const ratios: Record<string, number> = {};
  const cpuUs: Record<string, number> = {};
  let met = true;
  for (const { name: label, measured } of cases) {
    cpuUs[label] = round(measured.cpuUs.keelson ?? Number.NaN);
    for (const reference of ['direct', 'aiSdk'] as const) {
      const ratio = measured.ratios[reference];
      if (ratio === undefined) continue;
      ratios[`${label}.${reference}`] = round(ratio);
      met &&= ratio <= goals[reference];
    }
  }
  const goal = `at most ${goals.direct} x a direct parser and ${goals.aiSdk} x the AI SDK, in every case`;
  return { bench: 'dialects', case: name, cpuUs, ratios, goal, met };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

for (const name of Object.keys(dialects)) await benchDialect(name as DialectName);
