/**
 * Events of a Messages stream become canonical events. Blocks are explicit here, so a part is a block and keeps its index;
 * usage comes at the beginning and, cumulative, with the end.
 */
import { KeelsonError } from '../../errors/index.ts';
import type { Frame } from '../../framing/index.ts';
import { isJsonObject, type Json, type JsonObject, setField } from '../../json/index.ts';
import {
  type Annotated,
  type ChatEvent,
  createStreamReader,
  isPartNumber,
  known,
  mergeAnnotations,
  type OpaqueState,
  openState,
  readFrameObject,
  type StopReason,
  type StreamParser,
  unfoldPart,
  WireObject,
} from '../../message/index.ts';
import { invokeErrors } from '../bedrock-errors.ts';
import { parseCitation } from './citations.ts';
import { errorFromEvent } from './error.ts';
import { parseStop } from './finish-reason.ts';
import { parseFacts } from './parse-response.ts';
import { parsePart } from './parts.ts';
import { parseUsage } from './usage.ts';
import { type AnthropicMessagesQuirks, name } from './wire.ts';

interface BlockState {
  readonly type: 'text' | 'reasoning' | 'tool-call' | 'native';
  opaque: OpaqueState | undefined;
  /** Whether arguments of a call have been told. */
  hasInput: boolean;
  /** The block as it stands, when it is carried whole. */
  readonly value: Record<string, Json>;
}

interface StreamState {
  isStarted: boolean;
  isEnded: boolean;
  readonly blocks: Map<number, BlockState>;
  /** Fields of the start and the end together; later ones win. */
  usage: Record<string, Json> | undefined;
  stop: StopReason | undefined;
  facts: ReturnType<typeof parseFacts>;
  annotations: Annotated;
}

export function createStreamParser(_quirks: AnthropicMessagesQuirks): StreamParser {
  const state: StreamState = {
    isStarted: false,
    isEnded: false,
    blocks: new Map(),
    usage: undefined,
    stop: undefined,
    facts: {},
    annotations: {},
  };
  return createStreamReader(state, { dialect: name, read, close: closeBlocks, finish: finishEarly });
}

function read(state: StreamState, frame: Frame, events: ChatEvent[]): void {
  // `[DONE]` is no event of this format; gateways that speak the chat format elsewhere add it.
  if (frame.data === '[DONE]') return;
  const data = readFrameObject(frame, name);
  if (frame.event !== undefined && isException(frame.event, data))
    throw invokeErrors.errorFromEvent(frame.event, data);
  pushEvent(state, data, events);
}

/** Bedrock tells its own failures beside the events of the model. */
function isException(event: string, { type }: JsonObject): boolean {
  return event.endsWith('Exception') || (event === 'error' && type === undefined);
}

function pushEvent(state: StreamState, data: JsonObject, events: ChatEvent[]): void {
  switch (data.type) {
    case 'content_block_delta':
      pushDelta(state, data, events);
      break;
    case 'content_block_start':
      startBlock(state, data, events);
      break;
    case 'content_block_stop':
      endBlock(state, data.index as number, events);
      break;
    case 'message_start':
      startMessage(state, data, events);
      break;
    case 'message_delta':
      pushMessageDelta(state, data, events);
      break;
    case 'message_stop':
      keepStopFields(state, data);
      finish(state, events);
      break;
    case 'error':
      throw errorFromEvent(data);
    default:
      // `ping`, and whatever may come: an unknown event never fails a stream. A bare error body is no event.
      if (data.type === undefined && data.error !== undefined) throw errorFromEvent(data);
  }
}

function startMessage(state: StreamState, { message }: JsonObject, events: ChatEvent[]): void {
  const wire = WireObject.open(isJsonObject(message) ? message : {}, 'message', 'lenient');
  wire.constant('type', 'message');
  wire.constant('role', 'assistant');
  // Said at the end of a stream; here they are null or empty.
  for (const field of ['content', 'stop_reason', 'stop_sequence', 'stop_details']) wire.consume(field);
  const facts = parseFacts(wire);
  const usage = wire.record('usage');
  state.annotations = wire.annotations(name);
  state.isStarted = true;
  events.push({ type: 'message-start', dialect: name, facts });
  if (usage !== undefined) pushUsage(state, usage, events);
}

/** The end repeats some counts and leaves out others, so the two are read together. */
function pushUsage(state: StreamState, usage: JsonObject, events: ChatEvent[]): void {
  const merged = { ...state.usage };
  for (const key of Object.keys(usage)) {
    const value = usage[key] as Json;
    if (value !== null || merged[key] === undefined) setField(merged, key, value);
  }
  state.usage = merged;
  events.push({ type: 'usage', usage: parseUsage(merged) });
}

function startBlock(state: StreamState, data: JsonObject, events: ChatEvent[]): void {
  const { index, content_block: block } = data;
  if (!isPartNumber(index) || !isJsonObject(block) || state.blocks.has(index)) {
    const message = `A block of the stream has no usable index (\`${String(index)}\`).`;
    throw new KeelsonError('invalid_response', message, { details: { dialect: name, field: 'index' } });
  }
  const part = parsePart(block, `content[${index}]`, 'lenient');
  const type =
    part.type === 'text' || part.type === 'reasoning' || part.type === 'tool-call' ? part.type : 'native';
  const opaque = part.type === 'reasoning' ? part.opaque : undefined;
  const hasInput = part.type === 'tool-call' && part.arguments !== emptyInput && part.arguments !== '';
  state.blocks.set(index, { type, opaque, hasInput, value: { ...block } });
  if (type === 'native') return;
  // A part is told as it stands, but for its end, which comes with the block's; an empty input is only not there yet.
  const [start, ...rest] = unfoldPart(part, { index }).slice(0, -1);
  events.push(start as ChatEvent, ...(type === 'tool-call' && !hasInput ? [] : rest));
}

/** What a call says in its start, whether or not input follows in pieces. */
const emptyInput = '{}';

function pushDelta(state: StreamState, data: JsonObject, events: ChatEvent[]): void {
  const index = data.index as number;
  const { delta } = data;
  const block = state.blocks.get(index);
  if (block === undefined || !isJsonObject(delta)) return;
  switch (delta.type) {
    case 'text_delta':
      if (typeof delta.text === 'string') events.push({ type: 'text-delta', index, text: delta.text });
      break;
    case 'input_json_delta':
      pushInput(block, { piece: delta.partial_json, index }, events);
      break;
    case 'thinking_delta':
      if (typeof delta.thinking === 'string')
        events.push({ type: 'reasoning-delta', index, text: delta.thinking });
      break;
    case 'signature_delta':
      pushSignature(block, delta.signature);
      break;
    case 'citations_delta':
      events.push({ type: 'source', index, citation: parseCitation(delta.citation ?? {}) });
      break;
    default:
      growBlock(block, delta);
  }
}

function pushInput(
  block: BlockState,
  { piece, index }: { readonly piece: Json | undefined; readonly index: number },
  events: ChatEvent[],
): void {
  if (typeof piece !== 'string' || piece === '') return;
  block.hasInput = true;
  events.push({ type: 'tool-call-delta', index, arguments: piece });
}

function pushSignature(block: BlockState, piece: Json | undefined): void {
  if (typeof piece === 'string' && piece !== '')
    block.opaque = { dialect: name, value: (block.opaque?.value ?? '') + piece };
}

/** A delta of a block that is carried whole: its texts grow, its other fields are replaced. */
function growBlock({ value }: BlockState, delta: JsonObject): void {
  for (const key of Object.keys(delta)) {
    if (key === 'type') continue;
    const before = value[key];
    const piece = delta[key] as Json;
    setField(value, key, typeof before === 'string' && typeof piece === 'string' ? before + piece : piece);
  }
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
      events.push({
        type: 'reasoning-end',
        index,
        ...known({ opaque: block.opaque && openState(block.opaque.value, name) }),
      });
      break;
    case 'tool-call':
      if (!block.hasInput) events.push({ type: 'tool-call-delta', index, arguments: emptyInput });
      events.push({ type: 'tool-call-end', index });
      break;
    case 'native':
      events.push({ type: 'part', index, part: parsePart(block.value, `content[${index}]`, 'lenient') });
      break;
  }
}

function pushMessageDelta(state: StreamState, data: JsonObject, events: ChatEvent[]): void {
  const wire = WireObject.open(data, '', 'lenient');
  wire.constant('type', 'message_delta');
  const delta = wire.object('delta');
  const usage = wire.record('usage');
  const reason = delta?.string('stop_reason');
  const details = delta?.record('stop_details');
  state.stop = parseStop({ reason, sequence: delta?.string('stop_sequence'), details });
  state.facts = { ...state.facts, ...known({ container: delta?.json('container') }), ...parseFacts(wire) };
  // Only what nobody knows is remembered: nulls of an event are not nulls of the message.
  const { extensions } = wire.annotations(name);
  if (extensions !== undefined) state.annotations = mergeAnnotations(state.annotations, { extensions });
  if (usage !== undefined) pushUsage(state, usage, events);
}

/** Bedrock adds its metrics here. */
function keepStopFields(state: StreamState, data: JsonObject): void {
  const wire = WireObject.open(data, '', 'lenient');
  wire.constant('type', 'message_stop');
  const { extensions } = wire.annotations(name);
  if (extensions !== undefined) state.annotations = mergeAnnotations(state.annotations, { extensions });
}

function closeBlocks(state: StreamState, events: ChatEvent[]): void {
  for (const index of [...state.blocks.keys()]) endBlock(state, index, events);
}

function finish(state: StreamState, events: ChatEvent[]): void {
  state.isEnded = true;
  if (!state.isStarted) events.push({ type: 'message-start', dialect: name, facts: {} });
  closeBlocks(state, events);
  const stop = state.stop ?? { unified: 'unknown' };
  events.push({ type: 'message-end', stop, facts: state.facts, ...state.annotations });
}

/** Some hosts leave out the last event; once the reason is known nothing is missing. */
function finishEarly(state: StreamState, events: ChatEvent[]): boolean {
  if (state.stop?.raw === undefined) return false;
  finish(state, events);
  return true;
}
