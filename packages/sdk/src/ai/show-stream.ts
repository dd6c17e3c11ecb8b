/** Events of an answer as the parts of a stream of the AI SDK, one after the other. */
import type { LanguageModelV4StreamPart, SharedV4Warning } from '@ai-sdk/provider';
import type { ChatEvent, StopReason } from '@keelson/core';
import type { ChatResult } from '../chat-result.ts';
import type { ChatStream } from '../chat-stream.ts';
import { keep, showCitation, showMetadata, showPart, showReason, showUsage } from './show-answer.ts';
import { showError } from './show-error.ts';

interface OpenCall {
  readonly id: string;
  readonly name: string;
  readonly hosted: string | undefined;
  input: string;
}

interface Showing {
  readonly calls: Map<number, OpenCall>;
  sources: number;
  stop: StopReason;
}

/** The first event has come when it resolves: what fails before can be tried again by whoever asked. */
export async function showStream(
  stream: ChatStream<ChatResult>,
  warnings: SharedV4Warning[],
  signal: AbortSignal | undefined,
): Promise<ReadableStream<LanguageModelV4StreamPart>> {
  const events = stream[Symbol.asyncIterator]();
  let next: Promise<IteratorResult<ChatEvent, void>> | undefined;
  try {
    const first = await events.next();
    next = Promise.resolve(first);
  } catch (thrown) {
    throw showError(thrown, signal);
  }
  const state: Showing = { calls: new Map(), sources: 0, stop: { unified: 'unknown' } };
  return new ReadableStream<LanguageModelV4StreamPart>({
    start: (controller) => controller.enqueue({ type: 'stream-start', warnings }),
    pull: async (controller) => {
      try {
        // Whoever pulls asks again only after it was given something.
        for (let isFed = false; !isFed; ) {
          const { done, value } = await (next ?? events.next());
          next = undefined;
          const parts =
            done === true ? [showFinish(await stream.final, state.stop)] : showEvent(value, state);
          for (const part of parts) controller.enqueue(part);
          if (done === true) controller.close();
          isFed = parts.length > 0;
        }
      } catch (thrown) {
        fail(controller, showError(thrown, signal), signal);
      }
    },
    cancel: async () => {
      await events.return();
    },
  });
}

function fail(
  controller: ReadableStreamDefaultController<LanguageModelV4StreamPart>,
  error: unknown,
  signal: AbortSignal | undefined,
): void {
  if (signal?.aborted) {
    controller.error(error);
    return;
  }
  controller.enqueue({ type: 'error', error });
  controller.enqueue({
    type: 'finish',
    usage: showUsage(undefined),
    finishReason: { unified: 'error', raw: undefined },
  });
  controller.close();
}

function showFinish(result: ChatResult, stop: StopReason): LanguageModelV4StreamPart {
  return {
    type: 'finish',
    usage: showUsage(result.usage),
    finishReason: showReason(stop),
    providerMetadata: showMetadata(result),
  };
}

function showEvent(event: ChatEvent, state: Showing): LanguageModelV4StreamPart[] {
  if ('choice' in event && (event.choice ?? 0) > 0) return [];
  switch (event.type) {
    case 'message-start': {
      const { id, model, createdAt } = event.facts;
      return [
        {
          type: 'response-metadata',
          ...(id !== undefined && { id }),
          ...(model !== undefined && { modelId: model }),
          ...(createdAt !== undefined && { timestamp: new Date(createdAt * 1000) }),
        },
      ];
    }
    case 'message-end':
      state.stop = event.stop;
      return [];
    case 'part':
      return showPart(event.part, event.index) as LanguageModelV4StreamPart[];
    case 'source':
      state.sources += 1;
      return showCitation(event.citation, `source-${state.sources}`);
    case 'tool-call-start':
    case 'tool-call-delta':
    case 'tool-call-end':
      return showToolEvent(event, state);
    default:
      return showTextEvent(event);
  }
}

/** A refusal is the text of an answer that ended by it. */
function showTextEvent(event: ChatEvent): LanguageModelV4StreamPart[] {
  switch (event.type) {
    case 'text-start':
    case 'refusal-start':
      return [{ type: 'text-start', id: String(event.index) }];
    case 'text-delta':
    case 'refusal-delta':
      return [{ type: 'text-delta', id: String(event.index), delta: event.text }];
    case 'text-end':
    case 'refusal-end':
      return [{ type: 'text-end', id: String(event.index), ...keep(event) }];
    case 'reasoning-start':
      return [{ type: 'reasoning-start', id: String(event.index), ...keep(event) }];
    case 'reasoning-delta':
      return [{ type: 'reasoning-delta', id: String(event.index), delta: event.text }];
    case 'reasoning-end':
      return [{ type: 'reasoning-end', id: String(event.index), ...keep(event) }];
    default:
      return [];
  }
}

type ToolEvent = Extract<ChatEvent, { type: 'tool-call-start' | 'tool-call-delta' | 'tool-call-end' }>;

function showToolEvent(event: ToolEvent, { calls }: Showing): LanguageModelV4StreamPart[] {
  if (event.type === 'tool-call-start') {
    const { id, name, hosted } = event;
    calls.set(event.index, { id, name, hosted, input: '' });
    return [{ type: 'tool-input-start', id, toolName: name, ...hostedMarks(hosted) }];
  }
  const call = calls.get(event.index);
  if (call === undefined) return [];
  const { id, name, hosted } = call;
  if (event.type === 'tool-call-delta') {
    call.input += event.arguments;
    return [{ type: 'tool-input-delta', id, delta: event.arguments }];
  }
  return [
    { type: 'tool-input-end', id },
    {
      type: 'tool-call',
      toolCallId: id,
      toolName: name,
      input: call.input === '' ? '{}' : call.input,
      ...hostedMarks(hosted),
      ...keep({ ...event, ...(hosted !== undefined && { hosted }) }),
    },
  ];
}

const hostedMarks = (hosted: string | undefined) =>
  hosted === undefined ? {} : { providerExecuted: true, dynamic: true };
