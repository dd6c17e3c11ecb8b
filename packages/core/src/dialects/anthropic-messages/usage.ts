/** Token usage of this format, both ways. The three input counts exclude each other here, so the total is their sum. */
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

export function parseUsage(value: Json): Usage {
  const wire = WireObject.open(value, 'usage', 'lenient');
  const uncached = wire.number('input_tokens');
  const cacheRead = wire.number('cache_read_input_tokens');
  const creation = wire.object('cache_creation');
  const cacheWrite = wire.number('cache_creation_input_tokens');
  const outputTotal = wire.number('output_tokens');
  const reasoning = wire.object('output_tokens_details')?.number('thinking_tokens');
  const units = readUnits(wire);
  return {
    input: known({
      total: uncached === undefined ? undefined : uncached + (cacheRead ?? 0) + (cacheWrite ?? 0),
      uncached,
      cacheRead,
      cacheWrite,
      cacheWrite5m: creation?.number('ephemeral_5m_input_tokens'),
      cacheWrite1h: creation?.number('ephemeral_1h_input_tokens'),
    }),
    output: known({
      total: outputTotal,
      reasoning,
      text: reasoning === undefined ? undefined : remainder(outputTotal, reasoning),
    }),
    ...known({
      toolUnits: units,
      tier: wire.string('service_tier'),
      speed: wire.string('speed'),
      region: wire.string('inference_geo'),
      iterations: wire.list('iterations'),
    }),
    ...wire.annotations(name),
    raw: value,
  };
}

/** `server_tool_use`: every count in it is a unit, whatever tool may come. Anything else in it leaves it unknown. */
function readUnits(wire: WireObject): Readonly<Record<string, number>> | undefined {
  const units = wire.peek('server_tool_use');
  const isCounted = units === null || (isJsonObject(units) && Object.values(units).every(isCount));
  return isCounted ? (wire.record('server_tool_use') as Record<string, number> | undefined) : undefined;
}

const isCount = (value: Json | undefined): boolean => typeof value === 'number';

/** The buckets that this format can say; `output.text` is what reasoning leaves of the total. */
export const saidBuckets: ReadonlySet<string> = new Set([
  ...['total', 'uncached', 'cacheRead', 'cacheWrite', 'cacheWrite5m', 'cacheWrite1h'].map(
    (field) => `input.${field}`,
  ),
  ...['total', 'text', 'reasoning'].map((field) => `output.${field}`),
  ...['toolUnits', 'tier', 'speed', 'region', 'iterations'],
]);

export function renderUsage(usage: Usage): Record<string, Json> {
  const { input, output } = usage;
  const wire: Record<string, Json> = known({
    input_tokens: input.uncached ?? remainder(input.total, input.cacheRead, input.cacheWrite),
    cache_creation_input_tokens: input.cacheWrite,
    cache_read_input_tokens: input.cacheRead,
    cache_creation: knownGroup({
      ephemeral_5m_input_tokens: input.cacheWrite5m,
      ephemeral_1h_input_tokens: input.cacheWrite1h,
    }),
    output_tokens: output.total,
    output_tokens_details: knownGroup({ thinking_tokens: output.reasoning }),
    server_tool_use: usage.toolUnits,
    service_tier: usage.tier,
    speed: usage.speed,
    inference_geo: usage.region,
    iterations: usage.iterations,
  });
  applyAnnotations(wire, usage, name);
  return wire;
}

/** Both counts are demanded by the format; an answer of another format may not know them. */
export function renderForeignUsage(usage: Usage | undefined): Record<string, Json> {
  return { input_tokens: 0, output_tokens: 0, ...(usage !== undefined && renderUsage(usage)) };
}
