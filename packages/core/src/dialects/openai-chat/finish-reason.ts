/** Maps `finish_reason` both ways. The vendor's own word is kept and repeated as long as it still means the same. */
import type { StopWords } from '../../message/index.ts';
import { createFinishReasons } from '../openai-choices.ts';
import { name } from './wire.ts';

const reasons: StopWords['reasons'] = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
  // Compatible hosts, recorded: OpenRouter ends a broken answer so with status 200.
  error: 'error',
  // Together, recorded 2024: the end-of-sequence token instead of `stop`.
  eos: 'stop',
};

const words: StopWords['words'] = {
  stop: 'stop',
  'stop-sequence': 'stop',
  length: 'length',
  'context-exceeded': 'length',
  'tool-calls': 'tool_calls',
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
