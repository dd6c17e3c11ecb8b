/**
 * Lines of a stream become events. Text and thinking come in pieces, calls and images whole, counts with the last line;
 * the format has no boundaries of parts, so a part ends when another kind begins.
 */
import type { Frame } from '../../framing/index.ts';
import { isJsonObject, type Json, type JsonObject, setField } from '../../json/index.ts';
import {
  type Annotated,
  type ChatEvent,
  closePart,
  createParts,
  createStreamReader,
  known,
  nextPart,
  pushText,
  type RunningParts,
  readFrameObject,
  type StreamParser,
  unfoldPart,
  WireObject,
} from '../../message/index.ts';
import { parseLogprobs, secondsOf } from '../ollama-answer.ts';
import { parseImage } from '../ollama-parts.ts';
import { errorFromLine } from './error.ts';
import { parseDoneReason } from './finish-reason.ts';
import { callIdAt } from './parse-response.ts';
import { parseToolCall } from './tool-calls.ts';
import { parseUsage } from './usage.ts';
import { name, type OllamaChatQuirks } from './wire.ts';

interface StreamState {
  isStarted: boolean;
  isEnded: boolean;
  readonly parts: RunningParts;
  hasCalls: boolean;
  model: string | undefined;
  created: string | undefined;
  /** The last line, in which the counts stand. */
  last: JsonObject | undefined;
  readonly extra: Record<string, Json>;
}

export function createStreamParser(_quirks: OllamaChatQuirks): StreamParser {
  const state: StreamState = {
    isStarted: false,
    isEnded: false,
    parts: createParts(),
    hasCalls: false,
    model: undefined,
    created: undefined,
    last: undefined,
    extra: {},
  };
  return createStreamReader(state, { dialect: name, read, close: closeAll });
}

function read(state: StreamState, frame: Frame, events: ChatEvent[]): void {
  const line = readFrameObject(frame, name);
  if (line.error !== undefined && line.error !== null) throw errorFromLine(line);
  pushLine(state, line, events);
}

function pushLine(state: StreamState, line: JsonObject, events: ChatEvent[]): void {
  noteFacts(state, line, events);
  for (const key in line) {
    switch (key) {
      case 'message':
        if (isJsonObject(line[key])) pushMessage(state, line[key], events);
        break;
      case 'logprobs':
        if (Array.isArray(line[key])) pushLogprobs(line[key] as readonly Json[], events);
        break;
      case 'model':
      case 'created_at':
      case 'done':
      case 'done_reason':
      case 'total_duration':
      case 'load_duration':
      case 'prompt_eval_count':
      case 'prompt_eval_duration':
      case 'eval_count':
      case 'eval_duration':
        break;
      default:
        setField(state.extra, key, line[key] as Json);
    }
  }
  if (line.done === true) finish(state, line, events);
}

function noteFacts(
  state: StreamState,
  { model, created_at: created }: JsonObject,
  events: ChatEvent[],
): void {
  if (typeof model === 'string') state.model = model;
  if (typeof created === 'string') state.created = created;
  if (state.isStarted) return;
  state.isStarted = true;
  events.push({ type: 'message-start', dialect: name, facts: factsOf(state) });
}

function factsOf({ model, created }: StreamState) {
  return known({ model, createdAt: secondsOf(created) });
}

function pushMessage(state: StreamState, message: JsonObject, events: ChatEvent[]): void {
  const { thinking, content } = message;
  // In this order, because that is how a model speaks when a line holds both.
  if (typeof thinking === 'string' && thinking !== '') pushText(state.parts, 'reasoning', thinking, events);
  if (typeof content === 'string' && content !== '') pushText(state.parts, 'text', content, events);
  for (const key in message) {
    switch (key) {
      case 'images':
        pushImages(state, message[key] as Json, events);
        break;
      case 'tool_calls':
        pushToolCalls(state, message[key] as Json, events);
        break;
      case 'role':
      case 'thinking':
      case 'content':
        break;
      default:
        if (message[key] !== null) setField(state.extra, `message/${key}`, message[key] as Json);
    }
  }
}

function pushImages(state: StreamState, images: Json, events: ChatEvent[]): void {
  for (const image of Array.isArray(images) ? (images as readonly Json[]) : []) {
    if (typeof image !== 'string') continue;
    closePart(state.parts, events);
    events.push({ type: 'part', index: nextPart(state.parts), part: parseImage(image) });
  }
}

function pushToolCalls(state: StreamState, calls: Json, events: ChatEvent[]): void {
  for (const call of Array.isArray(calls) ? (calls as readonly Json[]) : []) {
    if (!isJsonObject(call) || !isJsonObject(call.function)) continue;
    closePart(state.parts, events);
    const index = nextPart(state.parts);
    const part = parseToolCall(WireObject.open(call, 'message.tool_calls', 'lenient'));
    state.hasCalls = true;
    const id = part.id === '' ? callIdAt(state.created, index) : part.id;
    events.push(...unfoldPart({ ...part, id }, { index }));
  }
}

function pushLogprobs(tokens: readonly Json[], events: ChatEvent[]): void {
  const logprobs = parseLogprobs(tokens, name);
  if (logprobs !== undefined) events.push({ type: 'logprobs', logprobs });
}

/** The last line: everything is closed, the counts are told, then the end. */
function finish(state: StreamState, line: JsonObject, events: ChatEvent[]): void {
  state.last = line;
  closeAll(state, events);
  const raw = typeof line.done_reason === 'string' ? line.done_reason : undefined;
  const stop = parseDoneReason(raw, state.hasCalls);
  events.push({ type: 'message-end', stop, facts: factsOf(state), answer: answerOf(state) });
}

function answerOf({ created, extra }: StreamState): Annotated {
  return {
    ...(Object.keys(extra).length > 0 && { extensions: { [name]: extra } }),
    ...(created !== undefined && { spelling: { dialect: name, forms: { created_at: created } } }),
  };
}

function closeAll(state: StreamState, events: ChatEvent[]): void {
  state.isEnded = true;
  closePart(state.parts, events);
  if (state.last === undefined) return;
  const usage = parseUsage(WireObject.open(state.last, '', 'lenient'));
  if (usage !== undefined) events.push({ type: 'usage', usage });
}
