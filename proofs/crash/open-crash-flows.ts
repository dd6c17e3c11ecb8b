// Flows as every process of the proof opens them: the same signer, quick to notice a death.
import {
  createEnvironment,
  createIds,
  createSigner,
  type Flows,
  openFlows,
  parseMasterKeys,
  type RunWorker,
  Secret,
  type Storage,
  silentLog,
  systemClock,
  systemRandom,
} from '@keelson/engine';
import { crashFlow } from './crash-flows.ts';

const leaseMs = 300;

export function openCrashFlows(storage: Storage, notes: string): Flows {
  const environment = createEnvironment();
  return openFlows({
    storage,
    clock: systemClock,
    log: silentLog,
    newId: createIds(systemClock, systemRandom),
    signer: createSigner(parseMasterKeys(new Secret('5a'.repeat(32))), 'approvals'),
    host: `process ${process.pid}`,
    environmentOf: () => environment,
    code: { flows: [crashFlow(notes)] },
  });
}

export function openCrashWorker(flows: Flows): Promise<RunWorker> {
  return flows.openWorker({ concurrency: 4, leaseMs, pollMs: 15 });
}
