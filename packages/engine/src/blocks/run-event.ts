/** What somebody who follows a run hears, in order, each with the path of the node. Payloads and answers are not among it. */
import type { AttemptOutcome, RequestMetadata } from '@keelson/core';

interface EventPlace {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly path: string;
  readonly metadata: RequestMetadata;
}

export type RunEvent = EventPlace &
  (
    | { readonly type: 'attempt-start' }
    | { readonly type: 'text-delta'; readonly delta: string }
    | {
        readonly type: 'attempt-end';
        readonly outcome: AttemptOutcome;
        readonly reason?: string;
        readonly errorType?: string;
        readonly durationMs: number;
        readonly nanoDollars: number | null;
      }
    | { readonly type: 'recovery-start' | 'recovery-end'; readonly policy: string; readonly reason: string }
  );

export type OnRunEvent = (event: RunEvent) => void;
