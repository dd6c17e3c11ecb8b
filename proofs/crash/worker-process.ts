// A worker of the proof in a process of its own, which kills itself at the write that its parent names.
import { openStorage, type StorageTarget, silentLog, systemClock } from '@keelson/engine';
import { type Deadly, makeDeadly } from './deadly-storage.ts';
import { openCrashFlows, openCrashWorker } from './open-crash-flows.ts';

const [target = ''] = process.argv.slice(2);
const storage = await openStorage(JSON.parse(target) as StorageTarget, {
  clock: systemClock,
  log: silentLog,
});
process.on('message', (deadly: Deadly) => {
  void openCrashWorker(openCrashFlows(makeDeadly(storage, deadly), deadly.notes));
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
