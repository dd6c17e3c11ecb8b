/** Opens a storage and says how that went; `open-once.ts sqlite PATH`, `open-once.ts postgres URL`, then a time to start at, then a user. */
import { KeelsonError } from '@keelson/core';
import { createLog, systemClock } from '../../observability/index.ts';
import { openStorage } from '../index.ts';

const [kind, place = '', startAt = '0', user] = process.argv.slice(2);
const target = kind === 'sqlite' ? ({ kind, path: place } as const) : ({ kind: 'postgres', url: place } as const);
const migrated: unknown[] = [];
const log = createLog({ level: 'info', write: (line) => migrated.push(JSON.parse(line).schema) });

// Only now, when all files of ours have been read: that user may have no right to.
if (user !== undefined && process.getuid?.() === 0) process.setuid?.(user);
await systemClock.sleep(Math.max(0, Number(startAt) - Date.now()));
try {
  const storage = await openStorage(target, { clock: systemClock, log });
  await storage.ping();
  await storage.close();
  console.log(JSON.stringify({ migrated }));
} catch (error) {
  console.log(JSON.stringify(KeelsonError.is(error) ? { code: error.code, message: error.message, hint: error.hint } : { error: String(error) }));
}
