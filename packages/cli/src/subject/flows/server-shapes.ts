/** Flows, runs, steps and estimates as a server shows them, read as the engine has them. What it does not say stays unsaid. */
import { type Estimate, isJsonObject, type Json, type Quantity } from '@keelson/core';
import type {
  FlowFailure,
  FlowNews,
  FlowRun,
  FlowStep,
  KeptFlow,
  OpenApproval,
  RunBudgetSettings,
  RunWait,
} from '@keelson/engine';

type Shown = Readonly<Record<string, Json>>;

const shownOf = (value: Json | undefined): Shown => (isJsonObject(value) ? (value as Shown) : {});
const listOf = (value: Json | undefined): readonly Shown[] =>
  Array.isArray(value) ? value.map(shownOf) : [];
const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
const countOf = (value: Json | undefined): number => (typeof value === 'number' ? value : 0);
const amountOf = (value: Json | undefined): number | null =>
  value === undefined || value === null ? null : Number(value);
const timeOf = (value: Json | undefined): number => Date.parse(textOf(value));

/** Without the fields that are undefined. */
function present<Fields extends object>(
  fields: Fields,
): { [Name in keyof Fields]: Exclude<Fields[Name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}

const optional = <Value>(value: Json | undefined, read: (value: Json) => Value): Value | undefined =>
  value === undefined || value === null ? undefined : read(value);

export const keptFlowOf = (shown: Shown): KeptFlow => ({
  workspace: textOf(shown.workspace),
  name: textOf(shown.name),
  version: textOf(shown.version),
  takes: shown.takes === 'text' ? 'text' : 'conversation',
  uses: shownOf(shown.uses) as Readonly<Record<string, string>>,
  createdAt: timeOf(shown.created_at),
  ...present({
    description: optional(shown.description, textOf),
    text: optional(shown.text, textOf),
    createdBy: optional(shown.created_by, textOf),
  }),
});

export const askedBudget = ({ dollars, preflight, allowUnpriced }: RunBudgetSettings): object => ({
  dollars,
  preflight,
  allow_unpriced: allowUnpriced,
});

const budgetOf = (shown: Json): RunBudgetSettings => {
  const { dollars, preflight, allow_unpriced: allowUnpriced } = shownOf(shown);
  return { dollars: textOf(dollars), ...present({ preflight, allowUnpriced }) } as RunBudgetSettings;
};

const failureOf = (shown: Json): FlowFailure => {
  const { reason, error_type: errorType, message, hint, details, effect } = shownOf(shown);
  return {
    reason: textOf(reason),
    errorType: textOf(errorType),
    message: textOf(message),
    details: shownOf(details),
    ...present({ hint: optional(hint, textOf), effect: optional(effect, textOf) }),
  };
};

const waitOf = ({ path, kind, until, subject }: Shown): RunWait => ({
  path: textOf(path),
  kind: textOf(kind) as RunWait['kind'],
  ...present({ until: optional(until, timeOf), subject: optional(subject, textOf) }),
});

/** Known, or known not to be; undefined where it is not said yet. */
const spentOf = (shown: Shown): { nanoDollars?: number | null } =>
  shown.nano_dollars === undefined ? {} : { nanoDollars: amountOf(shown.nano_dollars) };

export const runOf = (shown: Shown): FlowRun => ({
  id: textOf(shown.id),
  workspace: textOf(shown.workspace),
  flow: textOf(shown.flow),
  version: textOf(shown.version),
  state: textOf(shown.state) as FlowRun['state'],
  payload: shown.payload ?? null,
  waits: listOf(shown.waits).map(waitOf),
  startedBy: textOf(shown.started_by),
  createdAt: timeOf(shown.created_at),
  passes: countOf(shown.passes),
  ...spentOf(shown),
  ...present({
    output: shown.output,
    failure: optional(shown.failure, failureOf),
    calls: optional(shown.calls, countOf),
    budget: optional(shown.budget, budgetOf),
    key: optional(shown.key, textOf),
    replayOf: optional(shown.replay_of, textOf),
    startedAt: optional(shown.started_at, timeOf),
    finishedAt: optional(shown.finished_at, timeOf),
    deadlineAt: optional(shown.deadline_at, timeOf),
  }),
});

export const stepOf = (shown: Shown): FlowStep => ({
  path: textOf(shown.path),
  kind: textOf(shown.kind) as FlowStep['kind'],
  state: textOf(shown.state) as FlowStep['state'],
  interrupted: countOf(shown.interrupted),
  startedAt: timeOf(shown.started_at),
  ...spentOf(shown),
  ...present({
    output: shown.output,
    failure: optional(shown.failure, failureOf),
    wakeAt: optional(shown.wake_at, timeOf),
    subject: optional(shown.subject, textOf),
    finishedAt: optional(shown.finished_at, timeOf),
  }),
});

/** What seals it stays at the server. */
export const approvalOf = (shown: Shown): OpenApproval => ({
  id: textOf(shown.id),
  runId: textOf(shown.run_id),
  path: textOf(shown.path),
  workspace: textOf(shown.workspace),
  inputHash: textOf(shown.input_hash),
  asked: shown.asked ?? null,
  createdAt: timeOf(shown.created_at),
  expiresAt: timeOf(shown.expires_at),
  signature: '',
  token: '',
  ...present({
    decision: optional(shown.decided_at, () => shown.state as 'approved' | 'rejected'),
    decidedAt: optional(shown.decided_at, timeOf),
    decidedBy: optional(shown.decided_by, textOf),
    note: optional(shown.note, textOf),
  }),
});

/** Undefined for what a newer server may tell besides. */
export function newsOf(event: string, data: Json, seq: number): FlowNews | undefined {
  const shown = shownOf(data);
  switch (event) {
    case 'step':
      return { kind: 'step', seq, step: stepOf(shown) };
    case 'note':
      return { kind: 'note', seq, name: textOf(shown.name), at: timeOf(shown.at), data: shown.data ?? null };
    case 'text':
      return { kind: 'text', path: textOf(shown.path), delta: textOf(shown.delta) };
    case 'waiting':
      return { kind: 'waiting', waits: listOf(shown.waits).map(waitOf) };
    case 'end':
      return { kind: 'end', seq, run: runOf(shown) };
    default:
      return undefined;
  }
}

/** Its parts come as a list by paths, and are put into each other again. */
export function estimateOf(shown: Shown): Estimate {
  const whole = partOf(shown);
  const byPath = new Map<string, Growing>([['', whole]]);
  for (const component of listOf(shown.components)) {
    const path = textOf(component.path);
    const part = partOf(component);
    byPath.set(path, part);
    const cut = path.lastIndexOf('/');
    const above = byPath.get(cut < 0 ? '' : path.slice(0, cut));
    if (above === undefined) continue;
    above.components ??= {};
    above.components[path.slice(cut + 1)] = part;
  }
  return whole;
}

type Growing = Omit<Estimate, 'components'> & { components?: Record<string, Estimate> };

function partOf(shown: Shown): Growing {
  const calls = shownOf(shown.calls);
  return {
    block: textOf(shown.block),
    kind: textOf(shown.kind),
    source: textOf(shown.source) as Estimate['source'],
    confidence: textOf(shown.confidence) as Estimate['confidence'],
    sampleSize: countOf(shown.sample_size),
    nanoDollars: quantityOf(shown.nano_dollars),
    ms: quantityOf(shown.ms),
    calls: { mean: countOf(calls.mean), max: amountOf(calls.max) },
    notes: Array.isArray(shown.notes) ? shown.notes.map(textOf) : [],
  };
}

function quantityOf(shown: Json | undefined): Quantity {
  const { mean, std, p90, max } = shownOf(shown);
  return { mean: amountOf(mean), std: amountOf(std), p90: amountOf(p90), max: amountOf(max) };
}
