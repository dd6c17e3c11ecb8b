/** Room `own-format`: the canonical model as it is, on the wire: what our own clients speak. It loses nothing. */
export {
  parseFailure,
  parseFrame,
  parseMessage,
  parseOrder,
  parseReport,
  parseVectors,
  renderChat,
  renderEmbed,
  renderRerank,
} from './outbound.ts';
export { ownDialects } from './own-dialects.ts';
export { type CallCost, type CallReport, name as ownFormat, type ReportedAttempt } from './wire.ts';
