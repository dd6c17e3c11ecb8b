/**
 * Builds the message that a series of events describes. It trusts the events' order within a part and nothing else, so
 * that parts may interleave, and gives the same message for a whole answer and for a stream of it.
 */
import type { KeelsonError } from '../errors/index.ts';
import type { JsonObject } from '../json/index.ts';
import { type Annotated, mergeAnnotations } from './annotations.ts';
import type { AnswerFacts, ChatEvent, Logprobs, MessageEnd, StopReason, TokenLogprob } from './events.ts';
import type { ChatChoice, ChatMessage } from './message.ts';
import type { Citation, Part, TextPart } from './parts.ts';
import type { Usage } from './usage.ts';

/** A part while its pieces arrive. */
type Draft = { -readonly [Key in keyof Part]: Part[Key] } & {
  text?: string;
  arguments?: string;
  citations?: Citation[];
};

interface ChoiceDraft {
  readonly parts: (Draft | undefined)[];
  stop: StopReason;
  content?: TokenLogprob[];
  refusal?: TokenLogprob[];
  annotations: Annotated;
  details?: JsonObject;
}

export interface MessageFold {
  push(event: ChatEvent): void;
  /** The message as it stands; may be read at any time. */
  message(): ChatMessage;
}

export function fold(events: Iterable<ChatEvent>): ChatMessage {
  const folding = createFold();
  for (const event of events) folding.push(event);
  return folding.message();
}

export function createFold(): MessageFold {
  const state = new FoldState();
  return { push: (event) => state.push(event), message: () => state.message() };
}

class FoldState {
  readonly #choices: ChoiceDraft[] = [];
  #dialect: string | undefined;
  #facts: AnswerFacts = {};
  #usage: Usage | undefined;
  #answer: Annotated | undefined;
  #error: KeelsonError | undefined;

  push(event: ChatEvent): void {
    switch (event.type) {
      case 'message-start':
        this.#dialect = event.dialect;
        this.#facts = { ...this.#facts, ...event.facts };
        return;
      case 'text-delta':
      case 'refusal-delta':
      case 'reasoning-delta':
        this.#part(event).text += event.text;
        return;
      case 'tool-call-delta':
        this.#part(event).arguments += event.arguments;
        return;
      case 'usage':
        this.#usage = event.usage;
        return;
      case 'error':
        this.#error = event.error;
        return;
      case 'logprobs':
        addLogprobs(this.#choice(event.choice), event.logprobs);
        return;
      case 'message-end':
        this.#end(event);
        return;
      default:
        this.#pushToPart(event);
    }
  }

  /** Starts, ends and whole parts: rare beside deltas, so they are kept out of the hot switch. */
  #pushToPart(
    event: Exclude<ChatEvent, { type: 'usage' | 'error' | 'logprobs' | 'message-end' | 'message-start' }>,
  ): void {
    switch (event.type) {
      case 'text-start':
      case 'refusal-start':
      case 'reasoning-start':
      case 'tool-call-start':
        this.#choice(event.choice).parts[event.index] = startDraft(event);
        return;
      case 'part':
        this.#choice(event.choice).parts[event.index] = { ...event.part } as Draft;
        return;
      case 'source': {
        const part = this.#part(event);
        part.citations = [...(part.citations ?? []), event.citation];
        return;
      }
      case 'text-end':
      case 'refusal-end':
      case 'reasoning-end':
      case 'tool-call-end':
        endDraft(this.#part(event), event);
        return;
      default:
    }
  }

  #end(event: MessageEnd): void {
    const choice = this.#choice(event.choice);
    choice.stop = event.stop;
    choice.annotations = mergeAnnotations(choice.annotations, event);
    if (event.details !== undefined) choice.details = event.details;
    if (event.facts !== undefined) this.#facts = { ...this.#facts, ...event.facts };
    if (event.answer !== undefined) this.#answer = mergeAnnotations(this.#answer ?? {}, event.answer);
  }

  #choice(index = 0): ChoiceDraft {
    let choice = this.#choices[index];
    if (choice === undefined) {
      choice = { parts: [], stop: { unified: 'unknown' }, annotations: {} };
      this.#choices[index] = choice;
    }
    return choice;
  }

  #part(event: { readonly choice?: number; readonly index: number }): Draft {
    const { parts } = this.#choice(event.choice);
    let part = parts[event.index];
    if (part === undefined) {
      part = { type: 'text', text: '' };
      parts[event.index] = part;
    }
    return part;
  }

  message(): ChatMessage {
    const [first, ...others] = Array.from(this.#choices, finishChoice);
    return {
      ...(first ?? { parts: [], stop: { unified: 'unknown' } }),
      facts: this.#facts,
      ...(this.#dialect !== undefined && { dialect: this.#dialect }),
      ...(others.length > 0 && { alternatives: others }),
      ...(this.#usage !== undefined && { usage: this.#usage }),
      ...(this.#answer !== undefined && Object.keys(this.#answer).length > 0 && { answer: this.#answer }),
      ...(this.#error !== undefined && { error: this.#error }),
    };
  }
}

type Start = Extract<
  ChatEvent,
  { type: 'text-start' | 'refusal-start' | 'reasoning-start' | 'tool-call-start' }
>;

function startDraft(event: Start): Draft {
  const { type, choice: _choice, index: _index, ...fields } = event;
  const part = type.slice(0, -'-start'.length) as 'text' | 'refusal' | 'reasoning' | 'tool-call';
  const content = part === 'tool-call' ? { arguments: '' } : { text: '' };
  return { type: part, ...content, ...fields } as unknown as Draft;
}

type End = Extract<ChatEvent, { type: 'text-end' | 'refusal-end' | 'reasoning-end' | 'tool-call-end' }>;

function endDraft(part: Draft, event: End): void {
  if ('opaque' in event && event.opaque !== undefined) Object.assign(part, { opaque: event.opaque });
  if (event.extensions !== undefined || event.spelling !== undefined) {
    Object.assign(part, mergeAnnotations(part as Annotated, event));
  }
}

function addLogprobs(choice: ChoiceDraft, logprobs: Logprobs): void {
  if (logprobs.content !== undefined) choice.content = [...(choice.content ?? []), ...logprobs.content];
  if (logprobs.refusal !== undefined) choice.refusal = [...(choice.refusal ?? []), ...logprobs.refusal];
}

function finishChoice(draft: ChoiceDraft | undefined): ChatChoice {
  if (draft === undefined) return { parts: [], stop: { unified: 'unknown' } };
  const { content, refusal, details } = draft;
  const hasLogprobs = content !== undefined || refusal !== undefined;
  return {
    parts: draft.parts.filter((part) => part !== undefined) as Part[],
    stop: draft.stop,
    ...(hasLogprobs && { logprobs: { ...(content && { content }), ...(refusal && { refusal }) } }),
    ...(details !== undefined && { details }),
    ...draft.annotations,
  };
}

/** The text of an answer, its text parts joined; what most callers want. */
export function textOf(choice: ChatChoice): string {
  return choice.parts
    .filter((part): part is TextPart => part.type === 'text')
    .map((part) => part.text)
    .join('');
}
