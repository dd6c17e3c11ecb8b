/** Room `receipts`: issuing, keys, and what goes out. Shape and verification are core's. */
export { type ExportWish, exportReceipts, proveReceipt } from './export-receipts.ts';
export { holdSigningKey, type KeyHolder, type KeySettings } from './key-holder.ts';
export { nodeCrypto } from './node-crypto.ts';
export { createReceiptIssuer, type IssuerSettings, type ReceiptIssuer } from './receipt-issuer.ts';
export { canonicalText, type ReceiptExtras, receiptIdOf } from './render-receipt.ts';
