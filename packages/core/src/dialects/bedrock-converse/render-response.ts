/** A canonical message becomes a whole Converse answer. */
import type { Json } from '../../json/index.ts';
import {
  type AnswerFacts,
  applyAnnotations,
  type ChatMessage,
  type ChatRequest,
  detachCallState,
  type Loss,
  present,
  type Rendered,
  reportAlternatives,
  reportAnswerExtras,
  reportBrokenOff,
  reportDemandedUsage,
  reportUnsaidFacts,
  restorePart,
} from '../../message/index.ts';
import { renderError } from './error.ts';
import { renderStop, reportStop } from './finish-reason.ts';
import { renderParts } from './parts.ts';
import { renderUsageAndMetrics, saidBuckets } from './usage.ts';
import { name } from './wire.ts';

export function renderResponse(message: ChatMessage, request: ChatRequest): Rendered<unknown> {
  if (message.error !== undefined) {
    return { value: renderError(message.error).body, losses: reportBrokenOff(message) };
  }
  const isOwn = message.dialect === name;
  const losses: Loss[] = reportAnswerExtras(message, name);
  const parts = detachCallState(message.parts).map((part) => restorePart(part, request, name));
  const content = renderParts(parts, 'message', { losses, isOwn, isAnswer: true, documents: new Set() });
  const { stop, usage, facts } = message;
  const body: Record<string, Json> = present({
    output: { message: { role: 'assistant', content } },
    stopReason: renderStop(stop, isOwn),
    ...renderUsageAndMetrics(usage, isOwn),
    additionalModelResponseFields: facts.modelFields,
    ...renderFacts(facts, isOwn),
  });
  applyAnnotations(body, message, name);
  if (!isOwn) reportForeign(message, losses);
  return { value: body, losses };
}

/** What a whole answer and the last event of a stream say alike. */
export function renderFacts({ trace, latency, tier }: AnswerFacts, isOwn: boolean): Record<string, Json> {
  return present({
    trace,
    performanceConfig: latency === undefined ? undefined : { latency },
    serviceTier: tier === undefined || !isOwn ? undefined : { type: tier },
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

const saidFacts = ['trace', 'latency', 'modelFields'] as const;

export function reportForeignFacts(facts: AnswerFacts, losses: Loss[]): void {
  losses.push(...reportUnsaidFacts(facts, saidFacts, name));
}
