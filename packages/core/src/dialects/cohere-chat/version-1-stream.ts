/** Streams of version 1, both ways: lines of JSON, of which the last repeats the whole answer. */
import type { Frame } from '../../framing/index.ts';
import { isJsonObject, type Json, type JsonObject } from '../../json/index.ts';
import {
  type ChatEvent,
  type ChatRequest,
  createFold,
  nextPart,
  restorePart,
  type StreamRenderer,
  unfoldPart,
  WireObject,
} from '../../message/index.ts';
import { parseCitation } from './citations.ts';
import { errorFromEnd, errorText } from './error.ts';
import { parseStop } from './finish-reason.ts';
import type { Rendering } from './rendering.ts';
import { closeParts, finish, openText, type StreamState, start } from './stream-state.ts';
import { parseResponse1, renderResponse1 } from './version-1-answer.ts';
import { renderCall1 } from './version-1-request.ts';
import { name, quirks } from './wire.ts';

export function pushEvent1(state: StreamState, data: JsonObject, events: ChatEvent[]): void {
  switch (data.event_type) {
    case 'stream-start':
      start(state, typeof data.generation_id === 'string' ? { id: data.generation_id } : {}, events);
      break;
    case 'text-generation':
      if (typeof data.text === 'string' && data.text !== '')
        events.push({ type: 'text-delta', index: openText(state, events), text: data.text });
      break;
    case 'citation-generation':
      for (const citation of Array.isArray(data.citations) ? (data.citations as readonly Json[]) : [])
        events.push({ type: 'source', index: openText(state, events), citation: parseCitation(citation) });
      break;
    case 'stream-end':
      endStream1(state, data, events);
      break;
    default:
      // Calls come whole with the end; searches are told there as well.
      break;
  }
}

function endStream1(state: StreamState, data: JsonObject, events: ChatEvent[]): void {
  const { response, error, finish_reason: reason } = data;
  const raw = typeof reason === 'string' ? reason : undefined;
  const isWhole = isJsonObject(response) && typeof response.text === 'string';
  const message = isWhole ? parseResponse1(WireObject.open(response, 'response', 'lenient')) : undefined;
  if (message?.usage !== undefined) events.push({ type: 'usage', usage: message.usage });
  if (typeof error === 'string') throw errorFromEnd(error);
  closeParts(state, events);
  for (const part of message?.parts ?? [])
    if (part.type === 'tool-call') events.push(...unfoldPart(part, { index: nextPart(state) }));
  const { extensions, spelling } = message ?? {};
  finish(state, { stop: parseStop(raw), facts: message?.facts ?? {}, extensions, spelling }, events);
}

/** Text goes out as it comes; calls, and everything once more, with the end. */
export function createStreamRenderer1(request: ChatRequest): StreamRenderer {
  const folding = createFold();
  const rendering: { -readonly [Key in keyof Rendering]: Rendering[Key] } = {
    quirks,
    losses: [],
    isOwn: false,
    isAnswer: true,
  };
  let isEnded = false;
  const push = (event: ChatEvent): Frame[] => {
    if (isEnded) return [];
    folding.push(event);
    switch (event.type) {
      case 'message-start':
        rendering.isOwn = event.dialect === name;
        return [line('stream-start', { generation_id: event.facts.id ?? request.answer?.id ?? 'unknown' })];
      case 'text-delta':
      case 'refusal-delta':
        return (event.choice ?? 0) > 0 ? [] : [line('text-generation', { text: event.text })];
      case 'error':
        isEnded = true;
        return [end({ finish_reason: 'ERROR', error: errorText(event.error) })];
      case 'message-end':
        if ((event.choice ?? 0) > 0) return [];
        isEnded = true;
        return renderEnd(folding.message(), request, rendering);
      default:
        return [];
    }
  };
  return { push, end: () => [], losses: rendering.losses };
}

function renderEnd(
  message: ReturnType<ReturnType<typeof createFold>['message']>,
  request: ChatRequest,
  rendering: Rendering,
): Frame[] {
  const parts = message.parts.map((part) => restorePart(part, request, name));
  const response = renderResponse1({ ...message, parts }, request, rendering);
  const calls = parts.filter((part) => part.type === 'tool-call' && part.hosted === undefined);
  const told = calls.map((call) => renderCall1(call as never, 'message', { ...rendering, losses: [] }));
  return [
    ...(calls.length > 0 ? [line('tool-calls-generation', { tool_calls: told })] : []),
    end({ finish_reason: response.finish_reason ?? 'COMPLETE', response }),
  ];
}

function line(type: string, fields: Readonly<Record<string, Json>>): Frame {
  return { data: JSON.stringify({ is_finished: false, event_type: type, ...fields }) };
}

function end(fields: Readonly<Record<string, Json>>): Frame {
  return { data: JSON.stringify({ is_finished: true, event_type: 'stream-end', ...fields }) };
}
