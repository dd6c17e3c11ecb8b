/**
 * Room `blocks`: what blocks and flows are, how they are built and checked, what is known of them and what they will cost.
 * Running them is the engine's.
 */
export { type AttemptOutcome, type BlockAttempt, readAttempt } from './attempt-record.ts';
export type {
  AllBody,
  AnyBlock,
  Block,
  BlockBody,
  BlockLimits,
  BranchBody,
  BuildWarning,
  CallOptions,
  Child,
  EachBody,
  Expected,
  FlowBody,
  GraphBody,
  GraphEdge,
  GraphNode,
  LeafBody,
  LoopBody,
  OutputOf,
  PayloadOf,
  PlanQuestion,
  Prior,
  RaceBody,
  Scope,
  SeqBody,
  Sources,
} from './block.ts';
export { BlockError, fail, getData, refuse, type ThrownFailure } from './block-error.ts';
export { type BlockStats, GrowingStats, noSample, type Sample, type StatsReader } from './block-stats.ts';
export { all, branch, each, flow, loop, race, seq } from './composites.ts';
export { type BlockDefinition, defineBlock, isNodeName } from './define-block.ts';
export {
  type EffectState,
  type Effects,
  effectClasses,
  readEffects,
  worseEffects,
  worstEffects,
} from './effects.ts';
export {
  type AnnotationKey,
  type BlockRequest,
  type BlockResponse,
  type Failure,
  type RequestMetadata,
  type ResponseMetadata,
  reservedMetadataKeys,
} from './envelope.ts';
export {
  type Confidence,
  type Estimate,
  type EstimateSource,
  type EstimateWorld,
  estimateBlock,
  type Quantity,
} from './estimate.ts';
export { failureOf, isForeign } from './failure-of.ts';
export type { FlowCondition } from './flow-condition.ts';
export { follow, readSteps } from './flow-mapping.ts';
export type { FlowReader } from './flow-reader.ts';
export type { NamedRepair } from './flow-recovery.ts';
export { buildGraph, type EdgeDefinition, graph, type NodeDefinition, type Ways } from './graph.ts';
export { type GraphProblem, graphProblem } from './graph-problem.ts';
export { GrowingHistogram, type Histogram, noHistogram, quantileOf } from './histogram.ts';
export { type Checkpoint, Ledger, type LedgerEntry, type Rollback } from './ledger.ts';
export {
  addToMoments,
  type Moments,
  mergeMoments,
  noMoments,
  stdOf,
  varianceOf,
} from './moments.ts';
export {
  type BubblePolicy,
  bubble,
  type DebugPolicy,
  debug,
  type FallbackPolicy,
  fallback,
  matchesPolicy,
  type Policy,
  type RepairPolicy,
  type RetryPolicy,
  repair,
  retry,
} from './policy.ts';
export { checkPreflight, type PreflightMode } from './preflight.ts';
export { fixedPrior, modelTime, usualOutputTokens } from './prior.ts';
export { readBlockStats } from './read-block-stats.ts';
export { type FlowKind, type FlowVocabulary, type ReadFlow, readFlow } from './read-flow.ts';
export { type ErrorType, errorTypes, type Reason, reasonTable } from './reasons.ts';
export { capDetails, classOf, detailCaps, isLabel } from './safe-details.ts';
export { type CheckedValue, checkValue, jsonSchemaOf, type Schema, schemaOfJson } from './schema.ts';
export type {
  Answer,
  CallModel,
  FindModel,
  Hold,
  HttpAnswer,
  HttpQuestion,
  ModelAnswer,
  ModelCall,
  ModelFacts,
  SendHttp,
  Spending,
  Wait,
} from './services.ts';
export { map, type StepOptions, step } from './step.ts';
