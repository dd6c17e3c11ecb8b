/** A canonical message becomes a whole completion: its text, and nothing of what a text cannot hold. */
import { type Json, parseJson } from '../../json/index.ts';
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
  type Part,
  type Rendered,
  reportAnswerExtras,
  reportBrokenOff,
  reportUnsaidFacts,
  reportUnsaidUsage,
} from '../../message/index.ts';
import { fillIdentity, renderChoices } from '../openai-choices.ts';
import { renderError } from './error.ts';
import { renderFinishReason, reportStop } from './finish-reason.ts';
import { renderUsage, saidBuckets } from './usage.ts';
import { name } from './wire.ts';

export function renderResponse(message: ChatMessage, request: ChatRequest): Rendered<unknown> {
  if (message.error !== undefined) {
    return { value: renderError(message.error).body, losses: reportBrokenOff(message) };
  }
  const losses: Loss[] = reportAnswerExtras(message, name);
  const isOwn = message.dialect === name;
  const body: Record<string, Json> = {
    ...renderFacts(message.facts, request, isOwn ? undefined : losses),
    ...(formOf(message.answer, name, 'object') !== 'absent' && { object: 'text_completion' }),
    choices: renderChoices(message, name, (choice, index, path) =>
      renderChoice(choice, { index, path, isOwn, losses }),
    ),
    ...(message.usage !== undefined && { usage: renderUsage(message.usage) }),
  };
  applyAnnotations(body, message.answer, name);
  if (!isOwn && message.usage !== undefined)
    losses.push(...reportUnsaidUsage(message.usage, saidBuckets, name));
  return { value: body, losses };
}

const saidFacts = ['id', 'model', 'createdAt', 'systemFingerprint'] as const;

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
  });
  if (losses === undefined) return wire;
  fillIdentity(wire, request, 'cmpl-unknown', losses);
  reportForeignFacts(facts, losses);
  return wire;
}

export function reportForeignFacts(facts: AnswerFacts, losses: Loss[]): void {
  losses.push(...reportUnsaidFacts(facts, saidFacts, name));
}

interface ChoiceRendering {
  readonly index: number;
  readonly path: string;
  /** Whether the message came in this format, so that nothing has to be filled in. */
  readonly isOwn: boolean;
  readonly losses: Loss[];
}

function renderChoice(choice: ChatChoice, { index, path, isOwn, losses }: ChoiceRendering): Json {
  const form = (field: string): string | undefined => formOf(choice, name, field);
  const text = choice.parts.map((part, at) => textOfPart(part, `${path}.parts[${at}]`, losses)).join('');
  const wire: Record<string, Json> = {
    ...((form('text') !== 'absent' || text !== '') && { text }),
    ...(form('index') !== 'absent' && { index }),
    ...renderLogprobsOf(choice, isOwn),
    ...(form('finish_reason') !== 'absent' && { finish_reason: renderFinishReason(choice.stop, isOwn) }),
  };
  if (!isOwn) reportStop(choice.stop, `${path}.stop`, losses);
  applyAnnotations(wire, choice, name);
  return wire;
}

function renderLogprobsOf(choice: ChatChoice, isOwn: boolean): Record<string, Json> {
  const form = formOf(choice, name, 'logprobs');
  if (choice.logprobs === undefined) return isOwn ? {} : { logprobs: null };
  return { logprobs: form === undefined ? renderLogprobs(choice.logprobs) : parseJson(form) };
}

/** What an answer's part comes to in a text. */
function textOfPart(part: Part, field: string, losses: Loss[]): string {
  if (part.type === 'text') {
    if (part.citations !== undefined)
      losses.push({ field: `${field}.citations`, action: 'dropped', detail: `${name} has no citations.` });
    return part.text;
  }
  reportPart(part.type, field, losses);
  return part.type === 'refusal' ? part.text : '';
}

export function reportPart(type: Part['type'], field: string, losses: Loss[]): void {
  const isRefusal = type === 'refusal';
  const detail = isRefusal ? 'A refusal is told as text.' : `${name} has no ${type}.`;
  losses.push({ field, action: isRefusal ? 'emulated' : 'dropped', detail });
}

/** The old layout: lists side by side; offsets count from `start`. */
export function renderLogprobs({ content = [] }: Logprobs, start = 0): Record<string, Json> {
  let offset = start;
  const offsets = content.map(({ token }) => {
    const at = offset;
    offset += token.length;
    return at;
  });
  const hasTop = content.some(({ top }) => top !== undefined);
  const alternatives = content.map(({ top = [] }) =>
    Object.fromEntries(top.map(({ token, logprob }) => [token, logprob])),
  );
  return {
    text_offset: offsets,
    token_logprobs: content.map(({ logprob }) => logprob),
    tokens: content.map(({ token }) => token),
    top_logprobs: hasTop ? alternatives : null,
  };
}
