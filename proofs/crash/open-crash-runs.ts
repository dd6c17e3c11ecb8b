// Durable runs as every process of the proof opens them: the same signer, quick to notice a death.
import {
  createIds,
  createSigner,
  type DurableRuns,
  openDurableRuns,
  parseMasterKeys,
  type RunWorker,
  Secret,
  type Storage,
  silentLog,
  systemClock,
  systemRandom,
} from '@keelson/engine';
import { crashFlows } from './crash-flows.ts';

const leaseMs = 300;

export function openCrashRuns(storage: Storage): DurableRuns {
  return openDurableRuns({
    storage,
    clock: systemClock,
    log: silentLog,
    newId: createIds(systemClock, systemRandom),
    signer: createSigner(parseMasterKeys(new Secret('5a'.repeat(32))), 'approvals'),
    host: `process ${process.pid}`,
  });
}

export function openCrashWorker(runs: DurableRuns, notes: string): Promise<RunWorker> {
  return runs.openWorker({ flows: crashFlows(notes), concurrency: 4, leaseMs, pollMs: 15 });
}
