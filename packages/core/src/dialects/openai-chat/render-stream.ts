/** Events become chunks of a chat completion stream, each as soon as it comes. */
import type { Frame } from '../../framing/index.ts';
import type { Json } from '../../json/index.ts';
import {
  type AnswerFacts,
  applyAnnotations,
  asCallerNamed,
  type ChatEvent,
  type ChatRequest,
  formOf,
  known,
  type Loss,
  type MessageEnd,
  type ReasoningEnd,
  type ReasoningStart,
  reportEventExtras,
  reportUnsaidUsage,
  type StreamRenderer,
  type ToolCallEnd,
  type ToolCallPart,
  type ToolCallStart,
  type Usage,
  type WholePart,
} from '../../message/index.ts';
import { renderAssistant } from './assistant.ts';
import { renderCitation } from './citations.ts';
import { renderError } from './error.ts';
import { renderFinishReason, reportStop } from './finish-reason.ts';
import { renderDetail } from './reasoning.ts';
import { renderFacts, renderLogprobs, reportForeignFacts } from './render-response.ts';
import { renderUsage, saidBuckets } from './usage.ts';
import { name, quirks } from './wire.ts';

type Delta = Readonly<Record<string, Json>>;

interface RenderState {
  readonly request: ChatRequest;
  readonly losses: Loss[];
  /** Everything of a chunk in front of its choices, and the same as JSON text without its last brace. */
  envelope: Readonly<Record<string, Json>>;
  head: string;
  isOwn: boolean;
  isEnded: boolean;
  usage: Usage | undefined;
  readonly choices: ChoiceRender[];
}

interface ChoiceRender {
  readonly at: number;
  isStarted: boolean;
  /** Position among the tool calls of the choice, by part index. */
  readonly calls: Map<number, CallRender>;
  /** Field that a reasoning part is written to, by part index. */
  readonly reasoning: Map<number, ReasoningStart>;
}

interface CallRender {
  /** Position among the tool calls; the deprecated `function_call` has none. */
  readonly position: number | undefined;
  readonly custom: boolean;
  hasArguments: boolean;
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

function pushEvent(state: RenderState, event: ChatEvent): Frame[] {
  reportEventExtras(event, name, state.losses);
  switch (event.type) {
    case 'message-start':
      return startMessage(state, event.dialect, event.facts);
    case 'text-delta':
      return delta(state, event, { content: event.text });
    case 'refusal-delta':
      return delta(state, event, { refusal: event.text });
    case 'reasoning-start':
      choiceOf(state, event).reasoning.set(event.index, event);
      return [];
    case 'reasoning-delta':
      return reasoningDelta(state, event, event.text);
    case 'reasoning-end':
      return reasoningEnd(state, event);
    case 'tool-call-start':
      return startCall(state, event);
    case 'tool-call-delta':
      return callDelta(state, event, event.arguments);
    case 'tool-call-end':
      return endCall(state, event);
    case 'source':
      return source(state, event);
    case 'part':
      return wholePart(state, event);
    case 'logprobs':
      return [chunk(state, choiceOf(state, event), '{}', JSON.stringify(renderLogprobs(event.logprobs)))];
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

function startMessage(state: RenderState, dialect: string, facts: AnswerFacts): Frame[] {
  state.isOwn = dialect === name;
  noteFacts(state, renderFacts(facts, state.request, state.isOwn ? undefined : state.losses));
  return startChoice(state, choiceOf(state, {}));
}

function noteFacts(state: RenderState, facts: Readonly<Record<string, Json>>): void {
  state.envelope = { ...facts, object: 'chat.completion.chunk' };
  state.head = JSON.stringify(state.envelope).slice(0, -1);
}

function choiceOf(state: RenderState, { choice = 0 }: { readonly choice?: number }): ChoiceRender {
  let render = state.choices[choice];
  if (render === undefined) {
    render = { at: choice, isStarted: false, calls: new Map(), reasoning: new Map() };
    state.choices[choice] = render;
  }
  return render;
}

function startChoice(state: RenderState, choice: ChoiceRender): Frame[] {
  choice.isStarted = true;
  return [chunk(state, choice, '{"role":"assistant","content":""}')];
}

/** One chunk. Built as text because this runs for every token. */
function chunk(state: RenderState, choice: ChoiceRender, deltaText: string, logprobs = 'null'): Frame {
  const tail = `{"index":${choice.at},"delta":${deltaText},"logprobs":${logprobs},"finish_reason":null}`;
  return { data: `${state.head},"choices":[${tail}]}` };
}

function delta(state: RenderState, event: { readonly choice?: number }, fields: Delta): Frame[] {
  const choice = choiceOf(state, event);
  const frames = choice.isStarted ? [] : startChoice(state, choice);
  frames.push(chunk(state, choice, JSON.stringify(fields)));
  return frames;
}

function reasoningDelta(
  state: RenderState,
  event: { readonly choice?: number; readonly index: number },
  text: string,
): Frame[] {
  const start = choiceOf(state, event).reasoning.get(event.index);
  const field = formOf(start, name, 'field');
  if (field === 'reasoning_content' || field === 'reasoning') return delta(state, event, { [field]: text });
  const position = reasoningPosition(state, event);
  const detail = { ...renderDetail({ ...annotated(start), type: 'reasoning', text }), index: position };
  // Clients read the plain field; those that send reasoning back need the detail with its signature.
  const plain = field === undefined ? 'reasoning_content' : formOf(start, name, 'plain');
  return delta(state, event, { ...(plain !== undefined && { [plain]: text }), reasoning_details: [detail] });
}

function reasoningEnd(state: RenderState, event: ReasoningEnd): Frame[] {
  if (event.opaque === undefined) return [];
  const start = choiceOf(state, event).reasoning.get(event.index);
  const part = { ...annotated(start), type: 'reasoning', text: '', opaque: event.opaque } as const;
  const detail = { ...renderDetail(part), index: reasoningPosition(state, event) };
  return delta(state, event, { reasoning_details: [detail] });
}

function annotated(start: ReasoningStart | undefined) {
  const { summary, redacted, spelling, extensions } = start ?? {};
  return known({ summary, redacted, spelling, extensions });
}

function reasoningPosition(
  state: RenderState,
  event: { readonly choice?: number; readonly index: number },
): number {
  return [...choiceOf(state, event).reasoning.keys()].indexOf(event.index);
}

function startCall(state: RenderState, event: ToolCallStart): Frame[] {
  if (event.hosted !== undefined) {
    const detail = `The call of \`${event.name}\` was run by the provider.`;
    state.losses.push({ field: `message.parts[${event.index}]`, action: 'dropped', detail });
    return [];
  }
  const { calls } = choiceOf(state, event);
  const { tool_calls: [start] = [], ...legacy } = renderStart(state, event);
  const position =
    start === undefined
      ? undefined
      : [...calls.values()].filter((call) => call.position !== undefined).length;
  calls.set(event.index, { position, custom: event.custom === true, hasArguments: false });
  return delta(
    state,
    event,
    start === undefined ? legacy : { tool_calls: [{ index: position as number, ...start }] },
  );
}

/** The call as a whole message would show it, with no arguments yet: in `tool_calls`, or in `function_call`. */
function renderStart(
  state: RenderState,
  event: ToolCallStart,
): Delta & { readonly tool_calls?: readonly Delta[] } {
  const { id, name: toolName, custom, caller, toolset, spelling } = event;
  const forms = spelling?.dialect === name ? spelling.forms : undefined;
  const part: ToolCallPart = {
    type: 'tool-call',
    id,
    name: toolName,
    arguments: '',
    ...known({ custom, caller, toolset }),
    // Empty arguments stay empty here: they are only not there yet.
    spelling: { dialect: name, forms: { ...forms, arguments: 'empty' } },
  };
  const rendering = { quirks, losses: state.losses, path: 'message', isAnswer: true };
  const { content: _none, ...call } = renderAssistant(
    [asCallerNamed(part, state.request, name)],
    {},
    rendering,
  );
  return call as Delta & { readonly tool_calls?: readonly Delta[] };
}

function callDelta(
  state: RenderState,
  event: { readonly choice?: number; readonly index: number },
  text: string,
): Frame[] {
  const call = choiceOf(state, event).calls.get(event.index);
  if (call === undefined) return [];
  call.hasArguments = true;
  if (call.position === undefined) return delta(state, event, { function_call: { arguments: text } });
  const piece = call.custom ? { custom: { input: text } } : { function: { arguments: text } };
  return delta(state, event, { tool_calls: [{ index: call.position, ...piece }] });
}

function endCall(state: RenderState, event: ToolCallEnd): Frame[] {
  const call = choiceOf(state, event).calls.get(event.index);
  if (call === undefined) return [];
  // Formats with arguments as objects send nothing for an empty one; here empty text would not be JSON.
  const frames = call.hasArguments || call.custom || state.isOwn ? [] : callDelta(state, event, '{}');
  return [...frames, ...thoughtSignature(state, event, call)];
}

function thoughtSignature(state: RenderState, event: ToolCallEnd, { position }: CallRender): Frame[] {
  if (event.opaque === undefined) return [];
  if (event.opaque.dialect !== 'gemini-generate' || position === undefined) {
    const detail = 'Its state is valid only where it was made.';
    state.losses.push({ field: `message.parts[${event.index}].opaque`, action: 'dropped', detail });
    return [];
  }
  const extra = { extra_content: { google: { thought_signature: event.opaque.value } } };
  return delta(state, event, { tool_calls: [{ index: position, ...extra }] });
}

function source(state: RenderState, event: Extract<ChatEvent, { type: 'source' }>): Frame[] {
  const citation = renderCitation(event.citation, { losses: state.losses, path: 'message' });
  return citation === undefined ? [] : delta(state, event, { annotations: [citation] });
}

function wholePart(state: RenderState, event: WholePart): Frame[] {
  const rendering = { quirks, losses: state.losses, path: 'message', isAnswer: true };
  if (event.part.type !== 'audio') {
    renderAssistant([event.part], {}, rendering);
    return [];
  }
  const { audio } = renderAssistant([event.part], {}, rendering) as { audio: Json };
  return delta(state, event, { audio });
}

function endChoice(state: RenderState, event: MessageEnd): Frame[] {
  const choice = choiceOf(state, event);
  const frames = choice.isStarted ? [] : startChoice(state, choice);
  if (event.facts !== undefined) noteLateFacts(state, event.facts);
  const wire: Record<string, Json> = {
    index: choice.at,
    delta: {},
    finish_reason: renderFinishReason(event.stop, state.isOwn),
  };
  applyAnnotations(wire, inDelta(event), name);
  const body: Record<string, Json> = { ...state.envelope, choices: [wire] };
  applyAnnotations(body, event.answer, name);
  if (!state.isOwn) reportEnd(state, event);
  if (!asksForUsage(state)) tellUsage(state, body);
  frames.push({ data: JSON.stringify(body) });
  return frames;
}

function reportEnd({ losses, usage }: RenderState, { stop }: MessageEnd): void {
  reportStop(stop, 'message.stop', losses);
  if (usage !== undefined) losses.push(...reportUnsaidUsage(usage, saidBuckets, name));
}

/** Callers that asked get usage in the official chunk of its own; for the others it stands in an end, as hosts put it. */
function tellUsage(state: RenderState, body: Record<string, Json>): void {
  if (state.usage === undefined) return;
  body.usage = renderUsage(state.usage);
  state.usage = undefined;
}

/** Facts learnt on the way, such as the fingerprint, are told with the end. */
function noteLateFacts(state: RenderState, facts: AnswerFacts): void {
  if (!state.isOwn) reportForeignFacts(facts, state.losses);
  noteFacts(state, { ...state.envelope, ...renderFacts(facts, state.request, undefined) });
}

/** Unknown fields of the message stand in the delta of a stream. */
function inDelta(event: MessageEnd): MessageEnd {
  const fields = event.extensions?.[name];
  if (fields === undefined) return event;
  const moved = Object.entries(fields).map(([path, value]) => [path.replace(/^message\//, 'delta/'), value]);
  return { ...event, extensions: { [name]: Object.fromEntries(moved) as Record<string, Json> } };
}

function asksForUsage(state: RenderState): boolean {
  return state.request.streamOptions?.usage === true;
}

function endStream(state: RenderState): Frame[] {
  if (state.isEnded) return [];
  state.isEnded = true;
  const done: Frame = { data: '[DONE]' };
  if (!asksForUsage(state) || state.usage === undefined) return [done];
  const usage = JSON.stringify(renderUsage(state.usage));
  return [{ data: `${state.head},"choices":[],"usage":${usage}}` }, done];
}
