/** A flow that is asked like a model, as the pipeline sees it. What a flow is, and how it runs, is known above; this is what is given. */
import type { ChatEvent, ChatRequest, Loss, Usage } from '@keelson/core';
import type { RecordedCost } from '../observability/index.ts';
import type { AskedCall } from './asked-call.ts';

/** What the model of a call begins with when it is a flow. */
export const flowPrefix = 'flow:';

export interface FlowQuestion {
  /** Without the prefix. */
  readonly name: string;
  readonly asked: AskedCall;
  readonly request: ChatRequest;
}

/** Throws `KeelsonError`s: `model_not_found`, or what of the request a flow cannot be asked. Nothing has begun when it resolves. */
export type OpenFlow = (question: FlowQuestion) => Promise<OpenedFlow>;

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
