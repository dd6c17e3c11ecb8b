/** Maps `stop_reason` both ways. The vendor's own word is kept and repeated as long as it still means the same. */
import { isJsonObject, type Json } from '../../json/index.ts';
import { known, type Loss, type StopReason } from '../../message/index.ts';

const unifiedByWire: Readonly<Record<string, StopReason['unified']>> = {
  end_turn: 'stop',
  stop_sequence: 'stop-sequence',
  max_tokens: 'length',
  tool_use: 'tool-calls',
  pause_turn: 'pause',
  refusal: 'refusal',
  model_context_window_exceeded: 'context-exceeded',
};

const wireByUnified: Readonly<Record<StopReason['unified'], string>> = {
  stop: 'end_turn',
  'stop-sequence': 'stop_sequence',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  pause: 'pause_turn',
  refusal: 'refusal',
  'content-filter': 'refusal',
  'context-exceeded': 'model_context_window_exceeded',
  error: 'end_turn',
  unknown: 'end_turn',
};

export interface WireStop {
  readonly reason: string | undefined;
  readonly sequence: string | undefined;
  readonly details: Json | undefined;
}

export function parseStop({ reason, sequence, details }: WireStop): StopReason {
  const refusal = isJsonObject(details) ? details : undefined;
  return { unified: unifiedOf(reason), ...known({ raw: reason, sequence, refusal }) };
}

function unifiedOf(reason: string | undefined): StopReason['unified'] {
  return reason !== undefined && Object.hasOwn(unifiedByWire, reason)
    ? (unifiedByWire[reason] ?? 'unknown')
    : 'unknown';
}

/** What an ending of another format loses here. */
export function reportStop(stop: StopReason, losses: Loss[]): void {
  const word = wireByUnified[stop.unified];
  if (unifiedOf(word) === stop.unified) return;
  losses.push({
    field: 'message.stop',
    action: 'emulated',
    detail: `\`${stop.unified}\` is told as \`${word}\`.`,
  });
}

/** `isOwn`: the answer came in this format, so its word is repeated as long as the meaning was not changed. */
export function renderStopReason({ unified, raw }: StopReason, isOwn: boolean): string | null {
  if (isOwn && raw !== undefined && unifiedOf(raw) === unified) return raw;
  if (isOwn && raw === undefined && unified === 'unknown') return null;
  return wireByUnified[unified];
}
