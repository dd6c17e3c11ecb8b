/** OpenAI's legacy completions as they are on the wire: a text is continued, nobody speaks to anybody. */
import type { Relay, WireField } from '../../message/index.ts';

export const name = 'openai-completions';

export const path = '/completions';
/** The longer path of the chat ends alike, so the version stands in front. */
export const paths: readonly string[] = ['/v1/completions', '/deployments/{model}/completions'];

export interface OpenAiCompletionsQuirks {
  /** Whether a stream must be asked for its usage with `stream_options.include_usage`. */
  readonly askForUsage: boolean;
}

export const quirks: OpenAiCompletionsQuirks = { askForUsage: true };

export const requestFields: readonly WireField[] = [
  ['max_tokens', 'maxOutputTokens', 'number'],
  ['temperature', 'sampling.temperature', 'number'],
  ['top_p', 'sampling.topP', 'number'],
  ['seed', 'sampling.seed', 'number'],
  ['frequency_penalty', 'sampling.frequencyPenalty', 'number'],
  ['presence_penalty', 'sampling.presencePenalty', 'number'],
  ['logit_bias', 'sampling.logitBias', 'record'],
  ['n', 'sampling.choices', 'number'],
  ['best_of', 'completion.bestOf', 'number'],
  ['echo', 'completion.echo', 'boolean'],
  ['suffix', 'completion.suffix', 'string'],
  ['stream', 'stream', 'boolean'],
  ['user', 'metadata.userId', 'string'],
];

/** `stream_options` of a request. */
export const streamOptionFields: readonly WireField[] = [
  ['include_usage', 'streamOptions.usage', 'boolean'],
  ['include_obfuscation', 'streamOptions.obfuscation', 'boolean'],
];

/** What functions of this folder say besides the rows above. */
export const otherSaidPaths = [
  'stop',
  'sampling.logprobs',
  'sampling.topLogprobs',
  'streamOptions.usage',
  'streamOptions.obfuscation',
] as const;

/** How many stop sequences and alternatives per token may be asked for. */
export const stopsMax = 4;
export const alternativesMax = 5;

export const relay: Relay = {
  ways: { '/v1/completions': { path } },
  model: 'body',
  asksForUsage: true,
};
