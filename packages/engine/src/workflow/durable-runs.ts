/**
 * The contract of durable runs: what the rooms above may ask of this one, and what they are promised. Which engine carries the runs
 * cannot be seen here. A flow is code that is run again from its top whenever its run goes on; what it did before it finds in the
 * journal of the run, by path.
 */
import type { Json } from '@keelson/core';
import type {
  CancelAnswer,
  RunFailure,
  RunListing,
  RunState,
  RunStepKind,
  RunStepState,
  RunWait,
  StoredApproval,
  StoredRun,
  StoredSchedule,
} from '../storage/index.ts';

export interface Flow {
  readonly name: string;
  /** Of its graph or its code. A run goes on only with the version it was started with. */
  readonly version: string;
  /** What it returns is the run's output. To wait it calls `scope.suspend()`, or lets an error of it pass. */
  run(input: Json, scope: RunScope): Promise<Json>;
}

/** What a flow has of its run, for as long as this worker has it. */
export interface RunScope {
  readonly runId: string;
  readonly workspace: string;
  /** From 1: how often a worker took the run. */
  readonly pass: number;
  /** Fires when somebody cancels the run, its time is over, or the run is not this worker's any more. */
  readonly signal: AbortSignal;
  /**
   * Gives what is recorded of the path; otherwise runs it and records what came of it. Recorded means once: neither a value nor an
   * error is ever computed again.
   */
  step(step: StepRequest, run: (attempt: StepAttempt) => Promise<Json>): Promise<StepOutcome>;
  /** Done once the clock shows this time, whoever runs by then. The first time that was asked for counts. */
  sleepUntil(path: string, at: number): Promise<StepOutcome>;
  /** Done with the oldest event of this name that no step took yet, also one that came before. */
  waitForEvent(request: EventRequest): Promise<StepOutcome>;
  /** Done with an `ApprovalAnswer`; failed when it expired, or when what comes back is not what was asked. */
  askApproval(request: ApprovalRequest): Promise<StepOutcome>;
  /** Starts another run once and waits for its end. It has a journal of its own. */
  runChild(request: ChildRequest): Promise<StepOutcome>;
  /** Something for whoever follows the run. Kept with the next write of the journal, or when the pass ends. */
  emit(kind: string, data: Json): void;
  /** Ends the pass: the run goes on when something came that one of its steps waits for. */
  suspend(): never;
}

export interface StepRequest {
  /** Unique in the run: `/flow/legs/b/ok`, `/flow/loop/body[2]`. */
  readonly path: string;
  /** Hashed, and compared when the path is visited again: another input is refused as `run_diverged`. */
  readonly input?: Json;
  /**
   * It may run again without harm, or only holds other steps together: that it has begun is not written, which spares a write.
   * After a crash it simply runs again.
   */
  readonly isRepeatable?: boolean;
  /** What happens to a step that was under way when its worker died; it is run again when left out. */
  readonly ifInterrupted?: 'run' | 'tell';
  /** After so long its signal fires; if it has not ended a moment later, it is recorded as failed and left behind. */
  readonly timeoutMs?: number;
  /** False for a value that is no result: it is handed back, and the step runs again next time. */
  isResult?(value: Json): boolean;
}

export interface StepAttempt {
  /** The same each time this step of this run is tried. Whoever is called by it can tell a repetition. */
  readonly idempotencyKey: string;
  readonly signal: AbortSignal;
  /** How often it was under way when a worker died: its effects may have happened as often. */
  readonly interrupted: number;
}

export type StepOutcome =
  | { readonly state: 'done'; readonly value: Json; readonly isRecorded: boolean }
  | { readonly state: 'failed'; readonly error: RunFailure; readonly isRecorded: boolean }
  /** Nothing yet: other branches may go on, and then the flow suspends. */
  | { readonly state: 'waiting'; readonly wait: RunWait }
  /** It was under way when its worker died, and `ifInterrupted` is `tell`. */
  | { readonly state: 'interrupted'; readonly times: number };

export interface EventRequest {
  readonly path: string;
  readonly name: string;
  /** Failed with `run_event_timeout` after it. */
  readonly timeoutMs?: number;
}

export interface ApprovalRequest {
  readonly path: string;
  /** Exactly what will be done if the answer is yes. The approval holds for nothing else. */
  readonly input: Json;
  /** What the person is shown; the input itself when left out. */
  readonly asked?: Json;
  readonly expiresInMs: number;
}

/** The value of an approval that is done. */
export interface ApprovalAnswer {
  readonly approved: boolean;
  readonly by: string;
  readonly at: number;
  readonly note?: string;
}

export interface ChildRequest {
  readonly path: string;
  readonly flow: string;
  /** The one of the worker when left out. */
  readonly version?: string;
  readonly input: Json;
}

export interface StartRun {
  readonly workspace: string;
  readonly flow: string;
  readonly version: string;
  readonly input: Json;
  /** A second start with the same key in this workspace finds the run of the first. */
  readonly key?: string;
  /** Milliseconds since 1970; at once when left out. */
  readonly startAt?: number;
  /** The run fails as `run_deadline` when it is not over by then. */
  readonly deadlineAt?: number;
  /** Runs of one key share its limit. */
  readonly limitKey?: string;
}

export interface SentEvent {
  readonly runId: string;
  readonly name: string;
  readonly payload: Json;
  /** The same again is taken once. */
  readonly id?: string;
  readonly sender?: string;
}

export interface ApprovalVerdict {
  /** An approval's token; or its id, where the caller's right to decide was checked before. */
  readonly approval: { readonly token: string } | { readonly id: string };
  /** Where given, an approval of another one is unknown. */
  readonly workspace?: string;
  readonly decision: 'approved' | 'rejected';
  readonly by: string;
  readonly note?: string;
}

export interface OpenApproval extends StoredApproval {
  /** Shows that whoever has it was sent it: for a link. */
  readonly token: string;
}

/** What becomes of a run whose version no worker has, or that comes out of a backup. */
export type StoppedChoice =
  /** With the version it was started with; refused while no worker has that. */
  | 'continue'
  /** With another one: what is recorded of the same paths and inputs holds, and where they differ the run fails as diverged. */
  | { readonly continueWith: string }
  | 'abandon'
  /** Abandoned, and started anew with this version and the same input. */
  | { readonly restartWith: string };

export interface ShownStep {
  readonly path: string;
  readonly kind: RunStepKind;
  readonly state: RunStepState;
  readonly value?: Json;
  readonly error?: RunFailure;
  readonly inputHash?: string;
  readonly interrupted: number;
  readonly wakeAt?: number;
  readonly subject?: string;
  readonly startedAt: number;
  readonly finishedAt?: number;
}

export type RunNews =
  | { readonly seq: number; readonly kind: 'step'; readonly step: ShownStep }
  | {
      readonly seq: number;
      readonly kind: 'event';
      readonly name: string;
      readonly at: number;
      readonly data: Json;
    }
  /** It waits for all of these, and for nothing else. */
  | { readonly seq: number; readonly kind: 'waiting'; readonly waits: readonly RunWait[] }
  /** The last one. */
  | { readonly seq: number; readonly kind: 'end'; readonly run: StoredRun };

export interface NewPlan {
  readonly id: string;
  readonly workspace: string;
  readonly flow: string;
  readonly input: Json;
  /** Five or six fields as `cron` has them, or `every 90s`. */
  readonly pattern: string;
  /** As in `Europe/Berlin`; UTC when left out. */
  readonly zone?: string;
}

export interface WorkerSettings {
  /** More may be offered later. */
  readonly flows: readonly Flow[];
  /** Asked for a flow that a run needs and this worker does not have yet; undefined where nobody here knows it. */
  readonly resolve?: (flow: string, version: string) => Promise<Flow | undefined>;
  /** The version with which schedules start a flow; undefined where nobody here knows it. That of `flows` when left out. */
  readonly newest?: (flow: string) => Promise<string | undefined>;
  /** Runs by their ids: it works on these and no others, and starts none. */
  readonly only?: readonly string[];
  /** Runs at once; 10 when left out. */
  readonly concurrency?: number;
  /** A worker that gave no sign for so long is taken for dead; 6 seconds when left out. */
  readonly leaseMs?: number;
  /** Between two looks for work when nobody calls; 200 ms when left out. */
  readonly pollMs?: number;
  /** How long a step that was told to end may take, and passes when the worker closes; 1 second when left out. */
  readonly graceMs?: number;
}

export interface RunWorker {
  readonly id: string;
  /** There may be work. */
  wake(): void;
  /** From now on it works on runs of this flow as well. */
  offer(flow: Flow): Promise<void>;
  /** Ends passes that are under way, so that others take their runs. */
  close(): Promise<void>;
}

export interface DurableRuns {
  start(request: StartRun): Promise<{ readonly run: StoredRun; readonly isNew: boolean }>;
  /** Throws `not_found`. */
  get(runId: string): Promise<StoredRun>;
  list(listing: RunListing): Promise<readonly StoredRun[]>;
  /** In the order of their paths. */
  listSteps(runId: string, page: { after?: string; limit: number }): Promise<readonly ShownStep[]>;
  /** All that happens to a run from then on, until it is over, whichever process works on it. */
  follow(
    runId: string,
    options?: { after?: number; signal?: AbortSignal; pollMs?: number },
  ): AsyncIterable<RunNews>;
  cancel(runId: string, reason: string): Promise<CancelAnswer>;
  /** True when it was sent before. Throws `conflict` when the run is over. */
  sendEvent(event: SentEvent): Promise<{ readonly isRepeated: boolean }>;
  listApprovals(listing: {
    filters: { workspace: string; runId?: string; isOpen?: boolean };
    before?: string;
    limit: number;
  }): Promise<readonly OpenApproval[]>;
  /** By its token. Throws `permission_denied` for one that is not ours. */
  findApproval(token: string): Promise<StoredApproval>;
  /** Throws `conflict` when it was decided before or has expired, `permission_denied` for a token that is not ours. */
  decide(verdict: ApprovalVerdict): Promise<StoredApproval>;
  /** The run that goes on. */
  resolveStopped(runId: string, choice: StoppedChoice): Promise<StoredRun>;
  /** A new run with the results of this one, but for these paths, all below them and all above. */
  replay(runId: string, options?: { without?: readonly string[]; version?: string }): Promise<StoredRun>;
  putSchedule(plan: NewPlan): Promise<StoredSchedule>;
  listSchedules(workspace: string): Promise<readonly StoredSchedule[]>;
  pauseSchedule(id: string, isPaused: boolean): Promise<void>;
  removeSchedule(id: string): Promise<void>;
  /** How many runs of a key may be worked on at once; no bound when undefined. */
  setLimit(key: string, most: number | undefined): Promise<void>;
  listLimits(): Promise<readonly { readonly key: string; readonly most: number }[]>;
  /** Removes runs that ended before this time; how many. */
  removeEndedBefore(at: number): Promise<number>;
  openWorker(settings: WorkerSettings): Promise<RunWorker>;
}

export type {
  RunFailure,
  RunState,
  RunStepKind,
  RunStepState,
  RunWait,
  StoredApproval,
  StoredRun,
  StoredSchedule,
};
