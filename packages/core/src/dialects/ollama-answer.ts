/**
 * What an answer of Ollama tells around its words, in either format, both ways: who made it and when, counts, durations,
 * log probabilities. In a stream all of it but the first two stands in the last line.
 */
import type { Json } from '../json/index.ts';
import {
  type Annotated,
  type AnswerFacts,
  type ChatMessage,
  type ChatRequest,
  fillFact,
  formOf,
  known,
  knownGroup,
  type Logprobs,
  type Loss,
  present,
  reportAlternatives,
  reportUnsaidUsage,
  type Usage,
  type WireObject,
} from '../message/index.ts';
import { parseTokenLogprobs, renderTokenLogprobs } from './token-logprobs.ts';

/** The time is told as text, and exactly as it was to whoever reads this format. */
export function parseMaker(
  wire: WireObject,
  forms: Record<string, string>,
): Pick<AnswerFacts, 'model' | 'createdAt'> {
  const created = wire.string('created_at');
  if (created !== undefined) forms.created_at = created;
  return known({ model: wire.string('model'), createdAt: secondsOf(created) });
}

export function secondsOf(created: string | undefined): number | undefined {
  const ms = Date.parse(created ?? '');
  return Number.isFinite(ms) ? Math.floor(ms / 1000) : undefined;
}

export function renderMaker({ model, createdAt }: AnswerFacts): Record<string, Json> {
  return present({ model, created_at: createdAt === undefined ? undefined : timeOf(createdAt) });
}

/** What the provider's format lacks comes from the caller's defaults, and is said. */
export function fillMaker(wire: Record<string, Json>, request: ChatRequest, losses: Loss[]): void {
  fillFact(wire, { fact: 'model', field: 'model', value: request.model }, losses);
  const now = timeOf(request.answer?.createdAt ?? 0);
  fillFact(wire, { fact: 'createdAt', field: 'created_at', value: now }, losses);
}

/** The last moment that a date can tell, in seconds. */
const lastSecond = 8_640_000_000_000;

function timeOf(seconds: number): string {
  const told = Number.isFinite(seconds) && Math.abs(seconds) <= lastSecond ? seconds : 0;
  return new Date(told * 1000).toISOString();
}

/** The time as it was told, as long as it is still the same second. */
export function applyTime(body: Record<string, Json>, answer: Annotated | undefined, dialect: string): void {
  const exact = formOf(answer, dialect, 'created_at');
  if (exact === undefined) return;
  const told = typeof body.created_at === 'string' ? body.created_at : undefined;
  if (secondsOf(exact) === secondsOf(told)) body.created_at = exact;
}

const durationFields = ['total_duration', 'load_duration', 'prompt_eval_duration', 'eval_duration'] as const;

/** Reads them out of the whole answer; the prompt's count is missing where a server took all of it from its cache. */
export function parseUsage(wire: WireObject): Usage | undefined {
  const counts = {
    prompt_eval_count: wire.number('prompt_eval_count'),
    eval_count: wire.number('eval_count'),
  };
  const durations = parseDurations(wire);
  const raw = knownGroup({ ...counts, ...durations });
  if (raw === undefined) return undefined;
  const { prompt_eval_count: read, eval_count: written } = counts;
  return {
    input: known({ total: read, uncached: read }),
    output: known({ total: written }),
    ...known({ durations }),
    raw: raw as Json,
  };
}

function parseDurations(wire: WireObject): Record<string, number> | undefined {
  let durations: Record<string, number> | undefined;
  for (const field of durationFields) {
    const value = wire.number(field);
    if (value === undefined) continue;
    durations ??= {};
    durations[field] = value;
  }
  return durations;
}

/** The buckets that these formats can say. */
export const saidBuckets: ReadonlySet<string> = new Set([
  'input.total',
  'input.uncached',
  'output.total',
  'durations',
]);

export function renderUsage({ input, output, durations }: Usage): Record<string, Json> {
  return known({
    ...Object.fromEntries(durationFields.map((field) => [field, durations?.[field]] as const)),
    prompt_eval_count: input.total,
    eval_count: output.total,
  }) as Record<string, Json>;
}

export function parseLogprobs(tokens: readonly Json[] | undefined, dialect: string): Logprobs | undefined {
  return tokens === undefined ? undefined : { content: parseTokenLogprobs(tokens, dialect) };
}

export function renderLogprobs({ content = [] }: Logprobs, dialect: string): Json[] {
  return renderTokenLogprobs(content, dialect);
}

export function reportForeignLogprobs({ refusal }: Logprobs, dialect: string, losses: Loss[]): void {
  if (refusal === undefined) return;
  losses.push({ field: 'logprobs.refusal', action: 'dropped', detail: `${dialect} has no refusals.` });
}

/** What answers of other formats tell around the message, and these cannot. */
export function reportForeignAround(message: ChatMessage, dialect: string, losses: Loss[]): void {
  const { usage, logprobs } = message;
  if (usage !== undefined) losses.push(...reportUnsaidUsage(usage, saidBuckets, dialect));
  reportAlternatives(message.alternatives, dialect, losses);
  if (logprobs !== undefined) reportForeignLogprobs(logprobs, dialect, losses);
}
