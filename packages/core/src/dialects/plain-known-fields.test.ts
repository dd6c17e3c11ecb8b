/** No field that a format for embeddings or reranking knows may travel as an unknown one: its meaning would be lost elsewhere. */
import type {
  ContentEmbedding,
  EmbedContentConfig,
  EmbedContentMetadata,
  EmbedContentParameters,
  EmbedContentResponse,
} from '@google/genai';
import type { EmbeddingRequest$Outbound } from '@mistralai/mistralai/models/components';
import type { Cohere } from 'cohere-ai';
import type { EmbeddingsRequest, EmbeddingsResponse, EmbedRequest, EmbedResponse } from 'ollama/browser';
import type { CreateEmbeddingResponse, Embedding, EmbeddingCreateParams } from 'openai/resources/embeddings';
import { describe, expect, it } from 'vitest';
import { callDialects, callOf } from './__fixtures__/plain-calls.ts';

type Snake<Name extends string> = Name extends `${infer Head}${infer Tail}`
  ? Head extends Lowercase<Head>
    ? `${Head}${Snake<Tail>}`
    : `_${Lowercase<Head>}${Snake<Tail>}`
  : Name;

/** All fields of an official type: a new one fails to compile here until someone has given it a meaning. */
type All<Fields> = Record<keyof Fields, unknown>;
type AllSnake<Fields> = Record<Snake<keyof Fields & string>, unknown>;

interface Case {
  readonly format: string;
  readonly path: string;
  readonly request: object;
  readonly answer: object;
  readonly quirks?: object;
  /** Fields that no other format has: they travel as unknown ones do, and are lost elsewhere as those are. */
  readonly onlyHere?: readonly string[];
}

const texts = ['a ship', 'a sea'];
const floats = [
  [0.5, -0.25],
  [1, 0.125],
];

const openAiRequest: All<EmbeddingCreateParams> = {
  model: 'm',
  input: texts,
  dimensions: 2,
  encoding_format: 'float',
  user: 'u',
};
const openAiVector: All<Embedding> = { object: 'embedding', index: 0, embedding: [0.5, -0.25] };
const openAiUsage: All<CreateEmbeddingResponse.Usage> = { prompt_tokens: 4, total_tokens: 4 };
const openAiAnswer: All<CreateEmbeddingResponse> = {
  object: 'list',
  model: 'm',
  data: [openAiVector],
  usage: openAiUsage,
};
const mistralRequest: All<EmbeddingRequest$Outbound> = {
  model: 'm',
  metadata: { a: 'b' },
  input: 'a ship',
  output_dimension: 2,
  output_dtype: 'int8',
  encoding_format: 'float',
};

const meta: AllSnake<Cohere.ApiMeta> = {
  api_version: {
    version: '2',
    is_deprecated: false,
    is_experimental: false,
  } satisfies AllSnake<Cohere.ApiMetaApiVersion>,
  billed_units: {
    images: 1,
    input_tokens: 4,
    image_tokens: 2,
    output_tokens: 1,
    search_units: 1,
    classifications: 1,
    pages: 1,
  } satisfies AllSnake<Cohere.ApiMetaBilledUnits>,
  tokens: { input_tokens: 6, output_tokens: 1 } satisfies AllSnake<Cohere.ApiMetaTokens>,
  cached_tokens: 2,
  warnings: ['Old.'],
};
/** The version of the API carries two remarks on itself. */
const remarks = ['meta/api_version/is_deprecated', 'meta/api_version/is_experimental'];
const cohereWishes: Omit<AllSnake<Cohere.V2EmbedRequest>, 'texts' | 'images' | 'inputs'> = {
  model: 'm',
  input_type: 'search_query',
  max_tokens: 100,
  output_dimension: 2,
  embedding_types: ['float', 'int8'],
  truncate: 'END',
  priority: 1,
};
const cohereAnswer: AllSnake<Cohere.EmbedByTypeResponse> = {
  response_type: 'embeddings_by_type',
  id: 'e1',
  embeddings: {
    float: floats,
    int8: [
      [1, 2],
      [3, 4],
    ],
  },
  texts,
  images: [1, 2].map((width) => ({ width, height: 1, format: 'png', bit_depth: 24 })),
  meta,
};
const versionOne: Omit<AllSnake<Cohere.EmbedRequest>, 'images' | 'embedding_types'> = {
  model: 'm',
  texts,
  input_type: 'classification',
  truncate: 'NONE',
};
const versionOneAnswer: AllSnake<Cohere.EmbedFloatsResponse> & { readonly response_type: string } = {
  response_type: 'embeddings_floats',
  id: 'e1',
  embeddings: floats,
  texts,
  images: [1, 2].map((width) => ({ width, height: 1, format: 'png', bit_depth: 24 })),
  meta,
};

type ClientField = 'httpOptions' | 'abortSignal';
type VertexField = 'mimeType' | 'autoTruncate' | 'documentOcr' | 'audioTrackExtraction';
/** The model stands in the path, and each of `contents` is the `content` of a request. */
type GeminiRequestField = Exclude<keyof EmbedContentParameters, 'model' | 'contents' | 'content' | 'config'>;
const geminiWishes: Record<
  Exclude<keyof EmbedContentConfig, ClientField | VertexField> | GeminiRequestField,
  unknown
> = { taskType: 'RETRIEVAL_DOCUMENT', title: 'Ships', outputDimensionality: 2 };
const geminiContent = { content: { parts: [{ text: 'a ship' }] } };
const vertexWishes: Record<Exclude<keyof EmbedContentConfig, ClientField | 'mimeType'>, unknown> = {
  taskType: 'RETRIEVAL_DOCUMENT',
  title: 'Ships',
  outputDimensionality: 2,
  autoTruncate: false,
  documentOcr: true,
  audioTrackExtraction: true,
};
const predicted: Record<keyof ContentEmbedding, unknown> = {
  values: [0.5, -0.25],
  statistics: { token_count: 3, truncated: false },
};
const billed: All<EmbedContentMetadata> = { billableCharacterCount: 6 };
/** Each of these stands in the answer of one of the three calls. */
type GeminiAnswerField = Exclude<keyof EmbedContentResponse, 'sdkHttpResponse'>;
const geminiAnswer: Pick<Record<GeminiAnswerField, unknown>, 'embeddings' | 'usageMetadata'> = {
  embeddings: [{ values: [0.5, -0.25] }],
  usageMetadata: { promptTokenCount: 4, promptTokensDetails: [{ modality: 'TEXT', tokenCount: 4 }] },
};
const vertexAnswer: Record<Exclude<GeminiAnswerField, 'embeddings' | 'metadata'> | 'embedding', unknown> = {
  embedding: { values: [0.5, -0.25] },
  truncated: true,
  usageMetadata: { promptTokenCount: 4, totalTokenCount: 4 },
};

const ollamaRequest: All<EmbedRequest> = {
  model: 'm',
  input: texts,
  truncate: true,
  keep_alive: '5m',
  dimensions: 2,
  options: { num_ctx: 512 },
};
const ollamaAnswer: All<EmbedResponse> = {
  model: 'm',
  embeddings: floats,
  total_duration: 9,
  load_duration: 3,
  prompt_eval_count: 4,
};
const ollamaOlder: All<EmbeddingsRequest> = {
  model: 'm',
  prompt: 'a ship',
  keep_alive: 0,
  options: { num_ctx: 512 },
};
const ollamaOlderAnswer: All<EmbeddingsResponse> = { embedding: [0.5, -0.25] };

const rerankRequest: AllSnake<Cohere.V2RerankRequest> = {
  model: 'm',
  query: 'q',
  documents: texts,
  top_n: 1,
  max_tokens_per_doc: 9,
  priority: 1,
};
const rerankItem: AllSnake<Cohere.V2RerankResponseResultsItem> = { index: 1, relevance_score: 0.75 };
const rerankAnswer: AllSnake<Cohere.V2RerankResponse> = { id: 'r1', results: [rerankItem], meta };
const rerankOne: AllSnake<Cohere.RerankRequest> = {
  model: 'm',
  query: 'q',
  documents: [{ text: 'a', title: 't' }],
  top_n: 1,
  rank_fields: ['text'],
  return_documents: true,
  max_chunks_per_doc: 3,
};
const rerankOneItem: AllSnake<Cohere.RerankResponseResultsItem> = {
  index: 0,
  relevance_score: 0.5,
  document: { text: 'a', title: 't' },
};

const cases: readonly Case[] = [
  { format: 'openai-embeddings', path: '/v1/embeddings', request: openAiRequest, answer: openAiAnswer },
  { format: 'openai-embeddings', path: '/v1/embeddings', request: mistralRequest, answer: openAiAnswer },
  {
    format: 'cohere-embed',
    path: '/v2/embed',
    request: { ...cohereWishes, texts },
    answer: cohereAnswer,
    onlyHere: remarks,
  },
  {
    format: 'cohere-embed',
    path: '/v2/embed',
    request: { ...cohereWishes, images: ['data:image/png;base64,AA=='] },
    answer: cohereAnswer,
    onlyHere: remarks,
  },
  {
    format: 'cohere-embed',
    path: '/v2/embed',
    request: { ...cohereWishes, inputs: [{ content: [{ type: 'text', text: 'a' }] }] },
    answer: cohereAnswer,
    onlyHere: remarks,
  },
  {
    format: 'cohere-embed',
    path: '/v1/embed',
    request: versionOne,
    answer: versionOneAnswer,
    onlyHere: remarks,
  },
  {
    format: 'gemini-embed',
    path: '/v1/models/m:batchEmbedContents',
    request: { requests: [{ model: 'models/m', ...geminiContent, ...geminiWishes }] },
    answer: geminiAnswer,
  },
  {
    format: 'gemini-embed',
    path: '/v1/models/m:embedContent',
    request: { ...geminiContent, embedContentConfig: vertexWishes },
    answer: vertexAnswer,
  },
  {
    format: 'gemini-embed',
    path: '/v1/models/m:predict',
    request: {
      instances: [
        { content: 'a ship', task_type: 'RETRIEVAL_QUERY', title: 'Ships', mimeType: 'text/plain' },
      ],
      parameters: { outputDimensionality: 2, autoTruncate: true },
    },
    answer: { predictions: [{ embeddings: predicted }], metadata: billed },
    quirks: { method: 'predict' },
    onlyHere: ['mimeType'],
  },
  { format: 'ollama-embed', path: '/api/embed', request: ollamaRequest, answer: ollamaAnswer },
  { format: 'ollama-embed', path: '/api/embeddings', request: ollamaOlder, answer: ollamaOlderAnswer },
  {
    format: 'cohere-rerank',
    path: '/v2/rerank',
    request: rerankRequest,
    answer: rerankAnswer,
    onlyHere: remarks,
  },
  {
    format: 'cohere-rerank',
    path: '/v1/rerank',
    request: rerankOne,
    answer: { id: 'r1', results: [rerankOneItem] },
  },
];

function strangersIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'extensions'
      ? Object.values(inner as object).flatMap((fields) => Object.keys(fields as object))
      : strangersIn(inner),
  );
}

describe('fields of the official types', () => {
  it('are tried for every format', () => {
    expect(new Set(cases.map(({ format }) => format))).toEqual(new Set(Object.keys(callDialects)));
  });

  it.each(cases)('all have a meaning, and come back: $format $path', (one) => {
    const { format, path, request, answer, quirks, onlyHere = [] } = one;
    const dialect = callDialects[format] as (typeof callDialects)[string];
    const parsed = dialect.inbound.parseRequest(callOf({ path, body: request as never }));
    const said = dialect.outbound.renderRequest(parsed, { ...dialect.quirks, ...quirks });
    expect({ body: said.value.body, losses: said.losses }).toEqual({ body: request, losses: [] });
    const result = dialect.outbound.parseResponse({ status: 200, headers: {}, body: answer });
    expect(dialect.inbound.renderResponse(result, parsed)).toEqual({ value: answer, losses: [] });
    expect([...strangersIn(parsed), ...strangersIn(result)].toSorted()).toEqual([...onlyHere]);
  });
});
