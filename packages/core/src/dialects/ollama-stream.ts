/**
 * Streams of Ollama as both formats tell them, both ways: lines that each repeat who answers and when, with pieces of one
 * part at a time, and counts in the last of them. Where the words stand in a line is the business of each format.
 */
import type { Json, JsonObject } from '../json/index.ts';
import {
  type Annotated,
  type AnswerFacts,
  type ChatEvent,
  closePart,
  createParts,
  extensionsOf,
  known,
  type Loss,
  nextPart,
  pushText,
  type RunningParts,
  WireObject,
} from '../message/index.ts';
import { parseLogprobs, parseUsage, secondsOf } from './ollama-answer.ts';
import { parseImage, reportReasoning } from './ollama-parts.ts';

/** What a parser knows between lines. */
export interface LineState {
  isStarted: boolean;
  isEnded: boolean;
  readonly parts: RunningParts;
  model: string | undefined;
  created: string | undefined;
  /** The last line, in which the counts stand. */
  last: JsonObject | undefined;
  readonly extra: Record<string, Json>;
}

export function createLines(): LineState {
  return {
    isStarted: false,
    isEnded: false,
    parts: createParts(),
    model: undefined,
    created: undefined,
    last: undefined,
    extra: {},
  };
}

/** Who answers and when; the first line that comes begins the answer. */
export function noteMaker(
  state: LineState,
  { model, created_at: created }: JsonObject,
  dialect: string,
  events: ChatEvent[],
): void {
  if (typeof model === 'string') state.model = model;
  if (typeof created === 'string') state.created = created;
  if (state.isStarted) return;
  state.isStarted = true;
  events.push({ type: 'message-start', dialect, facts: makerOf(state) });
}

export function makerOf({ model, created }: LineState): AnswerFacts {
  return known({ model, createdAt: secondsOf(created) });
}

/** In this order, because that is how a model speaks when a line holds both. */
export function pushWords(
  { parts }: LineState,
  thinking: Json | undefined,
  text: Json | undefined,
  events: ChatEvent[],
): void {
  if (typeof thinking === 'string' && thinking !== '') pushText(parts, 'reasoning', thinking, events);
  if (typeof text === 'string' && text !== '') pushText(parts, 'text', text, events);
}

export function pushImage({ parts }: LineState, image: Json | undefined, events: ChatEvent[]): void {
  if (typeof image !== 'string') return;
  closePart(parts, events);
  events.push({ type: 'part', index: nextPart(parts), part: parseImage(image) });
}

export function pushLogprobs(tokens: Json | undefined, dialect: string, events: ChatEvent[]): void {
  const list = Array.isArray(tokens) ? (tokens as readonly Json[]) : undefined;
  const logprobs = parseLogprobs(list, dialect);
  if (logprobs !== undefined) events.push({ type: 'logprobs', logprobs });
}

/** What came is closed and its counts told; the end or an error follows. */
export function closeLines(state: LineState, events: ChatEvent[]): void {
  state.isEnded = true;
  closePart(state.parts, events);
  if (state.last === undefined) return;
  const usage = parseUsage(WireObject.open(state.last, '', 'lenient'));
  if (usage !== undefined) events.push({ type: 'usage', usage });
}

/** What the lines leave to remember of the answer as a whole. */
export function annotationsOf({ created, extra }: LineState, dialect: string): Annotated {
  return {
    ...extensionsOf(extra, dialect),
    ...(created !== undefined && { spelling: { dialect, forms: { created_at: created } } }),
  };
}

/** What every line that is sent begins with, as JSON text without its last brace. */
export function headOf(facts: Readonly<Record<string, Json>>): string {
  const text = JSON.stringify(facts).slice(0, -1);
  return text === '{' ? text : `${text},`;
}

export function partField(index: number): string {
  return `message.parts[${index}]`;
}

/** Starts and ends of parts have no word in these formats, and with some of them something is lost. */
export function reportBoundary(event: ChatEvent, dialect: string, losses: Loss[]): void {
  switch (event.type) {
    case 'reasoning-start':
      reportReasoning(event, partField(event.index), losses);
      return;
    case 'reasoning-end':
      reportReasoning(known({ opaque: event.opaque }), partField(event.index), losses);
      return;
    case 'refusal-start': {
      const detail = 'A refusal is told as text.';
      losses.push({ field: partField(event.index), action: 'emulated', detail });
      return;
    }
    case 'source': {
      const detail = `${dialect} has plain text only.`;
      losses.push({ field: `${partField(event.index)}.citations`, action: 'dropped', detail });
      return;
    }
    default:
  }
}
