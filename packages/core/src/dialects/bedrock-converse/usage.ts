/** Token usage of this format, both ways. Cached counts stand beside the input here, so the total is their sum. */
import { isJsonObject, type Json, type JsonObject } from '../../json/index.ts';
import { applyAnnotations, formOf, known, remainder, type Usage, WireObject } from '../../message/index.ts';
import { name } from './wire.ts';

const nanosecondsPerMs = 1_000_000;

/** Counts and the time that the provider took, which stand in two objects on the wire. */
export function parseUsage(value: JsonObject | undefined, latencyMs: number | undefined): Usage | undefined {
  if (value === undefined && latencyMs === undefined) return undefined;
  const wire = WireObject.open(value ?? {}, 'usage', 'lenient');
  const uncached = wire.number('inputTokens');
  const cacheRead = wire.number('cacheReadInputTokens');
  const cacheWrite = wire.number('cacheWriteInputTokens');
  const forms: Record<string, string> = value === undefined ? { usage: 'absent' } : {};
  const written = parseCacheDetails(wire, forms);
  const durations =
    latencyMs === undefined ? undefined : { latency: Math.round(latencyMs * nanosecondsPerMs) };
  return {
    input: known({
      total: uncached === undefined ? undefined : uncached + (cacheRead ?? 0) + (cacheWrite ?? 0),
      uncached,
      cacheRead,
      cacheWrite,
      cacheWrite5m: written['5m'],
      cacheWrite1h: written['1h'],
    }),
    output: known({ total: wire.number('outputTokens') }),
    ...known({ total: wire.number('totalTokens'), durations }),
    ...wire.annotations(name, forms),
    ...known({ raw: value }),
  };
}

const lifeTimes = ['5m', '1h'] as const;
type Written = { [Ttl in (typeof lifeTimes)[number]]?: number };

/** Cache writes by life time. Anything but one plain count for each stays unknown. */
function parseCacheDetails(wire: WireObject, forms: Record<string, string>): Written {
  const details = wire.peek('cacheDetails');
  const written: Written = {};
  if (!Array.isArray(details) || details.length === 0) return written;
  for (const detail of details as readonly Json[]) {
    const { ttl, inputTokens, ...rest } = isJsonObject(detail) ? detail : {};
    const lifeTime = lifeTimes.find((known) => known === ttl);
    const isPlain = typeof inputTokens === 'number' && Object.keys(rest).length === 0;
    if (lifeTime === undefined || !isPlain || written[lifeTime] !== undefined) return {};
    written[lifeTime] = inputTokens;
  }
  wire.consume('cacheDetails');
  if (Object.keys(written)[0] === '1h') forms.cacheDetails = 'longest first';
  return written;
}

/** The buckets that this format can say. */
export const saidBuckets: ReadonlySet<string> = new Set([
  ...['total', 'uncached', 'cacheRead', 'cacheWrite', 'cacheWrite5m', 'cacheWrite1h'].map(
    (field) => `input.${field}`,
  ),
  'output.total',
]);

function renderUsage(usage: Usage): Record<string, Json> {
  const { input, output } = usage;
  const details = lifeTimes
    .map((ttl) => ({ ttl, inputTokens: ttl === '5m' ? input.cacheWrite5m : input.cacheWrite1h }))
    .filter((detail): detail is { ttl: (typeof lifeTimes)[number]; inputTokens: number } => {
      return detail.inputTokens !== undefined;
    });
  if (formOf(usage, name, 'cacheDetails') !== undefined) details.reverse();
  const wire: Record<string, Json> = known({
    inputTokens: input.uncached ?? remainder(input.total, input.cacheRead, input.cacheWrite),
    outputTokens: output.total,
    totalTokens: usage.total,
    cacheReadInputTokens: input.cacheRead,
    cacheWriteInputTokens: input.cacheWrite,
    cacheDetails: details.length === 0 ? undefined : details,
  });
  applyAnnotations(wire, usage, name);
  return wire;
}

/** What stands around the answer of both kinds: counts and time. Both are demanded by the format. */
export function renderUsageAndMetrics(usage: Usage | undefined, isOwn: boolean): Record<string, Json> {
  const latency = usage?.durations?.latency;
  const metrics = latency === undefined ? undefined : { latencyMs: latency / nanosecondsPerMs };
  if (!isOwn) return { usage: renderForeignUsage(usage), metrics: { latencyMs: 0 } };
  const isAbsent = usage === undefined || formOf(usage, name, 'usage') === 'absent';
  return { ...(!isAbsent && { usage: renderUsage(usage) }), ...known({ metrics }) };
}

/** The three counts are demanded; an answer of another format may not know them, and its sum may leave out the caches. */
function renderForeignUsage(usage: Usage | undefined): Record<string, Json> {
  const counts = usage === undefined ? {} : renderUsage(usage);
  const total = (usage?.input.total ?? 0) + (usage?.output.total ?? 0);
  return { inputTokens: 0, outputTokens: 0, ...counts, totalTokens: total };
}
