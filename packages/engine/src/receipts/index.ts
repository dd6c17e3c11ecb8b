/** Room `receipts`: issuing, keys, and what goes out. Shape and verification are core's. */
export { type ExportWish, exportReceipts, proveReceipt } from './export-receipts.ts';
export { holdSigningKey, type KeyHolder, type KeySettings } from './key-holder.ts';
export {
  type ReceiptKeySurroundings,
  receiptKeysFromEnvironment,
  rotateReceiptKey,
} from './keys-from-environment.ts';
export { nodeCrypto } from './node-crypto.ts';
export { type PublicKeyForms, publicKeyForms } from './public-key-forms.ts';
export { createReceiptIssuer, type IssuerSettings, type ReceiptIssuer } from './receipt-issuer.ts';
export { canonicalText, type ReceiptExtras, receiptIdOf } from './render-receipt.ts';
export { findSigningKeyFile, writeSigningKey } from './signing-key.ts';
export {
  draftStatement,
  issueStatement,
  type StatementDeps,
  type StatementDraft,
  type StatementWish,
  storeReceiptCopy,
} from './statements.ts';
