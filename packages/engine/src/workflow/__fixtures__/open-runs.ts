/** Durable runs over a database of tests, with a clock that a test moves, and a signer that all of them share. */
import type { Clock } from '../../observability/index.ts';
import { createIds, silentLog, systemClock, systemRandom } from '../../observability/index.ts';
import { createSigner, parseMasterKeys, Secret } from '../../secrets/index.ts';
import type { Storage } from '../../storage/index.ts';
import type { DurableRuns, RunWorker, WorkerSettings } from '../durable-runs.ts';
import { openDurableRuns } from '../open-durable-runs.ts';

export const signer = createSigner(parseMasterKeys(new Secret('5a'.repeat(32))), 'approvals');

/** Real time passes; what the clock shows can be moved besides. */
export interface MovedClock extends Clock {
  move(ms: number): void;
}

export function createMovedClock(): MovedClock {
  let moved = 0;
  return {
    ...systemClock,
    now: () => systemClock.now() + moved,
    move: (ms) => {
      moved += ms;
    },
  };
}

export interface OpenedRuns {
  readonly runs: DurableRuns;
  openWorker(settings: WorkerSettings): Promise<RunWorker>;
  close(): Promise<void>;
}

/** Quick to notice whatever happens. */
const quick = { leaseMs: 600, pollMs: 20, graceMs: 100 } as const;

export function openRuns(storage: Storage, clock: Clock, host = 'here'): OpenedRuns {
  const deps = { storage, clock, host, signer, log: silentLog, newId: createIds(clock, systemRandom) };
  const runs = openDurableRuns(deps);
  const workers: RunWorker[] = [];
  return {
    runs,
    openWorker: async (settings) => {
      const worker = await runs.openWorker({ ...quick, ...settings });
      workers.push(worker);
      return worker;
    },
    close: async () => {
      for (const worker of workers) await worker.close();
    },
  };
}
