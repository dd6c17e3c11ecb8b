/** Ollama's own chat, both ways: lines of JSON, with options for the machine that runs the model. */
import type { Dialect } from '../../message/index.ts';
import { parseError, renderError } from './error.ts';
import { parseRequest } from './parse-request.ts';
import { parseResponse } from './parse-response.ts';
import { createStreamParser } from './parse-stream.ts';
import { renderRequest } from './render-request.ts';
import { renderResponse } from './render-response.ts';
import { createStreamRenderer } from './render-stream.ts';
import { name, type OllamaChatQuirks, paths, quirks, relay } from './wire.ts';

export { type OllamaChatQuirks, relay } from './wire.ts';

export const ollamaChat: Dialect<OllamaChatQuirks> = {
  name,
  quirks,
  framing: 'ndjson',
  relay,
  outbound: { renderRequest, parseResponse, createStreamParser, parseError },
  inbound: { paths, parseRequest, renderResponse, createStreamRenderer, renderError },
};
