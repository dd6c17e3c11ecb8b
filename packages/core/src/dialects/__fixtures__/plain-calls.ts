/** Own small calls of every embedding and reranking format, as their clients write them. */
import type { Json } from '../../json/index.ts';
import type { CallDialect, WireCall } from '../../message/index.ts';
import { embedDialects, rerankDialects } from '../index.ts';

export type AnyCallDialect = CallDialect<{ dialect?: string }, { dialect?: string }, object>;

export interface PlainCall {
  readonly path: string;
  readonly body: Json;
  readonly answer: Json;
  readonly error: Json;
}

const vectors = [
  [0.5, -0.25],
  [1, 0.125],
];
const texts = ['a ship', 'a sea'];

export const plainCalls: Readonly<Record<string, readonly PlainCall[]>> = {
  'openai-embeddings': [
    {
      path: '/v1/embeddings',
      body: { model: 'm', input: texts, dimensions: 2, encoding_format: 'float', user: 'u' },
      answer: {
        object: 'list',
        model: 'm',
        data: vectors.map((embedding, index) => ({ object: 'embedding', index, embedding })),
        usage: { prompt_tokens: 4, total_tokens: 4 },
      },
      error: { error: { message: 'No.', type: 'invalid_request_error', param: null, code: null } },
    },
    {
      path: '/v1/embeddings',
      body: { model: 'm', input: texts, input_type: 'query', truncation: true, encoding_format: 'base64' },
      answer: {
        object: 'list',
        model: 'm',
        data: ['AAAAPwAAgL4=', 'AACAPwAAAD4='].map((embedding, index) => ({
          object: 'embedding',
          index,
          embedding,
        })),
        usage: { total_tokens: 4 },
      },
      error: { detail: 'No.' },
    },
  ],
  'cohere-embed': [
    {
      path: '/v2/embed',
      body: { model: 'm', texts, input_type: 'search_query', embedding_types: ['float'], truncate: 'END' },
      answer: {
        id: 'e1',
        response_type: 'embeddings_by_type',
        embeddings: { float: vectors },
        texts,
        meta: { api_version: { version: '2' }, billed_units: { input_tokens: 4 } },
      },
      error: { id: 'x', message: 'No.' },
    },
    {
      path: '/v1/embed',
      body: { model: 'm', texts, input_type: 'clustering' },
      answer: { id: 'e1', response_type: 'embeddings_floats', embeddings: vectors, texts },
      error: { message: 'No.' },
    },
  ],
  'gemini-embed': [
    {
      path: '/v1beta/models/m:batchEmbedContents',
      body: {
        requests: texts.map((text) => ({
          model: 'models/m',
          content: { parts: [{ text }] },
          taskType: 'RETRIEVAL_QUERY',
          outputDimensionality: 2,
        })),
      },
      answer: { embeddings: vectors.map((values) => ({ values })), usageMetadata: { promptTokenCount: 4 } },
      error: { error: { code: 400, message: 'No.', status: 'INVALID_ARGUMENT' } },
    },
    {
      path: '/v1beta/models/m:embedContent',
      body: { content: { parts: [{ text: 'a ship' }] }, title: 'Ships' },
      answer: { embedding: { values: [0.5, -0.25] } },
      error: { error: { code: 404, message: 'No.', status: 'NOT_FOUND' } },
    },
  ],
  'ollama-embed': [
    {
      path: '/api/embed',
      body: { model: 'm', input: texts, truncate: false, keep_alive: '5m', options: { num_ctx: 512 } },
      answer: { model: 'm', embeddings: vectors, total_duration: 9, load_duration: 3, prompt_eval_count: 4 },
      error: { error: 'No.' },
    },
    {
      path: '/api/embeddings',
      body: { model: 'm', prompt: 'a ship' },
      answer: { embedding: [0.5, -0.25] },
      error: { error: 'No.' },
    },
  ],
  'cohere-rerank': [
    {
      path: '/v2/rerank',
      body: { model: 'm', query: 'q', documents: texts, top_n: 1, max_tokens_per_doc: 9 },
      answer: {
        id: 'r1',
        results: [{ index: 1, relevance_score: 0.75 }],
        meta: { api_version: { version: '2' }, billed_units: { search_units: 1 } },
      },
      error: { message: 'No.' },
    },
    {
      path: '/v1/rerank',
      body: { model: 'm', query: 'q', documents: [{ text: 'a' }], return_documents: true, rank_fields: ['text'] },
      answer: { id: 'r1', results: [{ index: 0, relevance_score: 0.5, document: { text: 'a' } }] },
      error: { message: 'No.' },
    },
    {
      path: '/v1/rerank',
      body: { model: 'm', query: 'q', documents: texts, top_k: 1, truncation: true, return_documents: true },
      answer: {
        object: 'list',
        model: 'm',
        data: [{ index: 1, relevance_score: 0.75, document: 'a sea' }],
        usage: { total_tokens: 5 },
      },
      error: { detail: 'No.' },
    },
  ],
};

export const callDialects = { ...embedDialects, ...rerankDialects } as unknown as Readonly<
  Record<string, AnyCallDialect>
>;

export function callOf({ path, body }: Pick<PlainCall, 'path' | 'body'>): WireCall {
  return { method: 'POST', path, query: {}, headers: {}, body };
}
