/** The canonical answer: what `fold` builds from events and what inbound halves render. */
import type { KeelsonError } from '../errors/index.ts';
import type { JsonObject } from '../json/index.ts';
import type { Annotated } from './annotations.ts';
import type { AnswerFacts, Logprobs, StopReason } from './events.ts';
import type { Loss } from './loss.ts';
import type { Part } from './parts.ts';
import type { Usage } from './usage.ts';

/** One of the answers that a request asked for; nearly always the only one. */
export interface ChatChoice extends Annotated {
  readonly parts: readonly Part[];
  readonly stop: StopReason;
  readonly logprobs?: Logprobs;
  /** What the vendor tells of the choice besides, in its own words: ratings, sources, averages. */
  readonly details?: JsonObject;
}

export interface ChatMessage extends ChatChoice {
  /** The dialect whose words the message uses. */
  readonly dialect?: string;
  readonly facts: AnswerFacts;
  /** Further answers, in order, when the request asked for several. */
  readonly alternatives?: readonly ChatChoice[];
  readonly usage?: Usage;
  /** Annotations of the object around the choices. */
  readonly answer?: Annotated;
  /** Set when the answer broke off; what had arrived stands in `parts`. */
  readonly error?: KeelsonError;
}

/** What is lost when an answer that broke off is told as its error alone. */
export function reportBrokenOff({ parts }: ChatMessage): Loss[] {
  if (parts.length === 0) return [];
  return [{ field: 'parts', action: 'dropped', detail: 'The answer broke off; only its error is told.' }];
}

/** What other formats lose of `details`; the sources in them also stand as citations. */
export function reportDetails(
  { details = {} }: Pick<ChatChoice, 'details'>,
  dialect: string,
  at: string,
): Loss[] {
  return Object.keys(details).map((key) => ({
    field: `${at}.details.${key}`,
    action: 'dropped',
    detail: `${dialect} has no such field.`,
  }));
}
