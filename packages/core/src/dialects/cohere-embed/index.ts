/** Cohere embeddings of version 2 and of version 1, both ways. */
import type { EmbedDialect } from '../../message/index.ts';
import { parseError, renderError } from './error.ts';
import { parseRequest } from './parse-request.ts';
import { parseResponse } from './parse-response.ts';
import { renderRequest } from './render-request.ts';
import { renderResponse } from './render-response.ts';
import { type CohereEmbedQuirks, name, paths, quirks } from './wire.ts';

export type { CohereEmbedQuirks } from './wire.ts';

export const cohereEmbed: EmbedDialect<CohereEmbedQuirks> = {
  name,
  quirks,
  outbound: { renderRequest, parseResponse, parseError },
  inbound: { paths, parseRequest, renderResponse, renderError },
};
