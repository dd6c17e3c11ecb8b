/** OpenAI Responses, both ways, as OpenAI, Azure and compatible hosts speak it. */
import type { Dialect } from '../../message/index.ts';
import { parseError, renderError } from './error.ts';
import { parseRequest } from './parse-request.ts';
import { parseResponse } from './parse-response.ts';
import { createStreamParser } from './parse-stream.ts';
import { renderRequest } from './render-request.ts';
import { renderResponse } from './render-response.ts';
import { createStreamRenderer } from './render-stream.ts';
import { name, type OpenAiResponsesQuirks, paths, quirks, relay } from './wire.ts';

export { type OpenAiResponsesQuirks, relay } from './wire.ts';

export const openAiResponses: Dialect<OpenAiResponsesQuirks> = {
  name,
  quirks,
  framing: 'sse',
  relay,
  outbound: { renderRequest, parseResponse, createStreamParser, parseError },
  inbound: { paths, parseRequest, renderResponse, createStreamRenderer, renderError },
};
