/** Room `errors`: the error table, the one error class, and what to suggest to whoever misspelt a name. */
export { didYouMean } from './did-you-mean.ts';
export { type ErrorCode, type ErrorRow, errorTable, type Fault, type Retry } from './error-table.ts';
export { hasBrand } from './has-brand.ts';
export {
  type ErrorDetails,
  KeelsonError,
  type KeelsonErrorOptions,
  toKeelsonError,
  type VendorError,
} from './keelson-error.ts';
