/** Why an answer ended, in the words of this format and in ours. A call ends with `STOP` here, so what the answer holds decides with it. */
import type { Json } from '../../json/index.ts';
import type { Loss, Part, StopReason } from '../../message/index.ts';

const unifiedByWire: Readonly<Record<string, StopReason['unified']>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content-filter',
  RECITATION: 'content-filter',
  BLOCKLIST: 'content-filter',
  PROHIBITED_CONTENT: 'content-filter',
  SPII: 'content-filter',
  IMAGE_SAFETY: 'content-filter',
  IMAGE_PROHIBITED_CONTENT: 'content-filter',
  IMAGE_RECITATION: 'content-filter',
  CONTINUATION: 'pause',
  LANGUAGE: 'error',
  MALFORMED_FUNCTION_CALL: 'error',
  MALFORMED_RESPONSE: 'error',
  UNEXPECTED_TOOL_CALL: 'error',
  TOO_MANY_TOOL_CALLS: 'error',
  NO_IMAGE: 'error',
  IMAGE_OTHER: 'error',
};

const wireByUnified: Readonly<Record<StopReason['unified'], string>> = {
  stop: 'STOP',
  'stop-sequence': 'STOP',
  'tool-calls': 'STOP',
  length: 'MAX_TOKENS',
  pause: 'CONTINUATION',
  refusal: 'SAFETY',
  'content-filter': 'SAFETY',
  'context-exceeded': 'MAX_TOKENS',
  error: 'MALFORMED_RESPONSE',
  unknown: 'OTHER',
};

/** Words by their numbers, which Vertex sends to clients that ask for them (recorded 2026). */
const wordsByNumber = [
  'FINISH_REASON_UNSPECIFIED',
  'STOP',
  'MAX_TOKENS',
  'SAFETY',
  'RECITATION',
  'OTHER',
  'BLOCKLIST',
  'PROHIBITED_CONTENT',
  'SPII',
  'MALFORMED_FUNCTION_CALL',
] as const;

export function reasonWord(reason: Json | undefined): string | undefined {
  if (typeof reason === 'number') return wordsByNumber[reason] ?? String(reason);
  return typeof reason === 'string' ? reason : undefined;
}

export function hasCalls(parts: readonly Part[]): boolean {
  return parts.some((part) => part.type === 'tool-call');
}

export function parseStop(raw: string | undefined, calls: boolean): StopReason {
  return raw === undefined ? { unified: 'unknown' } : { unified: unifiedOf(raw, calls), raw };
}

/** A prompt that was refused has no answer, only the reason. */
export function blockedStop(raw: string): StopReason {
  return { unified: 'content-filter', raw };
}

function unifiedOf(raw: string, calls: boolean): StopReason['unified'] {
  if (raw === 'STOP' && calls) return 'tool-calls';
  return Object.hasOwn(unifiedByWire, raw) ? (unifiedByWire[raw] ?? 'unknown') : 'unknown';
}

/** What an ending of another format loses here. */
export function reportStop({ unified }: StopReason, calls: boolean, losses: Loss[]): void {
  const word = wireByUnified[unified];
  if (unifiedOf(word, calls) === unified) return;
  losses.push({
    field: 'message.stop',
    action: 'emulated',
    detail: `\`${unified}\` is told as \`${word}\`.`,
  });
}

/** `isOwn`: the answer came in this format, so its word is repeated as long as the meaning was not changed. */
export function renderStopReason({ unified, raw }: StopReason, calls: boolean, isOwn: boolean) {
  if (isOwn && raw !== undefined && unifiedOf(raw, calls) === unified) return raw;
  return isOwn && raw === undefined && unified === 'unknown' ? undefined : wireByUnified[unified];
}
