/**
 * Cohere embeddings as they are on the wire: version 2, and version 1 where it differs. Facts were read from the official
 * SDK's types (October 2026) and from recorded traffic.
 */
import type { EmbedRequest, PlainField, PurposeWords } from '../../message/index.ts';

export const name = 'cohere-embed';
export const path = '/embed';
export const versionOnePath = '/v1/embed';
/** Bedrock has the model in the path, by itself or as a profile of several regions. */
export const invokePath = '/model/{model}/invoke';
const invokePaths = ['/model/cohere.embed-{model}/invoke', '/model/{regions}.cohere.embed-{model}/invoke'];
export const paths: readonly string[] = ['/v2/embed', versionOnePath, ...invokePaths];

export interface CohereEmbedQuirks {
  /** The format demands `input_type`; this is sent, and reported, when the caller gave no purpose. */
  readonly defaultPurpose: string;
  /** Whether inputs of several parts are taken (embed-v4.0 and later). */
  readonly partInputs: boolean;
  /** Where a host takes calls: `embed` is Cohere's own, `invoke` Bedrock's, with the model in the path. */
  readonly pathStyle: 'embed' | 'invoke';
}

export const quirks: CohereEmbedQuirks = {
  defaultPurpose: 'search_document',
  partInputs: true,
  pathStyle: 'embed',
};

export const requestFields: readonly PlainField<EmbedRequest>[] = [
  ['output_dimension', 'dimensions', 'number'],
  ['max_tokens', 'maxTokensPerInput', 'number'],
  ['embedding_types', 'encodings', 'strings'],
  ['priority', 'priority', 'number'],
];

export const purposeWords: PurposeWords = {
  search_query: 'query',
  search_document: 'document',
  classification: 'classification',
  clustering: 'clustering',
  image: 'image',
};

/** Which end of a too long input is cut off. */
export const truncations: Readonly<Record<string, string>> = { NONE: 'none', START: 'start', END: 'end' };

/** Kinds of vectors in an answer, in the order of the reference. */
export const kinds = ['float', 'int8', 'uint8', 'binary', 'ubinary', 'base64'] as const;
