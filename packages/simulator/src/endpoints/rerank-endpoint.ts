/** Any reranking dialect as an endpoint, by its inbound half alone: documents that share words with the query come first. */
import type { RerankDialect, RerankDocument, RerankRequest } from '@keelson/core';
import { shortHash } from '../random.ts';
import { countWords } from '../words.ts';
import type { Endpoint } from './endpoint.ts';
import { checkCount, plainQuestion } from './plain-body.ts';
import { sentField } from './sent-field.ts';
import { similarity, textVector } from './text-vector.ts';

const dimensions = 128;

type AnyDialect = Pick<RerankDialect<never>, 'name' | 'inbound'>;

export function createRerankEndpoint({ name, inbound }: AnyDialect): Endpoint {
  return {
    name,
    parse: (call) => {
      const request = inbound.parseRequest(call);
      const { topN, documents } = request;
      checkCount(topN, () => sentField(call.body, 'topN', topN), documents.length * 1000);
      return plainQuestion(request.model, () => answer(inbound, request));
    },
    renderError: inbound.renderError,
  };
}

function answer(inbound: AnyDialect['inbound'], request: RerankRequest): unknown {
  const { query, documents, topN = documents.length, model } = request;
  const texts = documents.map(textOf);
  const asked = textVector(query, dimensions);
  const results = texts
    .map((text, index) => ({ index, score: score(similarity(asked, textVector(text, dimensions))) }))
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, topN);
  const total = [query, ...texts].reduce((sum, text) => sum + countWords(text), 0);
  const id = `rerank-${shortHash(`${query}\n${texts.join('\n')}`)}`;
  const usage = { input: { total }, output: {}, billed: { search_units: 1 } };
  const result = { facts: { id, model }, results, usage };
  return inbound.renderResponse(result, request).value;
}

function textOf(document: RerankDocument): string {
  if (typeof document === 'string') return document;
  return typeof document.text === 'string' ? document.text : JSON.stringify(document);
}

/** From -1 … 1 to 0 … 1, in few digits. */
function score(cosine: number): number {
  return Math.round(((cosine + 1) / 2) * 1e6) / 1e6;
}
