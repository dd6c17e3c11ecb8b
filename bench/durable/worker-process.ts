// A worker of the benchmark in a process of its own: it is ready, works when it is told to, and says what CPU time that took.
import { openStorage, silentLog, systemClock } from '@keelson/engine';
import { type BenchTask, openBenchFlows } from './bench-flows.ts';

const { target, concurrency } = JSON.parse(process.argv[2] ?? '') as BenchTask;
const storage = await openStorage(target, { clock: systemClock, log: silentLog });
const flows = openBenchFlows(storage);
// Loads the engine before anything is measured.
await (await flows.openWorker({ concurrency })).close();
let before = process.cpuUsage();
process.on('message', async (word) => {
  if (word === 'go') {
    before = process.cpuUsage();
    await flows.openWorker({ concurrency });
    return;
  }
  const { user, system } = process.cpuUsage(before);
  process.send?.({ cpuMs: (user + system) / 1000 });
  await flows.close();
  await storage.close();
  process.exit();
});
// Whoever measured is gone.
process.on('disconnect', () => process.exit());
process.send?.('ready');
