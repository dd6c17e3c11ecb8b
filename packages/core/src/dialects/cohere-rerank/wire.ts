/**
 * Cohere reranking as it is on the wire, version 2 and 1, and what Jina, Voyage and llama.cpp make of it. Facts were read
 * from the official SDK's types (October 2026), the hosts' references and recorded traffic.
 */
import type { PlainField, RerankRequest } from '../../message/index.ts';

export const name = 'cohere-rerank';
export const path = '/rerank';
/** llama.cpp serves the second name as well. */
export const paths: readonly string[] = [path, '/reranking'];

export interface CohereRerankQuirks {
  /** `top_k` for Voyage. */
  readonly topField: 'top_n' | 'top_k';
  /** Whether documents may be objects: version 1 and Jina; version 2 takes texts alone. */
  readonly objectDocuments: boolean;
  /** Whether documents can be asked back: version 1, Jina, Voyage. Otherwise they come from the request. */
  readonly returnDocuments: boolean;
  /** `truncation` for Voyage, `max_tokens_per_doc` for Cohere. */
  readonly lengthField: 'max_tokens_per_doc' | 'truncation';
}

export const quirks: CohereRerankQuirks = {
  topField: 'top_n',
  objectDocuments: false,
  returnDocuments: false,
  lengthField: 'max_tokens_per_doc',
};

export const requestFields: readonly PlainField<RerankRequest>[] = [
  ['max_chunks_per_doc', 'maxChunksPerDocument', 'number'],
  ['rank_fields', 'rankFields', 'strings'],
  ['priority', 'priority', 'number'],
];
