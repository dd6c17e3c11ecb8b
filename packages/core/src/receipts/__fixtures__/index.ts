/** Logs and exports of receipts for the tests of other rooms. */
export { makeExport, makeKey, makeReceipt, nodeCrypto, noon } from './make-log.ts';
