/** A canonical message becomes a whole chat completion. */
import type { Json } from '../../json/index.ts';
import {
  type AnswerFacts,
  applyAnnotations,
  asCallerNamed,
  type ChatChoice,
  type ChatMessage,
  type ChatRequest,
  fillFact,
  formOf,
  known,
  type Logprobs,
  type Loss,
  reportAnswerExtras,
  reportBrokenOff,
  reportUnsaidFacts,
  reportUnsaidUsage,
  type TokenLogprob,
} from '../../message/index.ts';
import { renderAssistant } from './assistant.ts';
import { renderError } from './error.ts';
import { renderFinishReason, reportStop } from './finish-reason.ts';
import { renderUsage, saidBuckets } from './usage.ts';
import { name, quirks } from './wire.ts';

export function renderResponse(
  message: ChatMessage,
  request: ChatRequest,
): { value: unknown; losses: Loss[] } {
  if (message.error !== undefined) {
    return { value: renderError(message.error).body, losses: reportBrokenOff(message) };
  }
  const losses: Loss[] = reportAnswerExtras(message, name);
  const isOwn = message.dialect === name;
  const hasObject = formOf(message.answer, name, 'object') !== 'absent';
  const body: Record<string, Json> = {
    ...renderFacts(message.facts, request, isOwn ? undefined : losses),
    ...(hasObject && { object: 'chat.completion' }),
    choices: renderChoices(message, request, losses),
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
  fillFact(wire, { fact: 'id', field: 'id', value: request.answer?.id ?? 'chatcmpl-unknown' }, losses);
  fillFact(wire, { fact: 'createdAt', field: 'created', value: request.answer?.createdAt ?? 0 }, losses);
  fillFact(wire, { fact: 'model', field: 'model', value: request.model }, losses);
  reportForeignFacts(facts, losses);
  return wire;
}

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
  const parts = choice.parts.map((part) =>
    part.type === 'tool-call' ? asCallerNamed(part, request, name) : part,
  );
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
    content: logprobs.content?.map(renderTokenLogprob),
    refusal: logprobs.refusal?.map(renderTokenLogprob),
  });
}

function renderTokenLogprob(token: TokenLogprob): Record<string, Json> {
  const wire: Record<string, Json> = known({
    token: token.token,
    logprob: token.logprob,
    bytes: token.bytes,
    top_logprobs: token.top?.map(renderTokenLogprob),
  });
  applyAnnotations(wire, token, name);
  return wire;
}
