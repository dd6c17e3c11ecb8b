/**
 * `npm run bench:metrics`: what metrics add to the cost of a call on the thread that answers, as CPU time: finished calls with
 * the counting minus the same calls without it. One JSON line per case on stdout.
 */
import { type CallRecord, createMetrics, renderMetrics } from '@keelson/engine';
import { measure } from './measure.ts';
import { sampleRecord } from './records/sample.ts';

const rounds = process.argv.includes('--quick') ? 15 : 41;
const perRun = 2000;
const goalUs = 1;

interface Case {
  readonly name: string;
  readonly models: number;
  readonly workspaces: number;
}

/** At two sizes, because the cost of a call must not grow with what there is. */
const cases: readonly Case[] = [
  { name: '5 models, 1 workspace', models: 5, workspaces: 1 },
  { name: '200 models, 100 workspaces', models: 200, workspaces: 100 },
];

function records({ models, workspaces }: Case): CallRecord[] {
  return Array.from({ length: perRun }, (_, at) => {
    const record = sampleRecord(at);
    const model = `gpt-5-mini-${(at * 7) % models}`;
    const attempts = record.attempts.map((attempt) => ({ ...attempt, model }));
    return { ...record, model, attempts, workspace: `w${(at * 13) % workspaces}` };
  });
}

for (const each of cases) {
  const calls = records(each);
  const metrics = createMetrics({ isListed: () => true });
  const kept: (CallRecord | undefined)[] = Array.from({ length: perRun }, () => undefined);
  const walk = (): void => {
    for (let at = 0; at < perRun; at++) kept[at] = calls[at];
  };
  const count = (): void => {
    for (let at = 0; at < perRun; at++) {
      kept[at] = calls[at];
      metrics.add(calls[at] as CallRecord);
    }
  };
  const { cpuUs } = await measure(
    [
      { name: 'with', run: count, times: 5 },
      { name: 'without', run: walk, times: 5 },
    ],
    rounds,
  );
  const addedUs = ((cpuUs.with as number) - (cpuUs.without as number)) / perRun;
  const before = performance.now();
  const { text } = await renderMetrics([{ samples: metrics.collect(), process: [] }]);
  const line = {
    bench: 'metrics',
    case: each.name,
    cpuUs: Number(addedUs.toFixed(3)),
    scrapeMs: Number((performance.now() - before).toFixed(1)),
    scrapeBytes: text.length,
    goal: `at most ${goalUs} µs a call`,
    met: addedUs <= goalUs,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
