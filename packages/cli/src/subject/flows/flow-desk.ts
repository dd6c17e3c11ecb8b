/** What commands about flows work with: the flows and runs of one workspace, in a database here or at a server. */
import type { Estimate, Json } from '@keelson/core';
import type {
  FlowNews,
  FlowRun,
  FlowRunListing,
  FlowStep,
  KeptFlow,
  OpenApproval,
  StartFlow,
  StoppedChoice,
  StoredApproval,
} from '@keelson/engine';

export interface NamedFlow {
  readonly flow: string;
  /** The newest when left out. */
  readonly version?: string;
}

interface Decision {
  readonly id: string;
  readonly decision: 'approved' | 'rejected';
  readonly note?: string;
}

interface FlowEvent {
  readonly runId: string;
  readonly name: string;
  readonly payload: Json;
  readonly id?: string;
}

export interface FlowDesk {
  /** Where all of it is, for people and without a password. */
  readonly place: string;
  /** The flags with which another command finds the same, with a space in front of each. */
  readonly flags: string;
  /** Whether a provider has a key where runs are worked on. A server sees to that itself. */
  readonly hasProviders: boolean;
  /** Throws `invalid_request` with the problems of the text. */
  put(text: string): Promise<{ readonly flow: KeptFlow; readonly isNew: boolean }>;
  getFlow(named: NamedFlow): Promise<KeptFlow>;
  /** All of them, by name. */
  listFlows(): Promise<readonly KeptFlow[]>;
  forget(name: string): Promise<void>;
  estimate(question: NamedFlow & { readonly payload?: Json }): Promise<Estimate>;
  start(
    wish: Omit<StartFlow, 'workspace' | 'identity'>,
  ): Promise<{ readonly run: FlowRun; readonly isNew: boolean }>;
  getRun(id: string): Promise<FlowRun>;
  listRuns(wish: Omit<FlowRunListing, 'workspace'>): Promise<readonly FlowRun[]>;
  /** All of them, by path. */
  listSteps(runId: string): Promise<readonly FlowStep[]>;
  /** All that are open. */
  listApprovals(runId: string): Promise<readonly OpenApproval[]>;
  follow(runId: string, signal: AbortSignal): AsyncIterable<FlowNews>;
  cancel(runId: string, reason?: string): Promise<'cancelled' | 'asked' | 'over'>;
  sendEvent(event: FlowEvent): Promise<{ readonly isRepeated: boolean }>;
  decide(decision: Decision): Promise<StoredApproval>;
  supplyResult(wish: { readonly runId: string; readonly path: string; readonly result: Json }): Promise<void>;
  resolve(runId: string, choice: StoppedChoice): Promise<FlowRun>;
  replay(runId: string, wish: { readonly without: readonly string[] }): Promise<FlowRun>;
  /** Works on this run alone until it is closed; nothing where others do the work. */
  work(runId: string): Promise<{ close(): Promise<void> }>;
}
