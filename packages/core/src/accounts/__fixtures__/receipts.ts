/** Receipts and logs for the tests of this room; they are those of the room that proves them. */
export { makeExport, makeKey, makeReceipt, nodeCrypto, noon } from '../../receipts/__fixtures__/index.ts';
