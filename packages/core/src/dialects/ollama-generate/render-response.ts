/** A canonical message becomes a whole answer of Ollama. */
import type { Json } from '../../json/index.ts';
import {
  type Annotated,
  type AnswerFacts,
  applyAnnotations,
  type ChatMessage,
  type ChatRequest,
  fillFact,
  formOf,
  known,
  type Logprobs,
  type Loss,
  present,
  reportAnswerExtras,
  reportBrokenOff,
  reportUnsaidFacts,
  reportUnsaidUsage,
  type TokenLogprob,
} from '../../message/index.ts';
import { renderError } from './error.ts';
import { renderDoneReason, reportStop } from './finish-reason.ts';
import { secondsOf } from './parse-response.ts';
import { renderAnswerParts } from './parts.ts';
import { renderUsage, saidBuckets } from './usage.ts';
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
    logprobs: logprobs && renderLogprobs(logprobs),
  });
  applyTime(body, answer);
  applyAnnotations(body, answer, name);
  if (!isOwn) reportForeign(message, losses);
  return { value: body, losses };
}

/** What is around the message. What the provider's format lacks comes from the caller's defaults, and is said. */
export function renderFacts(
  facts: AnswerFacts,
  request: ChatRequest,
  losses: Loss[] | undefined,
): Record<string, Json> {
  const wire = present({
    model: facts.model,
    created_at: facts.createdAt === undefined ? undefined : timeOf(facts.createdAt),
    context: facts.promptState,
    completed: facts.progress?.completed,
    total: facts.progress?.total,
  });
  if (losses === undefined) return wire;
  fillFact(wire, { fact: 'model', field: 'model', value: request.model }, losses);
  const now = timeOf(request.answer?.createdAt ?? 0);
  fillFact(wire, { fact: 'createdAt', field: 'created_at', value: now }, losses);
  return wire;
}

/** The last moment that a date can tell, in seconds. */
const lastSecond = 8_640_000_000_000;

function timeOf(seconds: number): string {
  const told = Number.isFinite(seconds) && Math.abs(seconds) <= lastSecond ? seconds : 0;
  return new Date(told * 1000).toISOString();
}

/** The time as it was told, as long as it is still the same second. */
export function applyTime(body: Record<string, Json>, answer: Annotated | undefined): void {
  const exact = formOf(answer, name, 'created_at');
  if (exact === undefined) return;
  const told = typeof body.created_at === 'string' ? body.created_at : undefined;
  if (secondsOf(exact) === secondsOf(told)) body.created_at = exact;
}

/** What answers of other formats tell besides, and this one cannot. */
function reportForeign(message: ChatMessage, losses: Loss[]): void {
  const { facts, usage, alternatives, logprobs, stop } = message;
  reportForeignFacts(facts, losses);
  reportStop(stop, losses);
  if (usage !== undefined) losses.push(...reportUnsaidUsage(usage, saidBuckets, name));
  if (alternatives !== undefined)
    losses.push({ field: 'alternatives', action: 'dropped', detail: `${name} has one answer only.` });
  if (logprobs !== undefined) reportForeignLogprobs(logprobs, losses);
}

const saidFacts = ['model', 'createdAt', 'promptState', 'progress'] as const;

export function reportForeignFacts(facts: AnswerFacts, losses: Loss[]): void {
  losses.push(...reportUnsaidFacts(facts, saidFacts, name));
}

export function reportForeignLogprobs({ refusal }: Logprobs, losses: Loss[]): void {
  if (refusal === undefined) return;
  losses.push({ field: 'logprobs.refusal', action: 'dropped', detail: `${name} has no refusals.` });
}

export function renderLogprobs({ content = [] }: Logprobs): Json[] {
  return content.map(renderTokenLogprob);
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
