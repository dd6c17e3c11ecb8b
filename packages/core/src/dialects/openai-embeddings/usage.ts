/** Token usage of this format, both ways. An embedding has no output, so the sum and the prompt are one count. */
import type { Json } from '../../json/index.ts';
import { applyAnnotations, formOf, known, type Usage, WireObject } from '../../message/index.ts';
import { name } from './wire.ts';

export function parseUsage(value: Json): Usage {
  const wire = WireObject.open(value, 'usage', 'lenient');
  const prompt = wire.number('prompt_tokens');
  const total = wire.number('total_tokens');
  // Voyage tells the sum alone.
  const forms: Record<string, string> =
    prompt === undefined && total !== undefined ? { prompt_tokens: 'absent' } : {};
  return {
    input: known({ total: prompt ?? total }),
    output: known({ total: wire.number('completion_tokens') }),
    ...known({ total }),
    ...wire.annotations(name, forms),
    raw: value,
  };
}

export const saidBuckets: ReadonlySet<string> = new Set(['input.total', 'input.uncached', 'output.total']);

export function renderUsage(usage: Usage): Record<string, Json> {
  const { input, output, total } = usage;
  const isOwn = usage.spelling?.dialect === name || usage.extensions?.[name] !== undefined;
  const wire: Record<string, Json> = known({
    prompt_tokens: formOf(usage, name, 'prompt_tokens') === 'absent' ? undefined : input.total,
    completion_tokens: output.total,
    total_tokens: total ?? (isOwn ? undefined : input.total),
  });
  applyAnnotations(wire, usage, name);
  return wire;
}
