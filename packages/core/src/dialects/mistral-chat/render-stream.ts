/** Events become chunks of a stream, each as soon as it comes; a tool call waits for its end, since it goes out whole. */
import type { Frame } from '../../framing/index.ts';
import type { Json } from '../../json/index.ts';
import {
  applyAnnotations,
  asCallerNamed,
  type ChatEvent,
  type ChatRequest,
  hiddenState,
  type Loss,
  type MessageEnd,
  type Part,
  type ReasoningPart,
  reportEventExtras,
  reportOnce,
  reportUnsaidUsage,
  type StreamRenderer,
  type ToolCallEnd,
  type ToolCallPart,
  type ToolCallStart,
  type Usage,
} from '../../message/index.ts';
import { renderReferences } from './citations.ts';
import { renderError } from './error.ts';
import { renderFinishReason, reportStop } from './finish-reason.ts';
import { renderPart, textPieces } from './parts.ts';
import { renderFacts, reportForeignFacts } from './render-response.ts';
import { renderToolCall } from './tool-calls.ts';
import { renderForeignUsage, renderUsage, saidBuckets } from './usage.ts';
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
  readonly choices: ChoiceRender[];
}

interface ChoiceRender {
  readonly at: number;
  isStarted: boolean;
  sentCalls: number;
  /** Calls that have begun, by part index, with their arguments so far. */
  readonly calls: Map<number, { readonly start: ToolCallStart; text: string }>;
}

export function createStreamRenderer(request: ChatRequest): StreamRenderer {
  const state: RenderState = {
    request,
    losses: [],
    envelope: { object: 'chat.completion.chunk' },
    head: '{"object":"chat.completion.chunk"',
    isOwn: false,
    isEnded: false,
    usage: undefined,
    choices: [],
  };
  return { push: (event) => pushEvent(state, event), end: () => endStream(state), losses: state.losses };
}

const unsaidSummary: Loss = {
  field: 'message.reasoning.summary',
  action: 'dropped',
  detail: 'It looks like reasoning.',
};

function pushEvent(state: RenderState, event: ChatEvent): Frame[] {
  if (state.isEnded) return [];
  reportEventExtras(event, name, state.losses);
  switch (event.type) {
    case 'message-start':
      return startMessage(state, event);
    case 'text-delta':
      return content(state, event, JSON.stringify(event.text));
    case 'refusal-start':
      reportOnce(state.losses, {
        field: 'message.refusal',
        action: 'emulated',
        detail: 'A refusal is told as text.',
      });
      return [];
    case 'refusal-delta':
      return content(state, event, JSON.stringify(event.text));
    case 'reasoning-start':
      if (event.summary) reportOnce(state.losses, unsaidSummary);
      return [];
    case 'reasoning-delta':
      return chunks(state, event, [{ type: 'thinking', thinking: textPieces(event.text) }]);
    case 'reasoning-end':
      return event.opaque === undefined ? [] : wholePart(state, event, hidden(event.opaque));
    case 'tool-call-start':
      choiceOf(state, event).calls.set(event.index, { start: event, text: '' });
      return [];
    case 'tool-call-delta':
      addArguments(state, event);
      return [];
    case 'tool-call-end':
      return endCall(state, event);
    case 'source':
      return chunks(state, event, renderReferences([event.citation], 'message', state.losses));
    case 'part':
      return wholePart(state, event, event.part);
    case 'logprobs':
      reportOnce(state.losses, {
        field: 'logprobs',
        action: 'dropped',
        detail: `${name} has no log probabilities.`,
      });
      return [];
    case 'usage':
      state.usage = event.usage;
      return [];
    case 'message-end':
      return endChoice(state, event);
    case 'error':
      state.isEnded = true;
      return [{ data: JSON.stringify(renderError(event.error).body) }];
    default:
      // Starts and ends of text: the format has no word for them.
      return [];
  }
}

type InChoice = { readonly choice?: number };

function startMessage(
  state: RenderState,
  { dialect, facts }: Extract<ChatEvent, { type: 'message-start' }>,
): Frame[] {
  state.isOwn = dialect === name;
  if (!state.isOwn) reportForeignFacts(facts, state.losses);
  const fields = renderFacts(facts, state.request, state.isOwn ? undefined : state.losses);
  state.envelope = { ...fields, object: 'chat.completion.chunk' };
  state.head = JSON.stringify(state.envelope).slice(0, -1);
  return startChoice(state, choiceOf(state, {}));
}

function choiceOf(state: RenderState, { choice = 0 }: InChoice): ChoiceRender {
  let render = state.choices[choice];
  if (render === undefined) {
    render = { at: choice, isStarted: false, sentCalls: 0, calls: new Map() };
    state.choices[choice] = render;
  }
  return render;
}

function startChoice(state: RenderState, choice: ChoiceRender): Frame[] {
  choice.isStarted = true;
  return [chunk(state, choice, '{"role":"assistant","content":""}')];
}

/** One chunk. Built as text because this runs for every token. */
function chunk({ head }: RenderState, { at }: ChoiceRender, delta: string): Frame {
  return { data: `${head},"choices":[{"index":${at},"delta":${delta},"finish_reason":null}]}` };
}

function delta(state: RenderState, event: InChoice, text: string): Frame[] {
  const choice = choiceOf(state, event);
  const frames = choice.isStarted ? [] : startChoice(state, choice);
  frames.push(chunk(state, choice, text));
  return frames;
}

function content(state: RenderState, event: InChoice, text: string): Frame[] {
  return delta(state, event, `{"content":${text}}`);
}

function chunks(state: RenderState, event: InChoice, list: readonly Json[]): Frame[] {
  return list.length === 0 ? [] : content(state, event, JSON.stringify(list));
}

function wholePart(state: RenderState, event: InChoice & { readonly index: number }, part: Part): Frame[] {
  const rendering = { losses: state.losses, isAnswer: true };
  return chunks(state, event, renderPart(part, `message.parts[${event.index}]`, rendering));
}

/** The state of a thought whose text has gone out already. */
function hidden(opaque: NonNullable<ReasoningPart['opaque']>): ReasoningPart {
  return { type: 'reasoning', text: '', redacted: true, opaque };
}

function addArguments(state: RenderState, event: Extract<ChatEvent, { type: 'tool-call-delta' }>): void {
  const call = choiceOf(state, event).calls.get(event.index);
  if (call !== undefined) call.text += event.arguments;
}

function endCall(state: RenderState, event: ToolCallEnd): Frame[] {
  const choice = choiceOf(state, event);
  const call = choice.calls.get(event.index);
  if (call === undefined) return [];
  choice.calls.delete(event.index);
  const { type: _type, choice: _choice, index: _index, ...fields } = call.start;
  const part: ToolCallPart = { type: 'tool-call', ...fields, arguments: call.text };
  const position = choice.sentCalls;
  const rendering = { losses: state.losses, isAnswer: true, position, callIds: 'any' } as const;
  const named = asCallerNamed(part, state.request, name);
  const wire = renderToolCall(named, `message.parts[${event.index}]`, rendering);
  if (wire === undefined) return [];
  choice.sentCalls++;
  const frames = delta(state, event, JSON.stringify({ tool_calls: [{ ...wire, index: position }] }));
  return event.opaque === undefined
    ? frames
    : [...frames, ...wholePart(state, event, hiddenState(event.opaque))];
}

function endChoice(state: RenderState, event: MessageEnd): Frame[] {
  const choice = choiceOf(state, event);
  const frames = choice.isStarted ? [] : startChoice(state, choice);
  const wire: Record<string, Json> = {
    index: choice.at,
    delta: { content: '' },
    finish_reason: renderFinishReason(event.stop, state.isOwn),
  };
  applyAnnotations(wire, inDelta(event), name);
  const body: Record<string, Json> = { ...state.envelope, choices: [wire] };
  applyAnnotations(body, event.answer, name);
  if (!state.isOwn) reportEnd(state, event);
  tellUsage(state, body);
  frames.push({ data: JSON.stringify(body) });
  return frames;
}

function reportEnd({ losses, usage }: RenderState, { stop, facts }: MessageEnd): void {
  reportStop(stop, 'message.stop', losses);
  if (facts !== undefined) reportForeignFacts(facts, losses);
  if (usage !== undefined) losses.push(...reportUnsaidUsage(usage, saidBuckets, name));
}

/** Usage stands in the chunk that ends the answer. */
function tellUsage(state: RenderState, body: Record<string, Json>): void {
  if (state.usage === undefined) return;
  body.usage = state.isOwn ? renderUsage(state.usage) : renderForeignUsage(state.usage);
  state.usage = undefined;
}

/** Unknown fields of the message stand in the delta of a stream. */
function inDelta(event: MessageEnd): MessageEnd {
  const fields = event.extensions?.[name];
  if (fields === undefined) return event;
  const moved = Object.entries(fields).map(([path, value]) => [path.replace(/^message\//, 'delta/'), value]);
  return { ...event, extensions: { [name]: Object.fromEntries(moved) as Record<string, Json> } };
}

function endStream(state: RenderState): Frame[] {
  if (state.isEnded) return [];
  state.isEnded = true;
  return [{ data: '[DONE]' }];
}
