/** Room `errors`: the error table and the one error class. */
export { type ErrorCode, type ErrorRow, errorTable, type Fault, type Retry } from './error-table.ts';
export {
  type ErrorDetails,
  KeelsonError,
  type KeelsonErrorOptions,
  toKeelsonError,
  type VendorError,
} from './keelson-error.ts';
