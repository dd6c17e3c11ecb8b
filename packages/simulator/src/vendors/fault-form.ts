/** What one vendor's errors look like, as data and one small function: the words for each fault, and how a body is laid out. */
import type { FramingName } from '@keelson/core';
import type { FaultName } from '../faults/index.ts';

/** Where a vendor differs from the fault table. What is not said is as it stands there. */
export interface ToldFault {
  readonly status?: number;
  readonly message?: string;
  readonly type?: string;
  readonly code?: string | number;
  readonly param?: string;
}

/** One fault as it is to be told, with every default filled in. */
export interface Telling extends ToldFault {
  readonly fault: FaultName;
  readonly status: number;
  readonly message: string;
  readonly requestId: string;
  readonly retryAfterMs?: number;
  /** Of the stream that was asked for; absent when none was. */
  readonly framing?: FramingName;
}

export interface ErrorReply {
  readonly body: unknown;
  /** Beside the content type `application/json`, or in place of it. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface FaultForm {
  readonly told: Readonly<Partial<Record<FaultName, ToldFault>>>;
  readonly render: (telling: Telling) => ErrorReply;
}
