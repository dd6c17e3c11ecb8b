/** The shapes of requests for embeddings and for reranking in our own format; annotations on them are not taken. */
import type {
  EmbedPurpose,
  EmbedRequest,
  PartsInput,
  RerankRequest,
  TextInput,
  TokensInput,
} from '../message/index.ts';
import { parts } from './part-shapes.ts';
import { either, flag, json, jsonObject, list, number, object, oneOf, tagged, text } from './shape.ts';

/** Fields that a caller cannot set. */
type Ours = 'dialect' | 'answer' | 'extensions' | 'spelling';
type Plain<Type> = Omit<Type, Ours>;

const purpose = object<EmbedPurpose>(
  {
    unified: oneOf(
      ...['query', 'document', 'similarity', 'classification', 'clustering', 'code-query'],
      ...['question-answering', 'fact-verification', 'image', 'other'],
    ),
    raw: text,
  },
  ['unified', 'raw'],
);

const each = { type: text, title: text, purpose, dimensions: number };
const input = tagged('type', {
  text: object<Plain<TextInput>>({ ...each, text }, ['type', 'text']),
  tokens: object<Plain<TokensInput>>({ ...each, tokens: list(number) }, ['type', 'tokens']),
  parts: object<Plain<PartsInput>>({ ...each, parts }, ['type', 'parts']),
});

export const embedRequest = object<Plain<EmbedRequest>>(
  {
    model: text,
    inputs: list(input),
    purpose,
    dimensions: number,
    encodings: list(text),
    truncate: text,
    maxTokensPerInput: number,
    normalize: flag,
    lateChunking: flag,
    documentOcr: flag,
    audioTrack: flag,
    priority: number,
    userId: text,
    tags: jsonObject,
    keepAlive: json,
    runtimeOptions: jsonObject,
    routing: jsonObject,
  },
  ['model', 'inputs'],
);

export const rerankRequest = object<Plain<RerankRequest>>(
  {
    model: text,
    query: text,
    documents: list(either(text, jsonObject, 'a text or an object')),
    topN: number,
    returnDocuments: flag,
    maxTokensPerDocument: number,
    maxChunksPerDocument: number,
    rankFields: list(text),
    truncate: text,
    priority: number,
  },
  ['model', 'query', 'documents'],
);
