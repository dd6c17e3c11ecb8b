// Whether this process should be sent calls: it does not stop, and its database answers in time. What providers do is told but
// decides nothing, because another process would find them the same.
import type { Clock, Log } from '@keelson/engine';

interface ReadinessReport {
  readonly status: 'ready' | 'not_ready' | 'stopping';
  readonly checks: {
    readonly storage: { readonly status: 'ok' | 'failing'; readonly ms: number };
    /** Models that are left alone because they keep failing. */
    readonly circuits: { readonly open: number; readonly half_open: number };
    readonly queue: { readonly waiting: number };
  };
}

export interface Readiness {
  check(): Promise<ReadinessReport>;
  /** From now on it is not ready, whatever else holds. */
  stop(): void;
}

export interface ReadinessParts {
  readonly clock: Clock;
  readonly log: Log;
  /** Rejects when the database does not answer. */
  ping(): Promise<void>;
  circuits(): { readonly open: number; readonly half_open: number };
  waiting(): number;
  /** How long the database may take. */
  readonly withinMs?: number;
  /** How long what was found is told again, so that many who ask cost no more than one. */
  readonly keptMs?: number;
}

type StorageCheck = ReadinessReport['checks']['storage'];

export function createReadiness(parts: ReadinessParts): Readiness {
  const { clock, circuits, waiting, keptMs = 500 } = parts;
  const findStorage = checkStorage(parts);
  let isStopping = false;
  let found: { readonly at: number; readonly storage: Promise<StorageCheck> } | undefined;
  return {
    check: async () => {
      const now = clock.elapsed();
      if (found === undefined || now - found.at > keptMs) found = { at: now, storage: findStorage() };
      const storage = await found.storage;
      const isReady = storage.status === 'ok';
      const readyOrNot = isReady ? 'ready' : 'not_ready';
      const checks = { storage, circuits: circuits(), queue: { waiting: waiting() } };
      return { status: isStopping ? 'stopping' : readyOrNot, checks };
    },
    stop: () => {
      isStopping = true;
    },
  };
}

/** A question that hangs is not asked a second time. */
function checkStorage({ clock, log, ping, withinMs = 1000 }: ReadinessParts): () => Promise<StorageCheck> {
  let asking: Promise<boolean> | undefined;
  return async () => {
    const start = clock.elapsed();
    asking ??= ping()
      .then(
        () => true,
        (error: unknown) => {
          log.warn('The database does not answer.', { error });
          return false;
        },
      )
      .finally(() => {
        asking = undefined;
      });
    const waiting = new AbortController();
    const isOk = await Promise.race([asking, clock.sleep(withinMs, waiting.signal).then(no, no)]);
    waiting.abort();
    return { status: isOk ? 'ok' : 'failing', ms: Math.round(clock.elapsed() - start) };
  };
}

const no = (): boolean => false;
