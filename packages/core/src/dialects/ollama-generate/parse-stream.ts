/**
 * Lines of a stream become events. Text and thinking come in pieces, an image whole, counts with the last line;
 * the format has no boundaries of parts, so a part ends when another kind begins.
 */
import type { Frame } from '../../framing/index.ts';
import { type Json, type JsonObject, setField } from '../../json/index.ts';
import {
  type ChatEvent,
  createStreamReader,
  readFrameObject,
  type StreamParser,
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
import { parseFacts } from './parse-response.ts';
import { name, type OllamaGenerateQuirks } from './wire.ts';

export function createStreamParser(_quirks: OllamaGenerateQuirks): StreamParser {
  return createStreamReader(createLines(), { dialect: name, read, close: closeLines });
}

function read(state: LineState, frame: Frame, events: ChatEvent[]): void {
  const line = readFrameObject(frame, name);
  if (line.error !== undefined && line.error !== null) throw errorInStream(line);
  pushLine(state, line, events);
}

function pushLine(state: LineState, line: JsonObject, events: ChatEvent[]): void {
  noteMaker(state, line, name, events);
  const { thinking, response } = line;
  pushWords(state, thinking, response, events);
  for (const key in line) {
    switch (key) {
      case 'image':
        pushImage(state, line[key], events);
        break;
      case 'logprobs':
        pushLogprobs(line[key], name, events);
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

/** The last line: everything is closed, the counts are told, then the end. */
function finish(state: LineState, line: JsonObject, events: ChatEvent[]): void {
  state.last = line;
  closeLines(state, events);
  const raw = typeof line.done_reason === 'string' ? line.done_reason : undefined;
  const stop = parseDoneReason(raw);
  events.push({
    type: 'message-end',
    stop,
    facts: lastFacts(state, line),
    answer: annotationsOf(state, name),
  });
}

/** State and progress are told with the last line alone. */
function lastFacts(state: LineState, line: JsonObject) {
  return { ...makerOf(state), ...parseFacts(WireObject.open(line, '', 'lenient'), {}) };
}
