/** What is known of a call under way. Each step adds its own and reads what the steps before it left. */
import type { KeelsonError, Loss } from '@keelson/core';
import type { Reservation, Touch } from '../limits/index.ts';
import type { Plan } from '../routing/index.ts';
import type { AskedCall, Caller } from './asked-call.ts';
import type { Attempt } from './attempt.ts';
import type { CacheUse } from './cache-use.ts';
import type { DigestingCaller } from './digesting-caller.ts';
import type { EngineParts } from './engine-parts.ts';
import type { OpenedFlow } from './flow-run.ts';
import type { ReadCall } from './open-call.ts';
import type { SeenBatch } from './seen-batch.ts';

export interface FlowUse {
  readonly name: string;
  readonly opened: OpenedFlow;
  /** Something of it ran. */
  hasBegun: boolean;
  /** All of its answer was handed to the caller. */
  isTold: boolean;
  losses: readonly Loss[];
}

export interface CallState {
  /** After its reading without what it asked of us in its metadata. */
  asked: AskedCall;
  /** Where the cache is used, one that keeps what it is sent. */
  caller: Caller;
  /** The body as it was received, whatever is taken out of it later. */
  readonly receivedBody: string | Uint8Array;
  /** Hears all that the caller is handed, where there are receipts. */
  readonly digesting: DigestingCaller | undefined;
  readonly parts: EngineParts;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Milliseconds since the call began. */
  elapsed(): number;
  call?: ReadCall;
  plan?: Plan;
  /** What was set aside for it, where a budget binds its caller. */
  reservation?: Reservation;
  /** The budgets that bind it, whether or not they let it through. */
  touches?: readonly Touch[];
  /** The cheaper alias that a budget sent it to. */
  downgradedTo?: string;
  readonly attempts: Attempt[];
  winner?: Attempt;
  /** Only for calls that asked for the cache. */
  cacheUse?: CacheUse;
  /** Answered here, without any target. */
  isEstimate?: boolean;
  /** Of a call that a flow answers. */
  flow?: FlowUse;
  /** A batch as its provider described it just now. */
  seenBatch?: SeenBatch;
  error?: KeelsonError;
  /** What that error came to in the caller's format. */
  errorStatus?: number;
  /** When the caller was sent its first byte. */
  firstByteMs?: number;
}
