/** Room `accounts`: what receipts add up to: statements over many of them, and comparison with a provider's own statement of usage. */
export { checkStatements, type StatementsVerdict } from './check-statements.ts';
export {
  type ProviderExport,
  type ProviderFigures,
  parseProviderExport,
  type UsageVendor,
} from './parse-provider-export.ts';
export { ReceiptTally } from './receipt-tally.ts';
export {
  Reconciler,
  type Reconciliation,
  type ReconciliationDifference,
  type ReconciliationWish,
} from './reconcile.ts';
