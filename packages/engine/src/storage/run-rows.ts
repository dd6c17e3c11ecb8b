/** What of durable runs is stored and listed, and how rows become that. */
import type { Json } from '@keelson/core';
import { fromJsonText, known } from './columns.ts';
import type { RunApprovalRow, RunRow, RunScheduleRow, RunStepRow } from './run-schema.ts';

/** `stopped` waits for somebody to decide what becomes of it; the last three are over. */
export type RunState = 'pending' | 'running' | 'waiting' | 'stopped' | 'completed' | 'failed' | 'cancelled';

export const endStates = ['completed', 'failed', 'cancelled'] as const satisfies readonly RunState[];

/** An error as it is stored and shown: nothing of it is foreign text. */
export interface RunFailure {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly details?: Json;
}

export interface StoredRun {
  readonly id: string;
  readonly workspace: string;
  readonly flow: string;
  readonly version: string;
  readonly state: RunState;
  readonly startKey?: string;
  readonly input: Json;
  readonly output?: Json;
  readonly error?: RunFailure;
  readonly parentId?: string;
  readonly parentPath?: string;
  readonly replayOf?: string;
  readonly limitKey?: string;
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly deadlineAt?: number;
  readonly availableAt?: number;
  /** The worker that has it. */
  readonly worker?: string;
  /** How often a worker took it. */
  readonly passes: number;
  readonly waits?: readonly RunWait[];
  readonly cancelReason?: string;
}

/** What a run waits for; several when branches wait at once. */
export interface RunWait {
  readonly path: string;
  readonly kind: RunStepKind;
  readonly until?: number;
  /** The name of an event, the id of an approval or of a run. */
  readonly subject?: string;
}

export type RunStepKind = 'step' | 'sleep' | 'event' | 'approval' | 'child';
/** `left` was under way and ended without a result that counts. */
export type RunStepState = 'started' | 'left' | 'waiting' | 'done' | 'failed';

export interface StoredStep {
  readonly path: string;
  readonly seq: number;
  readonly kind: RunStepKind;
  readonly state: RunStepState;
  readonly inputHash?: string;
  /** As JSON: the value of one that is done, the error of one that failed. */
  readonly outcome?: string;
  readonly interrupted: number;
  readonly wakeAt?: number;
  readonly subject?: string;
  readonly epoch: number;
  readonly startedAt: number;
  readonly finishedAt?: number;
}

export interface StoredApproval {
  readonly id: string;
  readonly runId: string;
  readonly path: string;
  readonly workspace: string;
  readonly inputHash: string;
  readonly asked: Json;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly signature: string;
  readonly decision?: 'approved' | 'rejected';
  readonly decidedAt?: number;
  readonly decidedBy?: string;
  readonly note?: string;
  readonly decisionSignature?: string;
  readonly usedAt?: number;
}

export interface StoredSchedule {
  readonly id: string;
  readonly workspace: string;
  readonly flow: string;
  readonly input: Json;
  readonly pattern: string;
  readonly zone: string;
  readonly isPaused: boolean;
  readonly nextAt: number;
  readonly lastAt?: number;
  readonly lastRun?: string;
  readonly createdAt: number;
}

/** Flow and version in one; a name holds no line break. */
export function graphOf(flow: string, version: string): string {
  return `${flow}\n${version}`;
}

export function runFromRow(row: RunRow): StoredRun {
  return {
    id: row.id,
    workspace: row.workspace,
    flow: row.flow,
    version: row.version,
    state: row.state as RunState,
    input: fromJsonText(row.input),
    createdAt: row.created_at,
    passes: row.epoch,
    ...known({
      startKey: row.start_key,
      parentId: row.parent_id,
      parentPath: row.parent_path,
      replayOf: row.replay_of,
      limitKey: row.limit_key,
      startedAt: row.started_at,
      finishedAt: row.finished_at,
      deadlineAt: row.deadline_at,
      availableAt: row.available_at,
      worker: row.lease_owner,
      cancelReason: row.cancel_reason,
    }),
    ...(row.output !== null && { output: fromJsonText<Json>(row.output) }),
    ...(row.error !== null && { error: fromJsonText<RunFailure>(row.error) }),
    ...(row.waits !== null && { waits: fromJsonText<readonly RunWait[]>(row.waits) }),
  };
}

export function stepFromRow(row: RunStepRow): StoredStep {
  return {
    path: row.path,
    seq: row.seq,
    kind: row.kind as RunStepKind,
    state: row.state as RunStepState,
    interrupted: row.interrupted,
    epoch: row.epoch,
    startedAt: row.started_at,
    ...(row.input_hash !== null && { inputHash: row.input_hash }),
    ...(row.outcome !== null && { outcome: row.outcome }),
    ...(row.wake_at !== null && { wakeAt: row.wake_at }),
    ...(row.subject !== null && { subject: row.subject }),
    ...(row.finished_at !== null && { finishedAt: row.finished_at }),
  };
}

export function approvalFromRow(row: RunApprovalRow): StoredApproval {
  return {
    id: row.id,
    runId: row.run_id,
    path: row.path,
    workspace: row.workspace,
    inputHash: row.input_hash,
    asked: fromJsonText(row.asked),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    signature: row.signature,
    ...known({
      decision: row.decision as StoredApproval['decision'] | null,
      decidedAt: row.decided_at,
      decidedBy: row.decided_by,
      note: row.note,
      decisionSignature: row.decision_signature,
      usedAt: row.used_at,
    }),
  };
}

export function scheduleFromRow(row: RunScheduleRow): StoredSchedule {
  return {
    id: row.id,
    workspace: row.workspace,
    flow: row.flow,
    input: fromJsonText(row.input),
    pattern: row.pattern,
    zone: row.zone,
    isPaused: row.is_paused === 1,
    nextAt: row.next_at,
    createdAt: row.created_at,
    ...known({ lastAt: row.last_at, lastRun: row.last_run }),
  };
}
