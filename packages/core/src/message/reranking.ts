/** The canonical reranking call: documents put in the order in which they answer a query. */
import type { JsonObject } from '../json/index.ts';
import type { Annotated } from './annotations.ts';
import type { CallFacts } from './embedding.ts';
import type { AnswerDefaults } from './request.ts';
import type { Usage } from './usage.ts';

/** A text, or an object of which the provider reads some fields. */
export type RerankDocument = string | JsonObject;

export interface RerankRequest extends Annotated {
  /** The dialect it was written in; a renderer of the same dialect may repeat its spellings. */
  readonly dialect?: string;
  /** An alias, or `provider:model`. */
  readonly model: string;
  readonly query: string;
  readonly documents: readonly RerankDocument[];
  /** How many results to give; absent means all. */
  readonly topN?: number;
  readonly returnDocuments?: boolean;
  readonly maxTokensPerDocument?: number;
  readonly maxChunksPerDocument?: number;
  /** Which fields of object documents are read, in this order. */
  readonly rankFields?: readonly string[];
  /** What happens to a document that is too long: `none` (it is refused), `start` or `end` (that is cut off). */
  readonly truncate?: string;
  readonly priority?: number;
  readonly answer?: AnswerDefaults;
}

export interface RerankResultItem extends Annotated {
  /** Among the documents of the request. */
  readonly index: number;
  readonly score: number;
  readonly document?: RerankDocument;
}

export interface RerankResult extends Annotated {
  /** The dialect whose words the result uses. */
  readonly dialect?: string;
  readonly facts: CallFacts;
  /** Best first. */
  readonly results: readonly RerankResultItem[];
  readonly usage?: Usage;
}
