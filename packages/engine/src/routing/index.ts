// From a model name to a plan, and what a plan may do on failure: retry, fall back, hedge, break circuits. Sending bytes
// does not belong here.
export { defaultAliases } from './default-aliases.ts';
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
export { createSimpleRouting } from './simple-routing.ts';
