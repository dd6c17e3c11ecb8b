/** What a stream parser remembers between events, and how the parts of an item begin and end. */
import { isJsonObject, type Json, type JsonObject } from '../../json/index.ts';
import {
  type Annotated,
  type ChatEvent,
  known,
  nextPart,
  type OpaqueState,
  type Part,
  type Spelling,
  unfoldPart,
} from '../../message/index.ts';
import { parseItem } from './assistant.ts';
import { between } from './reasoning.ts';
import { name } from './wire.ts';

type Kind = 'text' | 'refusal' | 'reasoning' | 'tool-call';

/** A part that has begun, with what was told of it so far. */
export interface OpenPart {
  readonly index: number;
  readonly kind: Kind;
  text: string;
  citations: number;
  isEnded: boolean;
}

export interface ItemState {
  readonly item: JsonObject;
  /** By position within the item. */
  readonly parts: (OpenPart | undefined)[];
  /** The piece of reasoning that is being told: which list, and its position there. */
  piece: string | undefined;
  isDone: boolean;
}

export interface StreamState {
  isStarted: boolean;
  isEnded: boolean;
  /** By `output_index`. */
  readonly items: Map<number, ItemState>;
  /** How many parts there have been. */
  count: number;
  hasCalls: boolean;
  /** The response as the last event that held one told it. */
  response: JsonObject;
}

export function createState(): StreamState {
  return { isStarted: false, isEnded: false, items: new Map(), count: 0, hasCalls: false, response: {} };
}

/** The item begins; its own fields are told with its first part. */
export function openItem(
  state: StreamState,
  position: number,
  item: JsonObject,
  events: ChatEvent[],
): ItemState {
  const created: ItemState = { item, parts: [], piece: undefined, isDone: false };
  state.items.set(position, created);
  if (item.type === 'function_call' || item.type === 'custom_tool_call') openCall(state, created, events);
  return created;
}

function openCall(state: StreamState, created: ItemState, events: ChatEvent[]): void {
  const [part] = parseItem(created.item, 'item', 'lenient');
  if (part?.type !== 'tool-call') return;
  state.hasCalls = true;
  const open: OpenPart = {
    index: nextPart(state),
    kind: 'tool-call',
    text: '',
    citations: 0,
    isEnded: false,
  };
  created.parts[0] = open;
  const { id, name: called, custom, caller } = part;
  events.push({
    type: 'tool-call-start',
    index: open.index,
    id,
    name: called,
    ...known({ custom, caller }),
    ...formsOf(part, false),
  });
  if (part.arguments !== '') tellText(open, part.arguments, events);
}

/** Of a part that has only begun: names and ids, but not what is still to come. */
function formsOf(part: Annotated, isFirst: boolean): { spelling?: Spelling } {
  const forms = part.spelling?.forms;
  if (forms === undefined) return {};
  const { arguments: _arguments, item_status: _status, item_content: _content, ...kept } = forms;
  return { spelling: { dialect: name, forms: isFirst ? { ...kept, item: 'start' } : kept } };
}

/** The part of the item at this position, begun when it has not been. */
export function partAt(
  state: StreamState,
  item: ItemState,
  place: { readonly at: number; readonly kind: Kind; readonly isSummary?: boolean },
  events: ChatEvent[],
): OpenPart {
  const open = item.parts[place.at];
  if (open !== undefined) return open;
  const created: OpenPart = {
    index: nextPart(state),
    kind: place.kind,
    text: '',
    citations: 0,
    isEnded: false,
  };
  item.parts[place.at] = created;
  const { kind } = place;
  const [first] = parseItem(item.item, 'item', 'lenient');
  const spelling =
    place.at === 0 && first !== undefined ? formsOf(first, kind !== 'reasoning') : continued(kind);
  if (kind === 'reasoning')
    events.push({
      type: 'reasoning-start',
      index: created.index,
      ...(place.isSummary && { summary: true }),
      ...spelling,
    });
  else if (kind !== 'tool-call') events.push({ type: `${kind}-start`, index: created.index, ...spelling });
  return created;
}

function continued(kind: Kind): { spelling?: Spelling } {
  return kind === 'reasoning' ? {} : { spelling: { dialect: name, forms: { item: 'continued' } } };
}

export function tellText(part: OpenPart, text: string, events: ChatEvent[]): void {
  if (part.isEnded || text === '') return;
  const { index, kind } = part;
  part.text += text;
  if (kind === 'tool-call') events.push({ type: 'tool-call-delta', index, arguments: text });
  else events.push({ type: `${kind}-delta`, index, text });
}

/** A piece of reasoning; where another piece begins, the two are told apart. */
export function tellReasoning(
  part: OpenPart,
  item: ItemState,
  piece: { readonly of: string; readonly text: string },
  events: ChatEvent[],
): void {
  if (item.piece !== undefined && item.piece !== piece.of) tellText(part, between, events);
  item.piece = piece.of;
  tellText(part, piece.text, events);
}

/** The item as it is in the end: what had not been told of it is told, and what was open is closed. */
export function finishItem(state: StreamState, item: ItemState, value: Json, events: ChatEvent[]): void {
  item.isDone = true;
  const parts = isJsonObject(value) ? parseItem(value, 'item', 'lenient') : [];
  for (const [at, part] of parts.entries()) {
    const open = item.parts[at];
    if (open === undefined) tellWhole(state, part, events);
    else finishPart(open, part, events);
  }
  closeItem(item, events);
}

function tellWhole(state: StreamState, part: Part, events: ChatEvent[]): void {
  if (part.type === 'tool-call') state.hasCalls = true;
  events.push(...unfoldPart(part, { index: nextPart(state) }));
}

function finishPart(open: OpenPart, part: Part, events: ChatEvent[]): void {
  if (open.isEnded || part.type !== open.kind) return;
  const final = part.type === 'tool-call' ? part.arguments : part.text;
  if (final.startsWith(open.text)) tellText(open, final.slice(open.text.length), events);
  if (part.type === 'text') {
    for (const citation of (part.citations ?? []).slice(open.citations))
      events.push({ type: 'source', index: open.index, citation });
  }
  const opaque = part.type === 'reasoning' ? part.opaque : undefined;
  endPart(open, { ...known({ extensions: part.extensions, spelling: part.spelling }) }, opaque, events);
}

function endPart(
  open: OpenPart,
  annotations: Annotated,
  opaque: OpaqueState | undefined,
  events: ChatEvent[],
): void {
  open.isEnded = true;
  const { index, kind } = open;
  if (kind === 'reasoning')
    events.push({ type: 'reasoning-end', index, ...known({ opaque }), ...annotations });
  else events.push({ type: `${kind}-end`, index, ...annotations });
}

function closeItem(item: ItemState, events: ChatEvent[]): void {
  for (const open of item.parts)
    if (open !== undefined && !open.isEnded) endPart(open, {}, undefined, events);
}

/** Closes whatever is open when nothing more is known of it. */
export function closeAll(state: StreamState, events: ChatEvent[]): void {
  for (const item of state.items.values()) closeItem(item, events);
}
