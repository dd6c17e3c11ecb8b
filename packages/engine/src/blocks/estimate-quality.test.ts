// How good estimates are: flows with failures, branches and loops, learnt in some hundred runs, then held against a thousand.
import {
  all,
  type Block,
  branch,
  type CallModel,
  type Estimate,
  type Expected,
  each,
  fail,
  KeelsonError,
  loop,
  map,
  retry,
  seq,
  step,
} from '@keelson/core';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { testEnvironment } from './__fixtures__/index.ts';
import { estimateRun, prompt, runBlock } from './index.ts';

/** Numbers that look random and are the same every time. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Skewed, as latencies and answers are: mostly small, at most four times the mean. */
const skewed = (next: () => number, mean: number): number =>
  Math.min(4, 0.3 - 0.7 * Math.log(1 - next())) * mean;

interface Simulation<Payload> {
  readonly environment: ReturnType<typeof testEnvironment>;
  readonly flow: Block<Payload, unknown>;
  readonly payload: () => Payload;
  /** What was spent so far in truth, whatever the runner knows of it. */
  readonly spent: () => number;
}

/** Code that spends what nobody foresees, fails, and is tried again. */
function simulateCode(seed: number): Simulation<number> {
  const environment = testEnvironment();
  const next = chance(seed);
  let spent = 0;
  const paid = (name: string, mean: number, failures: number) => {
    const most: Expected = { mean, std: mean / 2, max: mean * 4 };
    return step(
      name,
      async (payload: number, scope) => {
        const nanoDollars = Math.round(skewed(next, mean));
        const hold = scope.hold(mean * 4);
        await scope.sleep(skewed(next, 80));
        hold.settle({ nanoDollars, calls: 1 });
        spent += nanoDollars;
        if (next() < failures) throw fail('tool', 'flaky');
        return payload;
      },
      { effects: 'none', nanoDollars: most },
    ).recover(retry({ maxAttempts: 3 }));
  };
  const flow = seq(
    'support',
    paid('triage', 1000, 0.1),
    all('gather', { one: paid('one', 3000, 0.05), two: paid('two', 2000, 0.2) }),
    map('merge', ({ one }: { one: number }) => one),
    branch(
      'route',
      [
        {
          name: 'hard',
          when: (n: number) => n % 4 === 0,
          block: seq('deep', paid('deep1', 5000, 0.1), paid('deep2', 4000, 0.1)),
        },
      ],
      paid('easy', 2500, 0.1),
    ),
    loop('polish', paid('edit', 1500, 0.02), { until: () => next() < 0.6, max: 4 }),
  );
  let request = 0;
  const payload = () => {
    request += 1;
    return request;
  };
  return { environment, flow, payload, spent: () => spent };
}

const Ticket = z.object({ kind: z.enum(['bug', 'billing']), text: z.string() });
const prices = { nanoDollarsPerInputToken: 150, nanoDollarsPerOutputToken: 600 };

/** Prompts with requests of all lengths: answers that do not fit, models that are busy, calls that break off. */
function simulatePrompts(seed: number): Simulation<string> {
  const next = chance(seed);
  let spent = 0;
  const callModel: CallModel = async ({ prompt: text, maxOutputTokens, alias, jsonSchema }) => {
    await environment.clock.sleep(skewed(next, 700));
    if (next() < 0.04) throw new KeelsonError('rate_limited', 'x');
    const inputTokens = Math.ceil(text.length / 4) + 12;
    const outputTokens = Math.min(maxOutputTokens, Math.ceil(skewed(next, alias === 'deep' ? 300 : 120)));
    const nanoDollars =
      inputTokens * prices.nanoDollarsPerInputToken + outputTokens * prices.nanoDollarsPerOutputToken;
    spent += nanoDollars;
    if (next() < 0.02) throw new KeelsonError('stream_interrupted', 'x');
    const kind = next() < 0.7 ? 'bug' : 'billing';
    const fits = JSON.stringify({ kind, text: 'x'.repeat(Math.ceil(skewed(next, 200))) });
    const answer = jsonSchema !== undefined && next() < 0.12 ? '{"kind": 7}' : fits;
    return { text: jsonSchema === undefined ? 'fine' : answer, inputTokens, outputTokens, nanoDollars };
  };
  const environment: ReturnType<typeof testEnvironment> = testEnvironment({
    callModel,
    findModel: () => prices,
  });
  const again = retry({ maxAttempts: 3, on: ['llm.rate_limit', 'llm.error'] });
  const ask = <Payload>(name: string, template: (payload: Payload) => string, model = 'fast') =>
    prompt(name, { model, template, maxInputBytes: 6000, maxOutputTokens: 900 }).recover(again);
  const triage = prompt('triage', { model: 'fast', output: Ticket, maxInputBytes: 9000 }).recover(again);
  type Triaged = z.infer<typeof Ticket>;
  const draft = ask('draft', ({ text }: Triaged) => `Answer: ${text}`, 'deep');
  const bill = ask('bill', ({ text }: Triaged) => `Bill: ${text}`);
  const flow = seq(
    'desk',
    triage,
    all('gather', {
      draft: branch(
        'route',
        [{ name: 'bug', when: ({ kind }: Triaged) => kind === 'bug', block: draft }],
        bill,
      ),
      check: ask('check', ({ text }: Triaged) => `Check: ${text}`),
    }),
    map('merge', ({ draft: text }: { draft: string }) => text),
    loop(
      'polish',
      ask('edit', (text: string) => `Tighten: ${text}`),
      { until: () => next() < 0.5, max: 3 },
    ),
  );
  const payload = () => `Classify: ${'x'.repeat(Math.ceil(skewed(next, 1500)))}`;
  return { environment, flow, payload, spent: () => spent };
}

interface Quality {
  readonly within: number;
  readonly aboveWorst: number;
  /** What was spent for each that was expected. */
  readonly ratio: number;
}

/** The estimate is made before each run, of its own request, by what was learnt before the first. */
async function measure<Payload>({
  environment,
  flow,
  payload,
  spent,
}: Simulation<Payload>): Promise<Quality> {
  const go = async (given: Payload): Promise<number> => {
    const before = spent();
    await runBlock(flow, given, { environment });
    return spent() - before;
  };
  for (let run = 0; run < 300; run += 1) await go(payload());
  const { stats, findModel } = environment;
  const learnt = new Map<string, ReturnType<typeof stats.findStats>>();
  const frozen = {
    findStats: (key: string) => {
      if (!learnt.has(key)) learnt.set(key, stats.findStats(key));
      return learnt.get(key);
    },
    record: () => {},
  };
  let [within, aboveWorst, sum, expected] = [0, 0, 0, 0];
  for (let run = 0; run < 1000; run += 1) {
    const given = payload();
    const { nanoDollars, confidence }: Estimate = estimateRun(flow, given, { stats: frozen, findModel });
    if (run === 0) expect(confidence).toBe('high');
    const cost = await go(given);
    if (cost <= (nanoDollars.p90 ?? 0)) within += 1;
    if (cost > (nanoDollars.max ?? 0)) aboveWorst += 1;
    sum += cost;
    expected += nanoDollars.mean ?? 0;
  }
  return { within, aboveWorst, ratio: sum / expected };
}

const seeds = [1, 7, 42, 1234, 2026];

it.each(
  seeds.flatMap((seed) => [
    ['code', seed, () => measure(simulateCode(seed))] as const,
    ['prompts', seed, () => measure(simulatePrompts(seed))] as const,
  ]),
)('holds the real cost of %s below nine in ten in 85 to 95 of 100 runs, never above the worst case (seed %i)', async (_name, _seed, simulate) => {
  const { within, aboveWorst, ratio } = await simulate();
  expect(aboveWorst).toBe(0);
  expect(within).toBeGreaterThanOrEqual(850);
  expect(within).toBeLessThanOrEqual(950);
  expect(Math.abs(ratio - 1)).toBeLessThan(0.1);
});

it.each(
  seeds,
)('no budget is overrun, by as many branches beside each other as there are (seed %i)', async (seed) => {
  const { environment, flow, payload, spent } = simulatePrompts(seed);
  for (let run = 0; run < 30; run += 1) await runBlock(flow, payload(), { environment });
  const wide = each('wide', flow);
  let refusals = 0;
  for (let run = 0; run < 20; run += 1) {
    const payloads = Array.from({ length: 8 }, payload);
    // Between what they cost on average and nearly nothing: most runs meet their budget in the middle.
    const limit = Math.round((estimateRun(wide, payloads, environment).nanoDollars.mean ?? 0) * (run / 10));
    const before = spent();
    const budget = { dollars: (limit / 1e9).toFixed(9), preflight: 'off' } as const;
    const response = await runBlock(wide, payloads, { environment, budget });
    expect(spent() - before).toBeLessThanOrEqual(limit);
    if (!response.success && response.error.reason === 'budget_exceeded') refusals += 1;
  }
  expect(refusals).toBeGreaterThan(5);
});
