/** Maps `finish_reason` both ways. The vendor's own word is kept and repeated as long as it still means the same. */
import {
  known,
  type Loss,
  reportStopExtras,
  reportStopWord,
  type StopReason,
  type StopWords,
  stopWord,
  unifiedStop,
} from '../../message/index.ts';
import { name } from './wire.ts';

const reasons: StopWords['reasons'] = {
  stop: 'stop',
  length: 'length',
  model_length: 'context-exceeded',
  tool_calls: 'tool-calls',
  error: 'error',
};

const words: StopWords['words'] = {
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

const table: StopWords = { reasons, words };

export function parseFinishReason(raw: string | undefined): StopReason {
  return { unified: unifiedStop(reasons, raw), ...known({ raw }) };
}

/** `isOwn`: the answer came in this format, so its word is repeated as long as the meaning was not changed. */
export function renderFinishReason(stop: StopReason, isOwn: boolean): string | null {
  return stopWord(table, stop, isOwn) ?? null;
}

/** What an ending of another format loses here. */
export function reportStop(stop: StopReason, field: string, losses: Loss[]): void {
  reportStopWord(table, stop, field, losses);
  reportStopExtras(stop, field, `${name} has no word for it.`, losses);
}
