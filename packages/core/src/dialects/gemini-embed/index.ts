/** Gemini embeddings, both ways: of the Gemini API, one or many, and of Vertex. */
import type { EmbedDialect } from '../../message/index.ts';
import { parseError, renderError } from './error.ts';
import { parseRequest } from './parse-request.ts';
import { parseResponse } from './parse-response.ts';
import { renderRequest } from './render-request.ts';
import { renderResponse } from './render-response.ts';
import { type GeminiEmbedQuirks, name, paths, quirks } from './wire.ts';

export type { GeminiEmbedQuirks } from './wire.ts';

export const geminiEmbed: EmbedDialect<GeminiEmbedQuirks> = {
  name,
  quirks,
  outbound: { renderRequest, parseResponse, parseError },
  inbound: { paths, parseRequest, renderResponse, renderError },
};
