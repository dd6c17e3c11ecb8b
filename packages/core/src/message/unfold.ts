/**
 * The events of a whole message: the inverse of `fold`. A dialect that has parsed an answer in one piece gives the same
 * events as its stream would, and so has nothing to say twice.
 */
import type { Annotated } from './annotations.ts';
import type { ChatEvent } from './events.ts';
import { known } from './known.ts';
import type { ChatChoice, ChatMessage } from './message.ts';
import type { Part, ReasoningPart, RefusalPart, TextPart, ToolCallPart } from './parts.ts';

export function unfold(message: ChatMessage): ChatEvent[] {
  const events: ChatEvent[] = [
    { type: 'message-start', dialect: message.dialect ?? '', facts: message.facts },
  ];
  const { alternatives = none } = message;
  unfoldChoice(message, undefined, events);
  for (let at = 0; at < alternatives.length; at++)
    unfoldChoice(alternatives[at] as ChatChoice, at + 1, events);
  if (message.usage !== undefined) events.push({ type: 'usage', usage: message.usage });
  if (message.error !== undefined) events.push({ type: 'error', error: message.error });
  else pushEnds(message, alternatives, events);
  return events;
}

const none: readonly ChatChoice[] = [];

function unfoldChoice(
  { parts, logprobs }: ChatChoice,
  choice: number | undefined,
  events: ChatEvent[],
): void {
  if (logprobs !== undefined)
    events.push({ type: 'logprobs', ...(choice !== undefined && { choice }), logprobs });
  for (let index = 0; index < parts.length; index++) {
    pushPart(parts[index] as Part, choice === undefined ? { index } : { choice, index }, events);
  }
}

interface Place {
  readonly choice?: number;
  readonly index: number;
}

/** The events of one part; the last of them is its end, unless it is told whole. */
export function unfoldPart(part: Part, place: Place): ChatEvent[] {
  const events: ChatEvent[] = [];
  pushPart(part, place, events);
  return events;
}

function pushPart(part: Part, place: Place, events: ChatEvent[]): void {
  switch (part.type) {
    case 'text':
      pushText(part, place, events);
      break;
    case 'refusal':
      pushRefusal(part, place, events);
      break;
    case 'reasoning':
      pushReasoning(part, place, events);
      break;
    case 'tool-call':
      pushToolCall(part, place, events);
      break;
    default:
      events.push({ type: 'part', ...place, part });
  }
}

function annotationsOf({ extensions, spelling }: Annotated): Annotated {
  if (extensions === undefined && spelling === undefined) return {};
  return known({ extensions, spelling });
}

function pushText(part: TextPart, place: Place, events: ChatEvent[]): void {
  const { cache, opaque } = part;
  events.push({ type: 'text-start', ...place, ...(cache && { cache }), ...annotationsOf(part) });
  if (part.text !== '') events.push({ type: 'text-delta', ...place, text: part.text });
  for (const citation of part.citations ?? []) events.push({ type: 'source', ...place, citation });
  events.push({ type: 'text-end', ...place, ...(opaque && { opaque }) });
}

function pushRefusal(part: RefusalPart, place: Place, events: ChatEvent[]): void {
  events.push({ type: 'refusal-start', ...place, ...annotationsOf(part) });
  if (part.text !== '') events.push({ type: 'refusal-delta', ...place, text: part.text });
  events.push({ type: 'refusal-end', ...place });
}

function pushReasoning(part: ReasoningPart, place: Place, events: ChatEvent[]): void {
  const { summary, redacted, opaque } = part;
  events.push({ type: 'reasoning-start', ...place, ...known({ summary, redacted }), ...annotationsOf(part) });
  if (part.text !== '') events.push({ type: 'reasoning-delta', ...place, text: part.text });
  events.push({ type: 'reasoning-end', ...place, ...known({ opaque }) });
}

function pushToolCall(part: ToolCallPart, place: Place, events: ChatEvent[]): void {
  const { id, name, custom, hosted, caller, toolset, cache, opaque } = part;
  const start = { ...known({ custom, hosted, caller, toolset, cache }), ...annotationsOf(part) };
  events.push({ type: 'tool-call-start', ...place, id, name, ...start });
  if (part.arguments !== '') events.push({ type: 'tool-call-delta', ...place, arguments: part.arguments });
  events.push({ type: 'tool-call-end', ...place, ...known({ opaque }) });
}

function pushEnds(message: ChatMessage, alternatives: readonly ChatChoice[], events: ChatEvent[]): void {
  const { answer } = message;
  const last = alternatives.length;
  for (let at = 0; at <= last; at++) {
    const choice = at === 0 ? message : (alternatives[at - 1] as ChatChoice);
    events.push({
      type: 'message-end',
      ...(at > 0 && { choice: at }),
      stop: choice.stop,
      ...(choice.details !== undefined && { details: choice.details }),
      ...annotationsOf(choice),
      ...(at === last && answer !== undefined && { answer }),
    });
  }
}
