/** Ollama's completion of a prompt, both ways: what its chat is made of, with the prompt in the caller's hand. */
import type { Dialect } from '../../message/index.ts';
import { parseError, renderError } from './error.ts';
import { parseRequest } from './parse-request.ts';
import { parseResponse } from './parse-response.ts';
import { createStreamParser } from './parse-stream.ts';
import { renderRequest } from './render-request.ts';
import { renderResponse } from './render-response.ts';
import { createStreamRenderer } from './render-stream.ts';
import { name, type OllamaGenerateQuirks, paths, quirks, relay } from './wire.ts';

export { type OllamaGenerateQuirks, relay } from './wire.ts';

export const ollamaGenerate: Dialect<OllamaGenerateQuirks> = {
  name,
  quirks,
  framing: 'ndjson',
  relay,
  outbound: { renderRequest, parseResponse, createStreamParser, parseError },
  inbound: { paths, parseRequest, renderResponse, createStreamRenderer, renderError },
};
