/**
 * Events of a Converse stream become canonical events. A part is a block and keeps its index; text and reasoning begin with
 * their first delta, and the counts come last, after the reason to stop.
 */
import { KeelsonError } from '../../errors/index.ts';
import type { Frame } from '../../framing/index.ts';
import { isJsonObject, type Json, type JsonObject } from '../../json/index.ts';
import {
  type Annotated,
  type ChatEvent,
  createStreamReader,
  isPartNumber,
  known,
  openState,
  readFrameObject,
  type StopReason,
  type StreamParser,
  unfoldPart,
  WireObject,
} from '../../message/index.ts';
import { parseCitation } from './citations.ts';
import { errorFromEvent } from './error.ts';
import { parseStop } from './finish-reason.ts';
import { parseFacts, sequenceIn } from './parse-response.ts';
import { parsePart } from './parts.ts';
import { parseUsage } from './usage.ts';
import { type BedrockConverseQuirks, name } from './wire.ts';

type BlockType = 'text' | 'reasoning' | 'tool-call' | 'native';

interface BlockState {
  readonly type: BlockType;
  readonly isRedacted: boolean;
  /** Pieces of a signature, or of withheld reasoning. */
  readonly state: string[];
  /** Whether input of a call has been told. */
  hasInput: boolean;
  /** The kind of a block that is carried whole, with what it holds so far. */
  readonly kind: string;
  readonly value: Record<string, Json>;
}

interface StreamState {
  isStarted: boolean;
  isEnded: boolean;
  readonly blocks: Map<number, BlockState>;
  stop: StopReason | undefined;
  modelFields: Json | undefined;
}

export function createStreamParser(_quirks: BedrockConverseQuirks): StreamParser {
  const state: StreamState = {
    isStarted: false,
    isEnded: false,
    blocks: new Map(),
    stop: undefined,
    modelFields: undefined,
  };
  return createStreamReader(state, {
    dialect: name,
    read: pushEvent,
    close: closeBlocks,
    finish: finishEarly,
  });
}

function pushEvent(state: StreamState, frame: Frame, events: ChatEvent[]): void {
  const data = readFrameObject(frame, name);
  const { event = '' } = frame;
  switch (event) {
    case 'contentBlockDelta':
      pushDelta(state, data, events);
      break;
    case 'contentBlockStart':
      startBlock(state, data, events);
      break;
    case 'contentBlockStop':
      endBlock(state, data.contentBlockIndex as number, events);
      break;
    case 'messageStart':
      startMessage(state, events);
      break;
    case 'messageStop':
      stopMessage(state, data, events);
      break;
    case 'metadata':
      finish(state, data, events);
      break;
    default:
      // An unknown event never fails a stream.
      if (event === 'error' || event.endsWith('Exception')) throw errorFromEvent(event, data);
  }
}

function startMessage(state: StreamState, events: ChatEvent[]): void {
  if (state.isStarted) return;
  state.isStarted = true;
  events.push({ type: 'message-start', dialect: name, facts: {} });
}

function openBlock(
  state: StreamState,
  { contentBlockIndex: index }: JsonObject,
  block: Partial<BlockState> & Pick<BlockState, 'type'>,
): BlockState {
  if (!isPartNumber(index) || state.blocks.has(index)) {
    const message = `A block of the stream has no usable index (\`${String(index)}\`).`;
    const details = { dialect: name, field: 'contentBlockIndex' };
    throw new KeelsonError('invalid_response', message, { details });
  }
  const opened = { isRedacted: false, state: [], hasInput: false, kind: '', value: {}, ...block };
  state.blocks.set(index, opened);
  return opened;
}

function startBlock(state: StreamState, data: JsonObject, events: ChatEvent[]): void {
  const { start } = data;
  if (!isJsonObject(start)) return;
  if (!isJsonObject(start.toolUse)) {
    const [kind] = Object.keys(start);
    const value = kind === undefined ? undefined : start[kind];
    if (kind !== undefined)
      openBlock(state, data, { type: 'native', kind, value: isJsonObject(value) ? { ...value } : {} });
    return;
  }
  openBlock(state, data, { type: 'tool-call' });
  const index = data.contentBlockIndex as number;
  const part = parsePart({ toolUse: { ...start.toolUse, input: {} } }, placeOf(index));
  const [first] = unfoldPart(part, { index });
  events.push(first as ChatEvent);
}

function placeOf(index: number) {
  return { path: `content[${index}]`, reading: 'lenient', isAnswer: true } as const;
}

function pushDelta(state: StreamState, data: JsonObject, events: ChatEvent[]): void {
  const index = data.contentBlockIndex as number;
  const { delta } = data;
  if (!isJsonObject(delta)) return;
  const { text, toolUse, reasoningContent, citation } = delta;
  if (typeof text === 'string') {
    beginText(state, data, events);
    if (text !== '') events.push({ type: 'text-delta', index, text });
  } else if (isJsonObject(toolUse)) pushInput(state, index, toolUse.input, events);
  else if (isJsonObject(reasoningContent)) pushReasoning(state, data, reasoningContent, events);
  else if (citation !== undefined) {
    beginText(state, data, events);
    events.push({ type: 'source', index, citation: parseCitation(citation) });
  } else growBlock(state, data, delta);
}

/** Text has no start of its own: its first delta is one. */
function beginText(state: StreamState, data: JsonObject, events: ChatEvent[]): void {
  const index = data.contentBlockIndex as number;
  if (state.blocks.get(index)?.type === 'text') return;
  openBlock(state, data, { type: 'text' });
  events.push({ type: 'text-start', index });
}

function pushInput(state: StreamState, index: number, piece: Json | undefined, events: ChatEvent[]): void {
  const block = state.blocks.get(index);
  if (block?.type !== 'tool-call' || typeof piece !== 'string' || piece === '') return;
  block.hasInput = true;
  events.push({ type: 'tool-call-delta', index, arguments: piece });
}

function pushReasoning(
  state: StreamState,
  data: JsonObject,
  { text, signature, redactedContent }: JsonObject,
  events: ChatEvent[],
): void {
  const index = data.contentBlockIndex as number;
  let block = state.blocks.get(index);
  if (block === undefined || block.type !== 'reasoning') {
    const isRedacted = typeof redactedContent === 'string';
    block = openBlock(state, data, { type: 'reasoning', isRedacted });
    events.push({ type: 'reasoning-start', index, ...(isRedacted && { redacted: true }) });
  }
  if (typeof text === 'string' && text !== '') events.push({ type: 'reasoning-delta', index, text });
  if (typeof signature === 'string' && !block.isRedacted) block.state.push(signature);
  if (typeof redactedContent === 'string' && block.isRedacted) block.state.push(redactedContent);
}

/** A delta of a block that is carried whole: lists grow, other fields are replaced. */
function growBlock(state: StreamState, data: JsonObject, delta: JsonObject): void {
  const [kind] = Object.keys(delta);
  if (kind === undefined) return;
  const block =
    state.blocks.get(data.contentBlockIndex as number) ?? openBlock(state, data, { type: 'native', kind });
  const piece = delta[kind];
  if (block.type !== 'native') return;
  if (Array.isArray(piece)) {
    const before = Array.isArray(block.value.content) ? (block.value.content as readonly Json[]) : [];
    block.value.content = [...before, ...(piece as readonly Json[])];
  } else if (isJsonObject(piece)) Object.assign(block.value, piece);
}

function endBlock(state: StreamState, index: number, events: ChatEvent[]): void {
  const block = state.blocks.get(index);
  if (block === undefined) return;
  state.blocks.delete(index);
  switch (block.type) {
    case 'text':
      events.push({ type: 'text-end', index });
      break;
    case 'reasoning':
      events.push({ type: 'reasoning-end', index, ...known({ opaque: stateOf(block) }) });
      break;
    case 'tool-call':
      if (!block.hasInput) events.push({ type: 'tool-call-delta', index, arguments: '{}' });
      events.push({ type: 'tool-call-end', index });
      break;
    case 'native':
      events.push({ type: 'part', index, part: parsePart({ [block.kind]: block.value }, placeOf(index)) });
      break;
  }
}

function stateOf({ state, isRedacted }: BlockState) {
  const joined = isRedacted ? joinBase64(state) : state.join('');
  return joined === '' ? undefined : openState(joined, name);
}

/** Bytes that came in pieces, each in base64 of its own. */
function joinBase64(pieces: readonly string[]): string {
  const [first = ''] = pieces;
  if (pieces.length < 2) return first;
  try {
    return btoa(pieces.map((piece) => atob(piece)).join(''));
  } catch {
    return pieces.join('');
  }
}

function stopMessage(state: StreamState, data: JsonObject, events: ChatEvent[]): void {
  closeBlocks(state, events);
  const { stopReason, additionalModelResponseFields: modelFields } = data;
  state.modelFields = modelFields ?? undefined;
  const reason = typeof stopReason === 'string' ? stopReason : undefined;
  state.stop = parseStop(reason, sequenceIn(state.modelFields));
}

function closeBlocks(state: StreamState, events: ChatEvent[]): void {
  for (const index of [...state.blocks.keys()]) endBlock(state, index, events);
}

/** The counts end the stream. */
function finish(state: StreamState, data: JsonObject, events: ChatEvent[]): void {
  const wire = WireObject.open(data, '', 'lenient');
  // Padding, so that the length of an event tells nothing.
  wire.consume('p');
  const usage = parseUsage(wire.record('usage'), wire.object('metrics')?.number('latencyMs'));
  const facts = parseFacts(wire);
  // Counts before the reason to stop do not end it.
  if (usage !== undefined) events.push({ type: 'usage', usage });
  if (state.stop !== undefined) endMessage(state, { ...wire.annotations(name) }, events, facts);
}

function endMessage(
  state: StreamState,
  annotations: Annotated,
  events: ChatEvent[],
  facts: ReturnType<typeof parseFacts>,
): void {
  state.isEnded = true;
  startMessage(state, events);
  closeBlocks(state, events);
  const told = { ...facts, ...known({ modelFields: state.modelFields }) };
  events.push({
    type: 'message-end',
    stop: state.stop ?? { unified: 'unknown' },
    facts: told,
    ...annotations,
  });
}

/** Once the reason is known nothing is missing but the counts. */
function finishEarly(state: StreamState, events: ChatEvent[]): boolean {
  if (state.stop === undefined) return false;
  endMessage(state, {}, events, {});
  return true;
}
