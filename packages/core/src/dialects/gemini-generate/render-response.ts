/** A canonical message becomes a whole generateContent answer. */
import type { Json } from '../../json/index.ts';
import {
  type Annotated,
  type AnswerFacts,
  applyAnnotations,
  type ChatChoice,
  type ChatMessage,
  type ChatRequest,
  fillFact,
  formOf,
  type Loss,
  present,
  type Rendered,
  reportBrokenOff,
  reportUnsaidFacts,
  reportUnsaidUsage,
  restorePart,
  type TextPart,
  type TokenLogprob,
} from '../../message/index.ts';
import { renderGrounding } from './citations.ts';
import { renderError } from './error.ts';
import { hasCalls, renderStopReason, reportStop } from './finish-reason.ts';
import { renderParts } from './parts.ts';
import type { PartRendering } from './rendering.ts';
import { renderUsage, saidBuckets } from './usage.ts';
import { name, quirks } from './wire.ts';

export function renderResponse(message: ChatMessage, request: ChatRequest): Rendered<unknown> {
  if (message.error !== undefined)
    return { value: renderError(message.error).body, losses: reportBrokenOff(message) };
  if (request.purpose === 'count-tokens') return renderCount(message);
  const isOwn = message.dialect === name;
  const losses: Loss[] = [];
  const rendering = answerRendering(isOwn, losses);
  const choices: readonly ChatChoice[] = [message, ...(message.alternatives ?? [])];
  const isAbsent = formOf(message.answer, name, 'candidates') === 'absent' && message.parts.length === 0;
  const body: Record<string, Json> = present({
    candidates: isAbsent
      ? undefined
      : choices.map((choice, at) => renderCandidate(choice, { at, request, rendering })),
    usageMetadata: message.usage && renderUsage(message.usage),
  });
  Object.assign(body, renderFacts(message.facts, request, isOwn ? undefined : losses));
  restoreTime(body, message.answer);
  applyAnnotations(body, message.answer, name);
  if (!isOwn) reportForeign(message, losses);
  return { value: body, losses };
}

export function answerRendering(isOwn: boolean, losses: Loss[]): PartRendering {
  return { losses, quirks, isOwn, isAnswer: true, callNames: new Map() };
}

/** What is around the candidates. What the provider's format lacks comes from the caller's defaults, and is said. */
export function renderFacts(
  facts: AnswerFacts,
  request: ChatRequest,
  losses: Loss[] | undefined,
): Record<string, Json> {
  const { id, model, createdAt, promptFeedback, modelStatus } = facts;
  const createTime = createdAt === undefined ? undefined : timeOf(createdAt);
  const wire = present({ modelVersion: model, responseId: id, createTime, promptFeedback, modelStatus });
  if (losses === undefined) return wire;
  fillFact(wire, { fact: 'id', field: 'responseId', value: request.answer?.id ?? 'unknown' }, losses);
  fillFact(wire, { fact: 'model', field: 'modelVersion', value: request.model }, losses);
  return wire;
}

const lastSecond = 253_402_300_799;

function timeOf(createdAt: number): string | undefined {
  const isTime = createdAt >= 0 && createdAt <= lastSecond;
  return isTime ? new Date(createdAt * 1000).toISOString() : undefined;
}

/** The time as its vendor wrote it, which is finer than seconds. */
export function restoreTime(wire: Record<string, Json>, answer: Annotated | undefined): void {
  const written = formOf(answer, name, 'createTime');
  if (written !== undefined) wire.createTime = written;
}

interface CandidateRendering {
  readonly at: number;
  readonly request: ChatRequest;
  readonly rendering: PartRendering;
}

function renderCandidate(choice: ChatChoice, { at, request, rendering }: CandidateRendering): Json {
  const field = at === 0 ? 'message' : `alternatives[${at - 1}]`;
  const parts = renderParts(
    choice.parts.map((part) => restorePart(part, request, name)),
    field,
    rendering,
  );
  const wire = present({
    content: contentOf(parts, choice),
    ...renderChoiceEnd(choice, { at, calls: hasCalls(choice.parts), rendering }),
  });
  applyAnnotations(wire, choice, name);
  return wire;
}

function contentOf(parts: Record<string, Json>[], choice: Annotated): Json | undefined {
  const layout = parts.length === 0 ? formOf(choice, name, 'content') : undefined;
  if (layout === 'absent') return undefined;
  const role = formOf(choice, name, 'role') === 'absent' ? undefined : 'model';
  return present({ parts: layout === 'bare' ? undefined : parts, role });
}

interface EndRendering {
  readonly at: number;
  readonly calls: boolean;
  readonly rendering: PartRendering;
}

/** Everything of a candidate but its content. */
export function renderChoiceEnd(
  choice: ChatChoice,
  { at, calls, rendering }: EndRendering,
): Record<string, Json> {
  const { losses, isOwn } = rendering;
  const texts = choice.parts.filter((part): part is TextPart => part.type === 'text');
  const grounding = texts.some(({ citations }) => citations !== undefined)
    ? renderGrounding(texts, losses)
    : undefined;
  const number = formOf(choice, name, 'finishReason');
  const index = formOf(choice, name, 'index') ?? String(at);
  const { logprobs } = choice;
  return present({
    finishReason: number === undefined ? renderStopReason(choice.stop, calls, isOwn) : Number(number),
    index: index === 'absent' ? undefined : Number(index),
    groundingMetadata: grounding,
    logprobsResult: logprobs?.content && renderLogprobs(logprobs.content),
    ...(isOwn && choice.details),
  });
}

function renderLogprobs(tokens: readonly TokenLogprob[]): Json {
  const hasTop = tokens.some(({ top }) => top !== undefined);
  return present({
    chosenCandidates: tokens.map(renderToken),
    topCandidates: hasTop ? tokens.map(({ top = [] }) => ({ candidates: top.map(renderToken) })) : undefined,
  });
}

function renderToken(token: TokenLogprob): Json {
  const logProbability = formOf(token, name, 'logprob') === 'absent' ? undefined : token.logprob;
  const wire = present({ token: token.token, tokenId: token.id, logProbability });
  applyAnnotations(wire, token, name);
  return wire;
}

/** What answers of other formats tell besides, and this one cannot. */
function reportForeign(message: ChatMessage, losses: Loss[]): void {
  reportForeignFacts(message.facts, losses);
  if (message.usage !== undefined) losses.push(...reportUnsaidUsage(message.usage, saidBuckets, name));
  for (const choice of [message, ...(message.alternatives ?? [])]) reportForeignChoice(choice, losses);
}

export function reportForeignChoice(
  choice: ChatChoice,
  losses: Loss[],
  calls = hasCalls(choice.parts),
): void {
  const { stop, logprobs } = choice;
  reportStop(stop, calls, losses);
  const drop = (field: string): number =>
    losses.push({ field, action: 'dropped', detail: `${name} has no such field.` });
  if (stop.sequence !== undefined) drop('message.stopSequence');
  if (logprobs?.refusal !== undefined) drop('logprobs.refusal');
  if (logprobs?.content?.some(({ bytes }) => bytes !== undefined)) drop('logprobs.bytes');
}

const saidFacts = ['id', 'model', 'createdAt', 'promptFeedback', 'modelStatus'] as const;

export function reportForeignFacts(facts: AnswerFacts, losses: Loss[]): void {
  losses.push(...reportUnsaidFacts(facts, saidFacts, name));
}

function renderCount(message: ChatMessage): Rendered<unknown> {
  const { total, cacheRead } = message.usage?.input ?? {};
  const body = present({ totalTokens: total, cachedContentTokenCount: cacheRead });
  applyAnnotations(body, message, name);
  return { value: body, losses: [] };
}
