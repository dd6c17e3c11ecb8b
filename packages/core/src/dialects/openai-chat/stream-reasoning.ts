/**
 * Reads reasoning out of a delta. Hosts use up to three fields for it, and some repeat the same text in two of them, so the richest
 * one counts and the others only where they say something else.
 */
import { isJsonObject, type Json, type JsonObject } from '../../json/index.ts';
import {
  type Annotated,
  type ChatEvent,
  closePart,
  nextPart,
  openPart,
  pushText,
} from '../../message/index.ts';
import { stateOf } from './reasoning.ts';
import type { ChoiceState } from './stream-state.ts';
import { name } from './wire.ts';

const spelledIn = (field: string): Annotated => ({ spelling: { dialect: name, forms: { field } } });
const inContent = spelledIn('reasoning_content');
const inReasoning = spelledIn('reasoning');

export function pushReasoning(state: ChoiceState, delta: JsonObject, events: ChatEvent[]): void {
  const { reasoning_details: details, reasoning_content: content, reasoning } = delta;
  if (Array.isArray(details) && details.length > 0) {
    const plain = plainField(delta);
    for (const detail of details as readonly Json[]) {
      if (isJsonObject(detail)) pushDetail(state, detail, plain, events);
    }
    return;
  }
  if (typeof content === 'string' && content !== '') pushPlain(state, content, inContent, events);
  else if (typeof reasoning === 'string' && reasoning !== '')
    pushPlain(state, reasoning, inReasoning, events);
}

/** The plain field that repeats the details of the same delta, for clients that know no details. */
function plainField({ reasoning_content: content, reasoning }: JsonObject): string | undefined {
  if (typeof content === 'string' && content !== '') return 'reasoning_content';
  return typeof reasoning === 'string' && reasoning !== '' ? 'reasoning' : undefined;
}

function pushPlain(state: ChoiceState, text: string, start: Annotated, events: ChatEvent[]): void {
  if (state.parts.open !== 'reasoning') openPart(state.parts, 'reasoning', events, start);
  pushText(state.parts, 'reasoning', text, events);
}

function pushDetail(
  state: ChoiceState,
  detail: JsonObject,
  plain: string | undefined,
  events: ChatEvent[],
): void {
  const { text, summary, signature, type, format } = detail;
  if (type === 'reasoning.encrypted') {
    pushEncrypted(state, detail, events);
    return;
  }
  const piece = typeof text === 'string' ? text : summary;
  if (state.parts.open !== 'reasoning') openDetail(state, detail, plain, events);
  if (typeof piece === 'string' && piece !== '') pushText(state.parts, 'reasoning', piece, events);
  if (typeof signature === 'string' && signature !== '') state.parts.opaque = stateOf(format, signature);
}

function openDetail(
  state: ChoiceState,
  { type, format, id, index }: JsonObject,
  plain: string | undefined,
  events: ChatEvent[],
): void {
  const forms: Record<string, string> = { field: 'reasoning_details' };
  if (plain !== undefined) forms.plain = plain;
  if (typeof type === 'string') forms.type = type;
  if (typeof format === 'string') forms.format = format;
  if (typeof index === 'number') forms.index = 'position';
  const summary = type === 'reasoning.summary' ? { summary: true } : {};
  openPart(state.parts, 'reasoning', events, {
    ...summary,
    ...identity(id),
    spelling: { dialect: name, forms },
  });
}

/** The id of an entry is the host's own; whoever sends the entry back sends it along. */
function identity(id: Json | undefined): Annotated {
  return typeof id === 'string' ? { extensions: { [name]: { id } } } : {};
}

function pushEncrypted(state: ChoiceState, detail: JsonObject, events: ChatEvent[]): void {
  const { data, format, id, index } = detail;
  if (typeof data !== 'string') return;
  closePart(state.parts, events);
  const forms: Record<string, string> = { field: 'reasoning_details', type: 'reasoning.encrypted' };
  if (typeof format === 'string') forms.format = format;
  if (typeof index === 'number') forms.index = 'position';
  const place = { ...state.parts.place, index: nextPart(state.parts) };
  const spelling = { dialect: name, forms };
  events.push({ type: 'reasoning-start', ...place, redacted: true, ...identity(id), spelling });
  events.push({ type: 'reasoning-end', ...place, opaque: stateOf(format, data) });
}
