/** Removes what is older than it is to be kept, every hour; how long calls are kept may change. */
import { type Log, systemClock } from '../observability/index.ts';
import type { Storage } from '../storage/index.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

interface SweepSettings {
  readonly storage?: Storage;
  readonly retentionDays?: number;
}

export interface Sweeping {
  setDays(days: number | undefined): void;
  stop(): void;
}

export function sweepEveryHour({ storage, retentionDays }: SweepSettings, log: Log): Sweeping {
  let kept = retentionDays;
  const sweep = (): void => {
    if (storage === undefined) return;
    // What expires by itself goes also where calls are kept for ever.
    const olderThan = kept === undefined ? 0 : systemClock.now() - kept * dayMs;
    storage.retention.sweep({ olderThan }).catch((error: unknown) => {
      log.warn('Old records of calls could not be removed.', { error });
    });
  };
  return {
    setDays: (days) => {
      kept = days;
    },
    stop: storage === undefined ? () => {} : systemClock.every(hourMs, sweep),
  };
}
