/** Tool results in formats where they share a message with the user's own words. */
import type { Annotated } from './annotations.ts';
import type { Part, ToolResultPart } from './parts.ts';
import type { Turn } from './request.ts';

/** How the turns of one message are told apart from turns with messages of their own. */
export interface MessageMarks {
  /** What the message itself leaves to remember; its first turn keeps it. */
  readonly first: Annotated;
  /** Marks a turn that stood in the same message as the one before. */
  readonly continued: Annotated;
}

/** Each run of results, and each run of anything else, is a turn; a message without parts is an empty turn. */
export function splitResults(parts: readonly Part[], { first, continued }: MessageMarks): Turn[] {
  const turns: Turn[] = [];
  for (const part of parts) {
    const role = part.type === 'tool-result' ? 'tool' : 'user';
    const last = turns.at(-1);
    if (last?.role === role) (last.parts as Part[]).push(part);
    else turns.push(newRun(role, part, turns.length === 0 ? first : continued));
  }
  return turns.length === 0 ? [{ role: 'user', parts: [], ...first }] : turns;
}

function newRun(role: 'tool' | 'user', part: Part, annotations: Annotated): Turn {
  return role === 'tool'
    ? { role, parts: [part as ToolResultPart], ...annotations }
    : { role, parts: [part], ...annotations };
}
