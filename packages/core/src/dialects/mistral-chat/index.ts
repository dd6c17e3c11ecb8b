/** Mistral's chat completions, both ways: near OpenAI's chat, but with typed content, other names and other rules. */
import type { Dialect } from '../../message/index.ts';
import { parseError, renderError } from './error.ts';
import { parseRequest } from './parse-request.ts';
import { parseResponse } from './parse-response.ts';
import { createStreamParser } from './parse-stream.ts';
import { renderRequest } from './render-request.ts';
import { renderResponse } from './render-response.ts';
import { createStreamRenderer } from './render-stream.ts';
import { type MistralChatQuirks, name, paths, quirks, relay } from './wire.ts';

export { type MistralChatQuirks, relay } from './wire.ts';

export const mistralChat: Dialect<MistralChatQuirks> = {
  name,
  quirks,
  framing: 'sse',
  relay,
  outbound: { renderRequest, parseResponse, createStreamParser, parseError },
  inbound: { paths, parseRequest, renderResponse, createStreamRenderer, renderError },
};
