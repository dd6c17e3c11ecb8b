/** Recordings of formats that are not spoken here, each with the reason, so that no recording is forgotten in silence. */
import type { Recording } from './recorded-traffic.ts';

export interface UnspokenFormat {
  readonly folder: string;
  /** Which recordings of the folder; absent means all of it. */
  readonly isIt?: (recording: Recording) => boolean;
  readonly reason: string;
}

const invoked = (model: RegExp, reason: string): UnspokenFormat => ({
  folder: 'bedrock-invoke',
  isIt: ({ path, requestBody }) => requestBody !== '' && model.test(decodeURIComponent(path)),
  reason,
});

export const unspokenFormats: readonly UnspokenFormat[] = [
  {
    folder: '_conversions',
    reason: 'What another gateway makes of its own samples: an opinion, not traffic of a provider.',
  },
  {
    folder: 'gemini-interactions',
    reason:
      'An API of its own, with interactions kept at the provider and steps in place of parts; the models are all served by `generateContent`.',
  },
  invoked(
    /\/amazon\.nova-(lite|micro)/,
    'The native body of Nova, near to Converse and not the same; Bedrock serves the same models by `converse`.',
  ),
  invoked(
    /\/amazon\.titan-text/,
    'The native body of Titan; Bedrock serves the same models by `converse`.',
  ),
  invoked(/\/meta\.llama/, 'The native body of Llama; Bedrock serves the same models by `converse`.'),
  invoked(/\/cohere\.command-light/, 'Generations of Cohere before there was a chat, withdrawn by both.'),
  {
    folder: 'bedrock-invoke',
    isIt: ({ requestBody }) => requestBody.includes('"max_tokens_to_sample"'),
    reason: 'Text completions of Anthropic, which came before Messages and are withdrawn.',
  },
  invoked(/endpoint\/endpoint-quick-start/, 'A model of the caller’s own, in a body of its own.'),
  invoked(
    /\/amazon\.titan-embed|application-inference-profile/,
    'The native body of Titan’s embeddings, one text a call; no other host speaks it.',
  ),
  invoked(
    /\/amazon\.nova-2-multimodal-embeddings/,
    'The native body of Nova’s embeddings, one text a call; no other host speaks it.',
  ),
  {
    folder: 'bedrock-invoke',
    isIt: ({ requestBody }) => requestBody === '',
    reason: 'The recording keeps no request: nothing says in which format it was.',
  },
];
