/**
 * Lines of a stream become events. Text and thinking come in pieces, calls and images whole, counts with the last line;
 * the format has no boundaries of parts, so a part ends when another kind begins.
 */
import type { Frame } from '../../framing/index.ts';
import { isJsonObject, type Json, type JsonObject, setField } from '../../json/index.ts';
import {
  type ChatEvent,
  closePart,
  createStreamReader,
  nextPart,
  readFrameObject,
  type StreamParser,
  unfoldPart,
  WireObject,
} from '../../message/index.ts';
import {
  annotationsOf,
  closeLines,
  createLines,
  type LineState,
  makerOf,
  noteMaker,
  pushImage,
  pushLogprobs,
  pushWords,
} from '../ollama-stream.ts';
import { errorInStream } from './error.ts';
import { parseDoneReason } from './finish-reason.ts';
import { callIdAt } from './parse-response.ts';
import { parseToolCall } from './tool-calls.ts';
import { name, type OllamaChatQuirks } from './wire.ts';

interface StreamState extends LineState {
  hasCalls: boolean;
}

export function createStreamParser(_quirks: OllamaChatQuirks): StreamParser {
  const state: StreamState = { ...createLines(), hasCalls: false };
  return createStreamReader(state, { dialect: name, read, close: closeLines });
}

function read(state: StreamState, frame: Frame, events: ChatEvent[]): void {
  const line = readFrameObject(frame, name);
  if (line.error !== undefined && line.error !== null) throw errorInStream(line);
  pushLine(state, line, events);
}

function pushLine(state: StreamState, line: JsonObject, events: ChatEvent[]): void {
  noteMaker(state, line, name, events);
  for (const key in line) {
    switch (key) {
      case 'message':
        if (isJsonObject(line[key])) pushMessage(state, line[key], events);
        break;
      case 'logprobs':
        pushLogprobs(line[key], name, events);
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

function pushMessage(state: StreamState, message: JsonObject, events: ChatEvent[]): void {
  const { thinking, content } = message;
  pushWords(state, thinking, content, events);
  for (const key in message) {
    switch (key) {
      case 'images':
        for (const image of listOf(message[key])) pushImage(state, image, events);
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

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

function pushToolCalls(state: StreamState, calls: Json, events: ChatEvent[]): void {
  for (const call of listOf(calls)) {
    if (!isJsonObject(call) || !isJsonObject(call.function)) continue;
    closePart(state.parts, events);
    const index = nextPart(state.parts);
    const part = parseToolCall(WireObject.open(call, 'message.tool_calls', 'lenient'));
    state.hasCalls = true;
    const id = part.id === '' ? callIdAt(state.created, index) : part.id;
    events.push(...unfoldPart({ ...part, id }, { index }));
  }
}

/** The last line: everything is closed, the counts are told, then the end. */
function finish(state: StreamState, line: JsonObject, events: ChatEvent[]): void {
  state.last = line;
  closeLines(state, events);
  const raw = typeof line.done_reason === 'string' ? line.done_reason : undefined;
  const stop = parseDoneReason(raw, state.hasCalls);
  events.push({ type: 'message-end', stop, facts: makerOf(state), answer: annotationsOf(state, name) });
}
