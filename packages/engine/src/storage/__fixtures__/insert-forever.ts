/** Inserts batches until it is killed; `insert-forever.ts sqlite PATH` or `insert-forever.ts postgres URL`. */
import { silentLog, systemClock } from '../../observability/index.ts';
import { openStorage } from '../index.ts';
import { fullCallRecord } from './call-records.ts';

const [kind, place = ''] = process.argv.slice(2);
const target = kind === 'sqlite' ? ({ kind, path: place } as const) : ({ kind: 'postgres', url: place } as const);
const storage = await openStorage(target, { clock: systemClock, log: silentLog });
for (let batch = 0; ; batch++) {
  const records = Array.from({ length: 1 + (batch % 90) }, (_, index) =>
    fullCallRecord({ workspace: `worker ${process.pid}`, keyId: `key_${index % 7}`, alias: `alias ${batch % 3}` }),
  );
  await storage.calls.insertBatch(records);
  // Each line is a promise: these calls are there, whatever happens next.
  console.log(records.length);
  // SQLite gives a turn to whoever asks at the right moment: without a gap, the other writer might never have one.
  await systemClock.sleep(1);
}
