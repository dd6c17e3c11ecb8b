// Durable runs: journal, timers, approvals, schedules, workers. `durable-runs.ts` is the contract; this room knows nothing of language
// models, and nothing above it knows the engine below.
export type {
  ApprovalAnswer,
  ApprovalRequest,
  ApprovalVerdict,
  ChildRequest,
  DurableRuns,
  EventRequest,
  Flow,
  NewPlan,
  OpenApproval,
  RunFailure,
  RunNews,
  RunScope,
  RunState,
  RunStepKind,
  RunStepState,
  RunWait,
  RunWorker,
  SentEvent,
  ShownStep,
  StartRun,
  StepAttempt,
  StepOutcome,
  StepRequest,
  StoppedChoice,
  StoredApproval,
  StoredRun,
  StoredSchedule,
  WorkerSettings,
} from './durable-runs.ts';
export { type DurableRunsDeps, openDurableRuns } from './open-durable-runs.ts';
export { RunFailed } from './run-failure.ts';
