/** A canonical message becomes a whole answer of Ollama. */
import type { Json } from '../../json/index.ts';
import {
  type AnswerFacts,
  applyAnnotations,
  type ChatMessage,
  type ChatRequest,
  formOf,
  type Loss,
  present,
  type Rendered,
  reportAnswerExtras,
  reportBrokenOff,
  reportUnsaidFacts,
  restorePart,
} from '../../message/index.ts';
import { applyTime, fillMaker, renderLogprobs, renderMaker, reportForeignAround } from '../ollama-answer.ts';
import { renderAssistant } from './assistant.ts';
import { renderError } from './error.ts';
import { renderDoneReason, reportStop } from './finish-reason.ts';
import { renderUsage } from './usage.ts';
import { name } from './wire.ts';

export function renderResponse(message: ChatMessage, request: ChatRequest): Rendered<unknown> {
  if (message.error !== undefined) {
    return { value: renderError(message.error).body, losses: reportBrokenOff(message) };
  }
  const losses: Loss[] = reportAnswerExtras(message, name);
  const isOwn = message.dialect === name;
  const { answer, logprobs, usage } = message;
  const parts = message.parts.map((part) => restorePart(part, request, name));
  const hasCalls = parts.some((part) => part.type === 'tool-call' && part.hosted === undefined);
  const rendering = { losses, path: 'message', isAnswer: true, hasCallIds: true };
  const body = present({
    ...renderFacts(message.facts, request, isOwn ? undefined : losses),
    message: {
      ...(formOf(answer, name, 'role') !== 'absent' && { role: 'assistant' }),
      ...renderAssistant(parts, answer, rendering),
    },
    done: formOf(answer, name, 'done') === 'absent' ? undefined : true,
    done_reason: renderDoneReason(message.stop, isOwn, hasCalls),
    ...(usage !== undefined && renderUsage(usage)),
    logprobs: logprobs && renderLogprobs(logprobs, name),
  });
  applyTime(body, answer, name);
  applyAnnotations(body, answer, name);
  if (!isOwn) {
    losses.push(...unsaidFacts(message.facts));
    reportStop(message.stop, hasCalls, losses);
    reportForeignAround(message, name, losses);
  }
  return { value: body, losses };
}

/** What is around the message. What the provider's format lacks comes from the caller's defaults, and is said. */
export function renderFacts(
  facts: AnswerFacts,
  request: ChatRequest,
  losses: Loss[] | undefined,
): Record<string, Json> {
  const wire = renderMaker(facts);
  if (losses === undefined) return wire;
  fillMaker(wire, request, losses);
  return wire;
}

const saidFacts = ['model', 'createdAt'] as const;

export function unsaidFacts(facts: AnswerFacts): Loss[] {
  return reportUnsaidFacts(facts, saidFacts, name);
}
