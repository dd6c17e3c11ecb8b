/**
 * Events of a stream become canonical events. Blocks and calls are explicit and numbered apart; the plan is neither and
 * ends when something else begins.
 */
import { KeelsonError } from '../../errors/index.ts';
import type { Frame } from '../../framing/index.ts';
import { isJsonObject, type Json, type JsonObject } from '../../json/index.ts';
import {
  type ChatEvent,
  createStreamReader,
  nextPart,
  readFrameObject,
  type StreamParser,
  unfoldPart,
  WireObject,
} from '../../message/index.ts';
import { parseCitation, placeOf } from './citations.ts';
import { errorFromEnd, errorFromEvent, isErrorBody } from './error.ts';
import { parseStop } from './finish-reason.ts';
import { parseLogprobs } from './parse-response.ts';
import { parsePart } from './parts.ts';
import {
  closePart,
  closeParts,
  createState,
  finish,
  newPart,
  type OpenPart,
  openPlan,
  type StreamState,
  start,
} from './stream-state.ts';
import { parseToolCall, withId } from './tool-calls.ts';
import { parseUsage } from './usage.ts';
import { pushEvent1 } from './version-1-stream.ts';
import { type CohereChatQuirks, name } from './wire.ts';

export function createStreamParser(_quirks: CohereChatQuirks): StreamParser {
  return createStreamReader(createState(), { dialect: name, read, close: closeParts });
}

function read(state: StreamState, frame: Frame, events: ChatEvent[]): void {
  if (frame.data !== '[DONE]') pushEvent(state, readFrameObject(frame, name), events);
}

function pushEvent(state: StreamState, data: JsonObject, events: ChatEvent[]): void {
  switch (data.type) {
    case 'content-delta':
      pushContent(state, data, events);
      break;
    case 'tool-call-delta':
      pushArguments(state, data, events);
      break;
    case 'tool-plan-delta':
      pushPlan(state, data, events);
      break;
    case 'message-start':
      start(state, typeof data.id === 'string' ? { id: data.id } : {}, events);
      break;
    case 'content-start':
      startContent(state, data, events);
      break;
    case 'content-end':
      closePart(state.content.get(indexOf(data)), events);
      break;
    case 'tool-call-start':
      startCall(state, data, events);
      break;
    case 'tool-call-end':
      closePart(state.calls.get(indexOf(data)), events);
      break;
    case 'citation-start':
      pushCitation(state, data, events);
      break;
    case 'message-end':
      endMessage(state, data, events);
      break;
    default:
      // An unknown event never fails a stream; lines of version 1 have a type under another name.
      if (data.event_type !== undefined) pushEvent1(state, data, events);
      else if (isErrorBody(data) || (data.type === undefined && data.error !== undefined))
        throw errorFromEvent(data);
  }
}

function indexOf({ index }: JsonObject): number {
  return typeof index === 'number' && Number.isInteger(index) && index >= 0 ? index : 0;
}

/** `delta.message` of an event, whatever it holds. */
function messageOf({ delta }: JsonObject): JsonObject {
  const message = isJsonObject(delta) ? delta.message : undefined;
  return isJsonObject(message) ? message : {};
}

function startContent(state: StreamState, data: JsonObject, events: ChatEvent[]): void {
  const { content } = messageOf(data);
  const block = isJsonObject(content) ? content : { type: 'text', text: '' };
  closePart(state.plan, events);
  const before = state.content.get(indexOf(data));
  if (before?.isOpen) throw badIndex(data);
  const part = parsePart(block, 'content', 'lenient');
  if (part.type !== 'text' && part.type !== 'reasoning') {
    events.push({ type: 'part', index: nextPart(state), part });
    return;
  }
  const open = newPart(state, part.type);
  state.content.set(indexOf(data), open);
  events.push(...unfoldPart(part, { index: open.index }).slice(0, -1));
}

function badIndex({ index }: JsonObject): KeelsonError {
  const message = `A part of the stream has no usable index (\`${String(index)}\`).`;
  return new KeelsonError('invalid_response', message, { details: { dialect: name, field: 'index' } });
}

function pushContent(state: StreamState, data: JsonObject, events: ChatEvent[]): void {
  const { content } = messageOf(data);
  if (isJsonObject(content)) {
    const { text, thinking } = content;
    if (typeof text === 'string' && text !== '')
      events.push({ type: 'text-delta', index: contentAt(state, { data, kind: 'text' }, events), text });
    else if (typeof thinking === 'string' && thinking !== '') {
      const index = contentAt(state, { data, kind: 'reasoning' }, events);
      events.push({ type: 'reasoning-delta', index, text: thinking });
    }
  }
  if (isJsonObject(data.logprobs))
    events.push({ type: 'logprobs', logprobs: parseLogprobs([data.logprobs as Json]) });
}

/** The block of a delta; one whose beginning did not come, or that changes its kind, begins here. */
function contentAt(
  state: StreamState,
  { data, kind }: { readonly data: JsonObject; readonly kind: 'text' | 'reasoning' },
  events: ChatEvent[],
): number {
  const at = indexOf(data);
  const part = state.content.get(at);
  if (part?.isOpen && part.kind === kind) return part.index;
  closePart(part, events);
  const open = newPart(state, kind);
  state.content.set(at, open);
  events.push({ type: `${kind}-start`, index: open.index });
  return open.index;
}

function pushPlan(state: StreamState, data: JsonObject, events: ChatEvent[]): void {
  const { tool_plan: text } = messageOf(data);
  if (typeof text !== 'string' || text === '') return;
  events.push({ type: 'text-delta', index: openPlan(state, events), text });
}

function callIn(data: JsonObject): JsonObject | undefined {
  const { tool_calls: calls } = messageOf(data);
  const call = Array.isArray(calls) ? (calls as readonly Json[])[0] : calls;
  return isJsonObject(call) ? call : undefined;
}

function startCall(state: StreamState, data: JsonObject, events: ChatEvent[]): void {
  const wire = WireObject.open(callIn(data), 'tool_calls', 'lenient');
  closePart(state.plan, events);
  const before: OpenPart | undefined = state.calls.get(indexOf(data));
  if (before?.isOpen) throw badIndex(data);
  const call = parseToolCall(wire);
  const open = newPart(state, 'tool-call');
  state.calls.set(indexOf(data), open);
  const part = withId(call, state.facts.id, open.index);
  events.push(...unfoldPart(part, { index: open.index }).slice(0, -1));
}

function pushArguments(state: StreamState, data: JsonObject, events: ChatEvent[]): void {
  const part = state.calls.get(indexOf(data));
  const called = callIn(data)?.function;
  const text = isJsonObject(called) ? called.arguments : undefined;
  if (!part?.isOpen || typeof text !== 'string' || text === '') return;
  events.push({ type: 'tool-call-delta', index: part.index, arguments: text });
}

function pushCitation(state: StreamState, data: JsonObject, events: ChatEvent[]): void {
  const { citations } = messageOf(data);
  for (const citation of Array.isArray(citations) ? (citations as readonly Json[]) : [citations]) {
    if (!isJsonObject(citation)) continue;
    const index = textFor(state, placeOf(citation));
    if (index !== undefined) events.push({ type: 'source', index, citation: parseCitation(citation) });
  }
}

function textFor(state: StreamState, place: number | 'plan' | undefined): number | undefined {
  if (place === 'plan' && state.plan !== undefined) return state.plan.index;
  const part = typeof place === 'number' ? state.content.get(place) : undefined;
  return part?.kind === 'text' ? part.index : state.firstText;
}

function endMessage(state: StreamState, data: JsonObject, events: ChatEvent[]): void {
  const delta = isJsonObject(data.delta) ? data.delta : {};
  const { usage, error, finish_reason: reason } = delta;
  if (isJsonObject(usage)) events.push({ type: 'usage', usage: parseUsage(usage) });
  if (typeof error === 'string' && error !== '') throw errorFromEnd(error);
  finish(state, { stop: parseStop(typeof reason === 'string' ? reason : undefined), facts: {} }, events);
}
