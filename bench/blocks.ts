/**
 * `npm run bench:blocks`: what running a block costs beside the work inside it, and what it costs to know beforehand what a
 * graph will cost. Beside it the same functions, called and awaited. One JSON line per case on stdout.
 */
import { buildGraph, estimateBlock, map, type NodeDefinition, seq, step, type Ways } from '@keelson/core';
import { createEnvironment, runBlock } from '@keelson/engine';

const isQuick = process.argv.includes('--quick');
const rounds = isQuick ? 15 : 60;
const perRound = 2000;
/** With cycles, every mean is approached in rounds. */
const goals = { sequenceUs: 20, straightMs: 5, cyclicMs: 10 } as const;

const progress = (text: string): void => void process.stderr.write(`${text} ...\n`);

async function one(n: number): Promise<number> {
  return n + 1;
}
const twoSteps = seq('two', step('one', one, { effects: 'none' }), step('other', one, { effects: 'none' }));
const environment = createEnvironment();

async function runSequences(): Promise<void> {
  for (let run = 0; run < perRound; run += 1) {
    const response = await runBlock(twoSteps, run, { environment });
    if (!response.success) throw new Error(response.error.reason);
  }
}

/** So often more, because the system counts CPU time in ticks. */
const bareTimes = 50;

async function callBare(): Promise<void> {
  let sum = 0;
  for (let run = 0; run < perRound * bareTimes; run += 1) sum += await one(await one(run));
  if (sum === 0) throw new Error('Nothing was called.');
}

/** A thousand steps with ways that join and part again; with cycles, every tenth leads back once in a while. */
function graphOf(size: number, isCyclic: boolean): () => void {
  const nodes: Record<string, NodeDefinition> = {};
  const edges: Record<string, Ways> = {};
  for (let at = 0; at < size; at += 1) {
    nodes[`n${at}`] = map(`n${at}`, (n: number) => n);
    if (at + 1 === size) continue;
    const ways = [{ to: `n${Math.min(at + 2, size - 1)}`, when: () => true }, { to: `n${at + 1}` }];
    const back = { to: `n${Math.max(0, at - 9)}`, when: () => true };
    edges[`n${at}`] = isCyclic && at % 10 === 9 ? [back, ...ways] : ways;
  }
  const built = buildGraph('bench', { entry: 'n0', nodes, edges, maxSteps: size });
  if (!('block' in built)) throw new Error(built.problems[0]?.says);
  const { block } = built;
  const { stats } = environment;
  for (let at = 0; at < size; at += 1)
    for (let run = 0; run < 20; run += 1)
      stats.record({
        key: `n${at}@1`,
        traceId: 't',
        executionId: 'e',
        spanId: 's',
        attempt: 1,
        at: 0,
        outcome: run === 0 ? 'failed' : 'ok',
        ms: 5 + run,
        nanoDollars: 100 * run,
        calls: 1,
        inputTokens: null,
        outputTokens: null,
      });
  return () => {
    const { nanoDollars } = estimateBlock(block, { payload: 1 }, { stats });
    if (nanoDollars.mean === null) throw new Error('Nothing was estimated.');
  };
}

/** The system counts CPU time in ticks, so that one estimate is too short to be measured. */
const perEstimate = 20;
function repeat(estimate: () => void): void {
  for (let run = 0; run < perEstimate; run += 1) estimate();
}

function cpuUs(before: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(before);
  return user + system;
}

/** The lower quartile: what else the machine does only ever makes a round slower. */
const calm = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 4)] ?? Number.NaN;
const rounded = (value: number): number => Math.round(value * 100) / 100;

const costs = {
  sequence: [] as number[],
  bare: [] as number[],
  straight: [] as number[],
  cyclic: [] as number[],
};
const estimateStraight = graphOf(1000, false);
progress('running sequences and estimating graphs');
const estimateCyclic = graphOf(1000, true);
for (let round = -5; round < rounds; round += 1) {
  const turns = [
    ['sequence', runSequences, perRound],
    ['bare', callBare, perRound * bareTimes],
    ['straight', async () => repeat(estimateStraight), perEstimate],
    ['cyclic', async () => repeat(estimateCyclic), perEstimate],
  ] as const;
  for (const [name, run, times] of turns) {
    const before = process.threadCpuUsage();
    await run();
    const spent = cpuUs(before) / times;
    if (round >= 0) costs[name].push(spent);
  }
}

const sequenceUs = calm(costs.sequence);
const bareUs = calm(costs.bare);
const lines = [
  {
    case: 'a sequence of two steps in memory',
    cpuUs: rounded(sequenceUs - bareUs),
    bareUs: rounded(bareUs),
    goal: `at most ${goals.sequenceUs} µs beside the calls themselves`,
    met: sequenceUs - bareUs <= goals.sequenceUs,
  },
  ...(['straight', 'cyclic'] as const).map((kind) => ({
    case: `the estimate of a ${kind} graph of 1,000 nodes`,
    cpuMs: rounded(calm(costs[kind]) / 1000),
    goal: `at most ${goals[`${kind}Ms`]} ms`,
    met: calm(costs[kind]) / 1000 <= goals[`${kind}Ms`],
  })),
];
for (const line of lines) process.stdout.write(`${JSON.stringify({ bench: 'blocks', ...line })}\n`);
