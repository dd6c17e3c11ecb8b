/** What both halves of our own format agree on: where it is spoken, how errors are told, and what is said of a call. */
import { type ErrorCode, type ErrorDetails, errorTable, KeelsonError } from '../errors/index.ts';
import { isJsonObject, type Json, type JsonObject } from '../json/index.ts';
import type { Loss, Usage } from '../message/index.ts';

export const name = 'keelson';

export const chatPath = '/keelson/v1/chat';
export const embedPath = '/keelson/v1/embed';
export const rerankPath = '/keelson/v1/rerank';

/** What a call came to, told after its answer in the field or event `call`. */
export interface CallReport {
  readonly id: string;
  readonly outcome: 'answered' | 'failed' | 'refused' | 'aborted';
  /** The name that was asked for, where it was one. */
  readonly alias?: string;
  readonly profile?: string;
  /** Who answered. */
  readonly provider?: string;
  readonly model?: string;
  readonly servedModel?: string;
  readonly providerRequestId?: string;
  /** Of all attempts together. */
  readonly usage?: Usage;
  readonly cost: CallCost;
  readonly attempts: readonly ReportedAttempt[];
  readonly losses: readonly Loss[];
  readonly cache?: 'hit' | 'miss' | 'refresh' | 'bypass';
  /** The receipt is there a moment later. */
  readonly receiptId?: string;
  readonly durationMs: number;
  readonly firstByteMs?: number;
}

export interface CallCost {
  /** `estimated`: the answer broke off and its count never came. `unpriced`: no price is known, which is not nothing. */
  readonly status: 'priced' | 'estimated' | 'unpriced';
  /** Decimal text, exact; left out when unpriced. */
  readonly dollars?: string;
  readonly priceVersion?: string;
}

export interface ReportedAttempt {
  readonly reason: string;
  readonly provider: string;
  readonly model: string;
  readonly outcome: 'answered' | 'failed' | 'cancelled';
  readonly durationMs: number;
  readonly status?: number;
  readonly error?: ErrorCode;
}

/** The error in a body or event. One of a newer server, whose code is not known here, keeps its words. */
export function reviveError(error: Json | undefined, fallback: ErrorCode = 'internal_error'): KeelsonError {
  const { code, message, hint, details }: JsonObject = isJsonObject(error) ? error : {};
  const isKnown = typeof code === 'string' && Object.hasOwn(errorTable, code);
  const told = typeof message === 'string' ? message : 'The server gave no message.';
  return new KeelsonError(isKnown ? (code as ErrorCode) : fallback, told, {
    ...(typeof hint === 'string' && { hint }),
    ...(isJsonObject(details) && { details: details as ErrorDetails }),
  });
}
