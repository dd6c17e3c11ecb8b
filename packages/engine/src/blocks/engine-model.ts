/**
 * The engine's pipeline as the function that prompts call: so a prompt's call is planned, held against the installation's budgets,
 * recorded and receipted like any other. It is given the pipeline, because that stands above this room.
 */
import { type CallModel, dialects, KeelsonError, type ModelAnswer, type ModelCall } from '@keelson/core';
import type { AnyDialect, AskedCall, CallControls, Caller, Identity } from '../calls/index.ts';
import type { CallRecord } from '../observability/index.ts';
import { type HeardText, StreamedAnswer, WholeAnswer } from './services/heard-answer.ts';

export interface EngineModelSettings {
  readonly call: (asked: AskedCall, caller: Caller) => Promise<CallRecord | undefined>;
  readonly newId: () => string;
  /** On whose behalf blocks run: whose budgets hold, and whom records name. */
  readonly identity: Identity;
  /** For every call: a profile, tags. Calls of one run are a session unless another one is named. */
  readonly controls?: Partial<CallControls>;
}

/** `createEngineModel({ call: engine.call, newId: engine.newId, identity: { keyId, workspace } })`. */
export function createEngineModel(settings: EngineModelSettings): CallModel {
  return async (asked) => {
    const { signal, onText } = asked;
    // A stream is dearer to carry than one piece, so it is asked for only where somebody listens.
    const caller = onText === undefined ? new WholeAnswer() : new StreamedAnswer(onText);
    const leave = (): void => caller.leave();
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    try {
      const record = await settings.call(renderCall(asked, settings), caller);
      return readAnswer(record, caller);
    } finally {
      signal.removeEventListener('abort', leave);
    }
  };
}

function renderCall(asked: ModelCall, { newId, identity, controls = {} }: EngineModelSettings): AskedCall {
  const { block, executionId, traceId } = asked.metadata;
  return {
    id: newId(),
    endpoint: 'chat',
    dialect: dialects['openai-chat'] as unknown as AnyDialect,
    identity,
    controls: {
      sessionId: executionId,
      ...controls,
      tags: { ...controls.tags, block, execution: executionId },
    },
    traceId,
    wire: {
      method: 'POST',
      path: '/v1/chat/completions',
      query: {},
      headers: {},
      body: renderBody(asked),
    },
  };
}

function renderBody({ alias, system, prompt, maxOutputTokens, temperature, ...more }: ModelCall): string {
  const schema = { name: 'answer', schema: more.jsonSchema };
  return JSON.stringify({
    model: alias,
    messages: [
      ...(system === undefined ? [] : [{ role: 'system', content: system }]),
      { role: 'user', content: prompt },
    ],
    max_tokens: maxOutputTokens,
    temperature,
    ...(more.jsonSchema !== undefined && {
      response_format: { type: 'json_schema', json_schema: schema },
    }),
    ...(more.onText !== undefined && { stream: true, stream_options: { include_usage: true } }),
  });
}

function readAnswer(record: CallRecord | undefined, caller: WholeAnswer | StreamedAnswer): ModelAnswer {
  if (caller instanceof StreamedAnswer && caller.thrown !== undefined) throw caller.thrown;
  if (record === undefined) throw new KeelsonError('internal_error', 'The call left no record.');
  const hasBegun = caller instanceof StreamedAnswer && caller.hasBegun;
  checkOutcome(record, caller, hasBegun);
  if (caller instanceof StreamedAnswer && !hasBegun)
    throw new KeelsonError('invalid_response', 'The answer is no stream, as it was asked for.');
  const { id, cost, servedModel, model } = record;
  const { text, hasRefused, isCut, inputTokens, outputTokens }: HeardText = caller.read();
  if (hasRefused && text === undefined)
    throw new KeelsonError('content_blocked', 'The model refuses to answer.');
  const named = servedModel ?? model;
  return {
    text: text ?? '',
    callId: id,
    isCut,
    ...(named !== undefined && { model: named }),
    inputTokens,
    outputTokens,
    nanoDollars: cost.nanoDollars ?? null,
  };
}

function checkOutcome(
  { outcome, error }: CallRecord,
  { retryAfterMs }: WholeAnswer | StreamedAnswer,
  hasBegun: boolean,
): void {
  if (outcome === 'aborted') throw new KeelsonError('cancelled', 'The call was ended.');
  if (error === undefined && outcome === 'answered') return;
  // Whatever the provider calls it, an answer that had begun has cost something: to recovery, it is not one that was refused.
  if (hasBegun && error !== 'content_blocked')
    throw new KeelsonError('stream_interrupted', 'The answer broke off.');
  const details = retryAfterMs === undefined ? {} : { details: { retryAfterMs } };
  throw new KeelsonError(error ?? 'provider_error', 'The model could not be asked.', details);
}
