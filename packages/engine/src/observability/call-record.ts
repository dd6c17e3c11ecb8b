/**
 * What is kept of every call and of every attempt at it. The pipeline fills these plain objects and nothing else; rows,
 * rollups, metrics and spans are made from them afterwards. They hold no body and no secret.
 */
import type { ErrorCode, Loss, Usage } from '@keelson/core';

/** `estimated`: from what was seen of an answer that broke off. `unpriced`: no price is known; never shown as zero. */
export type CostStatus = 'priced' | 'estimated' | 'unpriced';

export interface RecordedCost {
  readonly status: CostStatus;
  /** Billionths of a dollar; left out when unpriced. */
  readonly nanoDollars?: number;
  /** The price row by which it was computed. */
  readonly priceVersion?: string;
}

/** What was asked for. Those of the second line pass in the vendor's own format. */
export type RecordedEndpoint =
  | ('chat' | 'count-tokens' | 'embed' | 'rerank')
  | ('moderations' | 'images' | 'image-edits' | 'transcriptions' | 'translations' | 'speech')
  | ('invoke' | 'raw-predict' | 'files' | 'batches' | 'fine-tuning' | 'realtime');

export interface AttemptRecord {
  /** From 0, in the order of their start. */
  readonly index: number;
  readonly reason: 'first' | 'retry' | 'fallback' | 'hedge' | 'shadow';
  readonly provider: string;
  readonly model: string;
  readonly dialect: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** Until the first byte of its answer. */
  readonly firstByteMs?: number;
  /** `cancelled`: ended by us, because the caller left or another attempt won. */
  readonly outcome: 'answered' | 'failed' | 'cancelled';
  readonly status?: number;
  readonly error?: ErrorCode;
  readonly providerRequestId?: string;
  readonly usage?: Usage;
  readonly cost?: RecordedCost;
}

/** What a call would have used and cost, had its answer not been known; unknown is left out. */
export interface SavedByCache {
  readonly nanoDollars?: number;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
}

export interface CallRecord {
  readonly id: string;
  readonly traceId?: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly endpoint: RecordedEndpoint;
  /** The caller's format. */
  readonly dialect: string;
  readonly workspace: string;
  readonly keyId?: string;
  /** The model as the caller named it. */
  readonly requestedModel: string;
  /** When the name was one. */
  readonly alias?: string;
  /** The profile of the lockfile by which the name was read, and the digest of that lockfile. */
  readonly profile?: string;
  readonly lockDigest?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly isStream: boolean;
  /** `refused`: nothing was sent to any provider. `aborted`: the caller left before the end. */
  readonly outcome: 'answered' | 'failed' | 'refused' | 'aborted';
  /** What the caller was answered with; 499 when it had left. */
  readonly status: number;
  readonly error?: ErrorCode;
  /**
   * `pass-through`: the bytes went through unread but for their usage. `cached`: they were known. `reported`: somebody else
   * made the call and told of it, so that nothing of it is our own knowledge. `flow`: a flow answered, by calls with records of their own.
   */
  readonly lane: 'pass-through' | 'translated' | 'cached' | 'reported' | 'flow';
  /** Who made a call that was reported; left out for calls that were made here. */
  readonly origin?: string;
  /** Who gave the answer. */
  readonly provider?: string;
  readonly model?: string;
  readonly servedModel?: string;
  readonly providerRequestId?: string;
  readonly systemFingerprint?: string;
  /** Everything that all attempts used. */
  readonly usage?: Usage;
  readonly cost: RecordedCost;
  /** What the calls inside a flow came to. They have records of their own, so this is told to the caller and not kept. */
  readonly inner?: { readonly calls: number; readonly usage: Usage; readonly cost: RecordedCost };
  readonly durationMs: number;
  /** Until the caller was sent the first byte of the answer. */
  readonly firstByteMs?: number;
  /** What of it was spent in this process rather than waiting for a provider. */
  readonly overheadMs: number;
  readonly losses: readonly Loss[];
  /** How the cache of answers served the call; left out where it was not asked. */
  readonly cache?: 'hit' | 'miss' | 'refresh' | 'bypass';
  /** By a hit. */
  readonly saved?: SavedByCache;
  readonly attempts: readonly AttemptRecord[];
}
