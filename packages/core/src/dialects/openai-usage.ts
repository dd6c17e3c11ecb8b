/**
 * Token usage of OpenAI's chat and completions, both ways. `prompt_tokens` includes what the cache gave; `completion_tokens`
 * includes reasoning.
 */
import type { Json } from '../json/index.ts';
import {
  applyAnnotations,
  formOf,
  known,
  knownGroup,
  remainder,
  totalTokens,
  type Usage,
  WireObject,
} from '../message/index.ts';

/**
 * Hosts that tell cache hits beside the details instead of in them: DeepSeek (`prompt_cache_hit_tokens`), Moonshot
 * (`cached_tokens`). Read only where the details are silent.
 */
const cacheReadAliases = ['prompt_cache_hit_tokens', 'cached_tokens'] as const;

export function parseTokens(value: Json, dialect: string): Usage {
  const wire = WireObject.open(value, 'usage', 'lenient');
  const prompt = wire.object('prompt_tokens_details');
  const completion = wire.object('completion_tokens_details');
  const forms: Record<string, string> = {};
  const total = wire.number('total_tokens');
  const inputTotal = wire.number('prompt_tokens');
  const cacheRead = prompt?.number('cached_tokens') ?? readCacheAlias(wire, forms);
  const cacheWrite = prompt?.number('cache_write_tokens');
  return {
    input: known({
      total: inputTotal,
      uncached: remainder(inputTotal, cacheRead, cacheWrite),
      cacheRead,
      cacheWrite,
      text: prompt?.number('text_tokens'),
      audio: prompt?.number('audio_tokens'),
      image: prompt?.number('image_tokens'),
    }),
    output: known({
      ...parseOutputTotals(wire, completion, forms),
      text: completion?.number('text_tokens'),
      audio: completion?.number('audio_tokens'),
      image: completion?.number('image_tokens'),
      acceptedPrediction: completion?.number('accepted_prediction_tokens'),
      rejectedPrediction: completion?.number('rejected_prediction_tokens'),
    }),
    ...(total !== undefined && { total }),
    ...wire.annotations(dialect, forms),
    raw: value,
  };
}

/**
 * `completion_tokens` includes reasoning, except where the stated total says otherwise: Gemini behind this format and xAI
 * count the reasoning beside it (recorded July 2026). It is billed all the same, so it belongs to the total.
 */
function parseOutputTotals(
  wire: WireObject,
  completion: WireObject | undefined,
  forms: Record<string, string>,
) {
  const written = wire.number('completion_tokens');
  const reasoning = completion?.number('reasoning_tokens');
  const hidden = (wire.number('total_tokens') ?? 0) - (wire.number('prompt_tokens') ?? 0) - (written ?? 0);
  const isBeside = written !== undefined && hidden > 0 && (reasoning === undefined || reasoning === hidden);
  if (!isBeside) return { total: written, reasoning };
  forms.reasoning = reasoning === undefined ? 'unsaid' : 'beside';
  return { total: written + hidden, reasoning: hidden };
}

function readCacheAlias(wire: WireObject, forms: Record<string, string>): number | undefined {
  for (const alias of cacheReadAliases) {
    const value = wire.number(alias);
    if (value === undefined) continue;
    forms.cached = alias;
    return value;
  }
  return undefined;
}

/** The buckets that these formats can say; `input.uncached` is what the others leave of the total. */
export const saidBuckets: ReadonlySet<string> = new Set([
  ...['total', 'uncached', 'cacheRead', 'cacheWrite', 'text', 'audio', 'image'].map(
    (field) => `input.${field}`,
  ),
  ...['total', 'text', 'reasoning', 'audio', 'image'].map((field) => `output.${field}`),
  'output.acceptedPrediction',
  'output.rejectedPrediction',
]);

export function renderTokens(usage: Usage, dialect: string): Record<string, Json> {
  const { input, output } = usage;
  const alias = formOf(usage, dialect, 'cached');
  const reasoningForm = formOf(usage, dialect, 'reasoning');
  const promptDetails = knownGroup({
    cached_tokens: alias === undefined ? input.cacheRead : undefined,
    cache_write_tokens: input.cacheWrite,
    text_tokens: input.text,
    audio_tokens: input.audio,
    image_tokens: input.image,
  });
  const completionDetails = knownGroup({
    reasoning_tokens: reasoningForm === 'unsaid' ? undefined : output.reasoning,
    text_tokens: output.text,
    audio_tokens: output.audio,
    image_tokens: output.image,
    accepted_prediction_tokens: output.acceptedPrediction,
    rejected_prediction_tokens: output.rejectedPrediction,
  });
  const wire: Record<string, Json> = known({
    prompt_tokens: input.total,
    completion_tokens: reasoningForm === undefined ? output.total : remainder(output.total, output.reasoning),
    total_tokens: usage.total ?? totalTokens(usage),
    prompt_tokens_details: promptDetails,
    completion_tokens_details: completionDetails,
    ...(alias !== undefined && { [alias]: input.cacheRead }),
  });
  applyAnnotations(wire, usage, dialect);
  return wire;
}
