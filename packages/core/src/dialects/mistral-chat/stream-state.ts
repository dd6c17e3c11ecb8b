/** What a stream parser knows between chunks: which part of each choice is open, and how the stream ends. */
import { KeelsonError } from '../../errors/index.ts';
import type { Json, JsonObject } from '../../json/index.ts';
import {
  type Annotated,
  type AnswerFacts,
  bounds,
  type ChatEvent,
  checkBound,
  known,
  type OpaqueState,
} from '../../message/index.ts';
import { parseFinishReason } from './finish-reason.ts';
import { parseUsage } from './usage.ts';
import { name } from './wire.ts';

type OpenKind = 'text' | 'reasoning' | 'tool-call';

export interface ChoiceState {
  readonly place: { readonly choice?: number };
  nextIndex: number;
  open: OpenKind | undefined;
  openIndex: number;
  opaque: OpaqueState | undefined;
  /** A reference has ended the open text: what follows is another one. */
  isCited: boolean;
  /** Calls so far, and the wire id and index of the one that is open. */
  calls: number;
  callId: string | undefined;
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

function createChoice(at: number): ChoiceState {
  return {
    place: at === 0 ? {} : { choice: at },
    nextIndex: 0,
    open: undefined,
    openIndex: 0,
    opaque: undefined,
    isCited: false,
    calls: 0,
    callId: undefined,
    stop: undefined,
    extra: {},
  };
}

/** A place for one more part, after the open one has been closed. */
export function nextIndex(state: ChoiceState, events: ChatEvent[]): number {
  closePart(state, events);
  checkBound('streamedParts', state.nextIndex + 1, 'choices.delta', 'invalid_response');
  return state.nextIndex++;
}

function openPart(state: ChoiceState, kind: 'text' | 'reasoning', events: ChatEvent[]): void {
  const index = nextIndex(state, events);
  state.open = kind;
  state.openIndex = index;
  events.push({ type: `${kind}-start`, ...state.place, index });
}

export function pushText(
  state: ChoiceState,
  kind: 'text' | 'reasoning',
  text: string,
  events: ChatEvent[],
): void {
  if (state.open !== kind || state.isCited) openPart(state, kind, events);
  const { choice } = state.place;
  const index = state.openIndex;
  // Written out because this runs for every token, and a spread would copy an empty place each time.
  if (choice === undefined) events.push({ type: `${kind}-delta`, index, text });
  else events.push({ type: `${kind}-delta`, choice, index, text });
}

export function closePart(state: ChoiceState, events: ChatEvent[], annotated: Annotated = {}): void {
  const { open, openIndex: index, place } = state;
  state.isCited = false;
  if (open === undefined) return;
  state.open = undefined;
  if (open === 'reasoning') {
    events.push({ type: 'reasoning-end', ...place, index, ...known({ opaque: state.opaque }), ...annotated });
    state.opaque = undefined;
  } else events.push({ type: `${open}-end`, ...place, index });
}

/** Closes everything and tells the end of every choice, usage first. */
export function finish(state: StreamState, events: ChatEvent[]): void {
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
export function interrupt(state: StreamState, events: ChatEvent[], reason: string | KeelsonError): void {
  closeAll(state, events);
  const error = KeelsonError.is(reason)
    ? reason
    : new KeelsonError('stream_interrupted', reason, { details: { dialect: name } });
  events.push({ type: 'error', error });
}

function closeAll(state: StreamState, events: ChatEvent[]): void {
  state.isEnded = true;
  for (const choice of state.choices) if (choice !== undefined) closePart(choice, events);
  if (state.usage !== undefined) events.push({ type: 'usage', usage: parseUsage(state.usage) });
}

function extensionsOf(extra: Readonly<Record<string, Json>>): Annotated {
  return Object.keys(extra).length === 0 ? {} : { extensions: { [name]: extra } };
}
