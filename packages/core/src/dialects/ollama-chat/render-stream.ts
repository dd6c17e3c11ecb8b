/** Events become lines of a stream, each as soon as it comes; a call waits until its arguments are whole. */
import type { Frame } from '../../framing/index.ts';
import type { Json } from '../../json/index.ts';
import {
  applyAnnotations,
  asCallerNamed,
  type ChatEvent,
  type ChatRequest,
  formOf,
  isAlternative,
  known,
  type Loss,
  type MessageEnd,
  type MessageStart,
  type Part,
  present,
  reportEventExtras,
  reportNews,
  reportUnsaidUsage,
  type StreamRenderer,
  type ToolCallEnd,
  type ToolCallPart,
  type ToolCallStart,
  type Usage,
} from '../../message/index.ts';
import { applyTime, renderLogprobs, reportForeignLogprobs } from '../ollama-answer.ts';
import { headOf, partField, reportBoundary } from '../ollama-stream.ts';
import { reportHosted } from './assistant.ts';
import { renderError } from './error.ts';
import { renderDoneReason, reportStop } from './finish-reason.ts';
import { renderContent } from './parts.ts';
import { renderFacts, unsaidFacts } from './render-response.ts';
import { renderToolCall } from './tool-calls.ts';
import { renderUsage, saidBuckets } from './usage.ts';
import { name } from './wire.ts';

interface RenderState {
  readonly request: ChatRequest;
  readonly losses: Loss[];
  facts: Readonly<Record<string, Json>>;
  /** The same as JSON text without its last brace, because most lines begin with it. */
  head: string;
  isOwn: boolean;
  isEnded: boolean;
  usage: Usage | undefined;
  /** Calls whose arguments are still coming, by the index of their part. */
  readonly calls: Map<number, { readonly start: ToolCallStart; text: string }>;
  callCount: number;
}

export function createStreamRenderer(request: ChatRequest): StreamRenderer {
  const state: RenderState = {
    request,
    losses: [],
    facts: {},
    head: '{',
    isOwn: false,
    isEnded: false,
    usage: undefined,
    calls: new Map(),
    callCount: 0,
  };
  return { push: (event) => pushEvent(state, event), end: () => [], losses: state.losses };
}

function pushEvent(state: RenderState, event: ChatEvent): Frame[] {
  if (state.isEnded || isAlternative(event, name, state.losses)) return [];
  reportEventExtras(event, name, state.losses);
  switch (event.type) {
    case 'message-start':
      return startMessage(state, event);
    case 'text-delta':
      return [line(state, `"content":${JSON.stringify(event.text)}`)];
    case 'reasoning-delta':
      return [line(state, `"content":"","thinking":${JSON.stringify(event.text)}`)];
    case 'tool-call-delta':
      return callDelta(state, event.index, event.arguments);
    case 'refusal-delta':
      return [line(state, `"content":${JSON.stringify(event.text)}`)];
    case 'tool-call-start':
      return startCall(state, event);
    case 'tool-call-end':
      return endCall(state, event);
    case 'part':
      return wholePart(state, event.part, event.index);
    case 'logprobs':
      if (!state.isOwn) reportForeignLogprobs(event.logprobs, name, state.losses);
      return logprobsLine(state, renderLogprobs(event.logprobs, name));
    case 'usage':
      state.usage = event.usage;
      return [];
    case 'message-end':
      return endMessage(state, event);
    case 'error':
      state.isEnded = true;
      return [{ data: JSON.stringify(renderError(event.error).body) }];
    default:
      if (!state.isOwn) reportBoundary(event, name, state.losses);
      return [];
  }
}

function startMessage(state: RenderState, { dialect, facts }: MessageStart): Frame[] {
  state.isOwn = dialect === name;
  if (!state.isOwn) state.losses.push(...unsaidFacts(facts));
  noteFacts(state, renderFacts(facts, state.request, state.isOwn ? undefined : state.losses));
  return [];
}

function noteFacts(state: RenderState, facts: Readonly<Record<string, Json>>): void {
  state.facts = facts;
  state.head = headOf(facts);
}

/** One line. Built as text because this runs for every token. */
function line({ head }: RenderState, said: string): Frame {
  return { data: `${head}"message":{"role":"assistant",${said}},"done":false}` };
}

function logprobsLine({ head }: RenderState, logprobs: Json): Frame[] {
  const message = '"message":{"role":"assistant","content":""}';
  return [{ data: `${head}${message},"done":false,"logprobs":${JSON.stringify(logprobs)}}` }];
}

function startCall(state: RenderState, event: ToolCallStart): Frame[] {
  if (event.hosted === undefined) state.calls.set(event.index, { start: event, text: '' });
  else reportHosted(event, partField(event.index), state.losses);
  return [];
}

function callDelta({ calls }: RenderState, index: number, text: string): Frame[] {
  const call = calls.get(index);
  if (call !== undefined) call.text += text;
  return [];
}

function endCall(state: RenderState, event: ToolCallEnd): Frame[] {
  const call = state.calls.get(event.index);
  if (call === undefined) return [];
  state.calls.delete(event.index);
  const { type: _type, index: _index, choice: _choice, ...fields } = call.start;
  const part: ToolCallPart = {
    ...fields,
    type: 'tool-call',
    arguments: call.text,
    ...known({ opaque: event.opaque }),
  };
  const rendering = {
    losses: state.losses,
    field: partField(event.index),
    position: state.callCount++,
    hasId: true,
  };
  const wire = renderToolCall(asCallerNamed(part, state.request, name), rendering);
  return [line(state, `"content":"","tool_calls":${JSON.stringify([wire])}`)];
}

function wholePart(state: RenderState, part: Part, index: number): Frame[] {
  const losses: Loss[] = [];
  const { content, images } = renderContent([part], () => undefined, { losses, path: 'message' });
  // The part stands alone there; its place in the message is another.
  for (const loss of losses)
    state.losses.push({ ...loss, field: loss.field.replace(partField(0), partField(index)) });
  if (content === '' && images === undefined) return [];
  const shown = images === undefined ? '' : `,"images":${JSON.stringify(images)}`;
  return [line(state, `"content":${JSON.stringify(content ?? '')}${shown}`)];
}

function endMessage(state: RenderState, event: MessageEnd): Frame[] {
  state.isEnded = true;
  if (event.facts !== undefined)
    noteFacts(state, { ...state.facts, ...renderFacts(event.facts, state.request, undefined) });
  const hasCalls = state.callCount > 0;
  const { usage, isOwn, losses } = state;
  const body = present({
    ...state.facts,
    message: { role: 'assistant', content: '' },
    done: formOf(event.answer, name, 'done') === 'absent' ? undefined : true,
    done_reason: renderDoneReason(event.stop, isOwn, hasCalls),
    ...(usage !== undefined && renderUsage(usage)),
  });
  if (!isOwn) {
    reportStop(event.stop, hasCalls, losses);
    // What the beginning has told already is not told again.
    if (event.facts !== undefined) reportNews(losses, unsaidFacts(event.facts));
    if (usage !== undefined) losses.push(...reportUnsaidUsage(usage, saidBuckets, name));
  }
  applyTime(body, event.answer, name);
  applyAnnotations(body, event.answer, name);
  return [{ data: JSON.stringify(body) }];
}
