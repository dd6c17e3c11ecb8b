/**
 * Events become a Messages stream. Blocks must come one after the other here, so a part that begins while another is open
 * waits for it; everything else goes out as it comes.
 */
import type { KeelsonError } from '../../errors/index.ts';
import type { Frame } from '../../framing/index.ts';
import type { Json } from '../../json/index.ts';
import {
  type AnswerFacts,
  applyAnnotations,
  type ChatEvent,
  type ChatRequest,
  hiddenState,
  isAlternative,
  type Loss,
  type MessageEnd,
  type OpaqueState,
  type PartEvent,
  type PartTurns,
  present,
  type ReasoningStart,
  reportEventExtras,
  reportOnce,
  reportUnsaidUsage,
  restOfInput,
  restorePart,
  type StreamedInput,
  type StreamRenderer,
  sealState,
  type ToolCallEnd,
  type Usage,
  writeInTurn,
  writeWaiting,
} from '../../message/index.ts';
import { invokeErrors } from '../bedrock-errors.ts';
import { renderCitation } from './citations.ts';
import { renderError } from './error.ts';
import { reportStop } from './finish-reason.ts';
import { renderPart } from './parts.ts';
import { renderFacts, renderStop, reportForeignFacts } from './render-response.ts';
import { renderForeignUsage, renderUsage, saidBuckets } from './usage.ts';
import { name } from './wire.ts';

interface RenderState extends PartTurns {
  readonly request: ChatRequest;
  readonly losses: Loss[];
  isOwn: boolean;
  isEnded: boolean;
  /** The beginning waits for the usage that may follow it at once. */
  start: AnswerFacts | undefined;
  usage: Usage | undefined;
  /** The number of the open part among the blocks. */
  blocks: number;
  isBlockOpen: boolean;
  /** Begun but hidden: its block has no text and comes whole with its state. */
  redacted: ReasoningStart | undefined;
  /** The call that is being written, with its arguments so far. */
  call: StreamedInput | undefined;
}

export function createStreamRenderer(request: ChatRequest): StreamRenderer {
  const state: RenderState = {
    request,
    losses: [],
    isOwn: false,
    isEnded: false,
    start: undefined,
    usage: undefined,
    open: undefined,
    blocks: 0,
    isBlockOpen: false,
    redacted: undefined,
    call: undefined,
    waiting: new Map(),
  };
  return { push: (event) => pushEvent(state, event), end: () => endStream(state), losses: state.losses };
}

function frame(type: string, fields: Readonly<Record<string, Json>>): Frame {
  return { event: type, data: JSON.stringify({ type, ...fields }) };
}

function pushEvent(state: RenderState, event: ChatEvent): Frame[] {
  if (state.isEnded) return [];
  reportEventExtras(event, name, state.losses);
  if (event.type === 'message-start') {
    state.isOwn = event.dialect === name;
    state.start = event.facts;
    return [];
  }
  if (event.type === 'usage') {
    state.usage = event.usage;
    return [];
  }
  const frames = renderStart(state);
  pushBody(state, event, frames);
  return frames;
}

function pushBody(state: RenderState, event: ChatEvent, frames: Frame[]): void {
  if (isAlternative(event, name, state.losses)) return;
  switch (event.type) {
    case 'message-end':
      endMessage(state, event, frames);
      return;
    case 'error':
      state.isEnded = true;
      frames.push(renderErrorFrame(event.error, state.request));
      return;
    case 'logprobs':
      reportOnce(state.losses, {
        field: 'logprobs',
        action: 'dropped',
        detail: `${name} has no log probabilities.`,
      });
      return;
    case 'message-start':
    case 'usage':
      return;
    default:
      writeInTurn(state, event, frames, writePartEvent);
  }
}

function renderErrorFrame(error: KeelsonError, { streamOptions }: ChatRequest): Frame {
  if (streamOptions?.framing === 'bedrock-chunks') return invokeErrors.renderErrorEvent(error);
  return { event: 'error', data: JSON.stringify(renderError(error).body) };
}

function renderStart(state: RenderState): Frame[] {
  const { start, isOwn, request, losses, usage } = state;
  if (start === undefined) return [];
  state.start = undefined;
  if (!isOwn) reportForeignFacts(start, losses);
  const message: Record<string, Json> = {
    ...renderFacts(start, request, isOwn ? undefined : losses),
    type: 'message',
    role: 'assistant',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: isOwn && usage !== undefined ? renderUsage(usage) : renderForeignUsage(usage),
  };
  return [frame('message_start', { message })];
}

function writePartEvent(state: RenderState, event: PartEvent, frames: Frame[]): void {
  switch (event.type) {
    case 'refusal-start':
      reportOnce(state.losses, {
        field: 'message.refusal',
        action: 'emulated',
        detail: 'A refusal is told as text.',
      });
      startText(state, event.index, frames);
      return;
    case 'text-start':
      startText(state, event.index, frames);
      return;
    case 'text-delta':
    case 'refusal-delta':
      writeDelta(state, { type: 'text_delta', text: event.text }, frames);
      return;
    case 'reasoning-start':
      startReasoning(state, event, frames);
      return;
    case 'reasoning-delta':
      writeDelta(state, { type: 'thinking_delta', thinking: event.text }, frames);
      return;
    case 'reasoning-end':
      endReasoning(state, event.opaque, frames);
      return;
    case 'tool-call-start':
      startToolCall(state, event, frames);
      return;
    case 'tool-call-delta':
      writeInput(state, event.arguments, frames);
      return;
    case 'tool-call-end':
      endToolCall(state, event, frames);
      return;
    case 'source':
      writeSource(state, event, frames);
      return;
    case 'part':
      writeWhole(state, event, frames);
      return;
    default:
      closeBlock(state, frames);
  }
}

function openBlock(state: RenderState, block: Json, frames: Frame[]): void {
  state.isBlockOpen = true;
  frames.push(frame('content_block_start', { index: state.blocks, content_block: block }));
}

function writeDelta(state: RenderState, delta: Json, frames: Frame[]): void {
  if (state.isBlockOpen) frames.push(frame('content_block_delta', { index: state.blocks, delta }));
}

function closeBlock(state: RenderState, frames: Frame[]): void {
  state.open = undefined;
  if (!state.isBlockOpen) return;
  state.isBlockOpen = false;
  frames.push(frame('content_block_stop', { index: state.blocks++ }));
}

function startText(state: RenderState, index: number, frames: Frame[]): void {
  state.open = index;
  openBlock(state, { type: 'text', text: '' }, frames);
}

function startReasoning(state: RenderState, event: ReasoningStart, frames: Frame[]): void {
  state.open = event.index;
  if (event.redacted) state.redacted = event;
  else openBlock(state, { type: 'thinking', thinking: '', signature: '' }, frames);
}

function endReasoning(state: RenderState, opaque: OpaqueState | undefined, frames: Frame[]): void {
  const sealed = opaque && sealState(opaque, name);
  if (state.redacted !== undefined) {
    state.redacted = undefined;
    if (sealed !== undefined) openBlock(state, { type: 'redacted_thinking', data: sealed }, frames);
  } else if (sealed !== undefined) writeDelta(state, { type: 'signature_delta', signature: sealed }, frames);
  closeBlock(state, frames);
}

function rendering(state: RenderState) {
  return { losses: state.losses, isOwn: state.isOwn, isAnswer: true };
}

function startToolCall(
  state: RenderState,
  event: Extract<ChatEvent, { type: 'tool-call-start' }>,
  frames: Frame[],
): void {
  state.open = event.index;
  const { type: _type, index, choice: _choice, ...fields } = event;
  const part = restorePart({ type: 'tool-call', arguments: '', ...fields }, state.request, name);
  const block = renderPart(part, `message.parts[${index}]`, rendering(state));
  if (block === undefined) return;
  state.call = { custom: event.custom === true, text: '' };
  openBlock(state, { ...block, input: {} }, frames);
}

/** Free text has to become an object, and so waits for its end; JSON goes out as it comes. */
function writeInput(state: RenderState, text: string, frames: Frame[]): void {
  if (state.call === undefined) return;
  state.call.text += text;
  if (!state.call.custom) writeDelta(state, { type: 'input_json_delta', partial_json: text }, frames);
}

function endToolCall(state: RenderState, event: ToolCallEnd, frames: Frame[]): void {
  const { call, losses } = state;
  const rest = call && restOfInput(call, `message.parts[${event.index}]`, losses);
  if (rest !== undefined) writeDelta(state, { type: 'input_json_delta', partial_json: rest }, frames);
  state.call = undefined;
  closeBlock(state, frames);
  if (event.opaque !== undefined) writeCallState(state, event.opaque, frames);
}

/** Calls have no place for their state here; it follows as hidden reasoning. */
function writeCallState(state: RenderState, opaque: OpaqueState, frames: Frame[]): void {
  const block = renderPart(hiddenState(opaque), 'message', rendering(state));
  if (block === undefined) return;
  openBlock(state, block, frames);
  closeBlock(state, frames);
}

function writeSource(
  state: RenderState,
  event: Extract<ChatEvent, { type: 'source' }>,
  frames: Frame[],
): void {
  const field = `message.parts[${event.index}].citations`;
  if (!state.isBlockOpen) {
    state.losses.push({ field, action: 'dropped', detail: 'It came after its text had ended.' });
    return;
  }
  const citation = renderCitation(event.citation, state.losses, field);
  if (citation !== undefined) writeDelta(state, { type: 'citations_delta', citation }, frames);
}

function writeWhole(state: RenderState, event: Extract<ChatEvent, { type: 'part' }>, frames: Frame[]): void {
  const block = renderPart(event.part, `message.parts[${event.index}]`, rendering(state));
  if (block === undefined) return;
  openBlock(state, block, frames);
  closeBlock(state, frames);
}

function endMessage(state: RenderState, event: MessageEnd, frames: Frame[]): void {
  closeBlock(state, frames);
  writeWaiting(state, frames, writePartEvent);
  const { usage, isOwn } = state;
  if (!isOwn) reportEnd(state, event);
  const delta = present({ ...renderStop(event.stop, isOwn), container: event.facts?.container });
  const counts = isOwn && usage !== undefined ? renderUsage(usage) : renderForeignUsage(usage);
  const wire: Record<string, Json> = present({
    delta,
    usage: counts,
    context_management: event.facts?.contextManagement,
  });
  const { stopFields, deltaFields } = splitExtensions(event);
  applyAnnotations(wire, { extensions: { [name]: deltaFields } }, name);
  frames.push(frame('message_delta', wire), frame('message_stop', stopFields));
  state.isEnded = true;
}

/** Fields of a host's own stood in the last event and go there again. */
function splitExtensions({ extensions }: MessageEnd) {
  const fields = Object.entries(extensions?.[name] ?? {});
  const isStop = ([field]: [string, Json]): boolean => field.startsWith('amazon-bedrock-');
  return {
    stopFields: Object.fromEntries(fields.filter(isStop)),
    deltaFields: Object.fromEntries(fields.filter((entry) => !isStop(entry))),
  };
}

function reportEnd({ losses, usage }: RenderState, { facts, stop }: MessageEnd): void {
  if (facts !== undefined) reportForeignFacts(facts, losses);
  reportStop(stop, losses);
  if (usage !== undefined) losses.push(...reportUnsaidUsage(usage, saidBuckets, name));
}

/** A stream that ends without its end leaves no half a frame; the caller's client sees that it broke off. */
function endStream(state: RenderState): Frame[] {
  const frames = renderStart(state);
  state.isEnded = true;
  return frames;
}
