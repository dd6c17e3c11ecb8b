// How often an address has done something lately, in one process. What becomes of whoever does it too often is for others to say.
import { isIPv6 } from 'node:net';
import type { Clock } from '@keelson/engine';

export interface AddressCountSettings {
  readonly clock: Pick<Clock, 'elapsed'>;
  readonly windowMs?: number;
  /** Addresses that are remembered; whoever has been quiet for longest is forgotten first. */
  readonly maxAddresses?: number;
}

interface Counted {
  /** With this one. */
  readonly times: number;
  /** Until the counting begins anew. */
  readonly retryAfterMs: number;
}

interface Seen {
  readonly since: number;
  count: number;
}

export function createAddressCount(settings: AddressCountSettings): (address: string) => Counted {
  const { clock, windowMs = 60_000, maxAddresses = 10_000 } = settings;
  const seen = new Map<string, Seen>();
  const seenOf = (address: string, now: number): Seen => {
    const known = seen.get(address);
    seen.delete(address);
    const fresh = known === undefined || now - known.since >= windowMs ? { since: now, count: 0 } : known;
    if (seen.size >= maxAddresses) seen.delete(seen.keys().next().value as string);
    seen.set(address, fresh);
    return fresh;
  };
  return (address) => {
    const now = clock.elapsed();
    const entry = seenOf(networkOf(address), now);
    entry.count += 1;
    return {
      times: entry.count,
      retryAfterMs: Math.max(1000, Math.ceil(entry.since + windowMs - now)),
    };
  };
}

/** A subscriber of IPv6 has a network of its own, and 2^64 addresses in it. */
function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0');
  const groups = tail === undefined ? before : [...before, ...missing, ...after];
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, '').toLowerCase())
    .join(':');
}
