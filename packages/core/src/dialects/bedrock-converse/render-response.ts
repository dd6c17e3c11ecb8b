/** A canonical message becomes a whole Converse answer. */
import type { Json } from '../../json/index.ts';
import {
  type AnswerFacts,
  applyAnnotations,
  asCallerNamed,
  type ChatMessage,
  type ChatRequest,
  detachCallState,
  type Loss,
  type Part,
  present,
  reportAnswerExtras,
  reportBrokenOff,
  reportUnsaidFacts,
  reportUnsaidUsage,
} from '../../message/index.ts';
import { renderError } from './error.ts';
import { renderStop, reportStop } from './finish-reason.ts';
import { renderParts } from './parts.ts';
import { renderUsageAndMetrics, saidBuckets } from './usage.ts';
import { name } from './wire.ts';

export function renderResponse(
  message: ChatMessage,
  request: ChatRequest,
): { value: unknown; losses: Loss[] } {
  if (message.error !== undefined) {
    return { value: renderError(message.error).body, losses: reportBrokenOff(message) };
  }
  const isOwn = message.dialect === name;
  const losses: Loss[] = reportAnswerExtras(message, name);
  const parts = detachCallState(message.parts).map((part) => restorePart(part, request));
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

export function restorePart(part: Part, request: ChatRequest): Part {
  return part.type === 'tool-call' ? asCallerNamed(part, request, name) : part;
}

/** What answers of other formats tell besides, and this one cannot. */
function reportForeign({ facts, alternatives, logprobs, stop, usage }: ChatMessage, losses: Loss[]): void {
  reportForeignFacts(facts, losses);
  reportStop(stop, losses);
  if (usage !== undefined) losses.push(...reportUnsaidUsage(usage, saidBuckets, name));
  const drop = (field: string, detail: string): void => {
    losses.push({ field, action: 'dropped', detail });
  };
  if (alternatives !== undefined) drop('alternatives', `${name} has one answer only.`);
  if (logprobs !== undefined) drop('logprobs', `${name} has no log probabilities.`);
  if (usage === undefined)
    losses.push({ field: 'usage', action: 'emulated', detail: 'It is demanded and was filled with zeros.' });
}

const saidFacts = ['trace', 'latency', 'modelFields'] as const;

export function reportForeignFacts(facts: AnswerFacts, losses: Loss[]): void {
  losses.push(...reportUnsaidFacts(facts, saidFacts, name));
}
