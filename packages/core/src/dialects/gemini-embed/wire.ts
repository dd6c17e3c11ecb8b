/**
 * Gemini embeddings as they are on the wire: one text (`embedContent`), many (`batchEmbedContents`), and the prediction
 * call of Vertex. Facts were read from the official SDK (@google/genai, October 2026) and from recorded traffic.
 */
import type { PurposeWords } from '../../message/index.ts';

export const name = 'gemini-embed';

export const methods = ['embedContent', 'batchEmbedContents', 'predict'] as const;
export type Method = (typeof methods)[number];

export const paths: readonly string[] = methods.map((method) => `/models/{model}:${method}`);

export interface GeminiEmbedQuirks {
  /**
   * Which call is made: `batchEmbedContents` of the Gemini API, `predict` of Vertex for text models, or `embedContent`,
   * which Vertex wants for models that read images and which takes one input.
   */
  readonly method: Method;
}

export const quirks: GeminiEmbedQuirks = { method: 'batchEmbedContents' };

export const purposeWords: PurposeWords = {
  RETRIEVAL_QUERY: 'query',
  RETRIEVAL_DOCUMENT: 'document',
  SEMANTIC_SIMILARITY: 'similarity',
  CLASSIFICATION: 'classification',
  CLUSTERING: 'clustering',
  CODE_RETRIEVAL_QUERY: 'code-query',
  QUESTION_ANSWERING: 'question-answering',
  FACT_VERIFICATION: 'fact-verification',
};

/** Fields that hosts and clients write in two ways; the first is the official one. */
export const spellings = {
  purpose: ['taskType', 'task_type'],
  dimensions: ['outputDimensionality', 'output_dimensionality'],
} as const;

/** Kinds of content that are counted apart. */
export const modalities = {
  TEXT: 'text',
  IMAGE: 'image',
  AUDIO: 'audio',
  VIDEO: 'video',
  DOCUMENT: 'document',
} as const;
