/** A canonical message becomes a whole Messages answer. */
import type { Json } from '../../json/index.ts';
import {
  type AnswerFacts,
  applyAnnotations,
  type ChatMessage,
  type ChatRequest,
  detachCallState,
  fillFact,
  type Loss,
  present,
  type Rendered,
  reportAlternatives,
  reportAnswerExtras,
  reportBrokenOff,
  reportDemandedUsage,
  reportUnsaidFacts,
  restorePart,
  type StopReason,
} from '../../message/index.ts';
import { renderError } from './error.ts';
import { renderStopReason, reportStop } from './finish-reason.ts';
import { renderParts } from './parts.ts';
import { renderForeignUsage, renderUsage, saidBuckets } from './usage.ts';
import { name } from './wire.ts';

export function renderResponse(message: ChatMessage, request: ChatRequest): Rendered<unknown> {
  if (message.error !== undefined) {
    return { value: renderError(message.error).body, losses: reportBrokenOff(message) };
  }
  if (request.purpose === 'count-tokens') return renderCount(message);
  const isOwn = message.dialect === name;
  const losses: Loss[] = reportAnswerExtras(message, name);
  const parts = detachCallState(message.parts).map((part) => restorePart(part, request, name));
  const body: Record<string, Json> = {
    ...renderFacts(message.facts, request, isOwn ? undefined : losses),
    type: 'message',
    role: 'assistant',
    content: renderParts(parts, 'message', { losses, isOwn, isAnswer: true }),
    ...renderStop(message.stop, isOwn),
    ...renderUsageOf(message, isOwn),
  };
  applyAnnotations(body, message, name);
  if (!isOwn) reportForeign(message, losses);
  return { value: body, losses };
}

function renderUsageOf({ usage }: ChatMessage, isOwn: boolean): Record<string, Json> {
  if (!isOwn) return { usage: renderForeignUsage(usage) };
  return usage === undefined ? {} : { usage: renderUsage(usage) };
}

/** What is around the content. What the provider's format lacks comes from the caller's defaults, and is said. */
export function renderFacts(
  facts: AnswerFacts,
  request: ChatRequest,
  losses: Loss[] | undefined,
): Record<string, Json> {
  const { id, model, container, contextManagement, diagnostics } = facts;
  const wire = present({ id, model, container, context_management: contextManagement, diagnostics });
  if (losses === undefined) return wire;
  fillFact(wire, { fact: 'id', field: 'id', value: request.answer?.id ?? 'msg_unknown' }, losses);
  fillFact(wire, { fact: 'model', field: 'model', value: request.model }, losses);
  return wire;
}

export function renderStop(stop: StopReason, isOwn: boolean): Record<string, Json> {
  return present({
    stop_reason: renderStopReason(stop, isOwn),
    stop_sequence: stop.sequence ?? (isOwn ? undefined : null),
    stop_details: stop.refusal,
  });
}

/** What answers of other formats tell besides, and this one cannot. */
function reportForeign(message: ChatMessage, losses: Loss[]): void {
  const { facts, stop, usage } = message;
  reportForeignFacts(facts, losses);
  reportStop(stop, losses);
  losses.push(...reportDemandedUsage(usage, saidBuckets, name));
  reportAlternatives(message.alternatives, name, losses);
  if (message.logprobs !== undefined)
    losses.push({ field: 'logprobs', action: 'dropped', detail: `${name} has no log probabilities.` });
}

const saidFacts = ['id', 'model', 'container', 'contextManagement', 'diagnostics'] as const;

export function reportForeignFacts(facts: AnswerFacts, losses: Loss[]): void {
  losses.push(...reportUnsaidFacts(facts, saidFacts, name));
}

function renderCount(message: ChatMessage): Rendered<unknown> {
  const body = present({ input_tokens: message.usage?.input.total });
  applyAnnotations(body, message, name);
  return { value: body, losses: [] };
}
