/**
 * Joins blocks to durable runs: every visit of a node becomes a step of the run under its path, and what a node waits for becomes a
 * row that outlives the process. A step that must not happen twice and was cut off is not run again: a person is asked.
 */
import {
  type BlockResponse,
  type Failure,
  isJsonObject,
  type Json,
  KeelsonError,
  type Reason,
  reasonTable,
  type Wait,
} from '@keelson/core';
import {
  isWorthKeeping,
  type JournalStep,
  type StepJournal,
  type Visited,
  type WaitOutcome,
} from '../blocks/index.ts';
import type { RunScope, StepOutcome } from '../workflow/index.ts';
import { keepVisit, type RunIds, readVisit } from './kept-visit.ts';

export interface RunJournalDeps {
  readonly scope: RunScope;
  readonly ids: RunIds;
  readonly now: () => number;
}

type Outcome = Awaited<ReturnType<StepJournal['step']>>;
type Run = () => Promise<Visited>;

/** How long somebody may take to find out what became of a step that was cut off. */
const undecidedMs = 90 * 86_400_000;

export function createRunJournal(deps: RunJournalDeps): StepJournal {
  return {
    step: (step, run) =>
      telling(
        () => visitStep(deps, step, run),
        (failure) => ({ failure }),
      ),
    wait: (path, wait) =>
      telling(
        () => keepWait(deps, path, wait),
        (failure) => ({ state: 'failed', failure }),
      ),
  };
}

/** The names of what belongs to a path; no node has a tilde in its name. */
const places = {
  approval: (path: string) => `${path}~approval`,
  event: (path: string) => `${path}~event`,
  timer: (path: string) => `${path}~timer`,
  breakpoint: (path: string, time: number) => `${path}~debug[${time}]`,
  interruption: (path: string, time: number) => `${path}~interrupted[${time}]`,
  result: (path: string, time: number) => `${path}~result[${time}]`,
} as const;

/** By which somebody says what a step that was cut off came to. */
export const resultEvent = (path: string): string => `result of ${path}`;
/** By which a run goes on that stopped at a breakpoint. */
export const breakpointEvent = (path: string): string => `continue ${path}`;

async function visitStep(deps: RunJournalDeps, step: JournalStep, run: Run): Promise<Outcome> {
  const { path, isRepeatable } = step;
  const input = textOf(step.payload);
  if (input === undefined) return { failure: failureOf('invalid_payload', { path, expected: 'JSON' }) };
  const request = { path, input, isRepeatable, isResult: isKept };
  const attempt = (): Promise<Json> => runStep(deps, step, run);
  const outcome = await deps.scope.step({ ...request, ifInterrupted: 'tell' }, attempt);
  if (outcome.state !== 'interrupted') return visitOf(deps, path, outcome);
  const decision = await decideInterruption(deps, step, outcome.times);
  if ('failure' in decision && decision.isOpen) return { failure: decision.failure };
  const said = async (): Promise<Json> =>
    decision.isAgain ? attempt() : keepVisit(saidVisit(deps, step, decision));
  return visitOf(deps, path, await deps.scope.step({ ...request, ifInterrupted: 'run' }, said));
}

async function runStep({ scope }: RunJournalDeps, step: JournalStep, run: Run): Promise<Json> {
  const visited = await run();
  const { response } = visited;
  if (response.success) return keepVisit(visited);
  const { errorType, effect, reason, details } = response.error;
  // Nobody knows what came of it: it stays as begun.
  if (errorType === 'cancelled') scope.signal.throwIfAborted();
  if (errorType !== 'suspended') return keepVisit(visited);
  // What happened in its first half would happen again.
  if (!step.isRepeatable && effect !== 'not_started') {
    const error = { ...failureOf('waits_inside_effect', { path: step.path }), effect, cause: response.error };
    return keepVisit({ ...visited, response: { ...response, error } });
  }
  // Those around it give the same answer.
  if (reason === 'debug_breakpoint_hit' && details.path === step.path)
    await waitAtBreakpoint(scope, step.path);
  return keepVisit(visited);
}

function isKept(value: Json): boolean {
  const error = isJsonObject(value) ? value.error : undefined;
  const response = error === undefined ? { success: true } : { success: false, error };
  return isWorthKeeping(response as unknown as BlockResponse<unknown>);
}

function visitOf({ ids }: RunJournalDeps, path: string, outcome: StepOutcome): Outcome {
  if (outcome.state === 'done')
    return readVisit(outcome.value, ids) ?? { failure: failureOf('run_diverged', { path }) };
  // A result that cannot be kept; whatever it was about has happened.
  return { failure: { ...failureOf('output_not_kept', { path }), effect: 'done' } };
}

/** At the first stop that nobody has let it go on from. */
async function waitAtBreakpoint(scope: RunScope, path: string): Promise<void> {
  const name = breakpointEvent(path);
  for (let time = 1; ; time += 1) {
    const waited = await scope.waitForEvent({ path: places.breakpoint(path, time), name });
    if (waited.state !== 'done') return;
  }
}

type Decision =
  | { readonly isAgain: true }
  | { readonly isAgain: false; readonly result: Json }
  | { readonly isAgain: false; readonly failure: Failure; readonly isOpen: boolean };

/** Yes: it did not happen, so it runs again. No: it is left. A result: it happened, and came to this. */
async function decideInterruption(
  { scope }: RunJournalDeps,
  { path, block, kind, payload }: JournalStep,
  times: number,
): Promise<Decision> {
  const known = await scope.waitForEvent({ path: places.result(path, times), name: resultEvent(path) });
  if (known.state === 'done') return { isAgain: false, result: known.value };
  const asked = {
    question:
      'This step was under way when its worker died. Approve only if it did not happen: it runs again.',
    ...{ path, block, kind, times },
    input: plain(payload),
  };
  const answer = await scope.askApproval({
    path: places.interruption(path, times),
    input: plain(payload),
    asked,
    expiresInMs: undecidedMs,
  });
  if (answer.state === 'done' && isJsonObject(answer.value) && answer.value.approved === true)
    return { isAgain: true };
  const isOpen = answer.state === 'waiting';
  const reason = isOpen ? 'interruption_undecided' : 'interrupted';
  const failure: Failure = { ...failureOf(reason, { path, times }), effect: 'unknown' };
  return { isAgain: false, failure, isOpen };
}

/** What a person knows of a step takes the place of what it would have answered. */
function saidVisit(
  { ids, now }: RunJournalDeps,
  { path, block }: JournalStep,
  decision: Exclude<Decision, { isAgain: true }>,
): Visited {
  const metadata = {
    ...ids,
    ...{
      id: ids.executionId,
      spanId: ids.traceId.slice(0, 16),
      block,
      node: path.slice(path.lastIndexOf('/') + 1),
    },
    ...{ attempt: 1, createdAt: new Date(now()).toISOString(), durationMs: 0 },
  };
  const spent = { nanoDollars: 0 };
  if ('failure' in decision)
    return { response: { success: false, error: decision.failure, metadata }, spent };
  return { response: { success: true, data: decision.result, metadata }, spent };
}

async function keepWait({ scope, now }: RunJournalDeps, path: string, wait: Wait): Promise<WaitOutcome> {
  switch (wait.for) {
    case 'approval': {
      const { show, expiresInMs } = wait;
      const request = {
        path: places.approval(path),
        input: plain(wait.input),
        asked: plain(show),
        expiresInMs,
      };
      return waitOutcome(await scope.askApproval(request), path);
    }
    case 'event': {
      const { name, timeoutMs } = wait;
      const bound = timeoutMs === undefined ? {} : { timeoutMs };
      const outcome = await scope.waitForEvent({ path: places.event(path), name, ...bound });
      if (outcome.state !== 'done') return waitOutcome(outcome, path);
      return { state: 'answered', answer: { approved: true, by: 'event', payload: outcome.value } };
    }
    case 'time': {
      const outcome = await scope.sleepUntil(places.timer(path), now() + wait.ms);
      if (outcome.state !== 'done') return waitOutcome(outcome, path);
      return { state: 'answered', answer: { approved: true, by: 'time' } };
    }
  }
}

const reasonsOfWaits: Readonly<Record<string, Reason>> = {
  approval_expired: 'approval_expired',
  approval_invalid: 'approval_invalid',
  run_event_timeout: 'event_timeout',
};

function waitOutcome(outcome: StepOutcome, path: string): WaitOutcome {
  if (outcome.state === 'done') {
    const { approved, by, note } = outcome.value as { approved: boolean; by: string; note?: string };
    return { state: 'answered', answer: { approved, by, ...(note !== undefined && { note }) } };
  }
  if (outcome.state !== 'failed') return { state: 'waiting' };
  const reason = reasonsOfWaits[outcome.error.code] ?? 'internal_error';
  return { state: 'failed', failure: failureOf(reason, { path }) };
}

function failureOf(reason: Reason, details: Failure['details']): Failure {
  const { errorType } = reasonTable[reason];
  return { reason, errorType: errorType === 'root' ? 'internal' : errorType, details, effect: 'not_started' };
}

/** A run that came to the same place with something else is told as that; all else is not for blocks. */
async function telling<Value>(work: () => Promise<Value>, tell: (failure: Failure) => Value): Promise<Value> {
  try {
    return await work();
  } catch (thrown) {
    if (!KeelsonError.is(thrown) || thrown.code !== 'conflict') throw thrown;
    return tell(failureOf('run_diverged', {}));
  }
}

/** Undefined where it is no JSON. */
function textOf(payload: unknown): string | undefined {
  try {
    return JSON.stringify(payload ?? null);
  } catch {
    return undefined;
  }
}

/** As it will be read again. */
function plain(value: unknown): Json {
  return JSON.parse(textOf(value) ?? 'null') as Json;
}
