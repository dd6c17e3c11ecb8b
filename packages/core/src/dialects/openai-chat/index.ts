/** OpenAI Chat Completions, both ways, and what compatible hosts make of it. */
import type { Dialect } from '../../message/index.ts';
import { parseError, renderError } from './error.ts';
import { parseRequest } from './parse-request.ts';
import { parseResponse } from './parse-response.ts';
import { createStreamParser } from './parse-stream.ts';
import { renderRequest } from './render-request.ts';
import { renderResponse } from './render-response.ts';
import { createStreamRenderer } from './render-stream.ts';
import { skimResponse } from './skim-response.ts';
import { name, type OpenAiChatQuirks, paths, quirks, relay } from './wire.ts';

export { type OpenAiChatQuirks, relay } from './wire.ts';

export const openAiChat: Dialect<OpenAiChatQuirks> = {
  name,
  quirks,
  framing: 'sse',
  relay,
  outbound: { renderRequest, parseResponse, skimResponse, createStreamParser, parseError },
  inbound: { paths, parseRequest, renderResponse, createStreamRenderer, renderError },
};
