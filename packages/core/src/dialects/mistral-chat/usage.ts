/** Token usage of this format, both ways. `prompt_tokens` includes what the cache gave, but not the tokens of audio. */
import type { Json } from '../../json/index.ts';
import {
  applyAnnotations,
  formOf,
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
  const details = wire.object('prompt_tokens_details');
  const forms: Record<string, string> = {};
  const total = wire.number('total_tokens');
  const output = wire.number('completion_tokens');
  const audio = details?.number('audio_tokens');
  const input = parseInput(wire, audio, forms);
  const cacheRead = details?.number('cached_tokens') ?? parseCached(wire, forms);
  return {
    input: known({
      total: input,
      uncached: remainder(input, cacheRead),
      cacheRead,
      audio,
      audioSeconds: wire.number('prompt_audio_seconds'),
    }),
    output: known({ total: output }),
    ...known({ total, tier: wire.string('service_tier') }),
    ...wire.annotations(name, forms),
    raw: value,
  };
}

/** Audio is counted beside the prompt where the stated total says so (recorded in 2026). */
function parseInput(
  wire: WireObject,
  audio: number | undefined,
  forms: Record<string, string>,
): number | undefined {
  const prompt = wire.number('prompt_tokens');
  const total = wire.number('total_tokens');
  const output = wire.number('completion_tokens') ?? 0;
  if (prompt === undefined || total === undefined || !audio || prompt + output + audio !== total)
    return prompt;
  forms.audio = 'beside';
  return prompt + audio;
}

/** The older place of cache hits. */
function parseCached(wire: WireObject, forms: Record<string, string>): number | undefined {
  const cached = wire.number('num_cached_tokens');
  if (cached !== undefined) forms.cached = 'num_cached_tokens';
  return cached;
}

/** The buckets that this format can say; `input.uncached` is what the cache leaves of the total. */
export const saidBuckets: ReadonlySet<string> = new Set([
  ...['total', 'uncached', 'cacheRead', 'audio', 'audioSeconds'].map((field) => `input.${field}`),
  'output.total',
  'tier',
]);

export function renderUsage(usage: Usage): Record<string, Json> {
  const { input, output, tier } = usage;
  const isOld = formOf(usage, name, 'cached') === 'num_cached_tokens';
  const isBeside = formOf(usage, name, 'audio') === 'beside';
  const wire: Record<string, Json> = known({
    prompt_tokens: isBeside ? remainder(input.total, input.audio) : input.total,
    completion_tokens: output.total,
    total_tokens: usage.total ?? totalTokens(usage),
    prompt_tokens_details: knownGroup({
      cached_tokens: isOld ? undefined : input.cacheRead,
      audio_tokens: input.audio,
    }),
    num_cached_tokens: isOld ? input.cacheRead : undefined,
    prompt_audio_seconds: input.audioSeconds,
    service_tier: tier,
  });
  applyAnnotations(wire, usage, name);
  return wire;
}

/** For an answer of another format, which states no usage: the official types demand the three counts. */
export function renderForeignUsage(usage: Usage | undefined): Record<string, Json> {
  const none = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };
  return usage === undefined ? none : { ...none, ...renderUsage(usage) };
}
