// Flows that workspaces keep: their texts, estimates, durable runs, approvals and schedules, and asking them like models. What blocks are is core's and `blocks`', what
// makes a run durable is `workflow`'s; this room joins the two.
export { createOpenFlow, type FlowCallSettings } from './as-model/create-open-flow.ts';
export { findListedFlow, listFlowModels } from './as-model/list-flow-models.ts';
export type { FlowModel, FlowModels } from './flow-models.ts';
export type {
  FlowCode,
  FlowFailure,
  FlowNews,
  FlowPlace,
  FlowRun,
  FlowRunListing,
  FlowSchedule,
  FlowStep,
  Flows,
  KeptFlow,
  PutFlow,
  StartFlow,
} from './flows.ts';
export {
  type FlowEngine,
  type FlowSurroundings,
  type FlowsOfEngine,
  openFlowsOfEngine,
} from './flows-of-engine.ts';
export { type FlowsDeps, openFlows } from './open-flows.ts';
export { breakpointEvent } from './run-journal.ts';
