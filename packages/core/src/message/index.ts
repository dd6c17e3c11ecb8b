/** Room `message`: the canonical model of requests and answers, and the contract of a dialect. */
export {
  type Annotated,
  applyAnnotations,
  type Extensions,
  escapeSegment,
  formOf,
  isSpelledBy,
  mergeAnnotations,
  type Spelling,
} from './annotations.ts';
export { type Bound, bounds, checkBound } from './bounds.ts';
export { inventCallId, pairCalls } from './call-ids.ts';
export { attachCallState, detachCallState, hiddenState } from './call-state.ts';
export { asCallerNamed } from './called-tools.ts';
export { parseAddress, renderAddress } from './data-url.ts';
export type {
  CallDialect,
  Dialect,
  EmbedDialect,
  RerankDialect,
  StreamParser,
  StreamRenderer,
  WireCall,
  WireReply,
} from './dialect.ts';
export { type PurposePlace, type PurposeWords, parsePurpose, renderPurpose } from './embed-purpose.ts';
export type * from './embedding.ts';
export type * from './events.ts';
export { reportUnsaidFacts } from './facts.ts';
export { type Filling, fillFact } from './fill-fact.ts';
export { createFold, fold, type MessageFold, textOf } from './fold.ts';
export { readFrameObject } from './frame-object.ts';
export { type Known, known, knownGroup, present } from './known.ts';
export type { Loss, LossAction, Rendered } from './loss.ts';
export { type ChatChoice, type ChatMessage, reportBrokenOff } from './message.ts';
export { type Destination, isValidFor, type OpaqueState, openState, sealState } from './opaque.ts';
export type * from './parts.ts';
export { type PlainField, plainPaths, readPlainFields, writePlainFields } from './plain-fields.ts';
export {
  inputText,
  reportForeign,
  reportInputFields,
  reportUnsaidOptions,
  reportVectorFields,
} from './plain-losses.ts';
export type * from './request.ts';
export type * from './reranking.ts';
export { type Hoisted, hoistSystem } from './system.ts';
export {
  decodeName,
  encodeName,
  isShortened,
  type NamePlace,
  type NameRule,
  nameForm,
  renderName,
  restoreName,
} from './tool-names.ts';
export { unfold, unfoldPart } from './unfold.ts';
export { reportAnswerExtras, reportEventExtras } from './unsaid-state.ts';
export {
  addUsage,
  type InputUsage,
  type OutputUsage,
  remainder,
  reportUnsaidUsage,
  totalTokens,
  type Usage,
} from './usage.ts';
export { anyVector, isVector, packFloats, unpackFloats, type VectorPlace, vectorAs } from './vectors.ts';
export {
  applyRemembered,
  codeOfStatus,
  type ErrorBodies,
  pageError,
  rememberError,
  renderErrorReply,
  replyDetails,
  vendorToError,
} from './vendor-error.ts';
export {
  bodyValue,
  decodePathSegment,
  encodePathSegment,
  hasErrorBody,
  headerOf,
  looseBodyValue,
  openBody,
  replyValue,
  retryAfterHeaders,
  retryAfterMs,
} from './wire-body.ts';
export {
  joinRequests,
  type RequestPath,
  readFields,
  reportUnsaid,
  type WireField,
  writeFields,
} from './wire-fields.ts';
export { type Reading, WireObject } from './wire-object.ts';
export { matchPath, matchPaths } from './wire-path.ts';
