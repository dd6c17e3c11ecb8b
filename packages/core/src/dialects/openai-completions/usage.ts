/** Token usage of this format, both ways. `prompt_tokens` includes what the cache gave; `completion_tokens` includes reasoning. */
import type { Json } from '../../json/index.ts';
import {
  applyAnnotations,
  known,
  knownGroup,
  remainder,
  totalTokens,
  type Usage,
  WireObject,
} from '../../message/index.ts';
import { name } from './wire.ts';

export function parseUsage(value: Json): Usage {
  const wire = WireObject.open(value, 'usage', 'lenient');
  const prompt = wire.object('prompt_tokens_details');
  const completion = wire.object('completion_tokens_details');
  const total = wire.number('total_tokens');
  const inputTotal = wire.number('prompt_tokens');
  const cacheRead = prompt?.number('cached_tokens');
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
      total: wire.number('completion_tokens'),
      reasoning: completion?.number('reasoning_tokens'),
      text: completion?.number('text_tokens'),
      audio: completion?.number('audio_tokens'),
      image: completion?.number('image_tokens'),
      acceptedPrediction: completion?.number('accepted_prediction_tokens'),
      rejectedPrediction: completion?.number('rejected_prediction_tokens'),
    }),
    ...(total !== undefined && { total }),
    ...wire.annotations(name),
    raw: value,
  };
}

/** The buckets that this format can say; `input.uncached` is what the others leave of the total. */
export const saidBuckets: ReadonlySet<string> = new Set([
  ...['total', 'uncached', 'cacheRead', 'cacheWrite', 'text', 'audio', 'image'].map(
    (field) => `input.${field}`,
  ),
  ...['total', 'text', 'reasoning', 'audio', 'image'].map((field) => `output.${field}`),
  'output.acceptedPrediction',
  'output.rejectedPrediction',
]);

export function renderUsage(usage: Usage): Record<string, Json> {
  const { input, output } = usage;
  const promptDetails = knownGroup({
    cached_tokens: input.cacheRead,
    cache_write_tokens: input.cacheWrite,
    text_tokens: input.text,
    audio_tokens: input.audio,
    image_tokens: input.image,
  });
  const completionDetails = knownGroup({
    reasoning_tokens: output.reasoning,
    text_tokens: output.text,
    audio_tokens: output.audio,
    image_tokens: output.image,
    accepted_prediction_tokens: output.acceptedPrediction,
    rejected_prediction_tokens: output.rejectedPrediction,
  });
  const wire: Record<string, Json> = known({
    prompt_tokens: input.total,
    completion_tokens: output.total,
    total_tokens: usage.total ?? totalTokens(usage),
    prompt_tokens_details: promptDetails,
    completion_tokens_details: completionDetails,
  });
  applyAnnotations(wire, usage, name);
  return wire;
}
