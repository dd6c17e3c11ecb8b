/**
 * The contract of flows: graphs with a name that a workspace keeps, that are estimated before they run, run on whichever worker has
 * time, and outlive it. Files are kept by what is in them, so a run ends with the very flow it was started with.
 */
import type { AnyBlock, Estimate, FlowVocabulary, Json, JsonObject } from '@keelson/core';
import type { FlowParts, FlowTextProblem, RunBudgetSettings } from '../blocks/index.ts';
import type { Identity } from '../calls/index.ts';
import type {
  ApprovalVerdict,
  OpenApproval,
  RunState,
  RunStepKind,
  RunStepState,
  RunWait,
  RunWorker,
  StoppedChoice,
  StoredApproval,
  StoredSchedule,
  WorkerSettings,
} from '../workflow/index.ts';

/** A flow as it is kept: one version of it. */
export interface KeptFlow {
  readonly workspace: string;
  readonly name: string;
  /** Of what is in it, and in the flows that it uses: the same text has the same. */
  readonly version: string;
  readonly description?: string;
  /** As it was written; absent for a flow of code. */
  readonly text?: string;
  /** What it is given by whoever asks it like a model: the text of the last message, or the whole conversation. */
  readonly takes: 'text' | 'conversation';
  /** Other flows that its nodes use, by name, with their versions at that time. */
  readonly uses: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly createdBy?: string;
}

export interface PutFlow {
  readonly workspace: string;
  /** JSON or YAML; the name is that of its field `flow`. */
  readonly text: string;
  /** What that field must be, where somebody has said so elsewhere as well. */
  readonly name?: string;
  readonly by?: string;
}

export interface FlowPlace {
  readonly workspace: string;
  readonly flow: string;
  /** The newest when left out. */
  readonly version?: string;
}

interface FoundFlow {
  readonly block: AnyBlock;
  /** What it is given by whoever asks it like a model. */
  readonly takes: 'text' | 'conversation';
}

export interface StartFlow extends FlowPlace {
  readonly payload: Json;
  /** On whose behalf it runs: whose budgets hold, and whom records name. */
  readonly identity: Identity;
  readonly context?: JsonObject;
  /** Of this run. What does not fit it is refused before anything is begun. */
  readonly budget?: RunBudgetSettings;
  /** From the start to the end, waiting included. */
  readonly timeoutMs?: number;
  /** A second start with the same key finds the run of the first. */
  readonly key?: string;
  /** Milliseconds since 1970; at once when left out. */
  readonly startAt?: number;
  /** Runs of one key share its limit. */
  readonly limitKey?: string;
}

/** Why a run failed: of what was thrown only what is ours. */
export interface FlowFailure {
  readonly reason: string;
  readonly errorType: string;
  readonly message: string;
  readonly hint?: string;
  readonly details: JsonObject;
  /** Whether something was done to the world. */
  readonly effect?: string;
}

export interface FlowRun {
  readonly id: string;
  readonly workspace: string;
  readonly flow: string;
  readonly version: string;
  /** `stopped` waits for somebody to decide what becomes of it; `completed`, `failed` and `cancelled` are over. */
  readonly state: RunState;
  readonly payload: Json;
  readonly output?: Json;
  readonly failure?: FlowFailure;
  /** What it spent; known once it is over, and `null` where something had no price. */
  readonly nanoDollars?: number | null;
  /** To models; known once it is over. */
  readonly calls?: number;
  readonly budget?: RunBudgetSettings;
  readonly waits: readonly RunWait[];
  readonly startedBy: string;
  readonly key?: string;
  readonly replayOf?: string;
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly deadlineAt?: number;
  /** How often a worker took it. */
  readonly passes: number;
}

/** One node that was visited, or something that a node waits for. */
export interface FlowStep {
  readonly path: string;
  readonly kind: RunStepKind;
  readonly state: RunStepState;
  readonly output?: Json;
  readonly failure?: FlowFailure;
  readonly nanoDollars?: number | null;
  /** How often it was under way when its worker died. */
  readonly interrupted: number;
  readonly wakeAt?: number;
  /** The name of an event, the id of an approval. */
  readonly subject?: string;
  readonly startedAt: number;
  readonly finishedAt?: number;
}

export type FlowNews =
  | { readonly seq: number; readonly kind: 'step'; readonly step: FlowStep }
  /** A failed attempt, or what recovery makes of it. */
  | {
      readonly seq: number;
      readonly kind: 'note';
      readonly name: string;
      readonly at: number;
      readonly data: Json;
    }
  /** A piece of an answer as it comes; only where the run is worked on in this process, and not kept. */
  | { readonly kind: 'text'; readonly path: string; readonly delta: string }
  /** It waits for all of these, and for nothing else. */
  | { readonly kind: 'waiting'; readonly waits: readonly RunWait[] }
  /** The last one. */
  | { readonly seq: number; readonly kind: 'end'; readonly run: FlowRun };

export interface FlowRunListing {
  readonly workspace: string;
  readonly flow?: string;
  readonly state?: RunState;
  /** The id of the last one of the page before; the newest come first. */
  readonly before?: string;
  readonly limit: number;
}

export interface FlowSchedule {
  readonly id: string;
  readonly workspace: string;
  readonly flow: string;
  readonly payload: Json;
  readonly identity: Identity;
  readonly budget?: RunBudgetSettings;
  /** Five or six fields as `cron` has them, or `every 90s`. */
  readonly pattern: string;
  /** As in `Europe/Berlin`; UTC when left out. */
  readonly zone?: string;
}

/** Everything here that names a run or an approval throws `not_found` where it is another workspace's. */
export interface Flows {
  /** Everything that is wrong with the text; nothing is kept. */
  check(workspace: string, text: string): Promise<readonly FlowTextProblem[]>;
  /** Throws `invalid_request` with `details.problems`. The same text again changes nothing. */
  put(wish: PutFlow): Promise<{ readonly flow: KeptFlow; readonly isNew: boolean }>;
  /** Throws `not_found`, with names that are alike. */
  get(place: FlowPlace): Promise<KeptFlow>;
  /** The newest version of each, by name. */
  list(listing: { workspace: string; after?: string; limit: number }): Promise<readonly KeptFlow[]>;
  /** No run starts with it any more; those under way go on. */
  remove(workspace: string, name: string): Promise<void>;
  /** For running it in memory; undefined where there is none. */
  find(place: FlowPlace): Promise<FoundFlow | undefined>;
  estimate(question: FlowPlace & { readonly payload?: Json; readonly identity: Identity }): Promise<Estimate>;
  start(request: StartFlow): Promise<{ readonly run: FlowRun; readonly isNew: boolean }>;
  getRun(workspace: string, id: string): Promise<FlowRun>;
  listRuns(listing: FlowRunListing): Promise<readonly FlowRun[]>;
  /** In the order of their paths. */
  listSteps(
    workspace: string,
    id: string,
    page: { after?: string; limit: number },
  ): Promise<readonly FlowStep[]>;
  /** From after that number on, until the run is over. */
  follow(
    workspace: string,
    id: string,
    options?: { after?: number; signal?: AbortSignal },
  ): AsyncIterable<FlowNews>;
  cancel(workspace: string, id: string, reason: string): Promise<'cancelled' | 'asked' | 'over'>;
  /** For a node that waits for an event of this name, also one that comes to wait later. */
  sendEvent(
    workspace: string,
    event: { runId: string; name: string; payload: Json; id?: string; sender?: string },
  ): Promise<{ readonly isRepeated: boolean }>;
  listApprovals(listing: {
    workspace: string;
    runId?: string;
    isOpen?: boolean;
    before?: string;
    limit: number;
  }): Promise<readonly OpenApproval[]>;
  /** By its token, wherever it is. Throws `permission_denied` for one that was not given out here. */
  findApproval(token: string): Promise<StoredApproval>;
  decide(workspace: string, verdict: ApprovalVerdict): Promise<StoredApproval>;
  /** What an interrupted step came to, where somebody knows: the run goes on with it. */
  supplyResult(
    workspace: string,
    wish: { runId: string; path: string; result: Json; by: string },
  ): Promise<void>;
  /** What becomes of a run that is stopped. */
  resolve(workspace: string, id: string, choice: StoppedChoice): Promise<FlowRun>;
  /** A new run with the results of this one, but for these paths, all below them and all above. */
  replay(
    workspace: string,
    id: string,
    options?: { without?: readonly string[]; version?: string },
  ): Promise<FlowRun>;
  putSchedule(schedule: FlowSchedule): Promise<StoredSchedule>;
  listSchedules(workspace: string): Promise<readonly StoredSchedule[]>;
  pauseSchedule(workspace: string, id: string, isPaused: boolean): Promise<void>;
  removeSchedule(workspace: string, id: string): Promise<void>;
  removeEndedBefore(at: number): Promise<number>;
  /** Works on runs until it is closed: on all of the installation, or on these alone. */
  openWorker(settings?: Omit<WorkerSettings, 'flows' | 'resolve' | 'newest'>): Promise<RunWorker>;
  /** From now on there is a worker here whenever there may be something for it to do, and none before. */
  keepWorker(settings?: Omit<WorkerSettings, 'flows' | 'resolve' | 'newest'>): Promise<void>;
  /** Closes the workers that were opened here. */
  close(): Promise<void>;
}

/** What code gives to flows beside the built-in kinds. */
export interface FlowCode extends FlowParts, Pick<FlowVocabulary, 'conditions' | 'repairs'> {
  /** Flows that are code; every workspace has them. */
  readonly flows?: readonly AnyBlock[];
}
