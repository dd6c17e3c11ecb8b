/** Maps `finish_reason` both ways. The vendor's own word is kept and repeated as long as it still means the same. */
import type { StopWords } from '../../message/index.ts';
import { createFinishReasons } from '../openai-choices.ts';
import { name } from './wire.ts';

const reasons: StopWords['reasons'] = {
  stop: 'stop',
  length: 'length',
  content_filter: 'content-filter',
};

const words: StopWords['words'] = {
  stop: 'stop',
  'stop-sequence': 'stop',
  length: 'length',
  'context-exceeded': 'length',
  'tool-calls': 'stop',
  'content-filter': 'content_filter',
  refusal: 'content_filter',
  pause: 'stop',
  error: 'stop',
  unknown: 'stop',
};

export const { parseFinishReason, renderFinishReason, reportStop } = createFinishReasons(
  { reasons, words },
  name,
);
