/** Cohere Chat, both ways, in version 2 and for callers of version 1. */
import type { Dialect } from '../../message/index.ts';
import { parseError, renderError } from './error.ts';
import { parseRequest } from './parse-request.ts';
import { parseResponse } from './parse-response.ts';
import { createStreamParser } from './parse-stream.ts';
import { renderRequest } from './render-request.ts';
import { renderResponse } from './render-response.ts';
import { createStreamRenderer } from './render-stream.ts';
import { type CohereChatQuirks, name, paths, quirks, relay } from './wire.ts';

export { type CohereChatQuirks, relay } from './wire.ts';

export const cohereChat: Dialect<CohereChatQuirks> = {
  name,
  quirks,
  framing: 'sse',
  relay,
  outbound: { renderRequest, parseResponse, createStreamParser, parseError },
  inbound: { paths, parseRequest, renderResponse, createStreamRenderer, renderError },
};
