/**
 * The parts of a streamed answer in formats that do not say where one ends: one part is open at a time, and it ends when
 * another kind begins. Numbers are given in order, and there is a limit to them.
 */
import type { Json } from '../json/index.ts';
import type { Annotated } from './annotations.ts';
import { bounds, checkBound } from './bounds.ts';
import type { ChatEvent } from './events.ts';
import type { OpaqueState } from './opaque.ts';

/** Kinds that grow by pieces of text. */
export type TextKind = 'text' | 'refusal' | 'reasoning';

export interface RunningParts {
  /** Which answer of several, to be spread into its events: `{}` for the first, which events leave out. */
  readonly place: { readonly choice?: number };
  /** How many parts there have been. */
  count: number;
  open: TextKind | 'tool-call' | undefined;
  /** The number of the open part. */
  index: number;
  /** What is to be told with the end of the open part. */
  opaque: OpaqueState | undefined;
}

export function createParts(choice = 0): RunningParts {
  return { place: choice === 0 ? {} : { choice }, count: 0, open: undefined, index: 0, opaque: undefined };
}

/** The number of one more part, whether or not another is open. */
export function nextPart(parts: Pick<RunningParts, 'count'>): number {
  checkBound('streamedParts', parts.count + 1, 'parts', 'invalid_response');
  return parts.count++;
}

/** Begins a part of this kind, after whatever is open has ended. */
export function openPart(
  parts: RunningParts,
  kind: TextKind,
  events: ChatEvent[],
  start?: Annotated,
): number {
  closePart(parts, events);
  const index = nextPart(parts);
  parts.open = kind;
  parts.index = index;
  events.push({ type: `${kind}-start`, ...parts.place, index, ...start });
  return index;
}

/** A piece of text for the part of this kind, which begins when another kind was open. */
export function pushText(parts: RunningParts, kind: TextKind, text: string, events: ChatEvent[]): void {
  if (parts.open !== kind) openPart(parts, kind, events);
  const { choice } = parts.place;
  const { index } = parts;
  // Written out because this runs for every token, and a spread would copy an empty place each time.
  if (choice === undefined) events.push({ type: `${kind}-delta`, index, text });
  else events.push({ type: `${kind}-delta`, choice, index, text });
}

/** Ends the open part, if there is one. */
export function closePart(parts: RunningParts, events: ChatEvent[]): void {
  const { open, index, place, opaque } = parts;
  if (open === undefined) return;
  parts.open = undefined;
  parts.opaque = undefined;
  if (opaque === undefined || open === 'refusal') events.push({ type: `${open}-end`, ...place, index });
  else events.push({ type: `${open}-end`, ...place, index, opaque });
}

/** Whether a format that numbers its parts itself has given a number that can be one. */
export function isPartNumber(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < bounds.streamedParts;
}
