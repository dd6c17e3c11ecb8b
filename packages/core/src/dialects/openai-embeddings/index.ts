/** OpenAI embeddings, both ways, and what compatible hosts make of them. */
import type { EmbedDialect } from '../../message/index.ts';
import { parseError, renderError } from './error.ts';
import { parseRequest } from './parse-request.ts';
import { parseResponse } from './parse-response.ts';
import { renderRequest } from './render-request.ts';
import { renderResponse } from './render-response.ts';
import { name, type OpenAiEmbeddingsQuirks, paths, quirks } from './wire.ts';

export type { OpenAiEmbeddingsQuirks } from './wire.ts';

export const openAiEmbeddings: EmbedDialect<OpenAiEmbeddingsQuirks> = {
  name,
  quirks,
  outbound: { renderRequest, parseResponse, parseError },
  inbound: { paths, parseRequest, renderResponse, renderError },
};
