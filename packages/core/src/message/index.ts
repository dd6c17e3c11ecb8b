/** Room `message`: the canonical model of requests and answers, and the contract of a dialect. */
export { AlikeChunks } from './alike-chunks.ts';
export { isAlternative, reportAlternatives } from './alternatives.ts';
export {
  type Annotated,
  applyAnnotations,
  type Extensions,
  escapeSegment,
  extensionsOf,
  formOf,
  isSpelledBy,
  mergeAnnotations,
  type Spelling,
} from './annotations.ts';
export { type Bound, bounds, checkBound } from './bounds.ts';
export { inventCallId, pairCalls } from './call-ids.ts';
export { attachCallState, detachCallState, hiddenState } from './call-state.ts';
export { asCallerNamed, restorePart } from './called-tools.ts';
export { refuseCounting } from './count-tokens.ts';
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
export { documentText } from './document-text.ts';
export { type PurposePlace, type PurposeWords, parsePurpose, renderPurpose } from './embed-purpose.ts';
export type * from './embedding.ts';
export type * from './events.ts';
export { reportUnsaidFacts } from './facts.ts';
export { type Filling, fillFact } from './fill-fact.ts';
export { createFold, fold, type MessageFold, textOf } from './fold.ts';
export { readFrameObject } from './frame-object.ts';
export { type Known, known, knownGroup, present } from './known.ts';
export { type Loss, type LossAction, type Rendered, reportNews, reportOnce } from './loss.ts';
export { type ChatChoice, type ChatMessage, reportBrokenOff } from './message.ts';
export {
  type Destination,
  isValidFor,
  mayHoldSealedState,
  type OpaqueState,
  openState,
  sealState,
} from './opaque.ts';
export { reportOrder } from './part-order.ts';
export { type PartEvent, type PartTurns, writeInTurn, writeWaiting } from './part-turns.ts';
export type * from './parts.ts';
export { type PlainField, plainPaths, readPlainFields, writePlainFields } from './plain-fields.ts';
export {
  inputText,
  reportForeign,
  reportInputFields,
  reportUnsaidOptions,
  reportVectorFields,
} from './plain-losses.ts';
export { createStreamReader, type StreamReading } from './read-stream.ts';
export { readTurns } from './read-turns.ts';
export { findWay, type Relay, type RelayWay } from './relay.ts';
export type * from './request.ts';
export type * from './reranking.ts';
export { splitResults } from './result-turns.ts';
export {
  closePart,
  createParts,
  isPartNumber,
  nextPart,
  openPart,
  pushText,
  type RunningParts,
  type TextKind,
} from './running-parts.ts';
export { type SkimmedAnswer, skimmedFacts, skimmedUsage } from './skimmed-answer.ts';
export { reportStopExtras, reportStopWord, type StopWords, stopWord, unifiedStop } from './stop-words.ts';
export { type Hoisted, hoistSystem } from './system.ts';
export { emptySchema, reportResultExtras, reportToolExtras, withoutMedia } from './tool-fields.ts';
export { restOfInput, type StreamedInput, toolInput } from './tool-input.ts';
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
  reportDemandedUsage,
  reportUnsaidUsage,
  totalTokens,
  type Usage,
} from './usage.ts';
export { anyVector, isVector, packFloats, unpackFloats, type VectorPlace, vectorAs } from './vectors.ts';
export {
  applyRemembered,
  codeOfStatus,
  createErrors,
  type ErrorBodies,
  type Errors,
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
export { type Reading, unexpected, WireObject } from './wire-object.ts';
export { matchPath, matchPaths } from './wire-path.ts';
