/**
 * The engine's pipeline as the function that prompts call: so a prompt's call is planned, held against the installation's budgets,
 * recorded and receipted like any other. It is given the pipeline, because that stands above this room.
 */
import {
  type CallModel,
  type ChatMessage,
  dialects,
  KeelsonError,
  type ModelAnswer,
  type ModelCall,
  textOf,
} from '@keelson/core';
import type { AnyDialect, AskedCall, CallControls, Caller, Identity } from '../calls/index.ts';
import type { CallRecord } from '../observability/index.ts';
import { ModelCaller } from './model-caller.ts';

interface EngineModelSettings {
  readonly call: (asked: AskedCall, caller: Caller) => Promise<CallRecord | undefined>;
  readonly newId: () => string;
  /** On whose behalf blocks run: whose budgets hold, and whom records name. */
  readonly identity: Identity;
  /** What holds for every call, such as tags beside those of the block. */
  readonly controls?: CallControls;
}

const noControls: CallControls = { tags: {} };

/** `createEngineModel({ call: engine.call, newId: engine.newId, identity: { keyId, workspace } })`. */
export function createEngineModel({
  call,
  newId,
  identity,
  controls = noControls,
}: EngineModelSettings): CallModel {
  return async (asked) => {
    const { signal, metadata } = asked;
    const isStream = streams(asked);
    const caller = new ModelCaller(isStream ? asked.onText : undefined);
    const leave = (): void => caller.leave();
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    try {
      const { block, executionId, traceId } = metadata;
      const record = await call(
        {
          id: newId(),
          endpoint: 'chat',
          dialect: dialects['openai-chat'] as unknown as AnyDialect,
          identity,
          controls: { ...controls, tags: { ...controls.tags, block, execution: executionId } },
          traceId,
          wire: {
            method: 'POST',
            path: '/v1/chat/completions',
            query: {},
            headers: {},
            body: renderBody(asked, isStream),
          },
        },
        caller,
      );
      const answer = readAnswer(record, caller);
      if (!isStream) asked.onText?.(answer.text);
      return answer;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  };
}

/** An answer that must fit a schema means nothing in pieces. */
function streams({ onText, jsonSchema }: ModelCall): boolean {
  return onText !== undefined && jsonSchema === undefined;
}

function renderBody(
  { alias, system, prompt, maxOutputTokens, temperature, jsonSchema }: ModelCall,
  isStream: boolean,
): string {
  const schema = { name: 'answer', schema: jsonSchema };
  return JSON.stringify({
    model: alias,
    messages: [
      ...(system === undefined ? [] : [{ role: 'system', content: system }]),
      { role: 'user', content: prompt },
    ],
    max_tokens: maxOutputTokens,
    temperature,
    ...(isStream && { stream: true, stream_options: { include_usage: true } }),
    ...(jsonSchema !== undefined && { response_format: { type: 'json_schema', json_schema: schema } }),
  });
}

function readAnswer(record: CallRecord | undefined, caller: ModelCaller): ModelAnswer {
  if (record === undefined) throw new KeelsonError('internal_error', 'The call left no record.');
  const { id, error, outcome, cost, servedModel, model } = record;
  const named = servedModel ?? model;
  if (outcome === 'aborted') throw new KeelsonError('cancelled', 'The call was ended.');
  if (error !== undefined || outcome !== 'answered') {
    const { retryAfterMs } = caller;
    const details = retryAfterMs === undefined ? {} : { details: { retryAfterMs } };
    throw new KeelsonError(error ?? 'provider_error', 'The model could not be asked.', details);
  }
  const message = caller.message();
  const { usage } = message;
  return {
    text: textIn(message),
    callId: id,
    ...(named !== undefined && { model: named }),
    inputTokens: usage?.input.total ?? null,
    outputTokens: usage?.output.total ?? null,
    nanoDollars: cost.nanoDollars ?? null,
  };
}

function textIn(message: ChatMessage): string {
  const types = message.parts.map(({ type }) => type);
  if (types.includes('refusal') && !types.includes('text'))
    throw new KeelsonError('content_blocked', 'The model refuses to answer.');
  return textOf(message);
}
