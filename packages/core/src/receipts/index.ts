/** Room `receipts`: the shape of receipts, the tree and the chain that prove them, and verification without any server. */
export { decodeEd25519, encodeEd25519, encodeHex } from './byte-text.ts';
export { batchLine, batchLines, cutReceipt, endLine, exportHeader, keyLine } from './export-lines.ts';
export type { ReceiptFault, ReceiptProblem, ReceiptVerdict } from './faults.ts';
export { headBytes, headHash, signedHeadText } from './head.ts';
export {
  buildLevels,
  createLeafHasher,
  hashLeaf,
  hashNode,
  type LeafHasher,
  type MerkleLevels,
  pathOf,
  rootOf,
} from './merkle-tree.ts';
export { findKeyProblem } from './read-parts.ts';
export {
  type BatchReceipt,
  type BatchSelection,
  type BatchSummary,
  type CallReceipt,
  type InclusionPath,
  mostReceiptsPerBatch,
  mostReceiptsPerStatement,
  noHead,
  type Receipt,
  type ReceiptAttempt,
  type ReceiptCost,
  type ReceiptHead,
  type ReceiptId,
  type ReceiptKey,
  type ReceiptLoss,
  type ReceiptProof,
  type ReceiptSums,
  type ReceiptTokens,
  type ReceiptUsage,
  type RepricingReceipt,
  receiptVersion,
  type StoredReceiptCopy,
  type UnsignedHead,
} from './receipt.ts';
export { portableCrypto, type ReceiptCrypto, type SignatureCheck } from './receipt-crypto.ts';
export { type BatchSeal, type SealedBatch, sealBatch } from './seal-batch.ts';
export {
  type ChainQuestion,
  type ChainVerdict,
  type HeadAnchor,
  type LogSummary,
  verifyChain,
} from './verify-chain.ts';
export { type ExportQuestion, type ExportVerdict, readLines, verifyExport } from './verify-export.ts';
export { type ReceiptQuestion, verifyReceipt } from './verify-receipt.ts';
