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
import { choiceNumber, type StreamedChoice, type StreamedChoices } from '../openai-choices.ts';
import { parseUsage } from './usage.ts';

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

/** What came is closed and its usage told; the ends or an error follow. */
export function closeAll(state: StreamState, events: ChatEvent[]): void {
  state.isEnded = true;
  for (const choice of state.choices) if (choice !== undefined) closePart(choice.parts, events);
  if (state.usage !== undefined) events.push({ type: 'usage', usage: parseUsage(state.usage) });
}
