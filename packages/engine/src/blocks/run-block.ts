/** Starts a run of a block, follows it to its response, and lets others follow it by its events. */
import {
  type AnyBlock,
  type Block,
  type BlockResponse,
  checkPreflight,
  type Estimate,
  estimateBlock,
  type Failure,
  type JsonObject,
  type PreflightMode,
  parseDollars,
  type RequestMetadata,
  type Spending,
} from '@keelson/core';
import { type BlockEnvironment, createEnvironment } from './environment.ts';
import { EventQueue } from './event-queue.ts';
import { Frame, noContext, type RunState } from './frame.ts';
import { openDeadline } from './interruption.ts';
import { RunBudget } from './run-budget.ts';
import type { OnRunEvent, RunEvent } from './run-event.ts';
import type { StepJournal } from './step-journal.ts';
import { isoTime, newSpanId, newTraceId } from './trace-ids.ts';
import { visitNode } from './visit.ts';

export interface RunBudgetSettings {
  /** As decimal text: `'0.02'`. */
  readonly dollars: string;
  /** What of the estimate must fit before anything is begun; `mean` when left out. */
  readonly preflight?: PreflightMode;
  /** True begins also what may cost nobody knows how much. */
  readonly allowUnpriced?: boolean;
}

export interface RunSettings {
  readonly environment?: BlockEnvironment;
  readonly budget?: RunBudgetSettings;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  readonly context?: JsonObject;
  readonly journal?: StepJournal;
  /** Of the run that is gone on with, or for a run of one's own naming. */
  readonly executionId?: string;
  /** The trace that the run is a part of. */
  readonly trace?: { readonly traceId: string; readonly spanId: string };
  readonly onEvent?: OnRunEvent;
  /** Whether anybody hears pieces of answers right now; always, when left out, where events are. */
  readonly hearsText?: () => boolean;
  /** Told at the end what all of it spent, with every attempt of every node. */
  readonly onSpent?: (spent: Required<Spending>) => void;
}

/** `await runBlock(support, { text }, { budget: { dollars: '0.02', preflight: 'max' } })`. Never rejects for a failure. */
export async function runBlock<Payload, Output>(
  block: Block<Payload, Output>,
  payload: Payload,
  settings: RunSettings = {},
): Promise<BlockResponse<Output>> {
  const environment = settings.environment ?? createEnvironment();
  const metadata = openMetadata(environment, settings);
  const limit = settings.budget === undefined ? undefined : parseDollars(settings.budget.dollars);
  const refused = checkBudget(block, payload, environment, settings.budget);
  if (refused !== undefined) return refuseRun(refused, block.name, metadata);
  const { clock } = environment;
  const deadline =
    settings.timeoutMs === undefined ? undefined : openDeadline(clock, settings.timeoutMs, settings.signal);
  const run: RunState = {
    environment,
    journal: settings.journal,
    onEvent: guardListener(settings.onEvent, environment),
    hearsText: settings.hearsText ?? (() => settings.onEvent !== undefined),
    visit: visitNode,
  };
  const context = settings.context === undefined ? noContext : Object.freeze({ ...settings.context });
  const allowUnpriced = settings.budget?.allowUnpriced ?? false;
  const root = new Frame(run, undefined, {
    path: '',
    metadata,
    context,
    budget: limit === undefined ? undefined : new RunBudget({ limit, allowUnpriced }),
    signal: deadline?.signal ?? settings.signal,
    deadlineAt: settings.timeoutMs === undefined ? undefined : clock.now() + settings.timeoutMs,
    alias: undefined,
    isAtomic: false,
  });
  try {
    return (await root.visit('root', block as AnyBlock, payload, context)) as BlockResponse<Output>;
  } finally {
    deadline?.stop();
    const { nanoDollars, calls, inputTokens, outputTokens } = root;
    settings.onSpent?.({ nanoDollars, calls, inputTokens, outputTokens });
  }
}

function openMetadata(
  { newId, random, clock }: BlockEnvironment,
  { trace, executionId }: RunSettings,
): RequestMetadata {
  return Object.freeze({
    id: newId(),
    traceId: trace?.traceId ?? newTraceId(random),
    executionId: executionId ?? newId(),
    spanId: trace?.spanId ?? newSpanId(random),
    block: 'run',
    attempt: 1,
    createdAt: isoTime(clock.now()),
  });
}

/** Why a run would not be begun within this budget; undefined where it would. */
export function checkBudget<Payload, Output>(
  block: Block<Payload, Output>,
  payload: Payload,
  environment: Pick<BlockEnvironment, 'stats' | 'findModel'>,
  budget: RunBudgetSettings | undefined,
): Failure | undefined {
  const mode = budget?.preflight ?? 'mean';
  if (budget === undefined || mode === 'off') return undefined;
  const estimate = estimateRun(block, payload, environment);
  if (estimate.nanoDollars[mode] === null && budget.allowUnpriced === true) return undefined;
  return checkPreflight(estimate, parseDollars(budget.dollars), mode);
}

/** What `runBlock` would cost and how long it would take: no network, and the same for the same statistics. */
export function estimateRun<Payload, Output>(
  block: Block<Payload, Output>,
  payload: Payload,
  { stats, findModel }: Pick<BlockEnvironment, 'stats' | 'findModel'>,
): Estimate {
  return estimateBlock(block, { payload }, { stats, findModel });
}

function refuseRun<Output>(error: Failure, block: string, metadata: RequestMetadata): BlockResponse<Output> {
  return Object.freeze({
    success: false,
    error,
    metadata: Object.freeze({ ...metadata, block, durationMs: 0 }),
  });
}

/** Whoever follows a run must not end it by throwing. */
function guardListener(onEvent: OnRunEvent | undefined, { log }: BlockEnvironment): OnRunEvent | undefined {
  if (onEvent === undefined) return undefined;
  return (event) => {
    try {
      onEvent(event);
    } catch (error) {
      log.warn('Whoever follows a run threw.', { executionId: event.metadata.executionId, error });
    }
  };
}

/** A run as its events, in order; `response` is what `runBlock` gives. Leaving the loop early ends the run. */
export interface StreamedRun<Output> extends AsyncIterable<RunEvent> {
  readonly response: Promise<BlockResponse<Output>>;
}

/** `for await (const event of streamBlock(support, { text })) ...` */
export function streamBlock<Payload, Output>(
  block: Block<Payload, Output>,
  payload: Payload,
  settings: RunSettings = {},
): StreamedRun<Output> {
  const leaving = new AbortController();
  const queue = new EventQueue<RunEvent>(() => leaving.abort());
  const signals = settings.signal === undefined ? [leaving.signal] : [settings.signal, leaving.signal];
  const response = runBlock(block, payload, {
    ...settings,
    signal: AbortSignal.any(signals),
    onEvent: (event) => {
      queue.push(event);
      settings.onEvent?.(event);
    },
  }).finally(() => queue.end());
  return { response, [Symbol.asyncIterator]: () => queue };
}
