/**
 * Step six of a call: what anybody can verify later. A call that used something gets a receipt, however it ended; it is signed
 * a moment later, together with others.
 */
import { hash } from 'node:crypto';
import type { CallRecord } from '../observability/index.ts';
import type { CallState } from './call-state.ts';

export function writeReceipt(record: CallRecord, { receivedBody, digesting, parts }: CallState): void {
  const { receipts, log } = parts;
  if (receipts === undefined || record.usage === undefined) return;
  try {
    receipts.issue(record, {
      requestSha256: hash('sha256', receivedBody),
      responseSha256: digesting?.digest(),
    });
  } catch (error) {
    log.error('A receipt could not be made.', { call: record.id, error });
  }
}
