/** Maps `done_reason` both ways. An answer that calls tools ends with the same word as any other. */
import {
  type Loss,
  reportStopExtras,
  type StopReason,
  type StopWords,
  unifiedStop,
} from '../../message/index.ts';
import { name } from './wire.ts';

const reasons: StopWords['reasons'] = {
  stop: 'stop',
  length: 'length',
  // A request without words only loads the model, or unloads it.
  load: 'stop',
  unload: 'stop',
};

export function parseDoneReason(raw: string | undefined, hasCalls: boolean): StopReason {
  if (hasCalls && (raw === undefined || raw === 'stop'))
    return { unified: 'tool-calls', ...(raw && { raw }) };
  if (raw === undefined) return { unified: 'unknown' };
  return { unified: unifiedStop(reasons, raw), raw };
}

/** `isOwn`: the answer came in this format, so its word is repeated as long as the meaning was not changed. */
export function renderDoneReason(
  { unified, raw }: StopReason,
  isOwn: boolean,
  hasCalls: boolean,
): string | undefined {
  if (isOwn && parseDoneReason(raw, hasCalls).unified === unified) return raw;
  return unified === 'length' || unified === 'context-exceeded' ? 'length' : 'stop';
}

/** What an ending of another format loses here. */
export function reportStop(stop: StopReason, hasCalls: boolean, losses: Loss[]): void {
  const word = renderDoneReason(stop, false, hasCalls);
  if (parseDoneReason(word, hasCalls).unified !== stop.unified) {
    const detail = `\`${stop.unified}\` is told as \`${String(word)}\`.`;
    losses.push({ field: 'message.stop', action: 'emulated', detail });
  }
  reportStopExtras(stop, 'message.stop', `${name} has no word for it.`, losses);
}
