/** A canonical message becomes a whole answer in Mistral's format. */
import type { Json } from '../../json/index.ts';
import {
  type AnswerFacts,
  applyAnnotations,
  type ChatChoice,
  type ChatMessage,
  type ChatRequest,
  detachCallState,
  formOf,
  known,
  type Loss,
  type Rendered,
  reportAnswerExtras,
  reportBrokenOff,
  reportDemandedUsage,
  reportUnsaidFacts,
  restorePart,
} from '../../message/index.ts';
import { fillIdentity, renderChoices } from '../openai-choices.ts';
import { renderAssistant } from './assistant.ts';
import { renderError } from './error.ts';
import { renderFinishReason, reportStop } from './finish-reason.ts';
import { renderForeignUsage, renderUsage, saidBuckets } from './usage.ts';
import { name } from './wire.ts';

export function renderResponse(message: ChatMessage, request: ChatRequest): Rendered<unknown> {
  if (message.error !== undefined) {
    return { value: renderError(message.error).body, losses: reportBrokenOff(message) };
  }
  const losses: Loss[] = reportAnswerExtras(message, name);
  const isOwn = message.dialect === name;
  const body: Record<string, Json> = {
    ...renderFacts(message.facts, request, isOwn ? undefined : losses),
    ...(formOf(message.answer, name, 'object') !== 'absent' && { object: 'chat.completion' }),
    choices: renderChoices(message, name, (choice, index, path) =>
      renderChoice(choice, { index, path, request, losses, isOwn }),
    ),
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
  losses.push(...reportDemandedUsage(usage, saidBuckets, name));
}

/** The fields around the choices. What the provider's format lacks comes from the caller's defaults, and is said. */
export function renderFacts(
  facts: AnswerFacts,
  request: ChatRequest,
  losses: Loss[] | undefined,
): Record<string, Json> {
  const wire: Record<string, Json> = known({ id: facts.id, created: facts.createdAt, model: facts.model });
  if (losses === undefined) return wire;
  fillIdentity(wire, request, 'cmpl-unknown', losses);
  return wire;
}

const saidFacts = ['id', 'model', 'createdAt'] as const;

export function reportForeignFacts(facts: AnswerFacts, losses: Loss[]): void {
  losses.push(...reportUnsaidFacts(facts, saidFacts, name));
}

interface ChoiceRendering {
  readonly index: number;
  readonly path: string;
  readonly request: ChatRequest;
  readonly losses: Loss[];
  /** Whether the message came in this format, so that nothing has to be filled in. */
  readonly isOwn: boolean;
}

function renderChoice(choice: ChatChoice, { index, path, request, losses, isOwn }: ChoiceRendering): Json {
  const form = (field: string): string | undefined => formOf(choice, name, field);
  const parts = detachCallState(choice.parts).map((part) => restorePart(part, request, name));
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
