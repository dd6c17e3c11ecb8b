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
} from '../../message/index.ts';
import { applyTime, fillMaker, renderLogprobs, renderMaker, reportForeignAround } from '../ollama-answer.ts';
import { renderError } from './error.ts';
import { renderDoneReason, reportStop } from './finish-reason.ts';
import { renderAnswerParts } from './parts.ts';
import { renderUsage } from './usage.ts';
import { name } from './wire.ts';

export function renderResponse(message: ChatMessage, request: ChatRequest): Rendered<unknown> {
  if (message.error !== undefined) {
    return { value: renderError(message.error).body, losses: reportBrokenOff(message) };
  }
  const losses: Loss[] = reportAnswerExtras(message, name);
  const isOwn = message.dialect === name;
  const { answer, logprobs, usage } = message;
  const content = renderAnswerParts(message.parts, losses);
  if (content.response === '' && formOf(answer, name, 'response') === 'absent') delete content.response;
  const body = present({
    ...renderFacts(message.facts, request, isOwn ? undefined : losses),
    ...(formOf(answer, name, 'thinking') === 'empty' && { thinking: '' }),
    ...content,
    done: formOf(answer, name, 'done') === 'absent' ? undefined : true,
    done_reason: renderDoneReason(message.stop, isOwn),
    ...(usage !== undefined && renderUsage(usage)),
    logprobs: logprobs && renderLogprobs(logprobs, name),
  });
  applyTime(body, answer, name);
  applyAnnotations(body, answer, name);
  if (!isOwn) {
    losses.push(...unsaidFacts(message.facts));
    reportStop(message.stop, losses);
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
  const wire = present({
    ...renderMaker(facts),
    context: facts.promptState,
    completed: facts.progress?.completed,
    total: facts.progress?.total,
  });
  if (losses === undefined) return wire;
  fillMaker(wire, request, losses);
  return wire;
}

const saidFacts = ['model', 'createdAt', 'promptState', 'progress'] as const;

export function unsaidFacts(facts: AnswerFacts): Loss[] {
  return reportUnsaidFacts(facts, saidFacts, name);
}
