/** Runs, steps and news of flows as they are shown, out of what durable runs keep of them. */
import { type Failure, isJsonObject, type Json, type JsonObject } from '@keelson/core';
import type { RunFailure, RunNews, ShownStep, StoredRun, StoredSchedule } from '../workflow/index.ts';
import type { RunOutput } from './durable-flow.ts';
import type { FlowFailure, FlowNews, FlowRun, FlowStep } from './flows.ts';
import { meaningOfReason } from './meaning-of-reason.ts';
import { readRunInput } from './run-input.ts';

const separator = '/';

/** Flows of two workspaces may have one name; durable runs know them by this. */
export function durableName(workspace: string, flow: string): string {
  return `${workspace}${separator}${flow}`;
}

/** The name of a flow has no slash. */
export function splitName(name: string): { readonly workspace: string; readonly flow: string } {
  const at = name.lastIndexOf(separator);
  return { workspace: name.slice(0, at), flow: name.slice(at + 1) };
}

/** Keys of runs are a workspace's own; so are limits and names of schedules. */
export function limitOf(workspace: string, key: string): string {
  return `${workspace}${separator}${key}`;
}

/** Its input is the payload. */
export function showSchedule(schedule: StoredSchedule): StoredSchedule {
  const { payload } = readRunInput(schedule.input);
  const id = schedule.id.slice(limitOf(schedule.workspace, '').length);
  return { ...schedule, id, flow: splitName(schedule.flow).flow, input: payload };
}

export function showRun(run: StoredRun): FlowRun {
  const { id, workspace, version, state, createdAt, passes, waits = [] } = run;
  const { payload, identity, budget } = readRunInput(run.input);
  return {
    ...{ id, workspace, version, state, payload, createdAt, passes, waits },
    flow: splitName(run.flow).flow,
    startedBy: identity.keyId,
    ...(budget !== undefined && { budget }),
    ...pick(run, ['replayOf', 'startedAt', 'finishedAt', 'deadlineAt']),
    ...(run.startKey !== undefined && { key: run.startKey }),
    ...(run.error !== undefined && showError(run.error)),
    ...(run.output !== undefined && (run.output as unknown as RunOutput)),
  };
}

function pick<Name extends keyof StoredRun>(
  run: StoredRun,
  names: readonly Name[],
): Partial<Pick<StoredRun, Name>> {
  const picked: Partial<Pick<StoredRun, Name>> = {};
  for (const name of names) if (run[name] !== undefined) picked[name] = run[name];
  return picked;
}

/** Failures of blocks are kept whole inside those of runs; what durable runs say themselves has a code and a message. */
function showError(error: RunFailure): Pick<FlowRun, 'failure' | 'nanoDollars' | 'calls'> {
  const { code: reason, message, hint, details } = error;
  const told = { reason, message, ...(hint !== undefined && { hint }) };
  if (!isJsonObject(details) || !isJsonObject(details.failure))
    return { failure: { ...told, errorType: 'internal', details: isJsonObject(details) ? details : {} } };
  const {
    nanoDollars = null,
    calls = 0,
    failure,
  } = details as unknown as {
    nanoDollars?: number | null;
    calls?: number;
    failure: Failure;
  };
  return { failure: { ...told, ...partsOf(failure) }, nanoDollars, calls };
}

function partsOf({
  errorType,
  effect,
  details,
  cause,
}: Failure): Pick<FlowFailure, 'errorType' | 'details' | 'effect'> {
  const causes = cause === undefined ? {} : { cause: cause as unknown as JsonObject };
  return { errorType, effect, details: { ...details, ...causes } };
}

export function showStep(step: ShownStep): FlowStep {
  const { path, kind, state, value, error, interrupted, startedAt } = step;
  return {
    ...{ path, kind, state, interrupted, startedAt },
    ...(kind === 'step' ? showVisit(value) : showValue(value)),
    ...(error !== undefined && showError(error)),
    ...(step.wakeAt !== undefined && { wakeAt: step.wakeAt }),
    ...(step.subject !== undefined && { subject: step.subject }),
    ...(step.finishedAt !== undefined && { finishedAt: step.finishedAt }),
  };
}

function showValue(value: Json | undefined): Pick<FlowStep, 'output'> {
  return value === undefined ? {} : { output: value };
}

/** A visit that failed is a step that is done: what came of it is known. */
function showVisit(value: Json | undefined): Partial<FlowStep> {
  if (!isJsonObject(value)) return {};
  const { data, error, spent } = value;
  const nanoDollars = isJsonObject(spent) ? (spent.nanoDollars as number | null) : 0;
  if (!isJsonObject(error)) return { nanoDollars, ...showValue(data) };
  const failure = error as unknown as Failure;
  const { reason } = failure;
  return {
    nanoDollars,
    state: 'failed',
    failure: { reason, message: meaningOfReason(reason), ...partsOf(failure) },
  };
}

export function showNews(news: RunNews): FlowNews {
  switch (news.kind) {
    case 'step':
      return { ...news, step: showStep(news.step) };
    case 'event':
      return { seq: news.seq, kind: 'note', name: news.name, at: news.at, data: news.data };
    case 'waiting':
      return { kind: 'waiting', waits: news.waits };
    case 'end':
      return { ...news, run: showRun(news.run) };
  }
}
