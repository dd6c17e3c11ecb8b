/** Chunks of a completion stream become events: pieces of text for each choice, and their ends. */
import { KeelsonError } from '../../errors/index.ts';
import type { Frame } from '../../framing/index.ts';
import { isJsonObject, type Json, type JsonObject, setField } from '../../json/index.ts';
import {
  type Annotated,
  type AnswerFacts,
  bounds,
  type ChatEvent,
  readFrameObject,
  type StreamParser,
} from '../../message/index.ts';
import { errorFromChunk } from './error.ts';
import { parseFinishReason } from './finish-reason.ts';
import { parseLogprobs } from './parse-response.ts';
import { parseUsage } from './usage.ts';
import { name, type OpenAiCompletionsQuirks } from './wire.ts';

interface ChoiceState {
  readonly place: { readonly choice?: number };
  isOpen: boolean;
  stop: string | undefined;
  readonly extra: Record<string, Json>;
}

interface StreamState {
  isStarted: boolean;
  isEnded: boolean;
  readonly facts: { -readonly [Key in keyof AnswerFacts]: AnswerFacts[Key] };
  readonly choices: (ChoiceState | undefined)[];
  usage: JsonObject | undefined;
  readonly extra: Record<string, Json>;
}

export function createStreamParser(_quirks: OpenAiCompletionsQuirks): StreamParser {
  const state: StreamState = {
    isStarted: false,
    isEnded: false,
    facts: {},
    choices: [],
    usage: undefined,
    extra: {},
  };
  return { push: (frame) => pushFrame(state, frame), end: () => endStream(state) };
}

function pushFrame(state: StreamState, frame: Frame): ChatEvent[] {
  if (state.isEnded) return [];
  const events: ChatEvent[] = [];
  try {
    if (frame.data === '[DONE]') finish(state, events);
    else pushChunk(state, readFrameObject(frame, name), events);
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
  else {
    const reason = 'The stream ended before its answer was complete.';
    interrupt(state, events, new KeelsonError('stream_interrupted', reason, { details: { dialect: name } }));
  }
  return events;
}

function pushChunk(state: StreamState, chunk: JsonObject, events: ChatEvent[]): void {
  if (chunk.error !== undefined && chunk.error !== null) {
    interrupt(state, events, errorFromChunk(chunk));
    return;
  }
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
      case 'value':
        // Writer's streams are nothing but pieces of text (recorded 2024).
        if (typeof value === 'string') pushText(choiceAt(state, 0, 0), value, events);
        break;
      case 'id':
      case 'object':
      case 'created':
      case 'model':
      case 'system_fingerprint':
      case 'obfuscation':
        break;
      default:
        setField(state.extra, key, value);
    }
  }
}

function startMessage(state: StreamState, chunk: JsonObject, events: ChatEvent[]): void {
  if (state.isStarted) return;
  state.isStarted = true;
  const { id, model, created, system_fingerprint: fingerprint } = chunk;
  const { facts } = state;
  if (typeof id === 'string') facts.id = id;
  if (typeof model === 'string') facts.model = model;
  if (typeof created === 'number') facts.createdAt = created;
  if (typeof fingerprint === 'string') facts.systemFingerprint = fingerprint;
  events.push({ type: 'message-start', dialect: name, facts: { ...facts } });
}

function pushChoices(state: StreamState, choices: Json, events: ChatEvent[]): void {
  if (!Array.isArray(choices)) return;
  for (const [position, choice] of (choices as readonly Json[]).entries()) {
    if (isJsonObject(choice)) pushChoice(choiceAt(state, choice.index, position), choice, events);
  }
}

function choiceAt(state: StreamState, index: Json | undefined, position: number): ChoiceState {
  const isUsable =
    typeof index === 'number' && Number.isInteger(index) && index >= 0 && index < bounds.choices;
  const at = isUsable ? index : Math.min(position, bounds.choices - 1);
  let choice = state.choices[at];
  if (choice === undefined) {
    choice = createChoice(at);
    state.choices[at] = choice;
  }
  return choice;
}

function createChoice(at: number): ChoiceState {
  return { place: at === 0 ? {} : { choice: at }, isOpen: false, stop: undefined, extra: {} };
}

function pushChoice(state: ChoiceState, choice: JsonObject, events: ChatEvent[]): void {
  for (const key in choice) {
    const value = choice[key] as Json;
    switch (key) {
      case 'text':
        if (typeof value === 'string') pushText(state, value, events);
        break;
      case 'logprobs':
        if (isJsonObject(value))
          events.push({ type: 'logprobs', ...state.place, logprobs: parseLogprobs(value) });
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

function pushText(state: ChoiceState, text: string, events: ChatEvent[]): void {
  if (text === '') return;
  if (!state.isOpen) {
    state.isOpen = true;
    events.push({ type: 'text-start', ...state.place, index: 0 });
  }
  events.push({ type: 'text-delta', ...state.place, index: 0, text });
}

function finish(state: StreamState, events: ChatEvent[]): void {
  if (!state.isStarted) events.push({ type: 'message-start', dialect: name, facts: {} });
  closeAll(state, events);
  const choices = state.choices.length === 0 ? [createChoice(0)] : state.choices;
  for (const [at, choice] of choices.entries()) {
    const { place, stop, extra } = choice ?? createChoice(at);
    events.push({
      type: 'message-end',
      ...place,
      stop: parseFinishReason(stop),
      ...extensionsOf(extra),
      ...(at === choices.length - 1 && { facts: state.facts, answer: extensionsOf(state.extra) }),
    });
  }
}

/** The stream broke off: what came is closed and its usage told, then the error; nothing follows. */
function interrupt(state: StreamState, events: ChatEvent[], error: KeelsonError): void {
  closeAll(state, events);
  events.push({ type: 'error', error });
}

function closeAll(state: StreamState, events: ChatEvent[]): void {
  state.isEnded = true;
  for (const choice of state.choices) {
    if (!choice?.isOpen) continue;
    events.push({ type: 'text-end', ...choice.place, index: 0 });
  }
  if (state.usage !== undefined) events.push({ type: 'usage', usage: parseUsage(state.usage) });
}

function extensionsOf(extra: Readonly<Record<string, Json>>): Annotated {
  return Object.keys(extra).length === 0 ? {} : { extensions: { [name]: extra } };
}
