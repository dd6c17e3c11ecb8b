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

const reasons: StopWords['reasons'] = {
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

const words: StopWords['words'] = {
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
  return { unified: unifiedStop(reasons, reason), ...known({ raw: reason }) };
}

const table: StopWords = { reasons, words };

/** `isOwn`: the answer came in this format, so its word is repeated as long as the meaning was not changed. */
export function renderStopReason(stop: StopReason, isOwn: boolean): string | undefined {
  return stopWord(table, stop, isOwn);
}

/** What an ending of another format loses here. */
export function reportStop(stop: StopReason, losses: Loss[]): void {
  reportStopWord(table, stop, 'message.stop', losses);
  reportStopExtras(stop, 'message.stop', 'Only the reason is told here.', losses);
}
