/** Why an answer ended, in our words and in those of `stopReason`; the vendor's own is repeated while it means the same. */
import { known, type Loss, type StopReason } from '../../message/index.ts';
import { name } from './wire.ts';

const unifiedByWire: Readonly<Record<string, StopReason['unified']>> = {
  end_turn: 'stop',
  stop_sequence: 'stop-sequence',
  max_tokens: 'length',
  tool_use: 'tool-calls',
  content_filtered: 'content-filter',
  guardrail_intervened: 'content-filter',
  malformed_model_output: 'error',
  malformed_tool_use: 'error',
  model_context_window_exceeded: 'context-exceeded',
};

const wireByUnified: Readonly<Record<StopReason['unified'], string>> = {
  stop: 'end_turn',
  'stop-sequence': 'stop_sequence',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  pause: 'end_turn',
  refusal: 'content_filtered',
  'content-filter': 'content_filtered',
  'context-exceeded': 'model_context_window_exceeded',
  error: 'malformed_model_output',
  unknown: 'end_turn',
};

/** Which sequence was met is told only among the fields of the model, for those who asked. */
export function parseStop(reason: string | undefined, sequence: string | undefined): StopReason {
  return { unified: unifiedOf(reason), ...known({ raw: reason, sequence }) };
}

function unifiedOf(reason: string | undefined): StopReason['unified'] {
  return reason !== undefined && Object.hasOwn(unifiedByWire, reason)
    ? (unifiedByWire[reason] ?? 'unknown')
    : 'unknown';
}

/** What an ending of another format loses here. */
export function reportStop({ unified, sequence, refusal }: StopReason, losses: Loss[]): void {
  const word = wireByUnified[unified];
  if (unifiedOf(word) !== unified)
    losses.push({
      field: 'message.stop',
      action: 'emulated',
      detail: `\`${unified}\` is told as \`${word}\`.`,
    });
  const drop = (field: string): void => {
    losses.push({ field, action: 'dropped', detail: `${name} has no such field.` });
  };
  if (sequence !== undefined) drop('message.stop.sequence');
  if (refusal !== undefined) drop('message.stop.refusal');
}

/** `isOwn`: the answer came in this format, so its word is repeated as long as the meaning was not changed. */
export function renderStop({ unified, raw }: StopReason, isOwn: boolean): string | undefined {
  if (isOwn && raw !== undefined && unifiedOf(raw) === unified) return raw;
  if (isOwn && raw === undefined && unified === 'unknown') return undefined;
  return wireByUnified[unified];
}
