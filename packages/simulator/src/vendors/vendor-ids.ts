/** The ids that each vendor gives to answers, calls and requests (recorded 2026): Mistral, for one, refuses any others. */
import { shortHash } from '../random.ts';
import { nameOf, uuidOf } from './names.ts';

export interface VendorIds {
  /** Of an answer, from what the simulator calls it. */
  readonly answer: (id: string) => string;
  /** Of a call: `seed` is different for each. */
  readonly call: (seed: string, toolName: string) => string;
  /** Where the id of the request stands among the headers of an answer. */
  readonly requestHeader: string;
}

const plain: VendorIds = {
  answer: (id) => id,
  call: (seed) => `call_${shortHash(seed)}`,
  requestHeader: 'x-request-id',
};

const cohere: VendorIds = {
  answer: uuidOf,
  call: (seed, toolName) => `${toolName}_${nameOf(seed, 12, 'lower')}`,
  requestHeader: 'x-debug-trace-id',
};

const openAi = (prefix: string): VendorIds => ({ ...plain, answer: (id) => `${prefix}${id}` });

const byDialect: Readonly<Record<string, VendorIds>> = {
  'anthropic-messages': {
    answer: (id) => `msg_${id}`,
    call: (seed) => `toolu_${nameOf(seed, 24, 'mixed')}`,
    requestHeader: 'request-id',
  },
  // Its answers have no id.
  'bedrock-converse': {
    answer: plain.answer,
    call: (seed) => `tooluse_${nameOf(seed, 22, 'mixed')}`,
    requestHeader: 'x-amzn-requestid',
  },
  'cohere-chat': cohere,
  'cohere-embed': cohere,
  'cohere-rerank': cohere,
  'gemini-generate': { ...plain, call: (seed) => nameOf(seed, 8, 'lower') },
  'mistral-chat': {
    answer: (id) => nameOf(id, 32, 'hex'),
    call: (seed) => nameOf(seed, 9, 'mixed'),
    requestHeader: 'mistral-correlation-id',
  },
  'openai-chat': openAi('chatcmpl-'),
  'openai-completions': openAi('cmpl-'),
  'openai-responses': openAi('resp_'),
};

export function idsOf(dialect: string): VendorIds {
  return byDialect[dialect] ?? plain;
}
