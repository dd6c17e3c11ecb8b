// From a model name to a plan, and what a plan may do on failure: retry, fall back, hedge, break circuits. Sending bytes
// does not belong here.
export {
  type Alias,
  type AliasTable,
  aliasShape,
  aliasTargetShape,
  maxCacheTtlSeconds,
} from './alias-table.ts';
export { type CardReader, createCardReader } from './card-reader.ts';
export type { CircuitSettings } from './circuit.ts';
export type { AliasProblem } from './compile-names.ts';
export { defaultAliases } from './default-aliases.ts';
export type { DescribedAlias } from './describe-alias.ts';
export { type Explanation, explainLines } from './explain.ts';
export { explainPools } from './explain-pools.ts';
export type { LockedModel, LockedNames } from './locked-names.ts';
export type {
  CallFacts,
  Endpoint,
  FailedAttempt,
  Lane,
  Plan,
  PlanQuestion,
  Reach,
  Routing,
  Target,
} from './plan.ts';
export { createRouting, type TableRouting } from './routing.ts';
export { didYouMean } from './suggest.ts';
export type { TargetState } from './target-memory.ts';
export { retryAfterOf } from './throttle.ts';
