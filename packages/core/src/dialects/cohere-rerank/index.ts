/** Cohere reranking and what Jina, Voyage and llama.cpp make of it, both ways. */
import type { RerankDialect } from '../../message/index.ts';
import { parseError, renderError } from './error.ts';
import { parseRequest } from './parse-request.ts';
import { parseResponse } from './parse-response.ts';
import { renderRequest } from './render-request.ts';
import { renderResponse } from './render-response.ts';
import { type CohereRerankQuirks, name, paths, quirks } from './wire.ts';

export type { CohereRerankQuirks } from './wire.ts';

export const cohereRerank: RerankDialect<CohereRerankQuirks> = {
  name,
  quirks,
  outbound: { renderRequest, parseResponse, parseError },
  inbound: { paths, parseRequest, renderResponse, renderError },
};
