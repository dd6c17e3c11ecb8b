/** Several answers to one request, towards formats that can tell one only: the others are lost, and said to be so once. */
import type { ChatEvent } from './events.ts';
import { type Loss, reportOnce } from './loss.ts';
import type { ChatMessage } from './message.ts';

export function reportAlternatives(
  alternatives: ChatMessage['alternatives'],
  dialect: string,
  losses: Loss[],
): void {
  if (alternatives !== undefined)
    reportOnce(losses, {
      field: 'alternatives',
      action: 'dropped',
      detail: `${dialect} has one answer only.`,
    });
}

/** Whether an event of a stream belongs to another answer than the first, and so is lost. */
export function isAlternative(event: ChatEvent, dialect: string, losses: Loss[]): boolean {
  if (!('choice' in event) || event.choice === undefined || event.choice === 0) return false;
  reportAlternatives([], dialect, losses);
  return true;
}
