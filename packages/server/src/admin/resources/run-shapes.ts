// What runs of flows and their steps are like over HTTP. What was said to a run and what came of it is shown only to those who may
// read contents.
import type { FlowFailure, FlowRun, FlowStep, RunBudgetSettings, RunWait } from '@keelson/engine';
import {
  anyJson,
  anyObject,
  flag,
  integer,
  list,
  nullable,
  object,
  oneOf,
  optional,
  pageFields,
  text,
  time,
  unlogged,
  type ValueOf,
} from '../contract/index.ts';
import { defined } from './defined.ts';
import { flowName, flowVersion, payload, showMoney } from './flow-shapes.ts';
import { nanoDollars } from './money.ts';
import { toOptionalTime, toTime } from './times.ts';

/** Paths and names come out of flows that others wrote. */
const long = { most: 10_000 };
const states = ['pending', 'running', 'waiting', 'stopped', 'completed', 'failed', 'cancelled'] as const;
const kinds = ['step', 'sleep', 'event', 'approval', 'child'] as const;
const yearMs = 366 * 86_400_000;

export const budget = object({
  dollars: text('What it may spend, such as `0.02`.', { pattern: '^\\d{1,8}(\\.\\d{1,9})?$' }),
  preflight: optional(
    oneOf('What of the estimate must fit before anything is begun; `mean` when left out.', [
      'mean',
      'p90',
      'max',
      'off',
    ]),
  ),
  allow_unpriced: optional(flag('Whether it may begin what costs nobody knows how much.')),
});

const key = text('A second start with the same key finds the run of the first.', {
  least: 1,
  most: 300,
  pattern: '^[^/]',
});
export const newRun = object({
  flow: flowName,
  version: optional(flowVersion),
  payload: optional(payload),
  budget: optional(budget),
  timeout_ms: optional(
    integer('From the start to the end, waiting included; no bound when left out.', {
      least: 1,
      most: yearMs,
    }),
  ),
  key: optional(key),
  start_at: optional(time('Not before; at once when left out.')),
  context: optional(unlogged(anyObject('What its nodes may be passed besides.'))),
  limit_key: optional(text('Runs of one key share its limit.', { least: 1, most: 300, pattern: '^[^/]' })),
});

const failure = object({
  reason: text('What went wrong, as a word; docs/blocks.md lists them.', long),
  error_type: text('What recovery goes by.', long),
  message: text('The same in a sentence.', { most: 100_000 }),
  hint: optional(text('What to do.', long)),
  details: anyObject('Facts for programs.'),
  effect: optional(text('Whether something was done to the world: `not_started`, `unknown` or `done`.')),
});
const wait = object({
  path: text('The node that waits.', long),
  kind: oneOf('For what.', kinds),
  until: optional(time('Until when at most, or when it goes on.')),
  subject: optional(text('The name of an event, the id of an approval or of a run.', long)),
});
const summaryFields = {
  id: text('What it is called.'),
  workspace: text('Where it is.', long),
  flow: text('The flow.', long),
  version: text('The version that it goes by to its end.', long),
  state: oneOf('`stopped` waits for somebody to resolve it; the last three are over.', states),
  failure: optional(failure),
  nano_dollars: optional(
    nullable(nanoDollars('What it spent, once it is over; null where something had no price.')),
  ),
  calls: optional(integer('To models, once it is over.', { least: 0 })),
  budget: optional(budget),
  waits: list('What it waits for.', wait, { most: 100_000 }),
  started_by: text('The key that started it.', long),
  key: optional(text('What it was started with to be started once.', long)),
  replay_of: optional(text('The run whose results it took over.', long)),
  created_at: time('When it was asked for.'),
  started_at: optional(time('When somebody first worked on it.')),
  finished_at: optional(time('When it was over.')),
  deadline_at: optional(time('When it ends at the latest.')),
  passes: integer('How often a worker took it.', { least: 0 }),
};
export const runSummary = object(summaryFields);
export const run = object({
  ...summaryFields,
  payload: optional(anyJson('What it was given, for keys with `runs.content:read`.')),
  output: optional(anyJson('What it came to, for keys with `runs.content:read`.')),
});
const { limit, cursor } = pageFields(['-created_at']);
export const runPages = object({
  limit,
  cursor,
  flow: optional(text('Only runs of this flow.', { least: 1 })),
  state: optional(oneOf('Only runs that are so.', states)),
});

export const stepPages = object({ limit, cursor });
export const step = object({
  path: text('The node.', long),
  kind: oneOf('`step`: it does something. The others wait.', kinds),
  state: oneOf('`left`: it was under way and ended without a result that counts.', [
    'started',
    'left',
    'waiting',
    'done',
    'failed',
  ]),
  output: optional(anyJson('What it came to, for keys with `runs.content:read`.')),
  failure: optional(failure),
  nano_dollars: optional(nullable(nanoDollars('What it spent; null where something had no price.'))),
  interrupted: integer('How often it was under way when its worker died.', { least: 0 }),
  wake_at: optional(time('When it goes on, or gives up waiting.')),
  subject: optional(text('The name of an event, the id of an approval or of a run.', long)),
  started_at: time('When it began.'),
  finished_at: optional(time('When it ended.')),
});

export const cancellation = object({
  reason: optional(text('Why, for whoever looks at the run later.', { most: 1000 })),
});
export const cancelled = object({
  outcome: oneOf('`asked`: a worker has it, and ends it in a moment.', ['cancelled', 'asked']),
  run,
});
export const replayed = object({
  without: optional(
    list(
      'Paths of nodes that run again, with all below them and all above.',
      text('A path.', { ...long, least: 1 }),
    ),
  ),
  version: optional(text('The version that it goes by; that of the first when left out.', { least: 1 })),
});
export const choice = object({
  choice: oneOf(
    '`continue`: where it stopped, with its own version, which some worker must have, or with `version`. `abandon`: it is cancelled. `restart`: from its beginning, as a new run with `version`.',
    ['continue', 'abandon', 'restart'],
  ),
  version: optional(
    text(
      'With `continue`, what is recorded holds where the other version has the same paths and inputs; where it differs, the run fails.',
      { least: 1 },
    ),
  ),
});
export const signal = object({
  name: text('The name that a node waits for, now or later.', { least: 1 }),
  payload: optional(payload),
  id: optional(text('The same again is taken once.', { least: 1 })),
});
export const signalled = object({
  is_known: flag('Whether it was sent before; then nothing was sent again.'),
});
export const result = object({
  path: text('The step that was interrupted.', { ...long, least: 1 }),
  result: unlogged(anyJson('What it came to.')),
});

/** `mayRead`: contents as well. */
export function showRun(one: FlowRun, mayRead: boolean): ValueOf<typeof run> {
  return {
    ...showRunSummary(one),
    ...(mayRead && { payload: one.payload, ...defined({ output: one.output }) }),
  };
}

export function showRunSummary(one: FlowRun): ValueOf<typeof runSummary> {
  return {
    id: one.id,
    workspace: one.workspace,
    flow: one.flow,
    version: one.version,
    state: one.state,
    failure: one.failure && showFailure(one.failure),
    nano_dollars: showSpent(one.nanoDollars),
    calls: one.calls,
    budget: one.budget && showBudget(one.budget),
    waits: one.waits.map(showWait),
    started_by: one.startedBy,
    key: one.key,
    replay_of: one.replayOf,
    created_at: toTime(one.createdAt),
    started_at: toOptionalTime(one.startedAt),
    finished_at: toOptionalTime(one.finishedAt),
    deadline_at: toOptionalTime(one.deadlineAt),
    passes: one.passes,
  };
}

export function showStep(one: FlowStep, mayRead: boolean): ValueOf<typeof step> {
  return {
    path: one.path,
    kind: one.kind,
    state: one.state,
    ...(mayRead && defined({ output: one.output })),
    failure: one.failure && showFailure(one.failure),
    nano_dollars: showSpent(one.nanoDollars),
    interrupted: one.interrupted,
    wake_at: toOptionalTime(one.wakeAt),
    subject: one.subject,
    started_at: toTime(one.startedAt),
    finished_at: toOptionalTime(one.finishedAt),
  };
}

export function showWait({ path, kind, until, subject }: RunWait): ValueOf<typeof wait> {
  return { path, kind, until: toOptionalTime(until), subject };
}

function showFailure(one: FlowFailure): ValueOf<typeof failure> {
  const { reason, errorType, message, hint, details, effect } = one;
  return { reason, error_type: errorType, message, hint, details: { ...details }, effect };
}

function showSpent(spent: number | null | undefined): string | null | undefined {
  return spent === undefined ? undefined : showMoney(spent);
}

function showBudget({ dollars, preflight, allowUnpriced }: RunBudgetSettings): ValueOf<typeof budget> {
  return { dollars, preflight, allow_unpriced: allowUnpriced };
}

export function budgetOf(asked: ValueOf<typeof budget> | undefined): RunBudgetSettings | undefined {
  if (asked === undefined) return undefined;
  const { dollars, preflight, allow_unpriced: allowUnpriced } = asked;
  return { dollars, ...defined({ preflight, allowUnpriced }) };
}
