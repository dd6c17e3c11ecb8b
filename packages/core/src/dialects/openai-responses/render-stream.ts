/**
 * Events become a Responses stream. Several items may be open at once here, so everything goes out as it comes; the last
 * event repeats the whole response, so what was told is kept.
 */
import type { Frame } from '../../framing/index.ts';
import type { Json } from '../../json/index.ts';
import {
  type Annotated,
  type AnswerFacts,
  type ChatEvent,
  type ChatRequest,
  hiddenState,
  isAlternative,
  known,
  type Loss,
  type MessageEnd,
  mergeAnnotations,
  type OpaqueState,
  type Part,
  reportEventExtras,
  reportOnce,
  reportUnsaidUsage,
  restorePart,
  type StreamRenderer,
  type TokenLogprob,
  type Usage,
} from '../../message/index.ts';
import { renderTokenLogprobs } from '../token-logprobs.ts';
import { continues, isContent, renderItems, renderMessage, renderWords } from './assistant.ts';
import { renderCitation } from './citations.ts';
import { renderErrorEvent } from './error.ts';
import { reportStop } from './finish-reason.ts';
import { renderBody, renderFacts, reportForeignFacts } from './render-response.ts';
import { itemId } from './rendering.ts';
import {
  announce,
  deltaFields,
  type ItemRender,
  type PartRender,
  type Tell,
  tellDone,
  type Wire,
} from './stream-end.ts';
import { saidBuckets } from './usage.ts';
import { name } from './wire.ts';

interface RenderState {
  readonly request: ChatRequest;
  readonly losses: Loss[];
  isOwn: boolean;
  isEnded: boolean;
  isStarted: boolean;
  head: Wire;
  sequence: number;
  usage: Usage | undefined;
  hasCalls: boolean;
  readonly parts: Map<number, PartRender>;
  /** The items as they are in the end, by position. */
  readonly output: Json[];
  /** The message to which the next words may belong. */
  message: ItemRender | undefined;
  /** The text that is being told, to which log probabilities belong. */
  told: PartRender | undefined;
}

export function createStreamRenderer(request: ChatRequest): StreamRenderer {
  const state: RenderState = {
    request,
    losses: [],
    isOwn: false,
    isEnded: false,
    isStarted: false,
    head: {},
    sequence: 0,
    usage: undefined,
    hasCalls: false,
    parts: new Map(),
    output: [],
    message: undefined,
    told: undefined,
  };
  return { push: (event) => pushEvent(state, event), end: () => endStream(state), losses: state.losses };
}

function frame(state: RenderState, type: string, fields: Readonly<Record<string, Json>>): Frame {
  return { event: type, data: JSON.stringify({ type, sequence_number: state.sequence++, ...fields }) };
}

function teller(state: RenderState, frames: Frame[]): Tell {
  return (type, fields) => {
    frames.push(frame(state, type, fields));
  };
}

function rendering({ losses, isOwn, head }: RenderState) {
  return { losses, isOwn, isAnswer: true, cacheMark: false, answerId: String(head.id ?? '') };
}

function pushEvent(state: RenderState, event: ChatEvent): Frame[] {
  if (state.isEnded) return [];
  reportEventExtras(event, name, state.losses);
  const frames: Frame[] = [];
  if (event.type === 'message-start') startMessage(state, event.dialect, event.facts, frames);
  else if (!isAlternative(event, name, state.losses)) {
    if (!state.isStarted && event.type !== 'error' && event.type !== 'usage')
      startMessage(state, '', {}, frames);
    pushBody(state, event, frames);
  }
  return frames;
}

function pushBody(state: RenderState, event: ChatEvent, frames: Frame[]): void {
  switch (event.type) {
    case 'text-delta':
    case 'refusal-delta':
    case 'reasoning-delta':
      pushDelta(state, event.index, event.text, frames);
      break;
    case 'tool-call-delta':
      pushDelta(state, event.index, event.arguments, frames);
      break;
    case 'text-start':
    case 'refusal-start':
    case 'reasoning-start':
    case 'tool-call-start':
      startPart(state, event.index, draftOf(event, state.request), frames);
      break;
    case 'text-end':
    case 'refusal-end':
    case 'reasoning-end':
    case 'tool-call-end':
      endPart(state, event, frames);
      break;
    case 'source':
      pushSource(state, event, frames);
      break;
    case 'part':
      pushWhole(state, event.part, `message.parts[${event.index}]`, frames);
      break;
    case 'logprobs':
      pushLogprobs(state, event.logprobs.content ?? [], event.logprobs.refusal !== undefined);
      break;
    case 'usage':
      state.usage = event.usage;
      break;
    case 'message-end':
      endMessage(state, event, frames);
      break;
    case 'error':
      state.isEnded = true;
      frames.push({ event: 'error', data: JSON.stringify(renderErrorEvent(event.error, state.sequence++)) });
      break;
    default:
  }
}

function startMessage(state: RenderState, dialect: string, facts: AnswerFacts, frames: Frame[]): void {
  state.isStarted = true;
  state.isOwn = dialect === name;
  state.head = renderFacts(facts, state.request, state.isOwn ? undefined : state.losses);
  const response: Wire = {
    object: 'response',
    ...state.head,
    status: 'in_progress',
    error: null,
    incomplete_details: null,
    output: [],
    usage: null,
  };
  frames.push(
    frame(state, 'response.created', { response }),
    frame(state, 'response.in_progress', { response }),
  );
}

type Start = Extract<ChatEvent, { type: `${string}-start`; index: number }>;

/** A part as a whole message would hold it, with nothing in it yet. */
function draftOf(event: Start, request: ChatRequest): Part {
  const { type, choice: _choice, index: _index, ...fields } = event;
  const kind = type.slice(0, -'-start'.length);
  const content = kind === 'tool-call' ? { arguments: '' } : { text: '' };
  return restorePart({ type: kind, ...content, ...fields } as unknown as Part, request, name);
}

function startPart(state: RenderState, index: number, draft: Part, frames: Frame[]): void {
  if (state.parts.has(index)) return;
  if (draft.type === 'tool-call' && draft.hosted !== undefined) {
    const detail = `The call of \`${draft.name}\` was run by the provider.`;
    state.losses.push({ field: `message.parts[${index}]`, action: 'dropped', detail });
    return;
  }
  const joins = state.message !== undefined && isContent(draft) && continues(draft, rendering(state));
  if (!joins) closeMessage(state, frames);
  const item = joins ? (state.message as ItemRender) : openItem(state, draft, frames);
  const contentIndex = item.parts.length;
  const part: PartRender = {
    draft,
    text: '',
    item,
    contentIndex,
    deltaHead: deltaHead(draft, item, contentIndex),
    logprobs: [],
    citations: 0,
  };
  item.parts.push(part);
  state.parts.set(index, part);
  if (draft.type === 'text') state.told = part;
  announce(part, teller(state, frames));
}

function prefixOf(draft: Part): string {
  if (draft.type === 'reasoning') return 'rs';
  if (draft.type !== 'tool-call') return 'msg';
  return draft.custom ? 'ctc' : 'fc';
}

function openItem(state: RenderState, draft: Part, frames: Frame[]): ItemRender {
  const position = state.output.length;
  const shown = itemOf(state, draft, position, []);
  const made = itemId(prefixOf(draft), position, rendering(state));
  const id = typeof shown.id === 'string' ? shown.id : made;
  const item: ItemRender = { id, position, parts: [], content: [], isDone: false };
  state.output.push(shown);
  if (isContent(draft)) state.message = item;
  if (draft.type === 'tool-call') state.hasCalls = true;
  const { encrypted_content: _state, ...begun } = shown;
  const status =
    draft.type === 'reasoning' || (draft.type === 'tool-call' && draft.custom)
      ? {}
      : { status: 'in_progress' };
  frames.push(
    frame(state, 'response.output_item.added', { output_index: position, item: { ...begun, id, ...status } }),
  );
  return item;
}

/** The item that the part makes as it stands. */
function itemOf(state: RenderState, draft: Part, position: number, content: readonly Json[]): Wire {
  const quiet = { ...rendering(state), losses: [] };
  if (isContent(draft)) return renderMessage(draft, content, position, quiet);
  const begun =
    draft.type === 'tool-call' && !draft.custom ? { ...draft, spelling: emptyArguments(draft) } : draft;
  const [item] = renderItems([begun], 'message', quiet);
  if (item === undefined) return {};
  if (typeof item.id === 'string' && item.id === itemId(prefixOf(draft), 0, quiet))
    item.id = itemId(prefixOf(draft), position, quiet);
  return item;
}

/** Empty arguments stay empty here: they are only not there yet. */
function emptyArguments({ spelling }: Annotated) {
  const forms = spelling?.dialect === name ? spelling.forms : undefined;
  return { ...(forms && spelling), dialect: name, forms: { ...forms, arguments: 'empty' } };
}

/** Built once per part, because a delta goes out for every token. */
function deltaHead(draft: Part, { id, position }: ItemRender, contentIndex: number): string {
  const at = { item_id: id, output_index: position };
  const content = { ...at, content_index: contentIndex };
  return JSON.stringify(deltaFields(draft, at, content)).slice(0, -1);
}

function typeOfDelta({ draft }: PartRender): string {
  return deltaFields(draft, {}, {}).type as string;
}

function pushDelta(state: RenderState, index: number, text: string, frames: Frame[]): void {
  let part = state.parts.get(index);
  if (part === undefined) {
    if (state.losses.some(({ field }) => field === `message.parts[${index}]`)) return;
    startPart(state, index, { type: 'text', text: '' }, frames);
    part = state.parts.get(index);
  }
  if (part === undefined || part.item.isDone) return;
  part.text += text;
  const data = `${part.deltaHead},"sequence_number":${state.sequence++},"delta":${JSON.stringify(text)}}`;
  frames.push({ event: typeOfDelta(part), data });
}

function pushSource(
  state: RenderState,
  event: Extract<ChatEvent, { type: 'source' }>,
  frames: Frame[],
): void {
  const field = `message.parts[${event.index}].citations`;
  const part = state.parts.get(event.index);
  if (part === undefined || part.item.isDone || part.draft.type !== 'text') {
    state.losses.push({ field, action: 'dropped', detail: 'It came after its text had ended.' });
    return;
  }
  const annotation = renderCitation(event.citation, field, state.losses);
  if (annotation === undefined) return;
  part.draft = { ...part.draft, citations: [...(part.draft.citations ?? []), event.citation] };
  frames.push(
    frame(state, 'response.output_text.annotation.added', {
      item_id: part.item.id,
      output_index: part.item.position,
      content_index: part.contentIndex,
      annotation_index: part.citations++,
      annotation,
    }),
  );
}

function pushLogprobs(state: RenderState, content: readonly TokenLogprob[], hasRefusal: boolean): void {
  if (hasRefusal)
    reportOnce(state.losses, {
      field: 'logprobs.refusal',
      action: 'dropped',
      detail: `${name} has none of refusals.`,
    });
  if (content.length === 0) return;
  if (state.told === undefined)
    reportOnce(state.losses, {
      field: 'logprobs.content',
      action: 'dropped',
      detail: 'There is no text that they belong to.',
    });
  else state.told.logprobs.push(...renderTokenLogprobs(content, name));
}

type End = Extract<ChatEvent, { type: `${string}-end`; index: number }>;

function endPart(state: RenderState, event: End, frames: Frame[]): void {
  const part = state.parts.get(event.index);
  if (part === undefined || part.item.isDone) return;
  part.draft = finished(part, event);
  const { draft, item } = part;
  const opaque = 'opaque' in event ? event.opaque : undefined;
  const field = `message.parts[${event.index}]`;
  if (!isContent(draft)) {
    const { opaque: _state, ...call } = draft as Part & { opaque?: OpaqueState };
    const whole = draft.type === 'tool-call' ? (call as Part) : draft;
    endItem(state, part, { whole, field }, frames);
    if (draft.type === 'tool-call' && opaque !== undefined) tellCallState(state, item, opaque, frames);
    return;
  }
  const content = renderWords(draft, field, { ...rendering(state), losses: [] }) ?? {};
  const shown = draft.type === 'text' ? withLogprobs(content, part) : content;
  item.content.push(shown);
  tellDone(part, shown, teller(state, frames));
  // Words of this format may be followed by others of the same message.
  if (!state.isOwn) closeMessage(state, frames);
}

function finished({ draft, text }: PartRender, event: End): Part {
  const told = draft.type === 'tool-call' ? { arguments: text } : { text };
  const annotations = mergeAnnotations(draft as Annotated, event as Annotated);
  const opaque = 'opaque' in event && event.opaque !== undefined ? { opaque: event.opaque } : {};
  return { ...draft, ...told, ...opaque, ...annotations } as Part;
}

function withLogprobs(content: Wire, { logprobs, draft }: PartRender): Wire {
  const spelling = draft.spelling?.dialect === name ? draft.spelling.forms : undefined;
  const isAbsent = spelling !== undefined && spelling.logprobs === undefined && logprobs.length === 0;
  return isAbsent ? content : { ...content, logprobs };
}

/** The item as it is in the end. */
function endItem(
  state: RenderState,
  part: PartRender,
  { whole, field }: { readonly whole: Part; readonly field: string },
  frames: Frame[],
): void {
  const { item } = part;
  const [rendered] = renderItems([whole], field, rendering(state));
  const value: Wire = { ...rendered, ...(rendered?.id === undefined ? {} : { id: item.id }) };
  if (whole.type === 'tool-call' && part.text === '' && !whole.custom && value.arguments === '{}') {
    // Formats with arguments as objects send nothing for an empty one.
    pushDelta(state, indexOf(state, part), '{}', frames);
  }
  tellDone(part, value, teller(state, frames));
  item.isDone = true;
  state.output[item.position] = value;
  frames.push(frame(state, 'response.output_item.done', { output_index: item.position, item: value }));
}

function indexOf({ parts }: RenderState, part: PartRender): number {
  for (const [index, other] of parts) if (other === part) return index;
  return -1;
}

function closeMessage(state: RenderState, frames: Frame[]): void {
  const { message } = state;
  state.message = undefined;
  const first = message?.parts[0];
  if (message === undefined || first === undefined || message.isDone) return;
  message.isDone = true;
  const rendered = renderMessage(first.draft, message.content, message.position, rendering(state));
  const value: Wire = { ...rendered, ...(rendered.id !== undefined && { id: message.id }) };
  state.output[message.position] = value;
  frames.push(frame(state, 'response.output_item.done', { output_index: message.position, item: value }));
}

/** Calls have no place for their state here; it follows as hidden reasoning, which must be the next item to be found. */
function tellCallState(state: RenderState, item: ItemRender, opaque: OpaqueState, frames: Frame[]): void {
  if (item.position === state.output.length - 1) pushWhole(state, hiddenState(opaque), 'message', frames);
  else
    reportOnce(state.losses, {
      field: 'message.tool-call.opaque',
      action: 'dropped',
      detail: 'Other items had begun behind its call.',
    });
}

function pushWhole(state: RenderState, part: Part, field: string, frames: Frame[]): void {
  closeMessage(state, frames);
  const [item] = renderItems([part], field, rendering(state));
  if (item === undefined) return;
  const position = state.output.length;
  const made = itemId('rs', 0, rendering(state));
  const value = item.id === made ? { ...item, id: itemId('rs', position, rendering(state)) } : item;
  state.output.push(value);
  frames.push(
    frame(state, 'response.output_item.added', { output_index: position, item: value }),
    frame(state, 'response.output_item.done', { output_index: position, item: value }),
  );
}

function endMessage(state: RenderState, event: MessageEnd, frames: Frame[]): void {
  closeMessage(state, frames);
  const { isOwn, usage, losses } = state;
  if (!isOwn) reportEnd(state, event);
  const late = event.facts === undefined || !isOwn ? {} : renderFacts(event.facts, state.request, undefined);
  const { stop } = event;
  const message = { stop, usage, ...known({ extensions: event.extensions, spelling: event.spelling }) };
  const response = renderBody({ head: { ...state.head, ...late }, output: state.output, message, isOwn });
  if (!isOwn && usage !== undefined) losses.push(...reportUnsaidUsage(usage, saidBuckets, name));
  const type = response.status === 'incomplete' ? 'response.incomplete' : 'response.completed';
  frames.push(frame(state, type, { response }));
  state.isEnded = true;
}

function reportEnd({ losses, hasCalls }: RenderState, { facts, stop }: MessageEnd): void {
  if (facts !== undefined) reportForeignFacts(facts, losses);
  reportStop(stop, hasCalls, losses);
}

/** A stream that ends without its end leaves no half a frame; the caller's client sees that it broke off. */
function endStream(state: RenderState): Frame[] {
  state.isEnded = true;
  return [];
}
