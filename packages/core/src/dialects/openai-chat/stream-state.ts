/**
 * What a stream parser remembers between chunks, and how parts begin and end. Nothing here looks at chunks beyond the
 * field it is given.
 */
import type { Json, JsonObject } from '../../json/index.ts';
import {
  type ChatEvent,
  createParts,
  type OpaqueState,
  openPart,
  pushText,
  type RunningParts,
} from '../../message/index.ts';
import { choiceNumber, type StreamedChoice, type StreamedChoices } from '../openai-choices.ts';

export interface CallState {
  readonly wireIndex: number;
  readonly index: number;
  id: string;
  arguments: string;
  isStarted: boolean;
  isEnded: boolean;
  opaque: OpaqueState | undefined;
}

export interface ChoiceState extends StreamedChoice {
  /** Of these only the text-like are ever open; tool calls have their own list because several may be. */
  readonly parts: RunningParts;
  firstTextIndex: number | undefined;
  readonly calls: CallState[];
  audio: Record<string, Json> | undefined;
}

export type StreamState = StreamedChoices<ChoiceState>;

export function choiceAt(state: StreamState, index: Json | undefined, position: number): ChoiceState {
  const at = choiceNumber(index, position);
  state.choices[at] ??= {
    parts: createParts(at),
    firstTextIndex: undefined,
    calls: [],
    audio: undefined,
    stop: undefined,
    extra: {},
  };
  return state.choices[at];
}

export function pushAnswerText(state: ChoiceState, text: string, events: ChatEvent[]): void {
  pushText(state.parts, 'text', text, events);
  state.firstTextIndex ??= state.parts.index;
}

/** Where citations go: the first text part, which is begun if there is none yet. */
export function textPartIndex(state: ChoiceState, events: ChatEvent[]): number {
  state.firstTextIndex ??= openPart(state.parts, 'text', events);
  return state.firstTextIndex;
}

/** Audio comes in pieces of base64 and transcript, told as one part at the end. */
export function pushAudio(state: ChoiceState, piece: JsonObject): void {
  state.audio ??= {};
  for (const [key, value] of Object.entries(piece)) {
    const before = state.audio[key];
    const isText = key !== 'id' && typeof before === 'string' && typeof value === 'string';
    state.audio[key] = isText ? before + value : value;
  }
}
