/** Why an answer ended, in our words and in those of `stopReason`; the vendor's own is repeated while it means the same. */
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

const words: StopWords['words'] = {
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
  return { unified: unifiedStop(reasons, reason), ...known({ raw: reason, sequence }) };
}

const table: StopWords = { reasons, words };

/** `isOwn`: the answer came in this format, so its word is repeated as long as the meaning was not changed. */
export function renderStop(stop: StopReason, isOwn: boolean): string | undefined {
  return stopWord(table, stop, isOwn);
}

/** What an ending of another format loses here. */
export function reportStop(stop: StopReason, losses: Loss[]): void {
  reportStopWord(table, stop, 'message.stop', losses);
  reportStopExtras(stop, 'message.stop', `${name} has no such field.`, losses);
}
