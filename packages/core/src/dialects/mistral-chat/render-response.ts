/** A canonical message becomes a whole answer in Mistral's format. */
import type { Json } from '../../json/index.ts';
import {
  type AnswerFacts,
  applyAnnotations,
  asCallerNamed,
  type ChatChoice,
  type ChatMessage,
  type ChatRequest,
  detachCallState,
  fillFact,
  formOf,
  known,
  type Loss,
  reportAnswerExtras,
  reportBrokenOff,
  reportUnsaidFacts,
  reportUnsaidUsage,
} from '../../message/index.ts';
import { renderAssistant } from './assistant.ts';
import { renderError } from './error.ts';
import { renderFinishReason, reportStop } from './finish-reason.ts';
import { renderForeignUsage, renderUsage, saidBuckets } from './usage.ts';
import { name } from './wire.ts';

export function renderResponse(
  message: ChatMessage,
  request: ChatRequest,
): { value: unknown; losses: Loss[] } {
  if (message.error !== undefined) {
    return { value: renderError(message.error).body, losses: reportBrokenOff(message) };
  }
  const losses: Loss[] = reportAnswerExtras(message, name);
  const isOwn = message.dialect === name;
  const body: Record<string, Json> = {
    ...renderFacts(message.facts, request, isOwn ? undefined : losses),
    ...(formOf(message.answer, name, 'object') !== 'absent' && { object: 'chat.completion' }),
    choices: renderChoices(message, request, losses),
    ...renderUsageOf(message, isOwn),
  };
  applyAnnotations(body, message.answer, name);
  if (!isOwn) reportForeign(message, losses);
  return { value: body, losses };
}

function renderUsageOf({ usage }: ChatMessage, isOwn: boolean): Record<string, Json> {
  if (!isOwn) return { usage: renderForeignUsage(usage) };
  return usage === undefined ? {} : { usage: renderUsage(usage) };
}

function reportForeign({ facts, usage }: ChatMessage, losses: Loss[]): void {
  reportForeignFacts(facts, losses);
  if (usage !== undefined) losses.push(...reportUnsaidUsage(usage, saidBuckets, name));
  else
    losses.push({ field: 'usage', action: 'emulated', detail: 'It is demanded and was filled with zeros.' });
}

/** The fields around the choices. What the provider's format lacks comes from the caller's defaults, and is said. */
export function renderFacts(
  facts: AnswerFacts,
  request: ChatRequest,
  losses: Loss[] | undefined,
): Record<string, Json> {
  const wire: Record<string, Json> = known({ id: facts.id, created: facts.createdAt, model: facts.model });
  if (losses === undefined) return wire;
  fillFact(wire, { fact: 'id', field: 'id', value: request.answer?.id ?? 'cmpl-unknown' }, losses);
  fillFact(wire, { fact: 'createdAt', field: 'created', value: request.answer?.createdAt ?? 0 }, losses);
  fillFact(wire, { fact: 'model', field: 'model', value: request.model }, losses);
  return wire;
}

const saidFacts = ['id', 'model', 'createdAt'] as const;

export function reportForeignFacts(facts: AnswerFacts, losses: Loss[]): void {
  losses.push(...reportUnsaidFacts(facts, saidFacts, name));
}

function renderChoices(message: ChatMessage, request: ChatRequest, losses: Loss[]): Json[] {
  if (formOf(message.answer, name, 'choices') === 'empty') return [];
  const choices: readonly ChatChoice[] = [message, ...(message.alternatives ?? [])];
  return choices.map((choice, index) =>
    renderChoice(choice, { index, request, losses, isOwn: message.dialect === name }),
  );
}

interface ChoiceRendering {
  readonly index: number;
  readonly request: ChatRequest;
  readonly losses: Loss[];
  /** Whether the message came in this format, so that nothing has to be filled in. */
  readonly isOwn: boolean;
}

function renderChoice(choice: ChatChoice, { index, request, losses, isOwn }: ChoiceRendering): Json {
  const form = (field: string): string | undefined => formOf(choice, name, field);
  const path = index === 0 ? 'message' : `alternatives[${index - 1}]`;
  const parts = detachCallState(choice.parts).map((part) =>
    part.type === 'tool-call' ? asCallerNamed(part, request, name) : part,
  );
  const rendering = { losses, path, isAnswer: true, callIds: 'any' } as const;
  const message = (): Json => ({ role: 'assistant', ...renderAssistant(parts, choice, rendering) });
  const wire: Record<string, Json> = {
    ...(form('index') !== 'absent' && { index }),
    ...(form('message') !== 'absent' && { message: message() }),
    ...(form('finish_reason') !== 'absent' && { finish_reason: renderFinishReason(choice.stop, isOwn) }),
  };
  if (!isOwn) reportStop(choice.stop, `${path}.stop`, losses);
  if (choice.logprobs !== undefined)
    losses.push({
      field: `${path}.logprobs`,
      action: 'dropped',
      detail: `${name} has no log probabilities.`,
    });
  applyAnnotations(wire, choice, name);
  return wire;
}
