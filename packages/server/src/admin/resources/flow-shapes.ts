// What flows and their estimates are like over HTTP.
import type { Estimate, Json } from '@keelson/core';
import type { FlowTextProblem, KeptFlow } from '@keelson/engine';
import {
  anyJson,
  anyObject,
  integer,
  list,
  named,
  nullable,
  number,
  object,
  oneOf,
  optional,
  pageFields,
  type Schema,
  text,
  time,
  unlogged,
  type ValueOf,
} from '../contract/index.ts';
import { nanoDollars } from './money.ts';
import { toTime } from './times.ts';

const mostTextCharacters = 1024 * 1024;
/** Names come out of files that others wrote. */
const long = { most: 10_000 };
export const flowName = text('The flow.', { least: 1 });
export const flowVersion = text('A version of it; the newest when left out.', { least: 1 });
export const payload = unlogged(anyJson('What it is given; null when left out.'));

/** Lines, as a file has them. */
const fileText: Schema<string> = text('YAML or JSON, as docs/blocks.md describes it.', {
  most: mostTextCharacters,
  format: 'lines',
});

const flowFields = {
  name: text('What it is called.', long),
  version: text('Of what is in it and in the flows that it uses: the same text has the same.', long),
  workspace: text('Where it is.', long),
  description: optional(text('What it says of itself.', { most: mostTextCharacters, format: 'lines' })),
  takes: oneOf('What it is given when it is asked like a model.', ['text', 'conversation']),
  uses: named('Other flows that its nodes use, and their versions.', text('A version.', long), {
    most: 10_000,
  }),
  created_at: time('When this version was kept.'),
  created_by: optional(text('The key that brought it.', long)),
};
export const flowSummary = object(flowFields);
export const keptFlow = object({
  ...flowFields,
  text: optional(fileText),
});
const { limit, cursor } = pageFields(['name']);
export const flowPages = object({ limit, cursor });
export const written = object({
  text: optional(unlogged(fileText)),
  flow: optional(unlogged(anyObject('The same as JSON, in place of `text`.'))),
});

const problem = object({
  reason: text('What kind of problem it is.'),
  path: text('Where in the document; empty for all of it.', long),
  message: text('What is wrong.', long),
  line: integer('From 1.', { least: 1 }),
  column: integer('From 1.', { least: 1 }),
});
export const problems = object({
  problems: list('Everything that is wrong; empty where nothing is.', problem, { most: 1_000_000 }),
});

const money = (description: string) => nullable(nanoDollars(description));
const amount = (description: string) => nullable(number(description, { least: 0 }));
const what = {
  block: text('What is estimated.', long),
  kind: text('Its kind.', long),
  source: oneOf(
    '`stats`: from what was recorded. `prior`: assumed. `derived`: from its parts. `unknown`: not even that.',
    ['stats', 'prior', 'derived', 'unknown'],
  ),
  confidence: oneOf('How far it is to be trusted.', ['low', 'medium', 'high']),
  sample_size: integer('Attempts that it rests on; of a flow, those of the part that is known least.', {
    least: 0,
  }),
  nano_dollars: object({
    mean: money('Expected; null where it is not known.'),
    std: money('How far cases differ; null where that is not known.'),
    p90: money('Nine of ten cost no more.'),
    max: money('The worst case; null where nothing bounds it.'),
  }),
  ms: object({
    mean: amount('Expected; null where it is not known.'),
    std: amount('How far cases differ.'),
    p90: amount('Nine of ten take no longer.'),
    max: amount('The worst case; null where nothing bounds it.'),
  }),
  calls: object({
    mean: number('Calls to models that are expected.', { least: 0 }),
    max: amount('Calls at most; null where nothing bounds them.'),
  }),
  notes: list('What was assumed.', text('A note.', long), { most: 10_000 }),
};
const component = object({
  path: text('The names of the nodes on the way to it, with slashes between.', long),
  ...what,
});
export const estimateQuestion = object({
  payload: optional(unlogged(anyJson('What it would be given; any when left out.'))),
  version: optional(flowVersion),
});
export const estimate = object({
  ...what,
  components: list('Its parts, each for one visit, the parts of a part right behind it.', component, {
    most: 1_000_000,
  }),
});

export function showFlow(flow: KeptFlow): ValueOf<typeof keptFlow> {
  return { ...showFlowSummary(flow), text: flow.text };
}

export function showFlowSummary(flow: KeptFlow): ValueOf<typeof flowSummary> {
  return {
    name: flow.name,
    version: flow.version,
    workspace: flow.workspace,
    description: flow.description,
    takes: flow.takes,
    uses: flow.uses,
    created_at: toTime(flow.createdAt),
    created_by: flow.createdBy,
  };
}

export function showProblem({ reason, path, says, line, column }: FlowTextProblem): ValueOf<typeof problem> {
  return { reason, path, message: says, line, column };
}

export function showEstimate(of: Estimate): ValueOf<typeof estimate> {
  return { ...showQuantities(of), components: [...showComponents(of, '')] };
}

function* showComponents(of: Estimate, above: string): Generator<ValueOf<typeof component>> {
  for (const [name, part] of Object.entries(of.components ?? {})) {
    const path = above === '' ? name : `${above}/${name}`;
    yield { path, ...showQuantities(part) };
    yield* showComponents(part, path);
  }
}

function showQuantities(of: Estimate) {
  const { mean, std, p90, max } = of.nanoDollars;
  return {
    block: of.block,
    kind: of.kind,
    source: of.source,
    confidence: of.confidence,
    sample_size: of.sampleSize,
    nano_dollars: {
      mean: showMoney(mean),
      std: showMoney(std),
      p90: showMoney(p90),
      max: showMoney(max),
    },
    ms: { ...of.ms },
    calls: { ...of.calls },
    notes: of.notes,
  };
}

export function showMoney(amountOf: number | null): string | null {
  return amountOf === null || !Number.isFinite(amountOf) ? null : String(BigInt(Math.round(amountOf)));
}

/** What was left out is null. */
export function givenPayload(given: Json | undefined): Json {
  return given ?? null;
}
