/**
 * The engine's pipeline as the function that prompts call: so a prompt's call is planned, held against the installation's budgets,
 * recorded and receipted like any other. It is given the pipeline, because that stands above this room.
 */
import { type CallModel, dialects, KeelsonError, type ModelAnswer, type ModelCall } from '@keelson/core';
import type { AnyDialect, AskedCall, Caller, Identity } from '../calls/index.ts';
import type { CallRecord } from '../observability/index.ts';

interface EngineModelSettings {
  readonly call: (asked: AskedCall, caller: Caller) => Promise<CallRecord | undefined>;
  readonly newId: () => string;
  /** On whose behalf blocks run: whose budgets hold, and whom records name. */
  readonly identity: Identity;
}

/** `createEngineModel({ call: engine.call, newId: engine.newId, identity: { keyId, workspace } })`. */
export function createEngineModel({ call, newId, identity }: EngineModelSettings): CallModel {
  return async (asked) => {
    const { signal, metadata } = asked;
    const caller = new CollectingCaller();
    const leave = (): void => caller.leave();
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    try {
      const record = await call(
        {
          id: newId(),
          endpoint: 'chat',
          dialect: dialects['openai-chat'] as unknown as AnyDialect,
          identity,
          controls: { tags: { block: metadata.block, execution: metadata.executionId } },
          traceId: metadata.traceId,
          wire: {
            method: 'POST',
            path: '/v1/chat/completions',
            query: {},
            headers: {},
            body: renderBody(asked),
          },
        },
        caller,
      );
      const answer = readAnswer(record, caller.text);
      asked.onText?.(answer.text);
      return answer;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  };
}

function renderBody({ alias, system, prompt, maxOutputTokens, temperature, jsonSchema }: ModelCall): string {
  const schema = { name: 'answer', schema: jsonSchema };
  return JSON.stringify({
    model: alias,
    messages: [
      ...(system === undefined ? [] : [{ role: 'system', content: system }]),
      { role: 'user', content: prompt },
    ],
    max_tokens: maxOutputTokens,
    temperature,
    ...(jsonSchema !== undefined && { response_format: { type: 'json_schema', json_schema: schema } }),
  });
}

interface Completion {
  readonly choices?: readonly {
    readonly message?: { readonly content?: unknown; readonly refusal?: unknown };
    readonly finish_reason?: unknown;
  }[];
  readonly usage?: { readonly prompt_tokens?: unknown; readonly completion_tokens?: unknown };
}

function readAnswer(record: CallRecord | undefined, text: string): ModelAnswer {
  if (record === undefined) throw new KeelsonError('internal_error', 'The call left no record.');
  const { id, error, outcome, cost, servedModel, model } = record;
  if (outcome === 'aborted') throw new KeelsonError('cancelled', 'The call was ended.');
  if (error !== undefined || outcome !== 'answered')
    throw new KeelsonError(error ?? 'provider_error', 'The model could not be asked.');
  const { choices, usage } = JSON.parse(text) as Completion;
  const { content, refusal } = choices?.[0]?.message ?? {};
  if (typeof refusal === 'string' && typeof content !== 'string')
    throw new KeelsonError('content_blocked', 'The model refuses to answer.');
  const named = servedModel ?? model;
  return {
    text: typeof content === 'string' ? content : '',
    callId: id,
    isCut: choices?.[0]?.finish_reason === 'length',
    ...(named !== undefined && { model: named }),
    inputTokens: countOf(usage?.prompt_tokens),
    outputTokens: countOf(usage?.completion_tokens),
    nanoDollars: cost.nanoDollars ?? null,
  };
}

const countOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/** Takes a whole answer in, as fast as it comes. */
class CollectingCaller implements Caller {
  readonly #pieces: Buffer[] = [];
  #onLeave = (): void => {};
  hasLeft = false;

  get text(): string {
    return Buffer.concat(this.#pieces).toString('utf8');
  }

  start(): void {}

  write(bytes: Uint8Array | string): boolean {
    this.#pieces.push(typeof bytes === 'string' ? Buffer.from(bytes) : Buffer.from(bytes));
    return true;
  }

  end(bytes?: Uint8Array | string): void {
    if (bytes !== undefined) this.write(bytes);
  }

  onDrain(): void {}

  onLeave(run: () => void): void {
    this.#onLeave = run;
  }

  leave(): void {
    this.hasLeft = true;
    this.#onLeave();
  }
}
