/**
 * The events of an answer. A whole answer and a stream give the same events; `fold` builds the message from either.
 * `index` is the position of a part within its choice; `choice` is left out for the first.
 */
import type { KeelsonError } from '../errors/index.ts';
import type { Json, JsonObject } from '../json/index.ts';
import type { Annotated } from './annotations.ts';
import type { OpaqueState } from './opaque.ts';
import type { CacheMark, Citation, Part } from './parts.ts';
import type { Usage } from './usage.ts';

/** Why an answer ended, in our word and in the vendor's. */
export interface StopReason {
  readonly unified:
    | 'stop'
    | 'stop-sequence'
    | 'length'
    | 'tool-calls'
    | 'content-filter'
    | 'refusal'
    | 'pause'
    | 'context-exceeded'
    | 'error'
    | 'unknown';
  readonly raw?: string;
  /** The stop sequence that was met. */
  readonly sequence?: string;
  readonly refusal?: JsonObject;
}

/** What is known of the answer as a whole, besides its content. */
export interface AnswerFacts {
  readonly id?: string;
  /** The model that really answered. */
  readonly model?: string;
  /** Seconds since 1970. */
  readonly createdAt?: number;
  readonly systemFingerprint?: string;
  readonly tier?: string;
  readonly tags?: JsonObject;
  readonly moderation?: Json;
  readonly container?: Json;
  readonly contextManagement?: Json;
  readonly diagnostics?: Json;
  /** The state of the conversation as its server wants it back (`service.promptState`). */
  readonly promptState?: Json;
  /** How far a drawing has come, in the provider's own words. */
  readonly progress?: JsonObject;
  /** Which hardware answered, in the provider's own word (Bedrock). */
  readonly latency?: string;
  /** Fields of one model family that the request asked for. */
  readonly modelFields?: Json;
  /** What the provider's checks and routers found. */
  readonly trace?: JsonObject;
  /** Seconds since 1970. */
  readonly completedAt?: number;
  /** What tools that the provider ran used up, in its own words. */
  readonly toolUsage?: Json;
  /** What the answer repeats of the request, by the names of its own format. */
  readonly echo?: JsonObject;
  /** What the vendor says of the prompt: ratings, in its own words. */
  readonly promptFeedback?: Json;
  /** Whether the model is stable, or about to be retired. */
  readonly modelStatus?: Json;
}

export interface TokenLogprob extends Annotated {
  readonly token: string;
  readonly logprob: number;
  /** The token's number in the vendor's vocabulary. */
  readonly id?: number;
  readonly bytes?: readonly number[];
  /** Numbers of the token, or of the tokens when `token` is a piece made of several, in the model's vocabulary. */
  readonly ids?: readonly number[];
  readonly top?: readonly TokenLogprob[];
}

export interface Logprobs {
  readonly content?: readonly TokenLogprob[];
  readonly refusal?: readonly TokenLogprob[];
}

interface InChoice {
  readonly choice?: number;
}

interface OfPart extends InChoice {
  readonly index: number;
}

export interface MessageStart {
  readonly type: 'message-start';
  /** The dialect whose words the answer uses. */
  readonly dialect: string;
  readonly facts: AnswerFacts;
}

export interface TextStart extends OfPart, Annotated {
  readonly type: 'text-start';
  readonly cache?: CacheMark;
}

export interface TextDelta extends OfPart {
  readonly type: 'text-delta';
  readonly text: string;
}

export interface TextEnd extends OfPart, Annotated {
  readonly type: 'text-end';
  readonly opaque?: OpaqueState;
}

export interface RefusalStart extends OfPart, Annotated {
  readonly type: 'refusal-start';
}

export interface RefusalDelta extends OfPart {
  readonly type: 'refusal-delta';
  readonly text: string;
}

export interface RefusalEnd extends OfPart, Annotated {
  readonly type: 'refusal-end';
}

export interface ReasoningStart extends OfPart, Annotated {
  readonly type: 'reasoning-start';
  readonly summary?: boolean;
  readonly redacted?: boolean;
}

export interface ReasoningDelta extends OfPart {
  readonly type: 'reasoning-delta';
  readonly text: string;
}

export interface ReasoningEnd extends OfPart, Annotated {
  readonly type: 'reasoning-end';
  readonly opaque?: OpaqueState;
}

export interface ToolCallStart extends OfPart, Annotated {
  readonly type: 'tool-call-start';
  readonly id: string;
  readonly name: string;
  readonly custom?: boolean;
  readonly hosted?: string;
  readonly caller?: Json;
  readonly toolset?: string;
  readonly cache?: CacheMark;
}

export interface ToolCallDelta extends OfPart {
  readonly type: 'tool-call-delta';
  readonly arguments: string;
}

export interface ToolCallEnd extends OfPart, Annotated {
  readonly type: 'tool-call-end';
  readonly opaque?: OpaqueState;
}

/** A part that arrives whole: an image, audio, a block of one dialect. */
export interface WholePart extends OfPart {
  readonly type: 'part';
  readonly part: Part;
}

/** A citation of the text part at `index`. */
export interface Source extends OfPart {
  readonly type: 'source';
  readonly citation: Citation;
}

export interface LogprobsEvent extends InChoice {
  readonly type: 'logprobs';
  readonly logprobs: Logprobs;
}

/** All usage known so far; a later event replaces an earlier one. */
export interface UsageEvent {
  readonly type: 'usage';
  readonly usage: Usage;
}

/** The end of one choice. The last of them also carries what was learnt about the answer on the way. */
export interface MessageEnd extends InChoice, Annotated {
  readonly type: 'message-end';
  readonly stop: StopReason;
  /** What the vendor tells of the choice besides, in its own words: ratings, sources, averages. */
  readonly details?: JsonObject;
  readonly facts?: AnswerFacts;
  /** Annotations of the object around the choices. */
  readonly answer?: Annotated;
}

/** The answer failed after it had begun. Nothing follows. */
export interface ErrorEvent {
  readonly type: 'error';
  readonly error: KeelsonError;
}

export type ChatEvent =
  | MessageStart
  | TextStart
  | TextDelta
  | TextEnd
  | RefusalStart
  | RefusalDelta
  | RefusalEnd
  | ReasoningStart
  | ReasoningDelta
  | ReasoningEnd
  | ToolCallStart
  | ToolCallDelta
  | ToolCallEnd
  | WholePart
  | Source
  | LogprobsEvent
  | UsageEvent
  | MessageEnd
  | ErrorEvent;
