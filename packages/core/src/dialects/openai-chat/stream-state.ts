/**
 * What a stream parser remembers between chunks, and how parts begin and end. Nothing here looks at chunks beyond the
 * field it is given.
 */
import type { Json, JsonObject } from '../../json/index.ts';
import {
  type Annotated,
  type AnswerFacts,
  bounds,
  type ChatEvent,
  known,
  type OpaqueState,
} from '../../message/index.ts';

export type TextKind = 'text' | 'refusal' | 'reasoning';

export interface CallState {
  readonly wireIndex: number;
  readonly index: number;
  id: string;
  arguments: string;
  isStarted: boolean;
  isEnded: boolean;
  opaque: OpaqueState | undefined;
}

export interface ChoiceState {
  /** `{}` for the first choice, as events leave it out. */
  readonly place: { readonly choice?: number };
  nextIndex: number;
  /** The text-like part that is open; tool calls have their own list because several may be open. */
  open: TextKind | undefined;
  openIndex: number;
  opaque: OpaqueState | undefined;
  firstTextIndex: number | undefined;
  readonly calls: CallState[];
  audio: Record<string, Json> | undefined;
  stop: string | undefined;
  readonly extra: Record<string, Json>;
}

export interface StreamState {
  isStarted: boolean;
  isEnded: boolean;
  readonly facts: { -readonly [Key in keyof AnswerFacts]: AnswerFacts[Key] };
  readonly choices: (ChoiceState | undefined)[];
  usage: JsonObject | undefined;
  readonly extra: Record<string, Json>;
}

export function createState(): StreamState {
  return { isStarted: false, isEnded: false, facts: {}, choices: [], usage: undefined, extra: {} };
}

/** The choice a chunk speaks of; hosts that number nothing mean the position. */
export function choiceAt(state: StreamState, index: Json | undefined, position: number): ChoiceState {
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

export function createChoice(at: number): ChoiceState {
  return {
    place: at === 0 ? {} : { choice: at },
    nextIndex: 0,
    open: undefined,
    openIndex: 0,
    opaque: undefined,
    firstTextIndex: undefined,
    calls: [],
    audio: undefined,
    stop: undefined,
    extra: {},
  };
}

/** A piece of text for the part of this kind, which begins when another kind was open. */
export function pushText(state: ChoiceState, kind: TextKind, text: string, events: ChatEvent[]): void {
  if (state.open !== kind) openPart(state, kind, events);
  const { choice } = state.place;
  const index = state.openIndex;
  // Written out because this runs for every token, and a spread would copy an empty place each time.
  if (choice === undefined) events.push({ type: `${kind}-delta`, index, text });
  else events.push({ type: `${kind}-delta`, choice, index, text });
}

export function openPart(
  state: ChoiceState,
  kind: TextKind,
  events: ChatEvent[],
  start: Annotated = {},
): void {
  closePart(state, events);
  const index = state.nextIndex++;
  state.open = kind;
  state.openIndex = index;
  if (kind === 'text') state.firstTextIndex ??= index;
  events.push({ type: `${kind}-start`, ...state.place, index, ...start });
}

/** Ends the open text-like part; a tool call, a whole part or the end of the answer follows. */
export function closePart(state: ChoiceState, events: ChatEvent[]): void {
  const { open, openIndex: index, place } = state;
  if (open === undefined) return;
  state.open = undefined;
  if (open === 'text') events.push({ type: 'text-end', ...place, index });
  else if (open === 'refusal') events.push({ type: 'refusal-end', ...place, index });
  else {
    events.push({ type: 'reasoning-end', ...place, index, ...known({ opaque: state.opaque }) });
    state.opaque = undefined;
  }
}

/** Where citations go: the first text part, which is begun if there is none yet. */
export function textPartIndex(state: ChoiceState, events: ChatEvent[]): number {
  if (state.firstTextIndex === undefined) openPart(state, 'text', events);
  return state.firstTextIndex as number;
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
