/**
 * What is known of a stream while it is read: for each candidate the part that is open, and what will be told at its end.
 */
import { KeelsonError } from '../../errors/index.ts';
import type { Json, JsonObject } from '../../json/index.ts';
import { type AnswerFacts, bounds, createParts, type RunningParts } from '../../message/index.ts';
import { name } from './wire.ts';

export interface ChoiceState {
  readonly parts: RunningParts;
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
      parts: createParts(at),
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
