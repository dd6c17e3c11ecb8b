/**
 * Events become pieces of a streamed answer. Parts have no numbers here, so one that begins while another is open waits for
 * it; calls go out whole, everything else as it comes.
 */
import type { Frame } from '../../framing/index.ts';
import type { Json } from '../../json/index.ts';
import {
  type AnswerFacts,
  applyAnnotations,
  type ChatEvent,
  type ChatRequest,
  type Citation,
  known,
  type Logprobs,
  type Loss,
  type MessageEnd,
  type OpaqueState,
  type Part,
  type PartEvent,
  type PartTurns,
  present,
  reportNews,
  reportOnce,
  reportUnsaidUsage,
  restorePart,
  type StreamRenderer,
  sealState,
  type ToolCallPart,
  type Usage,
  writeInTurn,
  writeWaiting,
} from '../../message/index.ts';
import { renderError } from './error.ts';
import { renderPart } from './parts.ts';
import {
  answerRendering,
  renderChoiceEnd,
  renderFacts,
  reportForeignChoice,
  reportForeignFacts,
  restoreTime,
} from './render-response.ts';
import { renderUsage, saidBuckets } from './usage.ts';
import { name } from './wire.ts';

interface Cited {
  readonly type: 'text';
  text: string;
  readonly citations: Citation[];
}

interface ChoiceRender extends PartTurns {
  readonly answer: RenderState;
  readonly at: number;
  /** The call that is being written; it goes out at its end. */
  call: ToolCallPart | undefined;
  isRedacted: boolean;
  hasCalls: boolean;
  /** What was said of each text, and what it cites. */
  readonly texts: Map<number, Cited>;
  logprobs: Logprobs | undefined;
}

interface RenderState {
  readonly request: ChatRequest;
  readonly losses: Loss[];
  facts: Record<string, Json>;
  /** The same as JSON text without its first brace. */
  tail: string;
  isOwn: boolean;
  isEnded: boolean;
  usage: Usage | undefined;
  readonly choices: ChoiceRender[];
}

export function createStreamRenderer(request: ChatRequest): StreamRenderer {
  const state: RenderState = {
    request,
    losses: [],
    facts: {},
    tail: '}',
    isOwn: false,
    isEnded: false,
    usage: undefined,
    choices: [],
  };
  return { push: (event) => pushEvent(state, event), end: () => [], losses: state.losses };
}

function pushEvent(state: RenderState, event: ChatEvent): Frame[] {
  if (state.isEnded) return [];
  const frames: Frame[] = [];
  switch (event.type) {
    case 'message-start':
      startMessage(state, event.dialect, event.facts);
      break;
    case 'usage':
      state.usage = event.usage;
      break;
    case 'logprobs':
      noteLogprobs(choiceOf(state, event), event.logprobs);
      break;
    case 'message-end':
      endChoice(state, event, frames);
      break;
    case 'error':
      state.isEnded = true;
      frames.push({ data: JSON.stringify(renderError(event.error).body) });
      break;
    default:
      pushPartEvent(state, event, frames);
  }
  return frames;
}

function startMessage(state: RenderState, dialect: string, facts: AnswerFacts): void {
  state.isOwn = dialect === name;
  if (!state.isOwn) reportForeignFacts(facts, state.losses);
  noteFacts(state, renderFacts(facts, state.request, state.isOwn ? undefined : state.losses));
}

function noteFacts(state: RenderState, facts: Record<string, Json>): void {
  state.facts = { ...state.facts, ...facts };
  const text = JSON.stringify(state.facts);
  state.tail = text === '{}' ? '}' : `,${text.slice(1)}`;
}

function choiceOf(state: RenderState, { choice = 0 }: { readonly choice?: number }): ChoiceRender {
  let render = state.choices[choice];
  if (render === undefined) {
    render = {
      answer: state,
      at: choice,
      open: undefined,
      call: undefined,
      isRedacted: false,
      hasCalls: false,
      texts: new Map(),
      logprobs: undefined,
      waiting: new Map(),
    };
    state.choices[choice] = render;
  }
  return render;
}

function citedOf({ texts }: ChoiceRender, index: number): Cited {
  let cited = texts.get(index);
  if (cited === undefined) {
    cited = { type: 'text', text: '', citations: [] };
    texts.set(index, cited);
  }
  return cited;
}

function noteLogprobs(choice: ChoiceRender, logprobs: Logprobs): void {
  const join = (key: 'content' | 'refusal') => {
    const both = [...(choice.logprobs?.[key] ?? []), ...(logprobs[key] ?? [])];
    return both.length === 0 ? undefined : both;
  };
  choice.logprobs = known({ content: join('content'), refusal: join('refusal') });
}

/** One piece with one part. Built as text because this runs for every token. */
function writePart(state: RenderState, { at }: ChoiceRender, part: Json, frames: Frame[]): void {
  const content = `{"content":{"parts":[${JSON.stringify(part)}],"role":"model"},"index":${at}}`;
  frames.push({ data: `{"candidates":[${content}]${state.tail}` });
}

function pushPartEvent(state: RenderState, event: PartEvent, frames: Frame[]): void {
  const choice = choiceOf(state, event);
  if (event.type === 'source') {
    citedOf(choice, event.index).citations.push(event.citation);
    return;
  }
  writeInTurn(choice, event, frames, writeChoiceEvent);
}

function writeChoiceEvent(choice: ChoiceRender, event: PartEvent, frames: Frame[]): void {
  writePartEvent(choice.answer, choice, event, frames);
}

function writePartEvent(state: RenderState, choice: ChoiceRender, event: PartEvent, frames: Frame[]): void {
  switch (event.type) {
    case 'text-start':
    case 'refusal-start':
      if (event.type === 'text-start') citedOf(choice, event.index);
      choice.open = event.index;
      if (event.type === 'refusal-start')
        reportOnce(state.losses, {
          field: 'message.refusal',
          action: 'emulated',
          detail: 'A refusal is told as text.',
        });
      return;
    case 'reasoning-start':
      choice.open = event.index;
      choice.isRedacted = event.redacted === true;
      return;
    case 'text-delta':
    case 'refusal-delta':
      if (event.type === 'text-delta' && !state.isOwn) citedOf(choice, event.index).text += event.text;
      writePart(state, choice, { text: event.text }, frames);
      return;
    case 'reasoning-delta':
      writePart(state, choice, { text: event.text, thought: true }, frames);
      return;
    case 'text-end':
    case 'reasoning-end':
      endWords(state, choice, event, frames);
      return;
    case 'refusal-end':
      choice.open = undefined;
      return;
    case 'part':
      writeWhole(state, choice, event, frames);
      return;
    case 'source':
      return;
    default:
      writeCallEvent(state, choice, event, frames);
  }
}

/** A signature follows the words that it belongs to, with no words of its own. */
function endWords(
  state: RenderState,
  choice: ChoiceRender,
  event: { readonly type: 'text-end' | 'reasoning-end'; readonly opaque?: OpaqueState },
  frames: Frame[],
): void {
  const { isRedacted } = choice;
  choice.open = undefined;
  choice.isRedacted = false;
  if (event.opaque === undefined) return;
  const isThought = event.type === 'reasoning-end';
  const part = present({
    text: isRedacted ? undefined : '',
    thought: isThought ? true : undefined,
    thoughtSignature: sealState(event.opaque, name),
  });
  writePart(state, choice, part, frames);
}

type CallEvent = Extract<PartEvent, { type: 'tool-call-start' | 'tool-call-delta' | 'tool-call-end' }>;

function writeCallEvent(state: RenderState, choice: ChoiceRender, event: CallEvent, frames: Frame[]): void {
  if (event.type === 'tool-call-start') {
    const { index, choice: _choice, ...fields } = event;
    choice.open = index;
    choice.call = { ...fields, type: 'tool-call', arguments: '' };
    return;
  }
  const { call } = choice;
  if (call === undefined) return;
  if (event.type === 'tool-call-delta') {
    choice.call = { ...call, arguments: call.arguments + event.arguments };
    return;
  }
  choice.call = undefined;
  writeWhole(
    state,
    choice,
    { index: event.index, part: { ...call, ...known({ opaque: event.opaque }) } },
    frames,
  );
}

function writeWhole(
  state: RenderState,
  choice: ChoiceRender,
  { index, part }: { readonly index: number; readonly part: Part },
  frames: Frame[],
): void {
  choice.open = undefined;
  const restored = restorePart(part, state.request, name);
  const rendering = answerRendering(state.isOwn, state.losses);
  for (const wire of renderPart(restored, `message.parts[${index}]`, rendering)) {
    if (part.type === 'tool-call') choice.hasCalls = true;
    writePart(state, choice, wire, frames);
  }
}

function endChoice(state: RenderState, event: MessageEnd, frames: Frame[]): void {
  const choice = choiceOf(state, event);
  choice.open = undefined;
  writeWaiting(choice, frames, writeChoiceEvent);
  const { usage, isOwn, losses } = state;
  if (event.facts !== undefined) noteLateFacts(state, event.facts);
  const { texts, hasCalls: calls, logprobs } = choice;
  const message = {
    parts: [...texts.values()],
    stop: event.stop,
    ...known({ details: event.details, logprobs }),
    ...known({ spelling: event.spelling, extensions: event.extensions }),
  };
  if (!isOwn) reportForeignChoice(message, losses, calls);
  const end = renderChoiceEnd(message, { at: choice.at, calls, rendering: answerRendering(isOwn, losses) });
  const wire: Record<string, Json> = { content: { parts: [{ text: '' }], role: 'model' }, ...end };
  applyAnnotations(wire, message, name);
  const body: Record<string, Json> = present({
    candidates: isBlocked(state, event) ? undefined : [wire],
    usageMetadata: usage && renderUsage(usage),
    ...state.facts,
  });
  restoreTime(body, event.answer);
  applyAnnotations(body, event.answer, name);
  if (usage !== undefined && !isOwn) reportNews(state.losses, reportUnsaidUsage(usage, saidBuckets, name));
  frames.push({ data: JSON.stringify(body) });
}

/** An answer of this format to a prompt that was refused has no candidates. */
function isBlocked({ isOwn }: RenderState, { answer }: MessageEnd): boolean {
  const { spelling } = answer ?? {};
  return isOwn && spelling?.dialect === name && spelling.forms?.candidates === 'absent';
}

function noteLateFacts(state: RenderState, facts: AnswerFacts): void {
  if (!state.isOwn) reportForeignFacts(facts, state.losses);
  noteFacts(state, renderFacts(facts, state.request, undefined));
}
