/**
 * A minimal Cohere-shaped `POST /v2/rerank`, written by hand. To be replaced by the dialect `cohere-rerank` as soon as
 * that exists; no other wire format belongs here.
 */
import type { Json, JsonObject, KeelsonError, WireReply } from '@keelson/core';
import { shortHash } from '../random.ts';
import type { Endpoint, Question } from './endpoint.ts';
import { openPlainBody, plainQuestion, readCount, readText, refuseField, retryAfter } from './plain-body.ts';
import { similarity, textVector } from './text-vector.ts';

const dimensions = 128;
const mostDocuments = 10_000;

export const rerank: Endpoint = {
  name: 'rerank',
  parse: ({ body }) => parse(openPlainBody(body)),
  renderError,
};

function renderError({ message, row, details }: KeelsonError): WireReply {
  const headers = { 'content-type': 'application/json', ...retryAfter(details.retryAfterMs) };
  return { status: row.status, headers, body: { message } };
}

function parse(body: JsonObject): Question {
  const model = readText(body, 'model');
  const query = readText(body, 'query');
  const documents = readDocuments(body.documents);
  const count = readCount(body, 'top_n', mostDocuments) ?? documents.length;
  return plainQuestion(model, () => render(query, documents, count));
}

/** Texts, or objects with a text as version 1 had them. */
function readDocuments(value: Json | undefined): readonly string[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > mostDocuments) {
    throw refuseField('documents', `a list of 1 to ${mostDocuments} texts`);
  }
  return value.map((document: Json, index) => {
    if (typeof document === 'string') return document;
    const text =
      typeof document === 'object' && document !== null ? (document as JsonObject).text : undefined;
    if (typeof text === 'string') return text;
    throw refuseField(`documents[${index}]`, 'a text');
  });
}

function render(query: string, documents: readonly string[], count: number): Json {
  const asked = textVector(query, dimensions);
  const results = documents
    .map((text, index) => ({
      index,
      relevance_score: score(similarity(asked, textVector(text, dimensions))),
    }))
    .sort((a, b) => b.relevance_score - a.relevance_score || a.index - b.index)
    .slice(0, count);
  const id = `rerank-${shortHash(`${query}\n${documents.join('\n')}`)}`;
  return { id, results, meta: { api_version: { version: '2' }, billed_units: { search_units: 1 } } };
}

/** From -1 … 1 to 0 … 1, in few digits. */
function score(cosine: number): number {
  return Math.round(((cosine + 1) / 2) * 1e6) / 1e6;
}
