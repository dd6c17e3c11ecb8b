/**
 * What Gemini attaches to any part and any answer: state on text and media, which other formats have on reasoning and calls
 * alone, and details of a choice. Formats without a place for it report it here.
 */
import type { ChatEvent } from './events.ts';
import type { Loss } from './loss.ts';
import { type ChatChoice, type ChatMessage, reportDetails } from './message.ts';
import type { Part } from './parts.ts';
import type { Turn } from './request.ts';

const signed: ReadonlySet<Part['type']> = new Set(['text', 'image', 'document', 'audio', 'video']);

/** Of earlier turns, which go back to another provider. */
export function reportTurnStates(turns: readonly Turn[], dialect: string): Loss[] {
  return turns.flatMap((turn, index) => reportPartStates(turn.parts, `turns[${index}]`, dialect));
}

/** Of a whole answer and its alternatives. */
export function reportAnswerExtras(message: ChatMessage, dialect: string): Loss[] {
  const choices: readonly ChatChoice[] = [message, ...(message.alternatives ?? [])];
  return choices.flatMap((choice, index) => [
    ...reportPartStates(choice.parts, placeOf(index), dialect),
    ...reportDetails(choice, dialect, placeOf(index)),
  ]);
}

/** The same of a stream. Called for every event, so those that can have none pass first. */
export function reportEventExtras(event: ChatEvent, dialect: string, losses: Loss[]): void {
  if (event.type === 'text-end' && event.opaque !== undefined)
    losses.push(stateLoss(`${placeOf(event.choice)}.parts[${event.index}]`, dialect));
  else if (event.type === 'part' && hasState(event.part))
    losses.push(stateLoss(`${placeOf(event.choice)}.parts[${event.index}]`, dialect));
  else if (event.type === 'message-end' && event.details !== undefined)
    losses.push(...reportDetails(event, dialect, placeOf(event.choice)));
}

function placeOf(choice = 0): string {
  return choice === 0 ? 'message' : `alternatives[${choice - 1}]`;
}

function reportPartStates(parts: readonly Part[], at: string, dialect: string): Loss[] {
  return parts.flatMap((part, index): Loss[] => {
    const field = `${at}.parts[${index}]`;
    if (part.type === 'tool-result') return reportPartStates(part.parts, field, dialect);
    return hasState(part) ? [stateLoss(field, dialect)] : [];
  });
}

function hasState(part: Part): boolean {
  return 'opaque' in part && part.opaque !== undefined && signed.has(part.type);
}

function stateLoss(field: string, dialect: string): Loss {
  return {
    field: `${field}.opaque`,
    action: 'dropped',
    detail: `${dialect} has no place for state on such a part.`,
  };
}
