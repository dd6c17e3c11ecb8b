/** A call of another library as it is reported: money in billionths of a dollar, and a name for whoever made it. */
import type { RecordedCall } from './backend.ts';

export function completeCall({ dollars, origin = 'sdk', ...call }: RecordedCall) {
  return { ...call, origin, ...(dollars !== undefined && { nanoDollars: Math.round(dollars * 1e9) }) };
}

/** The same with the names of the management API. */
export function renderRecordedCall(call: RecordedCall): Record<string, unknown> {
  const { inputTokens, outputTokens, cachedInputTokens, latencyMs, idAtOrigin, nanoDollars, ...rest } = {
    nanoDollars: undefined,
    ...completeCall(call),
  };
  return {
    ...rest,
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    cached_input_tokens: cachedInputTokens,
    latency_ms: latencyMs,
    id_at_origin: idAtOrigin,
    nano_dollars: nanoDollars,
  };
}
