/**
 * The canonical embedding call: what is to become vectors, and the vectors. Numbers stay the JSON numbers that came, and
 * packed vectors the text that came, until a caller wants them otherwise.
 */
import type { Json, JsonObject } from '../json/index.ts';
import type { Annotated } from './annotations.ts';
import type { AnswerFacts } from './events.ts';
import type { Part } from './parts.ts';
import type { AnswerDefaults } from './request.ts';
import type { Usage } from './usage.ts';

/** What vectors are for; models that know it place queries and documents differently. */
export type UnifiedPurpose =
  | 'query'
  | 'document'
  | 'similarity'
  | 'classification'
  | 'clustering'
  | 'code-query'
  | 'question-answering'
  | 'fact-verification'
  | 'image'
  | 'other';

export interface EmbedPurpose {
  readonly unified: UnifiedPurpose;
  /** The vendor's own word. */
  readonly raw: string;
}

interface EachInput extends Annotated {
  /** Of the document that the input was taken from. */
  readonly title?: string;
  /** Where this input's differs from the request's. */
  readonly purpose?: EmbedPurpose;
  readonly dimensions?: number;
}

export interface TextInput extends EachInput {
  readonly type: 'text';
  readonly text: string;
}

/** Numbers of one model's own tokenizer. */
export interface TokensInput extends EachInput {
  readonly type: 'tokens';
  readonly tokens: readonly number[];
}

/** Several texts, or media, that become one vector together. */
export interface PartsInput extends EachInput {
  readonly type: 'parts';
  readonly parts: readonly Part[];
}

export type EmbedInput = TextInput | TokensInput | PartsInput;

/**
 * Kinds of vectors by name: `float`, `int8`, `uint8`, `binary`, `ubinary`, and `base64`, which is 32-bit floats, little
 * endian, as text. A word of the vendor that is none of these passes as it is.
 */
export type VectorEncoding = string;

export interface EmbedRequest extends Annotated {
  /** The dialect it was written in; a renderer of the same dialect may repeat its spellings. */
  readonly dialect?: string;
  /** An alias, or `provider:model`. */
  readonly model: string;
  readonly inputs: readonly EmbedInput[];
  readonly purpose?: EmbedPurpose;
  readonly dimensions?: number;
  /** Absent means floats. */
  readonly encodings?: readonly VectorEncoding[];
  /** What happens to an input that is too long: `none` (it is refused), `start` or `end` (that is cut off). */
  readonly truncate?: string;
  readonly maxTokensPerInput?: number;
  /** Whether vectors are brought to length 1. */
  readonly normalize?: boolean;
  /** Embed all inputs as one text and cut the vectors afterwards. */
  readonly lateChunking?: boolean;
  /** Read the text of documents from their pictures. */
  readonly documentOcr?: boolean;
  /** Embed the sound of videos as well. */
  readonly audioTrack?: boolean;
  readonly priority?: number;
  readonly userId?: string;
  readonly tags?: JsonObject;
  /** How long the model stays loaded, in the vendor's words. */
  readonly keepAlive?: Json;
  /** Settings of the program that runs the model, in its own words. */
  readonly runtimeOptions?: JsonObject;
  /** Which of several hosts may serve the call, in the vendor's words. */
  readonly routing?: JsonObject;
  readonly answer?: AnswerDefaults;
}

/** What is known of the answer to a call that is no chat. */
export interface CallFacts extends Pick<AnswerFacts, 'id' | 'model' | 'createdAt'> {
  readonly warnings?: readonly string[];
}

export type VectorValues = readonly number[] | string;

/** The vector of one input, in every encoding that was asked for; a text holds the same numbers packed in base64. */
export interface EmbedVector extends Annotated {
  readonly values: Readonly<Record<VectorEncoding, VectorValues>>;
  /** The input as the model read it. */
  readonly text?: string;
  /** What the provider says of an image that it read. */
  readonly image?: Json;
  readonly tokens?: number;
  readonly truncated?: boolean;
}

export interface EmbedResult extends Annotated {
  /** The dialect whose words the result uses. */
  readonly dialect?: string;
  readonly facts: CallFacts;
  /** In the order of the inputs. */
  readonly vectors: readonly EmbedVector[];
  readonly usage?: Usage;
}
