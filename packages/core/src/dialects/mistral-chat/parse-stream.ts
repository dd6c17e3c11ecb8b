/**
 * Chunks of a stream become events. Content comes as text or as a list of chunks, in one message after the other; a part
 * ends when another kind begins, and a tool call comes whole.
 */
import { KeelsonError } from '../../errors/index.ts';
import type { Frame } from '../../framing/index.ts';
import { isJsonObject, type Json, type JsonObject, setField } from '../../json/index.ts';
import {
  type ChatEvent,
  decodeName,
  inventCallId,
  nameForm,
  openState,
  readFrameObject,
  type StreamParser,
} from '../../message/index.ts';
import { parseReference } from './citations.ts';
import { errorFromChunk, isErrorBody } from './error.ts';
import { parseChunks, thinkingText } from './parts.ts';
import {
  type ChoiceState,
  choiceAt,
  closePart,
  createState,
  finish,
  interrupt,
  nextIndex,
  pushText,
  type StreamState,
} from './stream-state.ts';
import { type MistralChatQuirks, name, toolNameRule } from './wire.ts';

export function createStreamParser(_quirks: MistralChatQuirks): StreamParser {
  const state = createState();
  return { push: (frame) => pushFrame(state, frame), end: () => endStream(state) };
}

function pushFrame(state: StreamState, frame: Frame): ChatEvent[] {
  if (state.isEnded) return [];
  const events: ChatEvent[] = [];
  try {
    if (frame.data === '[DONE]') finish(state, events);
    else pushData(state, readFrameObject(frame, name), events);
  } catch (error) {
    // Failures inside a stream are events, told after what had come.
    if (!KeelsonError.is(error)) throw error;
    interrupt(state, events, error);
  }
  return events;
}

function endStream(state: StreamState): ChatEvent[] {
  const events: ChatEvent[] = [];
  if (state.isEnded) return events;
  const isComplete = state.choices.length > 0 && state.choices.every((choice) => choice?.stop !== undefined);
  if (isComplete) finish(state, events);
  else interrupt(state, events, 'The stream ended before its answer was complete.');
  return events;
}

function pushData(state: StreamState, chunk: JsonObject, events: ChatEvent[]): void {
  if (isErrorBody(chunk)) interrupt(state, events, errorFromChunk(chunk));
  else pushChunk(state, chunk, events);
}

function pushChunk(state: StreamState, chunk: JsonObject, events: ChatEvent[]): void {
  startMessage(state, chunk, events);
  for (const key in chunk) {
    const value = chunk[key] as Json;
    switch (key) {
      case 'choices':
        pushChoices(state, value, events);
        break;
      case 'usage':
        if (isJsonObject(value)) state.usage = value;
        break;
      case 'id':
      case 'object':
      case 'created':
      case 'model':
      // Padding against guessing by length.
      case 'p':
        break;
      default:
        setField(state.extra, key, value);
    }
  }
}

function startMessage(state: StreamState, { id, model, created }: JsonObject, events: ChatEvent[]): void {
  if (state.isStarted) return;
  state.isStarted = true;
  const { facts } = state;
  if (typeof id === 'string') facts.id = id;
  if (typeof model === 'string') facts.model = model;
  if (typeof created === 'number') facts.createdAt = created;
  events.push({ type: 'message-start', dialect: name, facts: { ...facts } });
}

function pushChoices(state: StreamState, choices: Json, events: ChatEvent[]): void {
  if (!Array.isArray(choices)) return;
  for (const [position, choice] of (choices as readonly Json[]).entries()) {
    if (!isJsonObject(choice)) continue;
    pushChoice(choiceAt(state, choice.index, position), choice, state.facts.id, events);
  }
}

function pushChoice(
  state: ChoiceState,
  choice: JsonObject,
  answerId: string | undefined,
  events: ChatEvent[],
): void {
  for (const key in choice) {
    const value = choice[key] as Json;
    switch (key) {
      case 'delta':
        if (isJsonObject(value)) pushDelta(state, value, answerId, events);
        break;
      case 'finish_reason':
        if (typeof value === 'string') state.stop = value;
        break;
      case 'index':
        break;
      default:
        if (value !== null) setField(state.extra, key, value);
    }
  }
}

function pushDelta(
  state: ChoiceState,
  delta: JsonObject,
  answerId: string | undefined,
  events: ChatEvent[],
): void {
  for (const key in delta) {
    const value = delta[key] as Json;
    switch (key) {
      case 'content':
        pushContent(state, value, events);
        break;
      case 'tool_calls':
        pushToolCalls(state, value, answerId, events);
        break;
      case 'role':
        break;
      default:
        if (value !== null) setField(state.extra, `message/${key}`, value);
    }
  }
}

function pushContent(state: ChoiceState, content: Json, events: ChatEvent[]): void {
  if (typeof content === 'string') {
    if (content !== '') pushText(state, 'text', content, events);
    return;
  }
  for (const chunk of Array.isArray(content) ? (content as readonly Json[]) : []) {
    if (isJsonObject(chunk)) pushContentChunk(state, chunk, events);
  }
}

function pushContentChunk(state: ChoiceState, chunk: JsonObject, events: ChatEvent[]): void {
  switch (chunk.type) {
    case 'text':
      if (typeof chunk.text === 'string' && chunk.text !== '') pushText(state, 'text', chunk.text, events);
      return;
    case 'thinking':
      pushThinking(state, chunk, events);
      return;
    case 'reference':
      pushReference(state, chunk, events);
      return;
    default:
      pushWhole(state, chunk, events);
  }
}

/** A signature ends a thought: what comes after it is another one. */
function pushThinking(state: ChoiceState, { thinking, signature }: JsonObject, events: ChatEvent[]): void {
  const text = Array.isArray(thinking) ? thinkingText(thinking as readonly Json[]) : '';
  if (text !== '') pushText(state, 'reasoning', text, events);
  if (typeof signature !== 'string' || signature === '') return;
  const opaque = openState(signature, name);
  if (state.open !== 'reasoning') {
    const index = nextIndex(state, events);
    events.push({ type: 'reasoning-start', ...state.place, index, redacted: true });
    events.push({ type: 'reasoning-end', ...state.place, index, opaque });
    return;
  }
  state.opaque = opaque;
  closePart(state, events);
}

function pushReference(state: ChoiceState, chunk: JsonObject, events: ChatEvent[]): void {
  const citations = state.open === 'text' ? parseReference(chunk) : undefined;
  if (citations === undefined) {
    pushWhole(state, chunk, events);
    return;
  }
  for (const citation of citations)
    events.push({ type: 'source', ...state.place, index: state.openIndex, citation });
  state.isCited = true;
}

function pushWhole(state: ChoiceState, chunk: JsonObject, events: ChatEvent[]): void {
  const [part] = parseChunks([chunk], 'choices.delta.content', 'lenient');
  if (part === undefined) return;
  events.push({ type: 'part', ...state.place, index: nextIndex(state, events), part });
}

function pushToolCalls(
  state: ChoiceState,
  calls: Json,
  answerId: string | undefined,
  events: ChatEvent[],
): void {
  for (const call of Array.isArray(calls) ? (calls as readonly Json[]) : []) {
    if (isJsonObject(call)) pushToolCall(state, call, answerId, events);
  }
}

/** A call comes whole; a piece without a name belongs to the call before it. */
function pushToolCall(
  state: ChoiceState,
  wire: JsonObject,
  answerId: string | undefined,
  events: ChatEvent[],
): void {
  const { id, function: called } = wire;
  if (!isJsonObject(called)) return;
  const isMore =
    state.open === 'tool-call' &&
    (typeof called.name !== 'string' || called.name === '' || (id !== undefined && id === state.callId));
  if (!isMore) startCall(state, wire, { toolName: called.name, answerId }, events);
  const text = isJsonObject(called.arguments) ? JSON.stringify(called.arguments) : called.arguments;
  if (typeof text !== 'string' || text === '') return;
  events.push({ type: 'tool-call-delta', ...state.place, index: state.openIndex, arguments: text });
}

function startCall(
  state: ChoiceState,
  { id: wireId }: JsonObject,
  { toolName, answerId }: { readonly toolName: Json | undefined; readonly answerId: string | undefined },
  events: ChatEvent[],
): void {
  const index = nextIndex(state, events);
  const wireName = typeof toolName === 'string' ? toolName : '';
  const hasId = typeof wireId === 'string' && wireId !== '';
  const id = hasId ? wireId : inventCallId(answerId, state.calls);
  state.calls++;
  state.open = 'tool-call';
  state.openIndex = index;
  state.callId = hasId ? wireId : undefined;
  const form = nameForm(wireName, toolNameRule);
  events.push({
    type: 'tool-call-start',
    ...state.place,
    index,
    id,
    name: decodeName(wireName),
    ...(form !== undefined && { spelling: { dialect: name, forms: { name: form } } }),
  });
}
