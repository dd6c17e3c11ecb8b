/** Maps `finish_reason` both ways. The vendor's own word is kept and repeated as long as it still means the same. */
import type { Loss, StopReason } from '../../message/index.ts';
import { name } from './wire.ts';

const unifiedByWire: Readonly<Record<string, StopReason['unified']>> = {
  stop: 'stop',
  length: 'length',
  model_length: 'context-exceeded',
  tool_calls: 'tool-calls',
  error: 'error',
};

const wireByUnified: Readonly<Record<StopReason['unified'], string>> = {
  stop: 'stop',
  'stop-sequence': 'stop',
  length: 'length',
  'context-exceeded': 'model_length',
  'tool-calls': 'tool_calls',
  'content-filter': 'stop',
  refusal: 'stop',
  pause: 'stop',
  error: 'error',
  unknown: 'stop',
};

export function parseFinishReason(raw: string | undefined): StopReason {
  if (raw === undefined) return { unified: 'unknown' };
  return { unified: Object.hasOwn(unifiedByWire, raw) ? (unifiedByWire[raw] ?? 'unknown') : 'unknown', raw };
}

/** `isOwn`: the answer came in this format, so its word is repeated as long as the meaning was not changed. */
export function renderFinishReason({ unified, raw }: StopReason, isOwn: boolean): string | null {
  if (isOwn && raw !== undefined && parseFinishReason(raw).unified === unified) return raw;
  if (isOwn && raw === undefined && unified === 'unknown') return null;
  return wireByUnified[unified];
}

/** What an ending of another format loses here. */
export function reportStop(stop: StopReason, field: string, losses: Loss[]): void {
  const word = wireByUnified[stop.unified];
  if (parseFinishReason(word).unified !== stop.unified) {
    losses.push({ field, action: 'emulated', detail: `\`${stop.unified}\` is told as \`${word}\`.` });
  }
  for (const key of ['sequence', 'refusal'] as const) {
    if (stop[key] === undefined) continue;
    losses.push({ field: `${field}.${key}`, action: 'dropped', detail: `${name} has no word for it.` });
  }
}
