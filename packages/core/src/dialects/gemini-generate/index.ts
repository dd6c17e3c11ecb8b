/** Gemini's generateContent, both ways: the Gemini API and Vertex, answers, streams and token counts. */
import type { Dialect } from '../../message/index.ts';
import { parseError, renderError } from './error.ts';
import { parseRequest } from './parse-request.ts';
import { parseResponse } from './parse-response.ts';
import { createStreamParser } from './parse-stream.ts';
import { renderRequest } from './render-request.ts';
import { renderResponse } from './render-response.ts';
import { createStreamRenderer } from './render-stream.ts';
import { type GeminiGenerateQuirks, name, paths, quirks, relay } from './wire.ts';

export { type GeminiGenerateQuirks, relay } from './wire.ts';

export const geminiGenerate: Dialect<GeminiGenerateQuirks> = {
  name,
  quirks,
  framing: 'sse',
  relay,
  outbound: { renderRequest, parseResponse, createStreamParser, parseError },
  inbound: {
    paths,
    metadataField: 'labels',
    parseRequest,
    renderResponse,
    createStreamRenderer,
    renderError,
  },
};
