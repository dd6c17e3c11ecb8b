/**
 * What blocks are given from outside, as functions: models, HTTP, money that is set aside, answers of people. Whoever runs
 * blocks makes them; nothing here does anything.
 */
import type { Json, JsonObject } from '../json/index.ts';
import type { RequestMetadata } from './envelope.ts';

/** What an attempt used, as far as it is known; `null` is unknown, and never counts as nothing. */
export interface Spending {
  readonly nanoDollars: number | null;
  readonly calls?: number;
  readonly inputTokens?: number | null;
  readonly outputTokens?: number | null;
}

/** Money that is set aside until it is known what was spent. */
export interface Hold {
  /** Counts what was spent and gives back the rest; only the first time. */
  settle(spending: Spending): void;
  /** Nothing was spent after all. */
  release(): void;
}

export interface ModelCall {
  readonly alias: string;
  readonly system?: string;
  readonly prompt: string;
  readonly jsonSchema?: JsonObject;
  readonly maxOutputTokens: number;
  readonly temperature: number;
  readonly signal: AbortSignal;
  /** So that records, receipts and logs of the call name the attempt that made it. */
  readonly metadata: RequestMetadata;
  /** Hears the answer as it comes: the pieces are the whole text. Left out where nobody listens. */
  readonly onText?: (delta: string) => void;
}

export interface ModelAnswer {
  readonly text: string;
  readonly model?: string;
  /** Of the call's record and receipt. */
  readonly callId?: string;
  /** Whether the model had to stop before it was done: it ran into its bound of output. */
  readonly isCut?: boolean;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly nanoDollars: number | null;
}

/** The engine's way to a model: its budgets, retries of transport, records and receipts hold. It throws `KeelsonError`s. */
export type CallModel = (call: ModelCall) => Promise<ModelAnswer>;

/** What is known of an alias before it is called. Prices may have fractions of a nano-dollar. */
export interface ModelFacts {
  readonly nanoDollarsPerInputToken: number;
  readonly nanoDollarsPerOutputToken: number;
  /** Beside its tokens; 0 when left out. */
  readonly nanoDollarsPerCall?: number;
  /** Tokens of input and output together: of several models, the most that one of them takes. */
  readonly contextTokens?: number;
  /** How many answers to one call may have to be paid for, where two models are asked at once; 1 when left out. */
  readonly answersPaid?: number;
}

export type FindModel = (alias: string) => ModelFacts | undefined;

export interface HttpQuestion {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE' | 'POST' | 'PATCH';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
  /** So that logs and recordings name the attempt that sends it. */
  readonly metadata?: RequestMetadata;
}

export type HttpAnswer =
  | { readonly outcome: 'answered'; readonly status: number; readonly text: string }
  | {
      readonly outcome: 'rate_limited' | 'refused' | 'failed';
      readonly status: number;
      readonly retryAfterMs?: number;
    }
  /**
   * `denied`: the installation lets nothing go there; `unreachable`: nothing was sent; `interrupted`: it may have been, and no
   * whole answer came. `why` is a label, such as `too_large`.
   */
  | { readonly outcome: 'denied' | 'unreachable' | 'interrupted'; readonly why?: string };

export type SendHttp = (question: HttpQuestion) => Promise<HttpAnswer>;

/** What a block stops for. Where runs are durable, it may take days, and another process goes on. */
export type Wait =
  /** `input` is exactly what will be done if the answer is yes; `show` is what the person sees of it. */
  | { readonly for: 'approval'; readonly input: Json; readonly show: Json; readonly expiresInMs: number }
  | { readonly for: 'event'; readonly name: string; readonly timeoutMs?: number }
  | { readonly for: 'time'; readonly ms: number };

/** What a person or an event said to a block that waits. */
export interface Answer {
  readonly approved: boolean;
  readonly by: string;
  readonly note?: string;
  readonly payload?: Json;
}
