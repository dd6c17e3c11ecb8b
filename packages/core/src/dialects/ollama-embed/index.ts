/** Ollama embeddings of its own API, both ways, with the older endpoint for one text. */
import type { EmbedDialect } from '../../message/index.ts';
import { parseError, renderError } from './error.ts';
import { parseRequest } from './parse-request.ts';
import { parseResponse } from './parse-response.ts';
import { renderRequest } from './render-request.ts';
import { renderResponse } from './render-response.ts';
import { name, type OllamaEmbedQuirks, paths, quirks } from './wire.ts';

export type { OllamaEmbedQuirks } from './wire.ts';

export const ollamaEmbed: EmbedDialect<OllamaEmbedQuirks> = {
  name,
  quirks,
  outbound: { renderRequest, parseResponse, parseError },
  inbound: { paths, parseRequest, renderResponse, renderError },
};
