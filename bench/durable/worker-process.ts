// A worker of the benchmark in a process of its own: it is ready, goes when it is told to, and stops when it is told to.
import { openStorage, silentLog, systemClock } from '@keelson/engine';
import { type BenchTask, openBenchRuns, threeSteps } from './bench-runs.ts';

const { target, concurrency } = JSON.parse(process.argv[2] ?? '') as BenchTask;
const storage = await openStorage(target, { clock: systemClock, log: silentLog });
const runs = openBenchRuns(storage);
// Loads the engine before anything is measured.
await (await runs.openWorker({ flows: [{ ...threeSteps, name: 'other' }] })).close();
process.on('message', async (word) => {
  if (word === 'go') {
    await runs.openWorker({ flows: [threeSteps], concurrency });
    return;
  }
  process.exit();
});
process.send?.('ready');
