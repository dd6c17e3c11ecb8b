/** Verification of receipts, loaded when it is asked for: most applications never do. */
export { verifyReceipt } from '@keelson/core';
