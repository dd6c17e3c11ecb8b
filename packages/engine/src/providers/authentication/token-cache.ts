/** One token for many callers: kept until shortly before it ends, and fetched once however many wait for it. */
import type { Clock } from '../../observability/index.ts';

/** A new one is fetched in the background while the old one still holds for this long. */
const renewBeforeMs = 5 * 60_000;
/** Not used any more: it could end on its way. */
const spareMs = 30_000;
/** How long a failure answers for the next callers, so that a wrong key is no flood of requests. */
const failureHoldsMs = 1_000;
/** Some services give the same token again until it has nearly ended; they are not asked with every call. */
const renewedHoldsMs = 10_000;

interface Lasting<Value> {
  readonly value: Value;
  readonly lastsMs: number;
}

export function createTokenCache<Value extends string | object>(
  clock: Pick<Clock, 'now'>,
  fetchNew: () => Promise<Lasting<Value>>,
): () => Value | Promise<Value> {
  let kept: Value | undefined;
  let endsAt = 0;
  let renewedAt = Number.NEGATIVE_INFINITY;
  let failedAt = Number.NEGATIVE_INFINITY;
  let failure: unknown;
  let fetching: Promise<Value> | undefined;

  const renew = async (): Promise<Value> => {
    try {
      const { value, lastsMs } = await fetchNew();
      kept = value;
      renewedAt = clock.now();
      endsAt = renewedAt + lastsMs;
      return value;
    } catch (cause) {
      failedAt = clock.now();
      failure = cause;
      throw cause;
    } finally {
      fetching = undefined;
    }
  };

  return () => {
    const now = clock.now();
    const usable = now < endsAt - spareMs ? kept : undefined;
    if (usable !== undefined && (now < endsAt - renewBeforeMs || now - renewedAt < renewedHoldsMs))
      return usable;
    if (fetching === undefined && now - failedAt < failureHoldsMs) return usable ?? Promise.reject(failure);
    fetching ??= renew();
    if (usable === undefined) return fetching;
    // Nobody waits for it, and whoever comes after the old one's end is told of a failure.
    fetching.catch(() => undefined);
    return usable;
  };
}
