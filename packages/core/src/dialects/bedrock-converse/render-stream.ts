/**
 * Events become a Converse stream. Blocks come one after the other here, so a part that begins while another is open waits
 * for it; everything else goes out as it comes.
 */
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
  reportDemandedUsage,
  reportEventExtras,
  reportOnce,
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
import { renderCitation } from './citations.ts';
import { renderErrorEvent } from './error.ts';
import { renderStop, reportStop } from './finish-reason.ts';
import { renderPart } from './parts.ts';
import { renderFacts, reportForeignFacts } from './render-response.ts';
import type { Rendering } from './rendering.ts';
import { renderCall } from './tool-calls.ts';
import { renderUsageAndMetrics, saidBuckets } from './usage.ts';
import { name } from './wire.ts';

interface RenderState extends PartTurns {
  readonly request: ChatRequest;
  readonly losses: Loss[];
  isOwn: boolean;
  isEnded: boolean;
  facts: AnswerFacts;
  usage: Usage | undefined;
  /** The number of the open part among the blocks. */
  blocks: number;
  /** Whether the block of the open part has been told, by a start or a delta. */
  isTold: boolean;
  isRedacted: boolean;
  /** The call that is being written, with its arguments so far. */
  call: StreamedInput | undefined;
}

export function createStreamRenderer(request: ChatRequest): StreamRenderer {
  const state: RenderState = {
    request,
    losses: [],
    isOwn: false,
    isEnded: false,
    facts: {},
    usage: undefined,
    open: undefined,
    blocks: 0,
    isTold: false,
    isRedacted: false,
    call: undefined,
    waiting: new Map(),
  };
  const end = (): Frame[] => {
    state.isEnded = true;
    return [];
  };
  return { push: (event) => pushEvent(state, event), end, losses: state.losses };
}

function frame(event: string, fields: Readonly<Record<string, Json>>): Frame {
  return { event, data: JSON.stringify(fields) };
}

function pushEvent(state: RenderState, event: ChatEvent): Frame[] {
  if (state.isEnded) return [];
  reportEventExtras(event, name, state.losses);
  const frames: Frame[] = [];
  if (isAlternative(event, name, state.losses)) return frames;
  switch (event.type) {
    case 'message-start':
      state.isOwn = event.dialect === name;
      state.facts = event.facts;
      frames.push(frame('messageStart', { role: 'assistant' }));
      break;
    case 'usage':
      state.usage = event.usage;
      break;
    case 'message-end':
      endMessage(state, event, frames);
      break;
    case 'error':
      state.isEnded = true;
      frames.push(renderErrorEvent(event.error));
      break;
    case 'logprobs':
      reportOnce(state.losses, {
        field: 'logprobs',
        action: 'dropped',
        detail: `${name} has no log probabilities.`,
      });
      break;
    default:
      writeInTurn(state, event, frames, writePartEvent);
  }
  return frames;
}

function writePartEvent(state: RenderState, event: PartEvent, frames: Frame[]): void {
  switch (event.type) {
    case 'refusal-start':
      reportOnce(state.losses, {
        field: 'message.refusal',
        action: 'emulated',
        detail: 'A refusal is told as text.',
      });
      state.open = event.index;
      return;
    case 'text-start':
      state.open = event.index;
      return;
    case 'text-delta':
    case 'refusal-delta':
      state.open = event.index;
      writeDelta(state, { text: event.text }, frames);
      return;
    case 'reasoning-start':
      state.open = event.index;
      state.isRedacted = event.redacted === true;
      return;
    case 'reasoning-delta':
      state.open = event.index;
      if (!state.isRedacted) writeDelta(state, { reasoningContent: { text: event.text } }, frames);
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

function writeDelta(state: RenderState, delta: Json, frames: Frame[]): void {
  state.isTold = true;
  frames.push(frame('contentBlockDelta', { contentBlockIndex: state.blocks, delta }));
}

function startBlock(state: RenderState, start: Json, frames: Frame[]): void {
  state.isTold = true;
  frames.push(frame('contentBlockStart', { contentBlockIndex: state.blocks, start }));
}

/** A block of which nothing was told does not exist. */
function closeBlock(state: RenderState, frames: Frame[]): void {
  state.open = undefined;
  state.isRedacted = false;
  if (!state.isTold) return;
  state.isTold = false;
  frames.push(frame('contentBlockStop', { contentBlockIndex: state.blocks++ }));
}

function endReasoning(state: RenderState, opaque: OpaqueState | undefined, frames: Frame[]): void {
  const sealed = opaque && sealState(opaque, name);
  if (sealed !== undefined) {
    const told = state.isRedacted ? { redactedContent: sealed } : { signature: sealed };
    writeDelta(state, { reasoningContent: told }, frames);
  }
  closeBlock(state, frames);
}

function rendering({ losses, isOwn }: RenderState): Rendering {
  return { losses, isOwn, isAnswer: true, documents: new Set() };
}

function startToolCall(
  state: RenderState,
  event: Extract<ChatEvent, { type: 'tool-call-start' }>,
  frames: Frame[],
): void {
  state.open = event.index;
  const { type: _type, index, choice: _choice, ...fields } = event;
  const part = restorePart({ type: 'tool-call', arguments: '', ...fields }, state.request, name);
  if (part.type !== 'tool-call') return;
  const toolUse = renderCall(part, `message.parts[${index}]`, rendering(state));
  if (toolUse === undefined) return;
  state.call = { custom: event.custom === true, text: '' };
  const start: Record<string, Json> = { toolUse };
  applyAnnotations(start, part, name);
  startBlock(state, start, frames);
}

/** Free text has to become an object, and so waits for its end; JSON goes out as it comes. */
function writeInput(state: RenderState, text: string, frames: Frame[]): void {
  if (state.call === undefined) return;
  state.call.text += text;
  if (!state.call.custom) writeDelta(state, { toolUse: { input: text } }, frames);
}

function endToolCall(state: RenderState, event: ToolCallEnd, frames: Frame[]): void {
  const { call, losses } = state;
  const rest = call && restOfInput(call, `message.parts[${event.index}]`, losses);
  if (rest !== undefined) writeDelta(state, { toolUse: { input: rest } }, frames);
  state.call = undefined;
  closeBlock(state, frames);
  if (event.opaque !== undefined) writeCallState(state, event.opaque, frames);
}

/** Calls have no place for their state here; it follows as hidden reasoning. */
function writeCallState(state: RenderState, opaque: OpaqueState, frames: Frame[]): void {
  const hidden = hiddenState(opaque).opaque;
  if (hidden === undefined) return;
  writeDelta(state, { reasoningContent: { redactedContent: sealState(hidden, name) } }, frames);
  closeBlock(state, frames);
}

function writeSource(
  state: RenderState,
  event: Extract<ChatEvent, { type: 'source' }>,
  frames: Frame[],
): void {
  const field = `message.parts[${event.index}].citations`;
  if (state.open === undefined) {
    state.losses.push({ field, action: 'dropped', detail: 'It came after its text had ended.' });
    return;
  }
  const citation = renderCitation(event.citation, state.losses, field);
  if (citation !== undefined) writeDelta(state, { citation }, frames);
}

/** Blocks that a stream of this format can tell whole: what tools of the provider gave, and images. */
function writeWhole(state: RenderState, event: Extract<ChatEvent, { type: 'part' }>, frames: Frame[]): void {
  const field = `message.parts[${event.index}]`;
  const block = renderPart(event.part, field, rendering(state));
  if (block === undefined) return;
  const { toolResult, image } = block as { toolResult?: Record<string, Json>; image?: Record<string, Json> };
  if (toolResult !== undefined) {
    const { content, ...start } = toolResult;
    startBlock(state, { toolResult: start }, frames);
    if (content !== undefined) writeDelta(state, { toolResult: content }, frames);
  } else if (image !== undefined) {
    const { format, ...delta } = image;
    startBlock(state, { image: present({ format }) }, frames);
    writeDelta(state, { image: delta }, frames);
  } else if (state.isOwn) writeDelta(state, block, frames);
  else {
    state.losses.push({ field, action: 'dropped', detail: `Streams of ${name} have no such block.` });
    return;
  }
  closeBlock(state, frames);
}

function endMessage(state: RenderState, event: MessageEnd, frames: Frame[]): void {
  closeBlock(state, frames);
  writeWaiting(state, frames, writePartEvent);
  const { usage, isOwn, losses } = state;
  const facts = { ...state.facts, ...event.facts };
  if (!isOwn) {
    reportForeignFacts(facts, losses);
    reportStop(event.stop, losses);
    losses.push(...reportDemandedUsage(usage, saidBuckets, name));
  }
  const stopReason = renderStop(event.stop, isOwn);
  frames.push(
    frame('messageStop', present({ stopReason, additionalModelResponseFields: facts.modelFields })),
  );
  const metadata: Record<string, Json> = {
    ...renderUsageAndMetrics(usage, isOwn),
    ...renderFacts(facts, isOwn),
  };
  applyAnnotations(metadata, event, name);
  frames.push(frame('metadata', metadata));
  state.isEnded = true;
}
