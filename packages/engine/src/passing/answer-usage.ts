/** What answers of many vendors tell of their usage, read leniently: what is not a count is not told. */
import { isJsonObject, type Json, type JsonObject, type Usage } from '@keelson/core';

export function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** The first of these fields that is a count. */
function firstOf(fields: JsonObject, names: readonly string[]): number | undefined {
  for (const name of names) {
    const count = countOf(fields[name]);
    if (count !== undefined) return count;
  }
  return undefined;
}

type Known<Fields> = { -readonly [Name in keyof Fields]: Fields[Name] };

function present<Fields extends object>(
  fields: { readonly [Name in keyof Fields]: Fields[Name] | undefined },
): Fields {
  const kept = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as Known<Fields>;
}

/** `usage` as OpenAI lays it out for pictures and sound; `made` is what the output is where nothing splits it. */
export function readOpenAiTokens(
  value: Json | undefined,
  made: 'text' | 'image' | 'audio',
): Usage | undefined {
  const usage = isJsonObject(value) ? value.usage : undefined;
  if (!isJsonObject(usage)) return undefined;
  const input = firstOf(usage, ['input_tokens', 'prompt_tokens']);
  const output = firstOf(usage, ['output_tokens', 'completion_tokens']);
  if (input === undefined && output === undefined) return undefined;
  const read = detailsOf(usage, ['input_tokens_details', 'input_token_details']);
  const wrote = detailsOf(usage, ['output_tokens_details', 'output_token_details']);
  const isSplit = wrote.text_tokens !== undefined || wrote.image_tokens !== undefined;
  const text = isSplit ? countOf(wrote.text_tokens) : undefined;
  const whole = made === 'text' ? {} : { [made]: output };
  return {
    input: present<Usage['input']>({
      total: input,
      text: countOf(read.text_tokens),
      image: countOf(read.image_tokens),
      audio: countOf(read.audio_tokens),
      cacheRead: countOf(read.cached_tokens),
    }),
    output: present<Usage['output']>({
      total: output,
      ...(isSplit ? { text, image: countOf(wrote.image_tokens), audio: countOf(wrote.audio_tokens) } : whole),
    }),
  };
}

function detailsOf(usage: JsonObject, names: readonly string[]): JsonObject {
  for (const name of names) if (isJsonObject(usage[name])) return usage[name];
  return {};
}

/** The places where makers of models tell tokens, in their own formats, as Bedrock and Vertex pass them on. */
const places: readonly (readonly string[])[] = [
  [],
  ['usage'],
  ['usageMetadata'],
  ['usage_metadata'],
  ['amazon-bedrock-invocationMetrics'],
  ['metadata', 'usage'],
  ['message', 'usage'],
  ['response', 'usage'],
];
const inputNames = [
  ...['input_tokens', 'prompt_tokens', 'inputTokens', 'inputTokenCount', 'promptTokenCount'],
  ...['prompt_token_count', 'inputTextTokenCount'],
];
const outputNames = [
  ...['output_tokens', 'completion_tokens', 'outputTokens', 'outputTokenCount', 'candidatesTokenCount'],
  ...['generation_token_count', 'totalOutputTextTokenCount'],
];
const cacheReadNames = ['cache_read_input_tokens', 'cacheReadInputTokens', 'cacheReadInputTokenCount'];

/** Of whatever model; the last place that tells something counts, because sums stand outermost and last. */
export function readAnyTokens(value: Json | undefined): Usage | undefined {
  let found: Usage | undefined;
  for (const place of places) {
    const fields = place.reduce<Json | undefined>(
      (inner, name) => (isJsonObject(inner) ? inner[name] : undefined),
      value,
    );
    if (!isJsonObject(fields)) continue;
    const input = firstOf(fields, inputNames);
    const output = outputOf(fields);
    if (input === undefined && output === undefined) continue;
    found = {
      input: present<Usage['input']>({ total: input, cacheRead: firstOf(fields, cacheReadNames) }),
      output: present<Usage['output']>({ total: output, reasoning: countOf(fields.thoughtsTokenCount) }),
    };
  }
  return found;
}

/** Gemini counts thoughts apart, Titan each of its results. */
function outputOf(fields: JsonObject): number | undefined {
  const told = firstOf(fields, outputNames);
  const thoughts = countOf(fields.thoughtsTokenCount);
  if (told !== undefined || thoughts !== undefined) return (told ?? 0) + (thoughts ?? 0);
  if (!Array.isArray(fields.results)) return undefined;
  const counts = fields.results.map((result) =>
    isJsonObject(result) ? countOf(result.tokenCount) : undefined,
  );
  return counts.every((count) => count !== undefined)
    ? counts.reduce<number>((sum, count) => sum + (count ?? 0), 0)
    : undefined;
}
