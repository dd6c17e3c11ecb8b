/**
 * Events of a Responses stream become canonical events. Items and their content are explicit here; what an item is in the
 * end stands in its `done` event, and the whole response in the last one.
 */
import { KeelsonError } from '../../errors/index.ts';
import type { Frame } from '../../framing/index.ts';
import { isJsonObject, type Json, type JsonObject } from '../../json/index.ts';
import {
  type ChatEvent,
  createStreamReader,
  isPartNumber,
  readFrameObject,
  type StreamParser,
  WireObject,
} from '../../message/index.ts';
import { parseCitation } from './citations.ts';
import { errorFromEvent, errorFromResponse } from './error.ts';
import { parseLogprobs, readEnvelope } from './parse-response.ts';
import {
  closeAll,
  createState,
  finishItem,
  type ItemState,
  openItem,
  partAt,
  type StreamState,
  tellReasoning,
  tellText,
} from './stream-state.ts';
import { name, type OpenAiResponsesQuirks } from './wire.ts';

export function createStreamParser(_quirks: OpenAiResponsesQuirks): StreamParser {
  return createStreamReader(createState(), { dialect: name, read, close: closeAll });
}

function read(state: StreamState, frame: Frame, events: ChatEvent[]): void {
  // `[DONE]` is no event of this format; OpenRouter adds it.
  if (frame.data !== '[DONE]') pushEvent(state, readFrameObject(frame, name), events);
}

function pushEvent(state: StreamState, data: JsonObject, events: ChatEvent[]): void {
  switch (data.type) {
    case 'response.output_text.delta':
      pushText(state, data, events);
      break;
    case 'response.refusal.delta':
      pushRefusal(state, data, events);
      break;
    case 'response.function_call_arguments.delta':
    case 'response.custom_tool_call_input.delta':
      pushArguments(state, data, events);
      break;
    case 'response.reasoning_summary_text.delta':
      pushReasoning(state, data, `summary ${String(data.summary_index)}`, events);
      break;
    case 'response.reasoning_text.delta':
      pushReasoning(state, data, `content ${String(data.content_index)}`, events);
      break;
    case 'response.content_part.added':
      startContent(state, data, events);
      break;
    case 'response.output_text.annotation.added':
      pushCitation(state, data, events);
      break;
    case 'response.output_item.added':
      startItem(state, data, events);
      break;
    case 'response.output_item.done':
      endItem(state, data, events);
      break;
    default:
      pushLifecycle(state, data, events);
  }
}

/** What concerns the response as a whole; rare beside deltas. */
function pushLifecycle(state: StreamState, data: JsonObject, events: ChatEvent[]): void {
  switch (data.type) {
    case 'response.created':
    case 'response.queued':
    case 'response.in_progress':
      noteResponse(state, data.response, events);
      break;
    case 'response.completed':
    case 'response.incomplete':
      finish(state, data.response, events);
      break;
    case 'response.failed':
      fail(state, data.response, events);
      break;
    case 'error':
      throw errorFromEvent(data);
    default:
      // `keepalive`, and whatever may come: an unknown event never fails a stream. A bare error body is no event.
      if (data.type === undefined && data.error !== undefined) throw errorFromEvent(data);
  }
}

/** The first of these events begins the answer; the others repeat it. */
function noteResponse(state: StreamState, response: Json | undefined, events: ChatEvent[]): void {
  if (isJsonObject(response)) state.response = response;
  if (state.isStarted) return;
  state.isStarted = true;
  const { facts } = readEnvelope(WireObject.open(state.response, 'response', 'lenient'), false);
  events.push({ type: 'message-start', dialect: name, facts });
}

/** The item that an event speaks of; one that nobody announced begins with it. */
function itemAt(
  state: StreamState,
  { output_index: position, item_id: id }: JsonObject,
  type: string,
  events: ChatEvent[],
): ItemState {
  if (!isPartNumber(position)) throw unusable('output_index', position);
  return (
    state.items.get(position) ?? openItem(state, position, { type, ...(id !== undefined && { id }) }, events)
  );
}

function unusable(field: string, position: Json | undefined): KeelsonError {
  const message = `An event of the stream has no usable position (\`${field}\` is \`${String(position)}\`).`;
  return new KeelsonError('invalid_response', message, { details: { dialect: name, field } });
}

function contentIndex(data: JsonObject): number {
  const { content_index: at } = data;
  if (at === undefined) return 0;
  if (!isPartNumber(at)) throw unusable('content_index', at);
  return at;
}

function startItem(state: StreamState, data: JsonObject, events: ChatEvent[]): void {
  const { output_index: position, item } = data;
  if (!isJsonObject(item)) return;
  if (!isPartNumber(position) || state.items.has(position)) throw unusable('output_index', position);
  openItem(state, position, item, events);
}

function startContent(state: StreamState, data: JsonObject, events: ChatEvent[]): void {
  const type = isJsonObject(data.part) ? data.part.type : undefined;
  if (type !== 'output_text' && type !== 'refusal') return;
  const kind = type === 'refusal' ? 'refusal' : 'text';
  partAt(state, itemAt(state, data, 'message', events), { at: contentIndex(data), kind }, events);
}

function pushText(state: StreamState, data: JsonObject, events: ChatEvent[]): void {
  const { delta, logprobs } = data;
  if (typeof delta !== 'string') return;
  const item = itemAt(state, data, 'message', events);
  const part = partAt(state, item, { at: contentIndex(data), kind: 'text' }, events);
  if (part.kind === 'text') tellText(part, delta, events);
  const told = parseLogprobs(logprobs);
  if (told !== undefined) events.push({ type: 'logprobs', logprobs: told });
}

function pushRefusal(state: StreamState, data: JsonObject, events: ChatEvent[]): void {
  if (typeof data.delta !== 'string') return;
  const item = itemAt(state, data, 'message', events);
  const part = partAt(state, item, { at: contentIndex(data), kind: 'refusal' }, events);
  if (part.kind === 'refusal') tellText(part, data.delta, events);
}

function pushArguments(state: StreamState, data: JsonObject, events: ChatEvent[]): void {
  const { delta, output_index: position } = data;
  const part = isPartNumber(position) ? state.items.get(position)?.parts[0] : undefined;
  // A call that nobody announced has no name yet; its `done` tells it whole.
  if (part?.kind === 'tool-call' && typeof delta === 'string') tellText(part, delta, events);
}

function pushReasoning(state: StreamState, data: JsonObject, of: string, events: ChatEvent[]): void {
  if (typeof data.delta !== 'string') return;
  const item = itemAt(state, data, 'reasoning', events);
  const isSummary = of.startsWith('summary');
  const part = partAt(state, item, { at: 0, kind: 'reasoning', isSummary }, events);
  if (part.kind === 'reasoning') tellReasoning(part, item, { of, text: data.delta }, events);
}

function pushCitation(state: StreamState, data: JsonObject, events: ChatEvent[]): void {
  const { annotation } = data;
  if (!isJsonObject(annotation)) return;
  const item = itemAt(state, data, 'message', events);
  const part = partAt(state, item, { at: contentIndex(data), kind: 'text' }, events);
  if (part.kind !== 'text' || part.isEnded) return;
  part.citations++;
  events.push({ type: 'source', index: part.index, citation: parseCitation(annotation) });
}

function endItem(state: StreamState, data: JsonObject, events: ChatEvent[]): void {
  const { item, output_index: position } = data;
  if (!isJsonObject(item)) return;
  if (!isPartNumber(position)) throw unusable('output_index', position);
  const known = state.items.get(position);
  if (known?.isDone) return;
  const open = known ?? { item, parts: [], piece: undefined, isDone: false };
  state.items.set(position, open);
  finishItem(state, open, item, events);
}

/** Items that had no end of their own stand in the last event. */
function finishItems(state: StreamState, { output }: JsonObject, events: ChatEvent[]): void {
  if (!Array.isArray(output)) return;
  for (const [position, item] of (output as readonly Json[]).entries()) {
    if (isJsonObject(item)) endItem(state, { item, output_index: position }, events);
  }
}

function finish(state: StreamState, response: Json | undefined, events: ChatEvent[]): void {
  noteResponse(state, response, events);
  finishItems(state, state.response, events);
  closeAll(state, events);
  state.isEnded = true;
  const wire = WireObject.open(state.response, 'response', 'lenient');
  const { facts, usage, stop, annotations } = readEnvelope(wire, state.hasCalls);
  if (usage !== undefined) events.push({ type: 'usage', usage });
  events.push({ type: 'message-end', stop, facts, ...annotations });
}

function fail(state: StreamState, response: Json | undefined, events: ChatEvent[]): void {
  noteResponse(state, response, events);
  finishItems(state, state.response, events);
  const { usage } = readEnvelope(WireObject.open(state.response, 'response', 'lenient'), state.hasCalls);
  closeAll(state, events);
  if (usage !== undefined) events.push({ type: 'usage', usage });
  throw errorFromResponse(state.response, 200);
}
