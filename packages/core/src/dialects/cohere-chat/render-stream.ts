/** Events become a chat stream, each as soon as it comes: every event names its block or call, so none has to wait. */
import type { Frame } from '../../framing/index.ts';
import type { Json } from '../../json/index.ts';
import {
  type AnswerFacts,
  type ChatEvent,
  type ChatRequest,
  isAlternative,
  type Logprobs,
  type Loss,
  type MessageEnd,
  present,
  reportEventExtras,
  reportOnce,
  reportUnsaidUsage,
  restorePart,
  type StreamRenderer,
  type ToolCallStart,
  type Usage,
} from '../../message/index.ts';
import { isPlan } from './assistant.ts';
import { renderCitation } from './citations.ts';
import { errorText } from './error.ts';
import { renderStopReason, reportStop } from './finish-reason.ts';
import { renderPart } from './parts.ts';
import { renderLogprob, reportAlternatives } from './render-response.ts';
import { type Rendering, renderFacts, reportForeignFacts } from './rendering.ts';
import { renderToolCall } from './tool-calls.ts';
import { renderUsage, saidBuckets } from './usage.ts';
import { isVersion1 } from './version-1-request.ts';
import { createStreamRenderer1 } from './version-1-stream.ts';
import { name, quirks } from './wire.ts';

/** A part on its way out; what has no place here is hidden. */
interface PartRender {
  readonly kind: 'text' | 'thinking' | 'plan' | 'call' | 'hidden';
  /** The number of its block or call, given when it begins on the wire. */
  at: number | undefined;
  /** Free text of a call, which has to become an object. */
  custom: string | undefined;
  hasArguments: boolean;
}

interface RenderState {
  readonly request: ChatRequest;
  readonly losses: Loss[];
  isOwn: boolean;
  isEnded: boolean;
  usage: Usage | undefined;
  readonly parts: Map<number, PartRender>;
  blocks: number;
  calls: number;
  citations: number;
}

type PartEvent = Extract<ChatEvent, { readonly index: number }>;

export function createStreamRenderer(request: ChatRequest): StreamRenderer {
  if (isVersion1(request)) return createStreamRenderer1(request);
  const state: RenderState = {
    request,
    losses: [],
    isOwn: false,
    isEnded: false,
    usage: undefined,
    parts: new Map(),
    blocks: 0,
    calls: 0,
    citations: 0,
  };
  return { push: (event) => pushEvent(state, event), end: () => endStream(state), losses: state.losses };
}

/** A stream that ends without its end stays open: the caller's client sees that it broke off. */
function endStream(state: RenderState): Frame[] {
  state.isEnded = true;
  return [];
}

function frame(type: string, fields: Readonly<Record<string, Json>>): Frame {
  return { event: type, data: JSON.stringify({ type, ...fields }) };
}

const done: Frame = { data: '[DONE]' };

function pushEvent(state: RenderState, event: ChatEvent): Frame[] {
  if (state.isEnded) return [];
  reportEventExtras(event, name, state.losses);
  if (isAlternative(event, name, state.losses)) return [];
  switch (event.type) {
    case 'message-start':
      return startMessage(state, event.dialect, event.facts);
    case 'usage':
      state.usage = event.usage;
      return [];
    case 'logprobs':
      return renderLogprobs(state, event.logprobs);
    case 'message-end':
      return endMessage(state, event);
    case 'error':
      state.isEnded = true;
      return [endFrame(state, { finish_reason: 'ERROR', error: errorText(event.error) }), done];
    default: {
      const frames: Frame[] = [];
      pushPart(state, event, frames);
      return frames;
    }
  }
}

function startMessage(state: RenderState, dialect: string, facts: AnswerFacts): Frame[] {
  state.isOwn = dialect === name;
  const { isOwn, losses, request } = state;
  if (!isOwn) reportForeignFacts(facts, losses);
  const message = { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] };
  return [
    frame('message-start', {
      ...renderFacts(facts, request, isOwn ? undefined : losses),
      delta: { message },
    }),
  ];
}

function pushPart(state: RenderState, event: PartEvent, frames: Frame[]): void {
  switch (event.type) {
    case 'text-delta':
    case 'refusal-delta':
      writeText(state, partOf(state, event.index, 'text'), event.text, frames);
      return;
    case 'reasoning-delta':
      writeText(state, partOf(state, event.index, 'thinking'), event.text, frames);
      return;
    case 'tool-call-delta':
      writeArguments(state.parts.get(event.index), event.arguments, frames);
      return;
    case 'text-start':
      begin(state, event.index, isPlan(event) ? 'plan' : 'text', frames);
      return;
    case 'refusal-start':
      reportOnce(state.losses, {
        field: 'message.refusal',
        action: 'emulated',
        detail: 'A refusal is told as text.',
      });
      begin(state, event.index, 'text', frames);
      return;
    case 'reasoning-start':
      if (event.redacted) reportHidden(state, event.index);
      begin(state, event.index, event.redacted ? 'hidden' : 'thinking', frames);
      return;
    case 'tool-call-start':
      startCall(state, event, frames);
      return;
    case 'source':
      writeSource(state, event, frames);
      return;
    case 'part':
      writeWhole(state, event, frames);
      return;
    default:
      endPart(state, event, frames);
  }
}

function reportHidden({ losses }: RenderState, index: number): void {
  const detail = 'Hidden reasoning is valid only where it was made.';
  losses.push({ field: `message.parts[${index}]`, action: 'dropped', detail });
}

function partOf(state: RenderState, index: number, kind: PartRender['kind']): PartRender {
  let part = state.parts.get(index);
  if (part === undefined) {
    part = { kind, at: undefined, custom: undefined, hasArguments: false };
    state.parts.set(index, part);
  }
  return part;
}

/** An empty block of another format is no block here, so its beginning waits for its text. */
function begin(state: RenderState, index: number, kind: PartRender['kind'], frames: Frame[]): void {
  const part = partOf(state, index, kind);
  if (state.isOwn && (kind === 'text' || kind === 'thinking')) openBlock(state, part, frames);
}

function openBlock(state: RenderState, part: PartRender, frames: Frame[]): number {
  if (part.at !== undefined) return part.at;
  part.at = state.blocks++;
  const content = part.kind === 'text' ? { type: 'text', text: '' } : { type: 'thinking', thinking: '' };
  frames.push(frame('content-start', { index: part.at, delta: { message: { content } } }));
  return part.at;
}

function writeText(state: RenderState, part: PartRender, text: string, frames: Frame[]): void {
  if (part.kind === 'hidden' || part.kind === 'call') return;
  if (part.kind === 'plan') {
    frames.push(frame('tool-plan-delta', { delta: { message: { tool_plan: text } } }));
    return;
  }
  const index = openBlock(state, part, frames);
  const content = part.kind === 'text' ? { text } : { thinking: text };
  frames.push(frame('content-delta', { index, delta: { message: { content } } }));
}

function startCall(state: RenderState, event: ToolCallStart, frames: Frame[]): void {
  const { type: _type, index, choice: _choice, ...fields } = event;
  // Free text is reported at its start, and sent as an object at its end.
  const part = restorePart({ type: 'tool-call', arguments: '', ...fields }, state.request, name);
  const rendering: Rendering = { quirks, losses: state.losses, isOwn: state.isOwn, isAnswer: true };
  const wire = renderToolCall(part as never, `message.parts[${index}]`, rendering);
  const render = partOf(state, index, wire === undefined ? 'hidden' : 'call');
  if (wire === undefined) return;
  render.at = state.calls++;
  if (event.custom) render.custom = '';
  const call = { ...wire, function: { ...(wire.function as object), arguments: '' } };
  frames.push(frame('tool-call-start', { index: render.at, delta: { message: { tool_calls: call } } }));
}

function writeArguments(part: PartRender | undefined, text: string, frames: Frame[]): void {
  if (part?.kind !== 'call' || part.at === undefined) return;
  if (part.custom !== undefined) {
    part.custom += text;
    return;
  }
  part.hasArguments = true;
  frames.push(argumentsFrame(part.at, text));
}

function argumentsFrame(index: number, text: string): Frame {
  return frame('tool-call-delta', {
    index,
    delta: { message: { tool_calls: { function: { arguments: text } } } },
  });
}

function writeSource(
  state: RenderState,
  event: Extract<ChatEvent, { type: 'source' }>,
  frames: Frame[],
): void {
  const citation = renderCitation(event.citation, `message.parts[${event.index}].citations`, state.losses);
  if (citation === undefined) return;
  const index = state.citations++;
  // Which block it is about is said where there is more than one.
  const at = state.parts.get(event.index)?.at ?? 0;
  const told = at === 0 || state.isOwn ? citation : { ...citation, content_index: at };
  frames.push(
    frame('citation-start', { index, delta: { message: { citations: told } } }),
    frame('citation-end', { index }),
  );
}

function writeWhole(state: RenderState, event: Extract<ChatEvent, { type: 'part' }>, frames: Frame[]): void {
  const rendering: Rendering = { quirks, losses: state.losses, isOwn: state.isOwn, isAnswer: true };
  const place = { holder: 'assistant', field: `message.parts[${event.index}]` } as const;
  const content = renderPart(event.part, place, rendering);
  if (content === undefined) return;
  const index = state.blocks++;
  frames.push(
    frame('content-start', { index, delta: { message: { content } } }),
    frame('content-end', { index }),
  );
}

type EndEvent = Extract<PartEvent, { type: 'text-end' | 'refusal-end' | 'reasoning-end' | 'tool-call-end' }>;

function endPart(state: RenderState, event: EndEvent, frames: Frame[]): void {
  const part = state.parts.get(event.index);
  if ('opaque' in event && event.opaque !== undefined && part?.kind !== 'hidden') {
    const detail = `${name} has no place for its state.`;
    state.losses.push({ field: `message.parts[${event.index}].opaque`, action: 'dropped', detail });
  }
  if (part?.at === undefined) return;
  if (part.kind !== 'call') {
    frames.push(frame('content-end', { index: part.at }));
    return;
  }
  if (part.custom !== undefined) frames.push(argumentsFrame(part.at, JSON.stringify({ input: part.custom })));
  else if (!part.hasArguments && !state.isOwn) frames.push(argumentsFrame(part.at, '{}'));
  frames.push(frame('tool-call-end', { index: part.at }));
}

/** They stand beside a piece of text; without one they come with an empty piece. */
function renderLogprobs(state: RenderState, logprobs: Logprobs): Frame[] {
  reportAlternatives(logprobs, state.losses);
  if (logprobs.refusal !== undefined)
    reportOnce(state.losses, {
      field: 'logprobs.refusal',
      action: 'dropped',
      detail: 'Only text has them here.',
    });
  const index = Math.max(0, state.blocks - 1);
  return (logprobs.content ?? []).map((entry) =>
    frame('content-delta', {
      index,
      delta: { message: { content: { text: '' } } },
      logprobs: renderLogprob(entry),
    }),
  );
}

function endMessage(state: RenderState, { facts, stop }: MessageEnd): Frame[] {
  state.isEnded = true;
  const { isOwn, losses, usage } = state;
  if (!isOwn) {
    if (facts !== undefined) reportForeignFacts(facts, losses);
    reportStop(stop, losses);
    if (usage !== undefined) losses.push(...reportUnsaidUsage(usage, saidBuckets, name));
  }
  return [endFrame(state, present({ finish_reason: renderStopReason(stop, isOwn) })), done];
}

function endFrame({ usage }: RenderState, delta: Record<string, Json>): Frame {
  return frame('message-end', {
    delta: { ...delta, ...(usage !== undefined && { usage: renderUsage(usage) }) },
  });
}
