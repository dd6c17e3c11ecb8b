/** Inserts one call and ends without closing anything; `insert-once.ts PATH`. */
import { silentLog, systemClock } from '../../observability/index.ts';
import { openStorage } from '../index.ts';
import { fullCallRecord } from './call-records.ts';

const [path = ''] = process.argv.slice(2);
const storage = await openStorage({ kind: 'sqlite', path }, { clock: systemClock, log: silentLog });
await storage.calls.insertBatch([fullCallRecord()]);
console.log('written');
