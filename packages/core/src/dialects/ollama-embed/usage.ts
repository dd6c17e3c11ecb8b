/** What an answer says it took, both ways: one count of tokens, and nanoseconds. */
import type { Json } from '../../json/index.ts';
import { known, present, type Usage, type WireObject } from '../../message/index.ts';
import { durationFields } from './wire.ts';

/** The counts stand beside the vectors. */
export function parseUsage(wire: WireObject): Usage | undefined {
  const total = wire.number('prompt_eval_count');
  const durations: Record<string, number> = {};
  for (const field of durationFields) {
    const value = wire.number(field);
    if (value !== undefined) durations[field] = value;
  }
  const hasAny = Object.keys(durations).length > 0;
  if (total === undefined && !hasAny) return undefined;
  return { input: known({ total }), output: {}, ...(hasAny && { durations }) };
}

export const saidBuckets: ReadonlySet<string> = new Set(['input.total', 'input.uncached', 'durations']);

export function renderUsage({ input, durations }: Usage): Record<string, Json> {
  return present({
    ...Object.fromEntries(durationFields.map((field) => [field, durations?.[field]])),
    prompt_eval_count: input.total,
  });
}
