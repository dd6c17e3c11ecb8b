/** A canonical message becomes a whole answer, in the version that the caller asked in. */
import type { Json } from '../../json/index.ts';
import {
  applyAnnotations,
  type ChatMessage,
  type ChatRequest,
  formOf,
  type Logprobs,
  type Loss,
  present,
  type Rendered,
  reportAnswerExtras,
  reportBrokenOff,
  reportOnce,
  restorePart,
  type TokenLogprob,
} from '../../message/index.ts';
import { renderAssistant } from './assistant.ts';
import { renderError } from './error.ts';
import { renderStopReason } from './finish-reason.ts';
import { type Rendering, renderFacts, reportForeign } from './rendering.ts';
import { renderUsage } from './usage.ts';
import { renderResponse1 } from './version-1-answer.ts';
import { isVersion1 } from './version-1-request.ts';
import { name, quirks } from './wire.ts';

export function renderResponse(message: ChatMessage, request: ChatRequest): Rendered<unknown> {
  if (message.error !== undefined) {
    return { value: renderError(message.error).body, losses: reportBrokenOff(message) };
  }
  const isOwn = message.dialect === name;
  const rendering: Rendering = { quirks, losses: reportAnswerExtras(message, name), isOwn, isAnswer: true };
  const { losses } = rendering;
  const parts = message.parts.map((part) => restorePart(part, request, name));
  if (isVersion1(request))
    return { value: renderResponse1({ ...message, parts }, request, rendering), losses };
  const body: Record<string, Json> = {
    ...renderFacts(message.facts, request, isOwn ? undefined : losses),
    message: { role: 'assistant', ...renderAssistant(parts, { node: message, field: 'message' }, rendering) },
    ...present({ finish_reason: renderStopReason(message.stop, isOwn) }),
    ...(message.usage !== undefined && { usage: renderUsage(message.usage) }),
    ...renderLogprobsOf(message.logprobs, losses),
  };
  applyAnnotations(body, message, name);
  if (!isOwn) reportForeign(message, losses);
  return { value: body, losses };
}

function renderLogprobsOf(logprobs: Logprobs | undefined, losses: Loss[]): Record<string, Json> {
  if (logprobs?.refusal !== undefined)
    losses.push({ field: 'logprobs.refusal', action: 'dropped', detail: 'Only text has them here.' });
  if (logprobs?.content === undefined) return {};
  reportAlternatives(logprobs, losses);
  return { logprobs: logprobs.content.map(renderLogprob) };
}

export function reportAlternatives({ content = [] }: Logprobs, losses: Loss[]): void {
  if (!content.some(({ top, bytes }) => (top?.length ?? 0) > 0 || bytes !== undefined)) return;
  const detail = 'Alternatives and bytes of tokens have no place here.';
  reportOnce(losses, { field: 'logprobs.top', action: 'dropped', detail });
}

export function renderLogprob(entry: TokenLogprob): Record<string, Json> {
  const form = formOf(entry, name, 'logprobs');
  const each = form === undefined ? [entry.logprob] : (JSON.parse(form) as Json);
  const wire = present({
    text: formOf(entry, name, 'text') === 'absent' ? undefined : entry.token,
    // The official types demand the numbers of the tokens.
    token_ids: entry.ids ?? (entry.spelling?.dialect === name ? undefined : []),
    logprobs: each === null ? undefined : each,
  });
  applyAnnotations(wire, entry, name);
  return wire;
}
