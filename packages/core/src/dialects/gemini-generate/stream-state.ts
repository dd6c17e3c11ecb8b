/**
 * What is known of a stream while it is read: for each candidate the part that is open, and what will be told at its end.
 */
import { KeelsonError } from '../../errors/index.ts';
import type { Json, JsonObject } from '../../json/index.ts';
import { type AnswerFacts, bounds, type ChatEvent, known, type OpaqueState } from '../../message/index.ts';
import { name } from './wire.ts';

type OpenKind = 'text' | 'reasoning';

export interface ChoiceState {
  /** Spread into every event of the candidate; empty for the first. */
  readonly place: { readonly choice?: number };
  nextIndex: number;
  open: OpenKind | undefined;
  openIndex: number;
  opaque: OpaqueState | undefined;
  lastText: number | undefined;
  /** What has been said, for grounding that points into it. */
  readonly said: { before: string; last: string };
  calls: number;
  /** A call whose arguments come in pieces. */
  partial: PartialCall | undefined;
  reason: Json | undefined;
  details: Record<string, Json> | undefined;
  /** Sources that have been told. */
  readonly cited: Set<string>;
  readonly extra: Record<string, Json>;
}

export interface PartialCall {
  readonly call: Record<string, Json>;
  readonly args: Record<string, Json>;
  signature: string | undefined;
}

export interface StreamState {
  isStarted: boolean;
  isEnded: boolean;
  facts: AnswerFacts;
  createTime: string | undefined;
  usage: JsonObject | undefined;
  readonly choices: (ChoiceState | undefined)[];
  readonly extra: Record<string, Json>;
}

export function createState(): StreamState {
  return {
    isStarted: false,
    isEnded: false,
    facts: {},
    createTime: undefined,
    usage: undefined,
    choices: [],
    extra: {},
  };
}

export function choiceAt(state: StreamState, at: number): ChoiceState {
  if (!Number.isInteger(at) || at < 0 || at >= bounds.choices)
    throw broken(`A candidate has the index ${at}.`);
  let choice = state.choices[at];
  if (choice === undefined) {
    choice = {
      place: at === 0 ? {} : { choice: at },
      nextIndex: 0,
      open: undefined,
      openIndex: -1,
      opaque: undefined,
      lastText: undefined,
      said: { before: '', last: '' },
      calls: 0,
      partial: undefined,
      reason: undefined,
      details: undefined,
      cited: new Set(),
      extra: {},
    };
    state.choices[at] = choice;
  }
  return choice;
}

function broken(message: string): KeelsonError {
  return new KeelsonError('invalid_response', message, { details: { dialect: name } });
}

export function newIndex(choice: ChoiceState): number {
  if (choice.nextIndex >= bounds.streamedParts) throw broken('The stream has too many parts.');
  return choice.nextIndex++;
}

/** Begins a part of the kind unless one is open; whatever else is open ends first. */
export function openPart(choice: ChoiceState, kind: OpenKind, events: ChatEvent[]): void {
  if (choice.open === kind) return;
  closePart(choice, events);
  const index = newIndex(choice);
  choice.open = kind;
  choice.openIndex = index;
  if (kind === 'text') {
    choice.lastText = index;
    choice.said.before += choice.said.last;
    choice.said.last = '';
  }
  events.push({ type: `${kind}-start`, ...choice.place, index });
}

export function closePart(choice: ChoiceState, events: ChatEvent[]): void {
  const { open, openIndex: index, place, opaque } = choice;
  if (open === undefined) return;
  choice.open = undefined;
  choice.opaque = undefined;
  events.push({ type: `${open}-end`, ...place, index, ...known({ opaque }) });
}
