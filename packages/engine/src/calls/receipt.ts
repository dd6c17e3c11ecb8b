/**
 * Step six of a call: what anybody can verify later. A call that used something gets a receipt, however it ended; it is signed
 * a moment later, together with others.
 */
import { hash } from 'node:crypto';
import type { CallRecord } from '../observability/index.ts';
import type { CallState } from './call-state.ts';
import { DigestingCaller } from './digesting-caller.ts';

export function writeReceipt(record: CallRecord, { asked, caller, parts }: CallState): void {
  const { receipts, log } = parts;
  if (receipts === undefined || record.usage === undefined) return;
  try {
    receipts.issue(record, {
      requestSha256: hash('sha256', asked.wire.body),
      responseSha256: caller instanceof DigestingCaller ? caller.digest() : undefined,
    });
  } catch (error) {
    log.error('A receipt could not be made.', { call: record.id, error });
  }
}
