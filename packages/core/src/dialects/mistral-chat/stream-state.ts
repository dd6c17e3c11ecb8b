/** What a stream parser knows between chunks: which part of each choice is open, and how the stream ends. */
import type { Json } from '../../json/index.ts';
import {
  type ChatEvent,
  closePart,
  createParts,
  nextPart,
  pushText,
  type RunningParts,
} from '../../message/index.ts';
import {
  choiceNumber,
  endChoices,
  isComplete,
  type StreamedChoice,
  type StreamedChoices,
  startAnswer,
} from '../openai-choices.ts';
import { parseFinishReason } from './finish-reason.ts';
import { parseUsage } from './usage.ts';
import { name } from './wire.ts';

export interface ChoiceState extends StreamedChoice {
  readonly parts: RunningParts;
  /** A reference has ended the open text: what follows is another one. */
  isCited: boolean;
  /** Calls so far, and the wire id of the one that is open. */
  calls: number;
  callId: string | undefined;
}

export type StreamState = StreamedChoices<ChoiceState>;

export function choiceAt(state: StreamState, index: Json | undefined, position: number): ChoiceState {
  const at = choiceNumber(index, position);
  state.choices[at] ??= {
    parts: createParts(at),
    isCited: false,
    calls: 0,
    callId: undefined,
    stop: undefined,
    extra: {},
  };
  return state.choices[at];
}

/** A place for one more part, after the open one has been closed. */
export function placeNext({ parts }: ChoiceState, events: ChatEvent[]) {
  closePart(parts, events);
  return { ...parts.place, index: nextPart(parts) };
}

export function pushWords(
  state: ChoiceState,
  kind: 'text' | 'reasoning',
  text: string,
  events: ChatEvent[],
): void {
  if (state.isCited) {
    state.isCited = false;
    closePart(state.parts, events);
  }
  pushText(state.parts, kind, text, events);
}

/** Closes everything and tells the end of every choice, usage first. */
export function finish(state: StreamState, events: ChatEvent[]): void {
  if (!state.isStarted) startAnswer(state, {}, name, events);
  closeAll(state, events);
  endChoices(state, parseFinishReason, name, events);
}

/** Once every reason is known nothing is missing but the word that ends the stream. */
export function finishComplete(state: StreamState, events: ChatEvent[]): boolean {
  const isWhole = isComplete(state);
  if (isWhole) finish(state, events);
  return isWhole;
}

/** What came is closed and its usage told; the ends or an error follow. */
export function closeAll(state: StreamState, events: ChatEvent[]): void {
  state.isEnded = true;
  for (const choice of state.choices) if (choice !== undefined) closePart(choice.parts, events);
  if (state.usage !== undefined) events.push({ type: 'usage', usage: parseUsage(state.usage) });
}
