/** Ids as OpenTelemetry has them, and times as envelopes tell them. */
import type { Random } from '../observability/index.ts';

const hexDigits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function newHex(random: Random, bytes: number): string {
  const drawn = random.bytes(bytes);
  let text = '';
  for (const byte of drawn) text += hexDigits[byte];
  // All zeros means that there is no id.
  return /^0+$/.test(text) ? `${text.slice(1)}1` : text;
}

export const newTraceId = (random: Random): string => newHex(random, 16);
export const newSpanId = (random: Random): string => newHex(random, 8);

let lastMs = Number.NaN;
let lastText = '';

/** Many attempts begin within a millisecond, and making the text costs more than the rest of their envelope. */
export function isoTime(ms: number): string {
  if (ms !== lastMs) {
    lastText = new Date(ms).toISOString();
    lastMs = ms;
  }
  return lastText;
}
