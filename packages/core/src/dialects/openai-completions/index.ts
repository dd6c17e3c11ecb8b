/** OpenAI's legacy completions, both ways: a conversation is written out as a text to be continued. */
import type { Dialect } from '../../message/index.ts';
import { parseError, renderError } from './error.ts';
import { parseRequest } from './parse-request.ts';
import { parseResponse } from './parse-response.ts';
import { createStreamParser } from './parse-stream.ts';
import { renderRequest } from './render-request.ts';
import { renderResponse } from './render-response.ts';
import { createStreamRenderer } from './render-stream.ts';
import { name, type OpenAiCompletionsQuirks, paths, quirks, relay } from './wire.ts';

export { type OpenAiCompletionsQuirks, relay } from './wire.ts';

export const openAiCompletions: Dialect<OpenAiCompletionsQuirks> = {
  name,
  quirks,
  framing: 'sse',
  relay,
  outbound: { renderRequest, parseResponse, createStreamParser, parseError },
  inbound: { paths, parseRequest, renderResponse, createStreamRenderer, renderError },
};
