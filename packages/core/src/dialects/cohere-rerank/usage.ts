/** Counts of this format, both ways: in `meta` at Cohere, in `usage` at Jina, Voyage and llama.cpp. */
import type { Json } from '../../json/index.ts';
import { applyAnnotations, formOf, known, type Usage, WireObject } from '../../message/index.ts';
import { name } from './wire.ts';

export { parseMeta, renderMeta, saidBuckets } from '../cohere-plain.ts';

export function parseUsage(value: Json): Usage {
  const wire = WireObject.open(value, 'usage', 'lenient');
  const prompt = wire.number('prompt_tokens');
  const total = wire.number('total_tokens');
  const forms: Record<string, string> = { place: 'usage' };
  if (prompt === undefined) forms.prompt_tokens = 'absent';
  return {
    input: known({ total: prompt ?? total }),
    output: known({ total: wire.number('completion_tokens') }),
    ...known({ total }),
    ...wire.annotations(name, forms),
    raw: value,
  };
}

export function renderUsage(usage: Usage): Record<string, Json> {
  const isOwn = formOf(usage, name, 'place') === 'usage';
  const { input, output, total } = usage;
  const wire: Record<string, Json> = known({
    prompt_tokens: formOf(usage, name, 'prompt_tokens') === 'absent' ? undefined : input.total,
    completion_tokens: output.total,
    total_tokens: total ?? (isOwn ? undefined : input.total),
  });
  applyAnnotations(wire, usage, name);
  return wire;
}
