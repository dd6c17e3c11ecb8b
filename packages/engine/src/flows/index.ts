// Flows that callers start by their names. So far: asking one like a model, as `flow:NAME`. What flows are and how they run is in `blocks`.
export { createOpenFlow, type FlowCallSettings } from './as-model/create-open-flow.ts';
export { findListedFlow, listFlowModels } from './as-model/list-flow-models.ts';
export type { FlowModel, FlowModels } from './flow-models.ts';
