/**
 * Lines of a stream become events. Text and thinking come in pieces, an image whole, counts with the last line;
 * the format has no boundaries of parts, so a part ends when another kind begins.
 */
import type { Frame } from '../../framing/index.ts';
import { type Json, type JsonObject, setField } from '../../json/index.ts';
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
  WireObject,
} from '../../message/index.ts';
import { parseLogprobs, secondsOf } from '../ollama-answer.ts';
import { parseImage } from '../ollama-parts.ts';
import { errorFromLine } from './error.ts';
import { parseDoneReason } from './finish-reason.ts';
import { parseFacts } from './parse-response.ts';
import { parseUsage } from './usage.ts';
import { name, type OllamaGenerateQuirks } from './wire.ts';

interface StreamState {
  isStarted: boolean;
  isEnded: boolean;
  readonly parts: RunningParts;
  model: string | undefined;
  created: string | undefined;
  /** The last line, in which the counts stand. */
  last: JsonObject | undefined;
  readonly extra: Record<string, Json>;
}

export function createStreamParser(_quirks: OllamaGenerateQuirks): StreamParser {
  const state: StreamState = {
    isStarted: false,
    isEnded: false,
    parts: createParts(),
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
  const { thinking, response } = line;
  // In this order, because that is how a model speaks when a line holds both.
  if (typeof thinking === 'string' && thinking !== '') pushText(state.parts, 'reasoning', thinking, events);
  if (typeof response === 'string' && response !== '') pushText(state.parts, 'text', response, events);
  for (const key in line) {
    switch (key) {
      case 'image':
        if (typeof line[key] === 'string') pushImage(state, line[key], events);
        break;
      case 'logprobs':
        if (Array.isArray(line[key])) pushLogprobs(line[key] as readonly Json[], events);
        break;
      case 'response':
      case 'thinking':
      case 'context':
      case 'completed':
      case 'total':
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

function pushImage(state: StreamState, image: string, events: ChatEvent[]): void {
  closePart(state.parts, events);
  events.push({ type: 'part', index: nextPart(state.parts), part: parseImage(image) });
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
  const stop = parseDoneReason(raw);
  events.push({ type: 'message-end', stop, facts: lastFacts(state, line), answer: answerOf(state) });
}

/** State and progress are told with the last line alone. */
function lastFacts(state: StreamState, line: JsonObject) {
  return { ...factsOf(state), ...parseFacts(WireObject.open(line, '', 'lenient'), {}) };
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
