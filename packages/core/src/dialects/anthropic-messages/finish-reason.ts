/** Maps `stop_reason` both ways. The vendor's own word is kept and repeated as long as it still means the same. */
import { isJsonObject, type Json } from '../../json/index.ts';
import {
  known,
  type Loss,
  reportStopWord,
  type StopReason,
  type StopWords,
  stopWord,
  unifiedStop,
} from '../../message/index.ts';

const reasons: StopWords['reasons'] = {
  end_turn: 'stop',
  stop_sequence: 'stop-sequence',
  max_tokens: 'length',
  tool_use: 'tool-calls',
  pause_turn: 'pause',
  refusal: 'refusal',
  model_context_window_exceeded: 'context-exceeded',
};

const words: StopWords['words'] = {
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
  return { unified: unifiedStop(reasons, reason), ...known({ raw: reason, sequence, refusal }) };
}

const table: StopWords = { reasons, words };

/** `isOwn`: the answer came in this format, so its word is repeated as long as the meaning was not changed. */
export function renderStopReason(stop: StopReason, isOwn: boolean): string | null {
  return stopWord(table, stop, isOwn) ?? null;
}

/** What an ending of another format loses here. */
export function reportStop(stop: StopReason, losses: Loss[]): void {
  reportStopWord(table, stop, 'message.stop', losses);
}
