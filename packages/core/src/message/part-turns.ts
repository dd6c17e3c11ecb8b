/**
 * Parts of a streamed answer told one after the other, for formats whose parts must not mix: what belongs to a part that
 * began while another was open waits for its turn, and everything else goes out as it comes.
 */
import type { Frame } from '../framing/index.ts';
import type { ChatEvent } from './events.ts';

export type PartEvent = Extract<ChatEvent, { readonly index: number }>;

/** Whose turn it is. A renderer keeps this in its state, and sets `open` as parts begin and end on the wire. */
export interface PartTurns {
  /** The part that is being written. */
  open: number | undefined;
  /** Events of parts that wait, in order of their beginning. */
  readonly waiting: Map<number, PartEvent[]>;
}

/** Writes one event of a part that has its turn. */
export type WritePart<State> = (state: State, event: PartEvent, frames: Frame[]) => void;

/** Writes the event if its part is open or may open now, and keeps it for later otherwise. */
export function writeInTurn<State extends PartTurns>(
  state: State,
  event: PartEvent,
  frames: Frame[],
  write: WritePart<State>,
): void {
  if (state.open !== undefined && state.open !== event.index) {
    const queue = state.waiting.get(event.index);
    if (queue === undefined) state.waiting.set(event.index, [event]);
    else queue.push(event);
    return;
  }
  write(state, event, frames);
  if (state.open === undefined) writeWaiting(state, frames, write);
}

/** The part that has waited longest comes next, with all that is known of it, as long as none is open. */
export function writeWaiting<State extends PartTurns>(
  state: State,
  frames: Frame[],
  write: WritePart<State>,
): void {
  while (state.open === undefined) {
    const next = state.waiting.entries().next();
    if (next.done) return;
    const [index, events] = next.value;
    state.waiting.delete(index);
    for (const event of events) write(state, event, frames);
  }
}
