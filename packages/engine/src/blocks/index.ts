// Runs blocks and flows: envelopes, recovery, budgets, events, statistics, and the built-in kinds. What blocks are and how they
// are checked is core's; making runs durable is workflow's.
export { createEngineModel, type EngineModelSettings } from './engine-model.ts';
export {
  type BlockClock,
  type BlockEnvironment,
  createEnvironment,
  type DebugSink,
  type StatsStore,
} from './environment.ts';
export { EventQueue } from './event-queue.ts';
export { readFlowDocument } from './flows/flow-document.ts';
export { createFlowKinds, type FlowParts } from './flows/flow-kinds.ts';
export { type FlowTextProblem, type ReadFlowText, readFlowText } from './flows/read-flow-text.ts';
export { type ApproveSettings, approve, pause, waitFor } from './kinds/approve.ts';
export { type HttpRequestParts, http } from './kinds/http.ts';
export { type PromptSettings, prompt } from './kinds/prompt.ts';
export { type Gate, type Tool, tool, toolOf } from './kinds/tool.ts';
export { MemoryStats } from './memory-stats.ts';
export { recordRuns } from './recording/record-runs.ts';
export type { RecordedEnvironment } from './recording/recorded-environment.ts';
export { type ReplaySettings, replayRuns } from './recording/replay-runs.ts';
export {
  checkBudget,
  estimateRun,
  type RunBudgetSettings,
  type RunSettings,
  runBlock,
  type StreamedRun,
  streamBlock,
} from './run-block.ts';
export type { OnRunEvent, RunEvent } from './run-event.ts';
export { createHttpSender, type HttpSenderSettings } from './services/http-sender.ts';
export { createModelFinder, type ModelFinderSettings } from './services/model-finder.ts';
export { StatsDatabase, type StatsDatabaseSettings } from './stats/stats-database.ts';
export { StatsFolder, type StatsFolderSettings } from './stats/stats-folder.ts';
export type { WorkspaceStats } from './stats/workspace-stats.ts';
export {
  createMemoryJournal,
  isWorthKeeping,
  type JournalStep,
  type MemoryJournal,
  type StepJournal,
  type Visited,
  type WaitOutcome,
} from './step-journal.ts';
export { newSpanId, newTraceId } from './trace-ids.ts';
