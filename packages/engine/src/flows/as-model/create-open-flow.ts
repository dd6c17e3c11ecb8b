/** Asks flows like models: finds one, gives it what it takes of the request, runs it in memory, and says its output as an answer. */
import {
  type AnyBlock,
  type Block,
  type BlockResponse,
  type ChatEvent,
  KeelsonError,
  type Loss,
} from '@keelson/core';
import {
  type BlockEnvironment,
  newSpanId,
  newTraceId,
  type RunSettings,
  runBlock,
  streamBlock,
} from '../../blocks/index.ts';
import { type FlowQuestion, flowPrefix, type OpenedFlow, type OpenFlow } from '../../calls/index.ts';
import type { FlowModels } from '../flow-models.ts';
import { answerPaths } from './answer-paths.ts';
import { flowError } from './flow-error.ts';
import { createInnerModel, type InnerModel, type InnerModelSettings } from './inner-model.ts';
import { listFlowModels, unknownFlow } from './list-flow-models.ts';
import { readQuestion } from './read-question.ts';

export interface FlowCallSettings extends InnerModelSettings {
  readonly flows: FlowModels;
}

/** `createOpenFlow({ flows, call: engine.call, newId: engine.newId })`, for the `openFlow` of calls. */
export function createOpenFlow({ flows, ...settings }: FlowCallSettings): OpenFlow {
  return async ({ name, asked, request }) => {
    const model = await flows.find(name, asked.identity);
    if (model === undefined)
      throw unknownFlow(flowPrefix + name, await listFlowModels(flows, asked.identity));
    const { block, environment, takes } = model;
    const { payload, losses } = readQuestion(request, takes);
    const inner = createInnerModel(name, asked, settings);
    const traceId = asked.traceId ?? newTraceId(environment.random);
    return new FlowCall({
      question: { name, asked, request },
      block,
      payload,
      environment,
      inner,
      losses,
      traceId,
    });
  };
}

interface FlowCallParts {
  readonly question: FlowQuestion;
  readonly block: AnyBlock;
  readonly payload: unknown;
  readonly environment: BlockEnvironment;
  readonly inner: InnerModel;
  readonly losses: readonly Loss[];
  readonly traceId: string;
}

class FlowCall implements OpenedFlow {
  readonly #parts: FlowCallParts;
  readonly traceId: string;
  readonly losses: readonly Loss[];

  constructor(parts: FlowCallParts) {
    this.#parts = parts;
    this.traceId = parts.traceId;
    this.losses = parts.losses;
  }

  inner(): ReturnType<OpenedFlow['inner']> {
    return this.#parts.inner.inner();
  }

  async *run({ isStream, signal, timeoutMs }: Parameters<OpenedFlow['run']>[0]): AsyncGenerator<ChatEvent> {
    const { question, environment, inner, traceId } = this.#parts;
    const settings: RunSettings = {
      environment: { ...environment, callModel: inner.callModel },
      signal,
      // Whoever knows the call knows the run.
      executionId: question.asked.id,
      trace: { traceId, spanId: newSpanId(environment.random) },
      ...(timeoutMs !== undefined && { timeoutMs }),
    };
    yield { type: 'message-start', dialect: 'keelson', facts: { model: flowPrefix + question.name } };
    yield { type: 'text-start', index: 0 };
    yield* isStream ? this.#stream(settings) : this.#whole(settings);
    yield { type: 'text-end', index: 0 };
    yield { type: 'usage', usage: inner.inner().usage };
    yield { type: 'message-end', stop: { unified: 'stop' } };
  }

  async *#whole(settings: RunSettings): AsyncGenerator<ChatEvent> {
    const { block, payload } = this.#parts;
    const text = this.#textOf(await runBlock(block as Block<unknown, unknown>, payload, settings));
    if (text !== '') yield { type: 'text-delta', index: 0, text };
  }

  async *#stream(settings: RunSettings): AsyncGenerator<ChatEvent> {
    const { block, payload } = this.#parts;
    const paths = answerPaths(block);
    const run = streamBlock(block as Block<unknown, unknown>, payload, settings);
    let told = '';
    for await (const event of run) {
      if (event.type !== 'text-delta' || event.delta === '' || !paths.has(event.path)) continue;
      told += event.delta;
      yield { type: 'text-delta', index: 0, text: event.delta };
    }
    const text = this.#textOf(await run.response);
    if (!text.startsWith(told)) throw unlike();
    if (text.length > told.length) yield { type: 'text-delta', index: 0, text: text.slice(told.length) };
  }

  #textOf(response: BlockResponse<unknown>): string {
    const { question, block } = this.#parts;
    if (!response.success) throw flowError(question.name, block, response.error);
    const { data } = response;
    if (typeof data === 'string') return data;
    try {
      return JSON.stringify(data) ?? '';
    } catch (thrown) {
      throw noJson(question.name, thrown);
    }
  }
}

function noJson(name: string, cause: unknown): KeelsonError {
  return new KeelsonError(
    'flow_failed',
    `The flow \`${name.slice(0, 100)}\` gave an output that is no JSON.`,
    { cause },
  );
}

/** A guard: what was told was the output of a block that cannot run again, passed on unchanged. */
function unlike(): KeelsonError {
  return new KeelsonError('stream_interrupted', 'The flow gave another output than it had begun to say.');
}
