/**
 * Token usage of this format, both ways. `tokens` is what the model read and wrote, cache hits included; what is billed
 * is told beside it and may be much less.
 */
import { isJsonObject, type Json } from '../../json/index.ts';
import {
  applyAnnotations,
  known,
  knownGroup,
  remainder,
  type Usage,
  WireObject,
} from '../../message/index.ts';
import { name } from './wire.ts';

/** `meta` of version 1 holds the same counts as `usage` of version 2. */
export function parseUsage(value: Json): Usage {
  const wire = WireObject.open(value, 'usage', 'lenient');
  return { ...readCounts(wire), ...wire.annotations(name), raw: value };
}

export function readCounts(wire: WireObject): Pick<Usage, 'input' | 'output' | 'billed'> {
  const tokens = wire.object('tokens');
  const total = tokens?.number('input_tokens');
  const cacheRead = wire.number('cached_tokens');
  const written = tokens?.number('output_tokens');
  const reasoning = tokens?.number('reasoning_tokens');
  return {
    input: known({
      total,
      uncached: cacheRead === undefined ? undefined : remainder(total, cacheRead),
      cacheRead,
      image: tokens?.number('image_tokens'),
    }),
    output: known({
      total: written,
      reasoning,
      text: reasoning === undefined ? undefined : remainder(written, reasoning),
    }),
    ...known({ billed: readBilled(wire) }),
  };
}

/** Every count in it is a unit that is billed. Anything else in it leaves it unknown. */
function readBilled(wire: WireObject): Readonly<Record<string, number>> | undefined {
  const units = wire.peek('billed_units');
  const isCounted =
    units === null || (isJsonObject(units) && Object.values(units).every((unit) => typeof unit === 'number'));
  return isCounted ? (wire.record('billed_units') as Record<string, number> | undefined) : undefined;
}

/** The buckets that this format can say; `input.uncached` and `output.text` are what the others leave. */
export const saidBuckets: ReadonlySet<string> = new Set([
  ...['total', 'uncached', 'cacheRead', 'image'].map((field) => `input.${field}`),
  ...['total', 'text', 'reasoning'].map((field) => `output.${field}`),
  'billed',
]);

export function renderUsage(usage: Usage): Record<string, Json> {
  const wire = renderCounts(usage);
  applyAnnotations(wire, usage, name);
  return wire;
}

export function renderCounts({ input, output, billed }: Usage): Record<string, Json> {
  return known({
    billed_units: billed,
    tokens: knownGroup({
      input_tokens: input.total,
      output_tokens: output.total,
      reasoning_tokens: output.reasoning,
      image_tokens: input.image,
    }),
    cached_tokens: input.cacheRead,
  }) as Record<string, Json>;
}
