// From a model name to a plan, and what a plan may do on failure: retry, fall back, hedge, break circuits. Sending bytes
// does not belong here.
export type { Alias, AliasTable, AliasTarget, Strategy } from './alias-table.ts';
export { type CardReader, createCardReader } from './card-reader.ts';
export { type CircuitSettings, type CircuitState, defaultCircuit } from './circuit.ts';
export type { Comparison, Condition } from './condition.ts';
export { type ExplainedCandidate, type Explanation, explainLines } from './explain.ts';
export type {
  AttemptLesson,
  AttemptPolicy,
  CallFacts,
  Endpoint,
  FailedAttempt,
  Lane,
  ModelFacts,
  NextStep,
  Plan,
  PlanQuestion,
  Routing,
  Target,
} from './plan.ts';
export { createRouting, type RoutingSettings, type TableRouting } from './routing.ts';
export type { TargetState } from './target-memory.ts';
