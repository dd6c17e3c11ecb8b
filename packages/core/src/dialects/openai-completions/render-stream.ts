/** Events become chunks of a completion stream: text as it comes, and the end of each choice. */
import type { Frame } from '../../framing/index.ts';
import type { Json } from '../../json/index.ts';
import {
  type AnswerFacts,
  applyAnnotations,
  type ChatEvent,
  type ChatRequest,
  type Logprobs,
  type Loss,
  type MessageEnd,
  type Part,
  reportEventExtras,
  reportUnsaidUsage,
  type StreamRenderer,
  type Usage,
} from '../../message/index.ts';
import { renderError } from './error.ts';
import { renderFinishReason, reportStop } from './finish-reason.ts';
import { renderFacts, renderLogprobs, reportForeignFacts, reportPart } from './render-response.ts';
import { renderUsage, saidBuckets } from './usage.ts';
import { name } from './wire.ts';

interface RenderState {
  readonly request: ChatRequest;
  readonly losses: Loss[];
  envelope: Readonly<Record<string, Json>>;
  /** The same as JSON text without its last brace. */
  head: string;
  isOwn: boolean;
  isEnded: boolean;
  usage: Usage | undefined;
  /** Length of the tokens told so far, by choice. */
  readonly offsets: Map<number, number>;
}

export function createStreamRenderer(request: ChatRequest): StreamRenderer {
  const state: RenderState = {
    request,
    losses: [],
    envelope: { object: 'text_completion' },
    head: '{"object":"text_completion"',
    isOwn: false,
    isEnded: false,
    usage: undefined,
    offsets: new Map(),
  };
  return { push: (event) => pushEvent(state, event), end: () => endStream(state), losses: state.losses };
}

function pushEvent(state: RenderState, event: ChatEvent): Frame[] {
  if (state.isEnded) return [];
  reportEventExtras(event, name, state.losses);
  switch (event.type) {
    case 'message-start':
      return startMessage(state, event);
    case 'text-delta':
    case 'refusal-delta':
      return [chunk(state, event.choice, JSON.stringify(event.text))];
    case 'refusal-start':
      return report(state, 'refusal', event.index);
    case 'reasoning-start':
      return report(state, 'reasoning', event.index);
    case 'tool-call-start':
      return report(state, 'tool-call', event.index);
    case 'part':
      return report(state, event.part.type, event.index);
    case 'source': {
      const field = `message.parts[${event.index}].citations`;
      state.losses.push({ field, action: 'dropped', detail: `${name} has no citations.` });
      return [];
    }
    case 'logprobs':
      return [chunk(state, event.choice, '""', logprobsText(state, event.choice ?? 0, event.logprobs))];
    case 'usage':
      state.usage = event.usage;
      return [];
    case 'message-end':
      return endChoice(state, event);
    case 'error':
      state.isEnded = true;
      return [{ data: JSON.stringify(renderError(event.error).body) }];
    default:
      // Starts and ends of text, and what belongs to parts that were reported when they began.
      return [];
  }
}

function startMessage(
  state: RenderState,
  { dialect, facts }: Extract<ChatEvent, { type: 'message-start' }>,
): Frame[] {
  state.isOwn = dialect === name;
  noteFacts(state, renderFacts(facts, state.request, state.isOwn ? undefined : state.losses));
  // Callers learn at once that the answer has begun.
  return [chunk(state)];
}

function report({ losses }: RenderState, type: Part['type'], index: number): Frame[] {
  reportPart(type, `message.parts[${index}]`, losses);
  return [];
}

/** One chunk. Built as text because this runs for every token. */
function chunk({ head }: RenderState, choice = 0, text = '""', logprobs = 'null'): Frame {
  const tail = `{"text":${text},"index":${choice},"logprobs":${logprobs},"finish_reason":null}`;
  return { data: `${head},"choices":[${tail}]}` };
}

function logprobsText({ offsets }: RenderState, choice: number, logprobs: Logprobs): string {
  const start = offsets.get(choice) ?? 0;
  const length = (logprobs.content ?? []).reduce((sum, { token }) => sum + token.length, 0);
  offsets.set(choice, start + length);
  return JSON.stringify(renderLogprobs(logprobs, start));
}

function noteFacts(state: RenderState, facts: Readonly<Record<string, Json>>): void {
  state.envelope = { ...state.envelope, ...facts, object: 'text_completion' };
  state.head = JSON.stringify(state.envelope).slice(0, -1);
}

/** Facts learnt on the way are told with the end. */
function noteLateFacts(state: RenderState, facts: AnswerFacts): void {
  if (!state.isOwn) reportForeignFacts(facts, state.losses);
  noteFacts(state, renderFacts(facts, state.request, undefined));
}

function endChoice(state: RenderState, event: MessageEnd): Frame[] {
  if (event.facts !== undefined) noteLateFacts(state, event.facts);
  const wire: Record<string, Json> = {
    text: '',
    index: event.choice ?? 0,
    logprobs: null,
    finish_reason: renderFinishReason(event.stop, state.isOwn),
  };
  applyAnnotations(wire, event, name);
  const body: Record<string, Json> = { ...state.envelope, choices: [wire] };
  applyAnnotations(body, event.answer, name);
  const { losses, usage, isOwn } = state;
  if (!isOwn) reportStop(event.stop, 'message.stop', losses);
  if (!isOwn && usage !== undefined) losses.push(...reportUnsaidUsage(usage, saidBuckets, name));
  if (usage !== undefined && !asksForUsage(state)) {
    body.usage = renderUsage(usage);
    state.usage = undefined;
  }
  return [{ data: JSON.stringify(body) }];
}

/** Callers that asked get usage in a chunk of its own; for the others it stands in an end. */
function asksForUsage({ request }: RenderState): boolean {
  return request.streamOptions?.usage === true;
}

function endStream(state: RenderState): Frame[] {
  if (state.isEnded) return [];
  state.isEnded = true;
  const done: Frame = { data: '[DONE]' };
  if (state.usage === undefined) return [done];
  const usage = JSON.stringify(renderUsage(state.usage));
  return [{ data: `${state.head},"choices":[],"usage":${usage}}` }, done];
}
