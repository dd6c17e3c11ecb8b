/** Maps `finish_reason` both ways. The vendor's own word is kept and repeated as long as it still means the same. */
import { known, type Loss, type StopReason } from '../../message/index.ts';

const unifiedByWire: Readonly<Record<string, StopReason['unified']>> = {
  COMPLETE: 'stop',
  STOP_SEQUENCE: 'stop-sequence',
  MAX_TOKENS: 'length',
  TOOL_CALL: 'tool-calls',
  ERROR: 'error',
  TIMEOUT: 'error',
  // Of version 1.
  ERROR_TOXIC: 'content-filter',
  ERROR_LIMIT: 'context-exceeded',
  USER_CANCEL: 'unknown',
};

const wireByUnified: Readonly<Record<StopReason['unified'], string>> = {
  stop: 'COMPLETE',
  'stop-sequence': 'STOP_SEQUENCE',
  length: 'MAX_TOKENS',
  'tool-calls': 'TOOL_CALL',
  pause: 'COMPLETE',
  refusal: 'COMPLETE',
  'content-filter': 'ERROR',
  'context-exceeded': 'MAX_TOKENS',
  error: 'ERROR',
  unknown: 'COMPLETE',
};

export function parseStop(reason: string | undefined): StopReason {
  return { unified: unifiedOf(reason), ...known({ raw: reason }) };
}

function unifiedOf(reason: string | undefined): StopReason['unified'] {
  return reason !== undefined && Object.hasOwn(unifiedByWire, reason)
    ? (unifiedByWire[reason] ?? 'unknown')
    : 'unknown';
}

/** What an ending of another format loses here. */
export function reportStop(stop: StopReason, losses: Loss[]): void {
  const word = wireByUnified[stop.unified];
  if (unifiedOf(word) !== stop.unified) {
    const detail = `\`${stop.unified}\` is told as \`${word}\`.`;
    losses.push({ field: 'message.stop', action: 'emulated', detail });
  }
  for (const key of ['sequence', 'refusal'] as const) {
    if (stop[key] === undefined) continue;
    losses.push({ field: `message.stop.${key}`, action: 'dropped', detail: 'Only the reason is told here.' });
  }
}

/** `isOwn`: the answer came in this format, so its word is repeated as long as the meaning was not changed. */
export function renderStopReason({ unified, raw }: StopReason, isOwn: boolean): string | undefined {
  if (isOwn && raw !== undefined && unifiedOf(raw) === unified) return raw;
  if (isOwn && raw === undefined && unified === 'unknown') return undefined;
  return wireByUnified[unified];
}
