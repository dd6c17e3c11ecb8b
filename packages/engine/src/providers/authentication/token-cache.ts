/** One token for many callers: kept until shortly before it ends, and fetched once however many wait for it. */
import type { Clock } from '../../observability/index.ts';
import type { Token } from './fetch-token.ts';

/** A new one is fetched in the background while the old one still holds for this long. */
const renewBeforeMs = 5 * 60_000;
/** Not used any more: it could end on its way. */
const spareMs = 30_000;
/** How long a failure answers for the next callers, so that a wrong key is no flood of requests. */
const failureHoldsMs = 1_000;

export function createTokenCache(
  clock: Pick<Clock, 'now'>,
  fetchNew: () => Promise<Token>,
): () => string | Promise<string> {
  let value = '';
  let endsAt = 0;
  let failedAt = Number.NEGATIVE_INFINITY;
  let failure: unknown;
  let fetching: Promise<string> | undefined;

  const renew = async (): Promise<string> => {
    try {
      const token = await fetchNew();
      value = token.value;
      endsAt = clock.now() + token.lastsMs;
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
    const isUsable = now < endsAt - spareMs;
    if (isUsable && now < endsAt - renewBeforeMs) return value;
    if (fetching === undefined && now - failedAt < failureHoldsMs) {
      return isUsable ? value : Promise.reject(failure);
    }
    fetching ??= renew();
    if (!isUsable) return fetching;
    // Nobody waits for it, and whoever comes after the old one's end is told of a failure.
    fetching.catch(() => undefined);
    return value;
  };
}
