/** Maps `finish_reason` both ways. The vendor's own word is kept and repeated as long as it still means the same. */
import type { StopWords } from '../../message/index.ts';
import { createFinishReasons } from '../openai-choices.ts';
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

export const { parseFinishReason, renderFinishReason, reportStop } = createFinishReasons(
  { reasons, words },
  name,
);
