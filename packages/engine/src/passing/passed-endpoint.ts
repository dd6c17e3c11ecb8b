/**
 * What is known of an endpoint whose calls pass in the vendor's own format: where it is, what its body is, what it can use at
 * most and how its answer tells what it used. Plain descriptions; the steps of a call are elsewhere and the same for all.
 */
import type { Json, JsonObject, Usage } from '@keelson/core';
import type { RecordedEndpoint } from '../observability/index.ts';
import type { Multipart } from './multipart.ts';
import type { PassedDialect } from './passed-dialects.ts';

/** Names that stand in the records of calls. */
type PassedName = Exclude<RecordedEndpoint, 'chat' | 'count-tokens' | 'embed' | 'rerank'>;

/** What a way does to something that stays at a provider; `use` asks for what belongs to it. */
export type WayOfThing = 'create' | 'list' | 'get' | 'delete' | 'use';

export interface PassedWay {
  /** `POST` when left out. */
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly thing?: WayOfThing;
  /** It costs money of which nothing here tells how much. */
  readonly isUnpriced?: boolean;
  /** Of a caller's path, which ends with it. */
  readonly template: string;
  /** At the provider, after its base; `{model}` stands for the model, other variables for what the caller's path had there. */
  readonly path: string;
  /** Where the path alone says it. */
  readonly isStream?: boolean;
}

/** A body, read as far as anybody here has to understand it. */
export interface PassedContent {
  /** Of JSON, or of the parts of a form that are no files, as text. */
  readonly fields: JsonObject;
  readonly multipart?: Multipart;
  /** In bytes. */
  readonly length: number;
}

/** The most that a call can use. */
export interface Measure {
  readonly inputTokens: number;
  /** Answers asked for at once; each may be as long as the model's longest. */
  readonly answers: number;
  /** How often all of it may happen in one call. */
  readonly rounds?: number;
  /** Whether its answer is known to have no tokens that anybody pays for. */
  readonly hasNoOutput?: boolean;
  /** By the name of the unit that a price list may have; infinite where nothing bounds it. */
  readonly units: Readonly<Record<string, number>>;
}

/** What of an answer may tell its usage: a whole body, or what one frame of a stream holds. */
export interface Told {
  readonly value: Json | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface PassedEndpoint {
  readonly name: PassedName;
  readonly dialect: PassedDialect;
  readonly ways: readonly PassedWay[];
  readonly bodies: readonly ('json' | 'multipart')[];
  /** Where the model stands, unless the path has it. */
  readonly model: 'body' | 'path' | 'query' | 'none';
  /** A WebSocket, over which both sides speak until one of them ends it. */
  readonly isSocket?: boolean;
  /** What it makes, where that stays at the provider. */
  readonly kind?: 'file' | 'batch' | 'tuning-job';
  /** Fields of a request that name what lies at a provider already. */
  readonly refersTo?: readonly string[];
  /** Fields of an answer that name files which belong to it. */
  readonly tells?: readonly string[];
  /** Takes nobody's money by itself. */
  readonly isFree?: boolean;
  /** Whether every whole answer is JSON. */
  readonly answersJson: boolean;
  /** Headers of a caller that change what a provider does. */
  readonly headers?: readonly string[];
  /** Where the way does not say: whether the answer comes in pieces. */
  isStream(content: PassedContent): boolean;
  measure(content: PassedContent): Measure;
  /** Undefined where it tells nothing. */
  readUsage(told: Told, content: PassedContent): Usage | undefined;
  /** What is used as soon as the provider begins, however its answer ends. */
  usageAtLeast?(content: PassedContent): Usage;
}
