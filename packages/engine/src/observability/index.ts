// The seam that everything reports to: time, chance, ids, the log and what is kept of a call. No other room may log.
export type {
  AttemptRecord,
  CallRecord,
  CostStatus,
  RecordedCost,
  RecordedEndpoint,
  SavedByCache,
} from './call-record.ts';
export {
  type CallTail,
  createCallTail,
  type TailFilter,
} from './call-tail.ts';
export { type Clock, systemClock } from './clock.ts';
export { FlushWaiters } from './flush-waiters.ts';
export { createIds } from './ids.ts';
export {
  createLog,
  type Log,
  type LogLevel,
  type ProcessLog,
  silentLog,
} from './log.ts';
export {
  createMetrics,
  joinSamples,
  lastingSamples,
  type MetricDefinition,
  type MetricSamples,
  type Metrics,
  metricDefinitions,
  type ProcessMetrics,
  readProcessMetrics,
  renderMetrics,
  type Samples,
} from './metrics/index.ts';
export { type PromptCacheAlert, PromptCacheWatch } from './prompt-cache-watch.ts';
export { type Random, systemRandom } from './random.ts';
export { createRecordQueue, type RecordQueue } from './record-queue.ts';
