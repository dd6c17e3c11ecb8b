/**
 * What stands behind a client: a gateway somewhere, or an engine in this process. Both are asked in our own format, so that the
 * client above them does not know which it is.
 */
import type { ErrorCode, ReceiptKey, ReceiptProof } from '@keelson/core';
import type { Reply } from './reply.ts';
import type { ServerOperations } from './server/server-operations.ts';

/** What a caller may ask of Keelson rather than of a model. */
export interface CallOptions {
  /** Ends the call; it is then refused with the code `cancelled`. */
  readonly signal?: AbortSignal;
  /** Kept in the record, and readable by routing; up to 16. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Calls of one session stay with one target, where the alias is sticky. */
  readonly session?: string;
  /** How long until an answer must have begun. */
  readonly deadlineMs?: number;
  /** `false`: only the first target may answer. */
  readonly fallback?: boolean;
  /** What happens where a target cannot be told everything. */
  readonly losses?: 'allow' | 'warn' | 'strict';
  /** A known answer, if there is one. */
  readonly cache?: 'use' | 'bypass' | 'refresh';
  readonly cacheTtlSeconds?: number;
}

export interface Question {
  readonly path: string;
  readonly body: unknown;
  readonly options: CallOptions;
}

/** A name that can be asked for. */
export interface Model {
  readonly name: string;
  /** Left out for aliases. */
  readonly provider?: string;
}

export interface ExplainQuestion {
  readonly model: string;
  readonly endpoint?: 'chat' | 'count-tokens' | 'embed' | 'rerank';
  readonly inputTokens?: number;
  readonly maxOutputTokens?: number;
  readonly needs?: readonly ('tools' | 'images' | 'documents' | 'audio' | 'schema' | 'reasoning')[];
  readonly tags?: Readonly<Record<string, string>>;
  readonly session?: string;
  readonly stream?: boolean;
}

/** Where a call would go, and why not elsewhere. */
export interface Explanation {
  readonly requested: string;
  readonly alias?: string;
  readonly strategy?: string;
  /** In the order in which they would be tried, then those that would not. */
  readonly candidates: readonly ExplainedCandidate[];
  /** Why there is no plan. */
  readonly error?: { readonly code: ErrorCode; readonly message: string; readonly hint: string };
}

export interface ExplainedCandidate {
  /** `provider:model`. */
  readonly model: string;
  readonly isKept: boolean;
  readonly tier: number;
  readonly why: string;
}

/** A call that was made with another library; kept beside those that went through Keelson. */
export interface RecordedCall {
  readonly provider: string;
  readonly model: string;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly cachedInputTokens?: number;
  readonly alias?: string;
  readonly profile?: string;
  /** Computed by the registry's prices when left out. */
  readonly dollars?: number;
  readonly latencyMs?: number;
  /** Which program made it; `sdk` when left out. */
  readonly origin?: string;
  /** What that calls it: told twice, it counts once. */
  readonly idAtOrigin?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** What conversations need of a server; `ServerClient` has it. */
export type ConversationStore = Pick<
  ServerOperations,
  'createConversation' | 'getConversation' | 'listMessages' | 'addMessages'
>;

export interface Backend {
  /** Where it is, for messages. */
  readonly address: string;
  ask(question: Question): Promise<Reply>;
  models(signal?: AbortSignal): Promise<readonly Model[]>;
  explain(question: ExplainQuestion, signal?: AbortSignal): Promise<Explanation>;
  proofOf(receiptId: string, signal?: AbortSignal): Promise<ReceiptProof>;
  receiptKeys(signal?: AbortSignal): Promise<readonly ReceiptKey[]>;
  record(call: RecordedCall): Promise<void>;
  /** Keeps conversations. Throws where nothing does. */
  conversations(): Promise<ConversationStore>;
  withProfile(profile: string): Backend;
  close(): Promise<void>;
}
