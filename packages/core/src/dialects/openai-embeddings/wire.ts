/**
 * OpenAI embeddings as they are on the wire, with what compatible hosts add: Voyage, Mistral, Jina, OpenRouter. Facts were
 * read from the official types (openai 7.55, mistralai, October 2026), the hosts' references and recorded traffic.
 */
import type { EmbedRequest, PlainField, PurposeWords } from '../../message/index.ts';

export const name = 'openai-embeddings';
export const path = '/embeddings';
/** Azure names the model in the path. */
export const paths: readonly string[] = ['/deployments/{model}/embeddings', path];

/** How a host differs. Everything here concerns what we send; parsing accepts every variant. */
export interface OpenAiEmbeddingsQuirks {
  /** `output_dimension` for Voyage and Mistral. */
  readonly dimensionsField: 'dimensions' | 'output_dimension';
  /** `input_type` for Voyage, `task` for Jina; OpenAI's models know no purpose. */
  readonly purposeField: 'none' | 'input_type' | 'task';
  /**
   * What `input_type` calls a document: `document` (Voyage), `passage` (NVIDIA); each refuses the other's word. `as-asked`
   * repeats the caller's.
   */
  readonly documentWord: 'as-asked' | 'document' | 'passage';
  /** NVIDIA's models for retrieval demand a purpose; this is sent, and reported, when the caller gave none. */
  readonly defaultPurpose: 'none' | 'query' | 'passage';
  /** `truncation` (true or false) for Voyage, `truncate` (true or false) for Jina and vLLM. */
  readonly truncationField: 'none' | 'truncation' | 'truncate';
  /** Where vectors other than floats are asked for: `output_dtype` (Voyage, Mistral), `embedding_type` (Jina). */
  readonly kindField: 'none' | 'output_dtype' | 'embedding_type';
  /** Whether inputs may be token numbers. */
  readonly tokenInputs: boolean;
  /** Whether inputs may be objects with a list of parts (OpenRouter). */
  readonly partInputs: boolean;
}

export const quirks: OpenAiEmbeddingsQuirks = {
  dimensionsField: 'dimensions',
  purposeField: 'none',
  documentWord: 'as-asked',
  defaultPurpose: 'none',
  truncationField: 'none',
  kindField: 'none',
  tokenInputs: true,
  partInputs: false,
};

export const requestFields: readonly PlainField<EmbedRequest>[] = [
  ['user', 'userId', 'string'],
  ['metadata', 'tags', 'record'],
  ['normalized', 'normalize', 'boolean'],
  ['late_chunking', 'lateChunking', 'boolean'],
  ['provider', 'routing', 'record'],
];

/** Words of Voyage and NVIDIA (`input_type`: `passage` is NVIDIA's) and of Jina (`task`). */
export const purposeWords: Readonly<Record<string, PurposeWords>> = {
  input_type: { query: 'query', document: 'document', passage: 'document' },
  task: {
    'retrieval.query': 'query',
    'retrieval.passage': 'document',
    'text-matching': 'similarity',
    classification: 'classification',
    separation: 'clustering',
    'code.query': 'code-query',
    'code.passage': 'document',
  },
};

/** Those of `input_type` for hosts that know one word alone. */
export const documentWords: Readonly<Record<'document' | 'passage', PurposeWords>> = {
  document: { query: 'query', document: 'document' },
  passage: { query: 'query', passage: 'document' },
};
