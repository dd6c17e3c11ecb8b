/** A canonical message becomes a whole chat completion. */
import type { Json } from '../../json/index.ts';
import {
  type AnswerFacts,
  applyAnnotations,
  type ChatChoice,
  type ChatMessage,
  type ChatRequest,
  formOf,
  known,
  type Logprobs,
  type Loss,
  type Rendered,
  reportAnswerExtras,
  reportBrokenOff,
  reportUnsaidFacts,
  reportUnsaidUsage,
  restorePart,
} from '../../message/index.ts';
import { fillIdentity, renderChoices } from '../openai-choices.ts';
import { renderTokenLogprobs } from '../token-logprobs.ts';
import { renderAssistant } from './assistant.ts';
import { renderError } from './error.ts';
import { renderFinishReason, reportStop } from './finish-reason.ts';
import { renderUsage, saidBuckets } from './usage.ts';
import { name, quirks } from './wire.ts';

export function renderResponse(message: ChatMessage, request: ChatRequest): Rendered<unknown> {
  if (message.error !== undefined) {
    return { value: renderError(message.error).body, losses: reportBrokenOff(message) };
  }
  const losses: Loss[] = reportAnswerExtras(message, name);
  const isOwn = message.dialect === name;
  const hasObject = formOf(message.answer, name, 'object') !== 'absent';
  const body: Record<string, Json> = {
    ...renderFacts(message.facts, request, isOwn ? undefined : losses),
    ...(hasObject && { object: 'chat.completion' }),
    choices: renderChoices(message, name, (choice, index, path) =>
      renderChoice(choice, { index, path, request, losses, isOwn }),
    ),
    ...(message.usage !== undefined && { usage: renderUsage(message.usage) }),
  };
  applyAnnotations(body, message.answer, name);
  if (!isOwn && message.usage !== undefined)
    losses.push(...reportUnsaidUsage(message.usage, saidBuckets, name));
  return { value: body, losses };
}

const saidFacts = ['id', 'model', 'createdAt', 'systemFingerprint', 'tier', 'tags', 'moderation'] as const;

/** The fields around the choices. What the provider's format lacks comes from the caller's defaults, and is said. */
export function renderFacts(
  facts: AnswerFacts,
  request: ChatRequest,
  losses: Loss[] | undefined,
): Record<string, Json> {
  const wire: Record<string, Json> = known({
    id: facts.id,
    created: facts.createdAt,
    model: facts.model,
    system_fingerprint: facts.systemFingerprint,
    service_tier: facts.tier,
    metadata: facts.tags,
    moderation: facts.moderation,
  });
  if (losses === undefined) return wire;
  fillIdentity(wire, request, 'chatcmpl-unknown', losses);
  reportForeignFacts(facts, losses);
  return wire;
}

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
  const parts = choice.parts.map((part) => restorePart(part, request, name));
  const wire: Record<string, Json> = {
    ...(form('index') !== 'absent' && { index }),
    ...(form('message') !== 'absent' && { message: renderMessage(parts, choice, { losses, path, isOwn }) }),
    ...(form('finish_reason') !== 'absent' && { finish_reason: renderFinishReason(choice.stop, isOwn) }),
    ...(choice.logprobs !== undefined && { logprobs: renderLogprobs(choice.logprobs) }),
  };
  if (!isOwn) reportStop(choice.stop, `${path}.stop`, losses);
  applyAnnotations(wire, choice, name);
  return wire;
}

function renderMessage(
  parts: ChatChoice['parts'],
  choice: ChatChoice,
  at: { losses: Loss[]; path: string; isOwn: boolean },
): Json {
  const message = { role: 'assistant', ...renderAssistant(parts, choice, { ...at, quirks, isAnswer: true }) };
  return at.isOwn || 'refusal' in message ? message : { ...message, refusal: null };
}

export function renderLogprobs(logprobs: Logprobs): Record<string, Json> {
  return known({
    content: logprobs.content && renderTokenLogprobs(logprobs.content, name),
    refusal: logprobs.refusal && renderTokenLogprobs(logprobs.refusal, name),
  });
}
