/**
 * `npm run bench:routing`: what it costs to plan a call, as CPU time, at two sizes of the alias table. One JSON line per case
 * on stdout.
 */
import {
  type Alias,
  createRouting,
  openEngine,
  type PlanQuestion,
  providerForms,
  Secret,
  systemClock,
  systemRandom,
} from '@keelson/engine';
import { measure } from './measure.ts';

const isQuick = process.argv.includes('--quick');
const rounds = isQuick ? 15 : 41;
const goal = { cpuUs: 3, growth: 1.25 };
const sizes = [10, 1000] as const;

/** Nothing is ever sent to them. */
const { providers } = openEngine({
  providers: ['openai', 'anthropic'].map((name) => ({
    name,
    form: providerForms.get(name) as never,
    key: new Secret('sk-bench'),
  })),
});

const kinds: Readonly<Record<string, (at: number) => Alias | readonly string[]>> = {
  'plain alias': (at) => [`openai:gpt-${at}`, `anthropic:claude-${at}`],
  'weighted alias': (at) => ({
    targets: [`openai:gpt-${at}`, `anthropic:claude-${at}`],
    strategy: 'weighted',
  }),
  'sticky alias': (at) => ({ targets: [`openai:gpt-${at}`, `anthropic:claude-${at}`], sticky: 'session' }),
  'conditional alias': (at) => ({
    targets: [{ model: `openai:gpt-${at}`, when: { stream: true } }, `anthropic:claude-${at}`],
  }),
};

function planner(
  kind: (at: number) => Alias | readonly string[],
  size: number,
  model?: string,
): () => unknown {
  const aliases = Object.fromEntries(Array.from({ length: size }, (_, at) => [`alias-${at}`, kind(at)]));
  const routing = createRouting({ providers, clock: systemClock, random: systemRandom, aliases });
  const question: PlanQuestion = {
    endpoint: 'chat',
    model: model ?? `alias-${size - 1}`,
    dialect: 'openai-chat',
    isStream: false,
    tags: {},
    sessionId: 'session-1',
    facts: () => {
      throw new Error('The call was read.');
    },
  };
  // As in a process that has been up for a while: every target has been heard of.
  for (const target of routing.plan(question).targets) {
    routing.learn({ target, outcome: 'answered', firstByteMs: 100, isStream: false });
  }
  return () => {
    for (let at = 0; at < 1000; at++) routing.plan(question);
  };
}

async function report(
  name: string,
  kind: (at: number) => Alias | readonly string[],
  model?: string,
): Promise<void> {
  const contenders = sizes
    .toReversed()
    .map((size) => ({ name: `${size}`, run: planner(kind, size, model), times: 20 }));
  const { cpuUs, ratios } = await measure(contenders, rounds);
  const [small, large] = sizes.map((size) => (cpuUs[size] as number) / 1000) as [number, number];
  const growth = ratios[sizes[0]] as number;
  console.log(
    JSON.stringify({
      bench: 'routing',
      case: name,
      cpuUs: round(large),
      cpuUsOf10: round(small),
      ratios: { growth: round(growth) },
      goal: `at most ${goal.cpuUs} µs with ${sizes[1]} aliases, and at most ${goal.growth} x of that with ${sizes[0]}`,
      met: large <= goal.cpuUs && growth <= goal.growth,
    }),
  );
}

function round(value: number): number {
  return Number(value.toFixed(2));
}

for (const [name, kind] of Object.entries(kinds)) await report(name, kind);
await report('model named itself', kinds['plain alias'] as never, 'openai:gpt-5');
