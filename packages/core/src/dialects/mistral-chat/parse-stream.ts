/**
 * Chunks of a stream become events. Content comes as text or as a list of chunks, in one message after the other; a part
 * ends when another kind begins, and a tool call comes whole.
 */
import { isJsonObject, type Json, type JsonObject, setField } from '../../json/index.ts';
import {
  type ChatEvent,
  closePart,
  decodeName,
  inventCallId,
  nameForm,
  openState,
  type StreamParser,
} from '../../message/index.ts';
import { createChoicesReader, startAnswer } from '../openai-choices.ts';
import { parseReference } from './citations.ts';
import { errorFromChunk, isErrorBody } from './error.ts';
import { parseFinishReason } from './finish-reason.ts';
import { parseChunks, thinkingText } from './parts.ts';
import {
  type ChoiceState,
  choiceAt,
  closeAll,
  placeNext,
  pushWords,
  type StreamState,
} from './stream-state.ts';
import { type MistralChatQuirks, name, toolNameRule } from './wire.ts';

export function createStreamParser(_quirks: MistralChatQuirks): StreamParser {
  return createChoicesReader<ChoiceState>({
    dialect: name,
    pushChunk,
    close: closeAll,
    parseStop: parseFinishReason,
  });
}

function pushChunk(state: StreamState, chunk: JsonObject, events: ChatEvent[]): void {
  if (isErrorBody(chunk)) throw errorFromChunk(chunk);
  if (!state.isStarted) startAnswer(state, chunk, name, events);
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
    if (content !== '') pushWords(state, 'text', content, events);
    return;
  }
  for (const chunk of Array.isArray(content) ? (content as readonly Json[]) : []) {
    if (isJsonObject(chunk)) pushContentChunk(state, chunk, events);
  }
}

function pushContentChunk(state: ChoiceState, chunk: JsonObject, events: ChatEvent[]): void {
  switch (chunk.type) {
    case 'text':
      if (typeof chunk.text === 'string' && chunk.text !== '') pushWords(state, 'text', chunk.text, events);
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
  if (text !== '') pushWords(state, 'reasoning', text, events);
  if (typeof signature !== 'string' || signature === '') return;
  const opaque = openState(signature, name);
  const { parts } = state;
  if (parts.open !== 'reasoning') {
    const place = placeNext(state, events);
    events.push({ type: 'reasoning-start', ...place, redacted: true });
    events.push({ type: 'reasoning-end', ...place, opaque });
    return;
  }
  parts.opaque = opaque;
  closePart(parts, events);
}

function pushReference(state: ChoiceState, chunk: JsonObject, events: ChatEvent[]): void {
  const citations = state.parts.open === 'text' ? parseReference(chunk) : undefined;
  if (citations === undefined) {
    pushWhole(state, chunk, events);
    return;
  }
  const { place, index } = state.parts;
  for (const citation of citations) events.push({ type: 'source', ...place, index, citation });
  state.isCited = true;
}

function pushWhole(state: ChoiceState, chunk: JsonObject, events: ChatEvent[]): void {
  const [part] = parseChunks([chunk], 'choices.delta.content', 'lenient');
  if (part === undefined) return;
  events.push({ type: 'part', ...placeNext(state, events), part });
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
    state.parts.open === 'tool-call' &&
    (typeof called.name !== 'string' || called.name === '' || (id !== undefined && id === state.callId));
  if (!isMore) startCall(state, wire, { toolName: called.name, answerId }, events);
  const text = isJsonObject(called.arguments) ? JSON.stringify(called.arguments) : called.arguments;
  if (typeof text !== 'string' || text === '') return;
  const { place, index } = state.parts;
  events.push({ type: 'tool-call-delta', ...place, index, arguments: text });
}

function startCall(
  state: ChoiceState,
  { id: wireId }: JsonObject,
  { toolName, answerId }: { readonly toolName: Json | undefined; readonly answerId: string | undefined },
  events: ChatEvent[],
): void {
  const place = placeNext(state, events);
  const wireName = typeof toolName === 'string' ? toolName : '';
  const hasId = typeof wireId === 'string' && wireId !== '';
  const id = hasId ? wireId : inventCallId(answerId, state.calls);
  state.calls++;
  state.parts.open = 'tool-call';
  state.parts.index = place.index;
  state.callId = hasId ? wireId : undefined;
  const form = nameForm(wireName, toolNameRule);
  events.push({
    type: 'tool-call-start',
    ...place,
    id,
    name: decodeName(wireName),
    ...(form !== undefined && { spelling: { dialect: name, forms: { name: form } } }),
  });
}
