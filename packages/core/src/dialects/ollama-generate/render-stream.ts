/** Events become lines of a stream, each as soon as it comes. */
import type { Frame } from '../../framing/index.ts';
import type { Json } from '../../json/index.ts';
import {
  applyAnnotations,
  type ChatEvent,
  type ChatRequest,
  formOf,
  isAlternative,
  type Loss,
  type MessageEnd,
  type MessageStart,
  type Part,
  present,
  reportEventExtras,
  reportNews,
  reportUnsaidUsage,
  type StreamRenderer,
  type Usage,
} from '../../message/index.ts';
import { applyTime, renderLogprobs, reportForeignLogprobs } from '../ollama-answer.ts';
import { headOf, partField, reportBoundary } from '../ollama-stream.ts';
import { renderError } from './error.ts';
import { renderDoneReason, reportStop } from './finish-reason.ts';
import { renderAnswerParts, reportCall } from './parts.ts';
import { renderFacts, unsaidFacts } from './render-response.ts';
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
      return [line(state, `"response":${JSON.stringify(event.text)}`)];
    case 'reasoning-delta':
      return [line(state, `"response":"","thinking":${JSON.stringify(event.text)}`)];
    case 'refusal-delta':
      return [line(state, `"response":${JSON.stringify(event.text)}`)];
    case 'tool-call-start':
      if (!state.isOwn) reportCall(event.name, partField(event.index), state.losses);
      return [];
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
  return { data: `${head}${said},"done":false}` };
}

function logprobsLine({ head }: RenderState, logprobs: Json): Frame[] {
  return [{ data: `${head}"response":"","done":false,"logprobs":${JSON.stringify(logprobs)}}` }];
}

function wholePart(state: RenderState, part: Part, index: number): Frame[] {
  const losses: Loss[] = [];
  const { response, image } = renderAnswerParts([part], losses);
  // The part stands alone there; its place in the message is another.
  for (const loss of losses)
    state.losses.push({ ...loss, field: loss.field.replace(partField(0), partField(index)) });
  if (response === '' && image === undefined) return [];
  const shown = image === undefined ? '' : `,"image":${JSON.stringify(image)}`;
  return [line(state, `"response":${JSON.stringify(response)}${shown}`)];
}

function endMessage(state: RenderState, event: MessageEnd): Frame[] {
  state.isEnded = true;
  if (event.facts !== undefined)
    noteFacts(state, { ...state.facts, ...renderFacts(event.facts, state.request, undefined) });
  const { usage, isOwn, losses } = state;
  const body = present({
    ...state.facts,
    response: '',
    done: formOf(event.answer, name, 'done') === 'absent' ? undefined : true,
    done_reason: renderDoneReason(event.stop, isOwn),
    ...(usage !== undefined && renderUsage(usage)),
  });
  if (!isOwn) {
    reportStop(event.stop, losses);
    // What the beginning has told already is not told again.
    if (event.facts !== undefined) reportNews(losses, unsaidFacts(event.facts));
    if (usage !== undefined) losses.push(...reportUnsaidUsage(usage, saidBuckets, name));
  }
  applyTime(body, event.answer, name);
  applyAnnotations(body, event.answer, name);
  return [{ data: JSON.stringify(body) }];
}
