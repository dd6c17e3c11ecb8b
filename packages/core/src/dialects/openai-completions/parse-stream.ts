/** Chunks of a completion stream become events: pieces of text for each choice, and their ends. */
import { isJsonObject, type Json, type JsonObject, setField } from '../../json/index.ts';
import type { ChatEvent, StreamParser } from '../../message/index.ts';
import {
  choiceNumber,
  createChoicesReader,
  type StreamedChoice,
  type StreamedChoices,
  startAnswer,
} from '../openai-choices.ts';
import { errorInStream } from './error.ts';
import { parseFinishReason } from './finish-reason.ts';
import { parseLogprobs } from './parse-response.ts';
import { parseUsage } from './usage.ts';
import { name, type OpenAiCompletionsQuirks } from './wire.ts';

interface ChoiceState extends StreamedChoice {
  readonly place: { readonly choice?: number };
  isOpen: boolean;
}

type StreamState = StreamedChoices<ChoiceState>;

export function createStreamParser(_quirks: OpenAiCompletionsQuirks): StreamParser {
  return createChoicesReader<ChoiceState>({
    dialect: name,
    pushChunk,
    close: closeAll,
    parseStop: parseFinishReason,
  });
}

function pushChunk(state: StreamState, chunk: JsonObject, events: ChatEvent[]): void {
  if (chunk.error !== undefined && chunk.error !== null) throw errorInStream(chunk);
  if (!state.isStarted) {
    const { system_fingerprint: fingerprint } = chunk;
    if (typeof fingerprint === 'string') state.facts.systemFingerprint = fingerprint;
    startAnswer(state, chunk, name, events);
  }
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

function pushChoices(state: StreamState, choices: Json, events: ChatEvent[]): void {
  if (!Array.isArray(choices)) return;
  for (const [position, choice] of (choices as readonly Json[]).entries()) {
    if (isJsonObject(choice)) pushChoice(choiceAt(state, choice.index, position), choice, events);
  }
}

function choiceAt(state: StreamState, index: Json | undefined, position: number): ChoiceState {
  const at = choiceNumber(index, position);
  state.choices[at] ??= { place: at === 0 ? {} : { choice: at }, isOpen: false, stop: undefined, extra: {} };
  return state.choices[at];
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

function closeAll(state: StreamState, events: ChatEvent[]): void {
  state.isEnded = true;
  for (const choice of state.choices) {
    if (!choice?.isOpen) continue;
    events.push({ type: 'text-end', ...choice.place, index: 0 });
  }
  if (state.usage !== undefined) events.push({ type: 'usage', usage: parseUsage(state.usage) });
}
