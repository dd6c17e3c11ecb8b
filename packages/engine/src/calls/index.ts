// The pipeline of one call, the first room for a visitor to read: plan, reserve, look up, attempt, settle, receipt. Each
// step's own rules belong in the rooms below.

export { answerError } from './answer-error.ts';
export type {
  AnyDialect,
  AskedCall,
  CallControls,
  Caller,
  CallerInput,
  FlowQuestion,
  Identity,
  OpenFlow,
} from './asked-call.ts';
export { type BodyLog, type BodyPolicy, createBodyLog } from './body-log.ts';
export { type CallWatch, tellState, watchCalls } from './call-watch.ts';
export type { EngineParts } from './engine-parts.ts';
export { flowPrefix, type InnerCalls, type OpenedFlow } from './flow-run.ts';
export { createPricedTest } from './keep-priced.ts';
export { keepThings } from './keep-things.ts';
export { type KnownModel, knownModels, type ListedModel, listModels } from './list-models.ts';
export { profileOf } from './plan-call.ts';
export { createPriceList } from './price-list.ts';
export { readControl } from './read-control.ts';
export { recoveredRecord } from './recovered-record.ts';
export { callAndReport } from './reporting-caller.ts';
export { sumCosts } from './settle.ts';
export { handleWatched, logCall } from './watched-calls.ts';
export { createWorstPrices, type TextRates } from './worst-price.ts';
