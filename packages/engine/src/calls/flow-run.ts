/** A flow that is asked like a model, as the pipeline sees it. What a flow is, and how it runs, is known above; this is what is given. */
import type { ChatEvent, Loss, Usage } from '@keelson/core';
import type { RecordedCost } from '../observability/index.ts';

/** What the model of a call begins with when it is a flow. */
export const flowPrefix = 'flow:';

export interface OpenedFlow {
  /** Of the run, and so of all calls inside it. */
  readonly traceId: string;
  /** What the flow cannot heed of the request. */
  readonly losses: readonly Loss[];
  /** Runs it, once. The events are those of a whole answer; a failure is thrown. */
  run(way: FlowWay): AsyncIterable<ChatEvent>;
  /** What the calls inside have come to so far. */
  inner(): InnerCalls;
}

interface FlowWay {
  readonly isStream: boolean;
  readonly signal: AbortSignal;
  /** Left out where nobody is in a hurry. */
  readonly timeoutMs?: number;
}

/** Every one of them has a record of its own, so nothing may add this up with them. */
export interface InnerCalls {
  readonly calls: number;
  readonly usage: Usage;
  readonly cost: RecordedCost;
}
