/** Bedrock Converse and ConverseStream, both ways, in the form that every model of the service shares. */
import type { Dialect } from '../../message/index.ts';
import { parseError, renderError } from './error.ts';
import { parseRequest } from './parse-request.ts';
import { parseResponse } from './parse-response.ts';
import { createStreamParser } from './parse-stream.ts';
import { renderRequest } from './render-request.ts';
import { renderResponse } from './render-response.ts';
import { createStreamRenderer } from './render-stream.ts';
import { type BedrockConverseQuirks, name, paths, quirks, relay } from './wire.ts';

export { type BedrockConverseQuirks, relay } from './wire.ts';

export const bedrockConverse: Dialect<BedrockConverseQuirks> = {
  name,
  quirks,
  framing: 'eventstream',
  relay,
  outbound: { renderRequest, parseResponse, createStreamParser, parseError },
  inbound: {
    paths,
    metadataField: 'requestMetadata',
    parseRequest,
    renderResponse,
    createStreamRenderer,
    renderError,
  },
};
