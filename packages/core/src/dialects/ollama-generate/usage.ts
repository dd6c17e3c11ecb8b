/** Counts and durations of an answer, both ways: they stand beside the message, in its last line when it streams. */
import type { Json } from '../../json/index.ts';
import { known, knownGroup, type Usage, type WireObject } from '../../message/index.ts';

const durationFields = ['total_duration', 'load_duration', 'prompt_eval_duration', 'eval_duration'] as const;

/** Reads them out of the whole answer; the prompt's count is missing where a server took all of it from its cache. */
export function parseUsage(wire: WireObject): Usage | undefined {
  const counts = {
    prompt_eval_count: wire.number('prompt_eval_count'),
    eval_count: wire.number('eval_count'),
  };
  const durations = knownGroup(
    Object.fromEntries(durationFields.map((field) => [field, wire.number(field)] as const)),
  ) as Record<string, number> | undefined;
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

/** The buckets that this format can say. */
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
