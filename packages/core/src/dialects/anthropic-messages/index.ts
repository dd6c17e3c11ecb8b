/** Anthropic Messages, both ways, in both API versions; also the body of Claude on Bedrock and Vertex. */
import type { Dialect } from '../../message/index.ts';
import { parseError, renderError } from './error.ts';
import { parseRequest } from './parse-request.ts';
import { parseResponse } from './parse-response.ts';
import { createStreamParser } from './parse-stream.ts';
import { renderRequest } from './render-request.ts';
import { renderResponse } from './render-response.ts';
import { createStreamRenderer } from './render-stream.ts';
import { skimResponse } from './skim-response.ts';
import { type AnthropicMessagesQuirks, name, paths, quirks, relay } from './wire.ts';

export { type AnthropicMessagesQuirks, relay } from './wire.ts';

export const anthropicMessages: Dialect<AnthropicMessagesQuirks> = {
  name,
  quirks,
  framing: 'sse',
  relay,
  outbound: {
    renderRequest,
    parseResponse,
    skimResponse,
    createStreamParser,
    framingOf: ({ pathStyle }) => (pathStyle === 'invoke' ? 'bedrock-chunks' : 'sse'),
    parseError,
  },
  inbound: { paths, parseRequest, renderResponse, createStreamRenderer, renderError },
};
