/** Token usage of this format, both ways. The input includes what the cache gave, the output includes reasoning. */
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
  const inputDetails = wire.object('input_tokens_details');
  const writes = inputDetails?.object('cache_write_tokens_details');
  const outputDetails = wire.object('output_tokens_details');
  const inputTotal = wire.number('input_tokens');
  const cacheRead = inputDetails?.number('cached_tokens');
  const cacheWrite = inputDetails?.number('cache_write_tokens');
  const total = wire.number('total_tokens');
  return {
    input: known({
      total: inputTotal,
      uncached: remainder(inputTotal, cacheRead, cacheWrite),
      cacheRead,
      cacheWrite,
      cacheWrite30m: writes?.number('ttl_30m'),
      cacheWrite12h: writes?.number('ttl_12h'),
    }),
    output: known({
      total: wire.number('output_tokens'),
      reasoning: outputDetails?.number('reasoning_tokens'),
    }),
    ...(total !== undefined && { total }),
    ...wire.annotations(name),
    raw: value,
  };
}

/** The buckets that this format can say; `input.uncached` is what the others leave of the total. */
export const saidBuckets: ReadonlySet<string> = new Set([
  ...['total', 'uncached', 'cacheRead', 'cacheWrite', 'cacheWrite30m', 'cacheWrite12h'].map(
    (field) => `input.${field}`,
  ),
  ...['total', 'reasoning'].map((field) => `output.${field}`),
]);

export function renderUsage(usage: Usage): Record<string, Json> {
  const { input, output } = usage;
  const wire: Record<string, Json> = known({
    input_tokens: input.total,
    input_tokens_details: knownGroup({
      cached_tokens: input.cacheRead,
      cache_write_tokens: input.cacheWrite,
      cache_write_tokens_details: knownGroup({ ttl_30m: input.cacheWrite30m, ttl_12h: input.cacheWrite12h }),
    }),
    output_tokens: output.total,
    output_tokens_details: knownGroup({ reasoning_tokens: output.reasoning }),
    total_tokens: usage.total ?? totalTokens(usage),
  });
  applyAnnotations(wire, usage, name);
  return wire;
}

/** All counts are demanded by the format; an answer of another may not know them. */
export function renderForeignUsage(usage: Usage): Record<string, Json> {
  const { input, output } = usage;
  return renderUsage({
    ...usage,
    input: { total: 0, cacheRead: 0, cacheWrite: 0, ...input },
    output: { total: 0, reasoning: 0, ...output },
    total: (input.total ?? 0) + (output.total ?? 0),
  });
}
