/** A canonical message becomes a whole response. */
import type { Json } from '../../json/index.ts';
import {
  type Annotated,
  type AnswerFacts,
  applyAnnotations,
  type ChatMessage,
  type ChatRequest,
  detachCallState,
  fillFact,
  formOf,
  known,
  type Loss,
  type Part,
  type Rendered,
  reportAlternatives,
  reportAnswerExtras,
  reportBrokenOff,
  reportUnsaidFacts,
  reportUnsaidUsage,
  restorePart,
  type StopReason,
  type TokenLogprob,
  type Usage,
} from '../../message/index.ts';
import { renderTokenLogprobs } from '../token-logprobs.ts';
import { renderItems } from './assistant.ts';
import { renderError } from './error.ts';
import { renderForeignStop, renderOwnStop, reportStop } from './finish-reason.ts';
import { isCall } from './parse-response.ts';
import { renderRequest } from './render-request.ts';
import { renderForeignUsage, renderUsage, saidBuckets } from './usage.ts';
import { echoFields, name, quirks } from './wire.ts';

export function renderResponse(message: ChatMessage, request: ChatRequest): Rendered<unknown> {
  if (message.error !== undefined)
    return { value: renderError(message.error).body, losses: reportBrokenOff(message) };
  const isOwn = message.dialect === name;
  const losses: Loss[] = reportAnswerExtras(message, name);
  const parts = detachCallState(message.parts).map((part) => restorePart(part, request, name));
  const head = renderFacts(message.facts, request, isOwn ? undefined : losses);
  const rendering = { losses, isOwn, isAnswer: true, cacheMark: false, answerId: String(head.id ?? '') };
  const output = renderItems(parts, 'message', rendering);
  addLogprobs(output, parts, message.logprobs?.content ?? []);
  const body = renderBody({ head, output, message, isOwn });
  if (!isOwn) reportForeign(message, losses);
  return { value: body, losses };
}

export interface Body {
  readonly head: Readonly<Record<string, Json>>;
  readonly output: readonly Json[];
  readonly message: Annotated & { readonly stop: StopReason; readonly usage?: Usage | undefined };
  readonly isOwn: boolean;
}

/** The whole object, as it stands in an answer and in the last event of a stream. */
export function renderBody({ head, output, message, isOwn }: Body): Record<string, Json> {
  const { stop, usage } = message;
  const hasObject = formOf(message, name, 'object') !== 'absent';
  const body: Record<string, Json> = {
    ...(hasObject && { object: 'response' }),
    ...head,
    ...(isOwn
      ? renderOwnStop(stop, formOf(message, name, 'status'))
      : { error: null, ...renderForeignStop(stop) }),
    output,
    ...renderUsageOf(usage, isOwn),
  };
  applyAnnotations(body, message, name);
  return body;
}

function renderUsageOf(usage: Usage | undefined, isOwn: boolean): Record<string, Json> {
  if (usage === undefined) return isOwn ? {} : { usage: null };
  return { usage: isOwn ? renderUsage(usage) : renderForeignUsage(usage) };
}

/** What is around the output. What the provider's format lacks comes from the caller's defaults, and is said. */
export function renderFacts(
  facts: AnswerFacts,
  request: ChatRequest,
  losses: Loss[] | undefined,
): Record<string, Json> {
  const wire: Record<string, Json> = known({
    ...facts.echo,
    id: facts.id,
    created_at: facts.createdAt,
    completed_at: facts.completedAt,
    model: facts.model,
    service_tier: facts.tier,
    metadata: facts.tags,
    moderation: facts.moderation,
    prompt_cache_diagnostics: losses === undefined ? facts.diagnostics : undefined,
    tool_usage: facts.toolUsage,
  });
  if (losses === undefined) return wire;
  fillFact(wire, { fact: 'id', field: 'id', value: request.answer?.id ?? 'resp_unknown' }, losses);
  fillFact(wire, { fact: 'createdAt', field: 'created_at', value: request.answer?.createdAt ?? 0 }, losses);
  fillFact(wire, { fact: 'model', field: 'model', value: request.model }, losses);
  reportForeignFacts(facts, losses);
  return { ...echoOf(request), ...wire };
}

const unasked: Readonly<Record<string, Json>> = {
  metadata: {},
  instructions: null,
  max_output_tokens: null,
  parallel_tool_calls: true,
  previous_response_id: null,
  reasoning: { effort: null, summary: null },
  temperature: null,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: [],
  top_p: null,
  truncation: 'disabled',
};

/** Clients of this format find in an answer what they asked for. */
function echoOf(request: ChatRequest): Record<string, Json> {
  if (request.dialect !== name || request.purpose === 'count-tokens') return { ...unasked };
  const asked = renderRequest(request, quirks).value.body as Readonly<Record<string, Json>>;
  const echo: Record<string, Json> = { ...unasked };
  for (const field of [...echoFields, 'metadata']) {
    const value = asked[field];
    if (value !== undefined) echo[field] = value;
  }
  return echo;
}

const saidFacts = [
  'id',
  'createdAt',
  'completedAt',
  'model',
  'tier',
  'tags',
  'moderation',
  'toolUsage',
] as const;

export function reportForeignFacts(facts: AnswerFacts, losses: Loss[]): void {
  losses.push(...reportUnsaidFacts(facts, saidFacts, name));
}

/** What answers of other formats tell besides, and this one cannot. */
function reportForeign({ alternatives, logprobs, parts, stop, usage }: ChatMessage, losses: Loss[]): void {
  const hasCalls = parts.some((part) => isCall(part) && !('hosted' in part && part.hosted !== undefined));
  reportStop(stop, hasCalls, losses);
  if (usage !== undefined) losses.push(...reportUnsaidUsage(usage, saidBuckets, name));
  const drop = (field: string, detail: string): void => {
    losses.push({ field, action: 'dropped', detail });
  };
  reportAlternatives(alternatives, name, losses);
  if (logprobs?.refusal !== undefined) drop('logprobs.refusal', `${name} has none of refusals.`);
  const hasText = parts.some((part) => part.type === 'text');
  if (logprobs?.content !== undefined && !hasText)
    drop('logprobs.content', 'There is no text that they belong to.');
}

/** Each text gets as many of the answer's log probabilities as it had; those of another format go to the first. */
function addLogprobs(
  output: Record<string, Json>[],
  parts: readonly Part[],
  logprobs: readonly TokenLogprob[],
): void {
  const texts = output
    .filter((item) => item.type === 'message' || item.role === 'assistant')
    .flatMap((item) => (Array.isArray(item.content) ? (item.content as Record<string, Json>[]) : []))
    .filter((part) => part.type === 'output_text');
  const sources = parts.filter(
    (part) => part.type === 'text' && formOf(part, name, 'item_content') !== 'empty',
  );
  let from = 0;
  for (const [index, text] of texts.entries()) {
    const source = sources[index];
    const form = source && formOf(source, name, 'logprobs');
    const isOurs = source !== undefined && formOf(source, name, 'item') !== undefined;
    const count = form === undefined && !isOurs ? logprobs.length - from : Number(form ?? 0);
    if (form !== undefined || !isOurs)
      text.logprobs = renderTokenLogprobs(logprobs.slice(from, from + count), name);
    from += count;
  }
}
