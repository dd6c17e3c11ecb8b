/**
 * Statistics of blocks in the database, a store for each workspace: any number of processes add to the same figures. What waits
 * is written about every second and when it is closed; a kill loses at most that, and nothing is counted twice.
 */
import type { Clock, Log } from '../../observability/index.ts';
import type { Storage } from '../../storage/index.ts';
import { usualKeptDays } from './days-kept.ts';
import { WorkspaceStats } from './workspace-stats.ts';

export interface StatsDatabaseSettings {
  readonly storage: Pick<Storage, 'blockStats'>;
  readonly clock: Clock;
  readonly log: Log;
  /** A UUID: no two processes may have the same. */
  readonly newId: () => string;
  /** 90 when left out; older days are removed by the storage's own retention. */
  readonly keptDays?: number;
  /** 1,000 when left out. */
  readonly writeEveryMs?: number;
  /** 10,000 when left out. */
  readonly readEveryMs?: number;
  /** Days of blocks that may wait to be written in each workspace, while nothing can be; 5,000 when left out. */
  readonly mostWaiting?: number;
}

/** For all that could not be written before the end. */
const patienceMs = 3000;

export class StatsDatabase {
  readonly #settings: StatsDatabaseSettings;
  readonly #stores = new Map<string, WorkspaceStats>();
  #stop: (() => void) | undefined;
  #isWorking = false;
  #isClosed = false;

  /** Nothing is read before somebody asks. */
  constructor(settings: StatsDatabaseSettings) {
    this.#settings = settings;
  }

  /** The same store each time. Ask `load` of it before an estimate that should know what other processes have counted. */
  forWorkspace(workspace: string): WorkspaceStats {
    const known = this.#stores.get(workspace);
    if (known !== undefined) return known;
    if (this.#isClosed) throw new Error('The statistics are closed.');
    const { storage, clock, log, newId, keptDays = usualKeptDays } = this.#settings;
    const { writeEveryMs = 1000, readEveryMs = 10_000, mostWaiting = 5000 } = this.#settings;
    const bounds = { keptDays, readEveryMs, mostWaiting };
    const table = storage.blockStats;
    const store = new WorkspaceStats({ workspace, table, clock, log, writer: newId(), ...bounds });
    this.#stores.set(workspace, store);
    this.#stop ??= clock.every(writeEveryMs, () => void this.#work());
    return store;
  }

  /** Writes what waits in all workspaces. It never rejects: what cannot be written waits on. */
  async flush(): Promise<void> {
    for (const store of this.#stores.values()) await store.flush();
  }

  /** Before the storage is closed. What cannot be written now is lost, and the log says how much. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stop?.();
    const giveUpAt = this.#settings.clock.elapsed() + patienceMs;
    await Promise.all([...this.#stores.values()].map((store) => store.close(giveUpAt)));
  }

  /** One workspace after the other: statistics take one connection of the pool, and calls have the rest. */
  async #work(): Promise<void> {
    if (this.#isWorking) return;
    this.#isWorking = true;
    try {
      for (const store of this.#stores.values()) await store.work();
    } finally {
      this.#isWorking = false;
    }
  }
}
