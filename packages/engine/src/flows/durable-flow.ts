/** A block as a flow that durable runs can carry: each pass runs it from its top, and finds in the journal what it did before. */
import type { AnyBlock, Block, BlockResponse, Failure, Json, JsonObject, Spending } from '@keelson/core';
import { type BlockEnvironment, type RunEvent, runBlock } from '../blocks/index.ts';
import type { Identity } from '../calls/index.ts';
import { type Flow, RunFailed, type RunFailure, type RunScope } from '../workflow/index.ts';
import type { LiveText } from './live-text.ts';
import { meaningOfReason } from './meaning-of-reason.ts';
import { readRunInput } from './run-input.ts';
import { createRunJournal } from './run-journal.ts';

export interface DurableFlowSettings {
  /** Unique in the installation: with the workspace in it. */
  readonly name: string;
  readonly version: string;
  readonly block: AnyBlock;
  readonly environmentOf: (identity: Identity) => BlockEnvironment;
  /** Hears what is too much to keep. */
  readonly text: Pick<LiveText, 'tell' | 'isHeard'>;
}

/** What a run that is completed has as its output. */
export interface RunOutput {
  readonly output: Json;
  readonly nanoDollars: number | null;
  readonly calls: number;
}

export function createDurableFlow(settings: DurableFlowSettings): Flow {
  const { name, version } = settings;
  return { name, version, run: (input, scope) => runPass(settings, input, scope) };
}

async function runPass(
  { block, environmentOf, text }: DurableFlowSettings,
  input: Json,
  scope: RunScope,
): Promise<Json> {
  const { payload, identity, context, budget } = readRunInput(input);
  const environment = environmentOf(identity);
  const { clock } = environment;
  const ids = { traceId: scope.runId.replaceAll('-', ''), executionId: scope.runId };
  let spent: Required<Spending> = { nanoDollars: 0, calls: 0, inputTokens: null, outputTokens: null };
  const response = await runBlock(block as Block<Json, unknown>, payload, {
    environment,
    executionId: scope.runId,
    // Of the run itself: all passes are one trace.
    trace: { traceId: ids.traceId, spanId: ids.traceId.slice(16) },
    journal: createRunJournal({ scope, ids, now: () => clock.now() }),
    signal: scope.signal,
    onEvent: (event) => passOn(event, scope, text),
    hearsText: () => text.isHeard(scope.runId),
    onSpent: (sum) => {
      spent = sum;
    },
    ...(context !== undefined && { context }),
    // What it may cost was asked before it began.
    ...(budget !== undefined && { budget: { ...budget, preflight: 'off' } }),
  });
  return settle(response, scope, spent);
}

function settle(response: BlockResponse<unknown>, scope: RunScope, spent: Required<Spending>): Json {
  const { nanoDollars, calls } = spent;
  if (response.success) return { output: (response.data ?? null) as Json, nanoDollars, calls };
  if (response.error.errorType === 'suspended') scope.suspend();
  scope.signal.throwIfAborted();
  throw new RunFailed(toRunFailure(response.error, { nanoDollars, calls }));
}

/** As a row keeps it; `details.failure` has all of it, with its causes. */
function toRunFailure(failure: Failure, spent: { nanoDollars: number | null; calls: number }): RunFailure {
  const { reason } = failure;
  const message = meaningOfReason(reason);
  return { code: reason, message, details: { failure: failure as unknown as JsonObject, ...spent } };
}

/** What became of nodes is in the journal; beside it only what is not, which may be told twice. */
function passOn(event: RunEvent, scope: RunScope, text: DurableFlowSettings['text']): void {
  const { type, path } = event;
  const { attempt } = event.metadata;
  if (type === 'text-delta') text.tell(scope.runId, path, event.delta);
  else if (type === 'recovery-start' || type === 'recovery-end')
    scope.emit(type, { path, attempt, policy: event.policy, reason: event.reason });
  else if (type === 'attempt-end' && event.outcome === 'failed')
    scope.emit('attempt-failed', { path, attempt, reason: event.reason ?? '', ms: event.durationMs });
}
