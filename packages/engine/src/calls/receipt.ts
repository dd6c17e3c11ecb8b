/**
 * Step six of a call: what anybody can verify later. Records are not signed yet; whoever adds receipts makes them here,
 * from the record and nothing else.
 */
import type { CallRecord } from '../observability/index.ts';
import type { EngineParts } from './engine-parts.ts';

export function writeReceipt(_record: CallRecord, _parts: EngineParts): void {}
