/** A call of another library as the server's log takes it. */
import type { RecordedCall } from './backend.ts';

export function renderRecordedCall(call: RecordedCall): Record<string, unknown> {
  const { inputTokens, outputTokens, cachedInputTokens, latencyMs, idAtOrigin, ...rest } = call;
  return {
    ...rest,
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    cached_input_tokens: cachedInputTokens,
    latency_ms: latencyMs,
    id_at_origin: idAtOrigin,
  };
}
