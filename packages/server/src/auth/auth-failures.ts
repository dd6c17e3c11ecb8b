// How often an address has shown a wrong key lately. Beyond a bound it is told to wait; whoever shows a good key is never
// asked about this.
import { isIPv6 } from 'node:net';
import { KeelsonError } from '@keelson/core';
import type { Clock } from '@keelson/engine';

export interface AuthFailures {
  /** Counts a refusal and gives what the caller is told: that refusal, or that there were too many. */
  note(address: string, refusal: KeelsonError): KeelsonError;
}

export interface AuthFailureSettings {
  readonly clock: Pick<Clock, 'elapsed'>;
  /** Refusals of one address in a window before it is told to wait. */
  readonly most?: number;
  readonly windowMs?: number;
  /** Addresses that are remembered; whoever has been quiet for longest is forgotten first. */
  readonly maxAddresses?: number;
}

interface Seen {
  readonly since: number;
  count: number;
}

export function createAuthFailures(settings: AuthFailureSettings): AuthFailures {
  const { clock, most = 30, windowMs = 60_000, maxAddresses = 10_000 } = settings;
  const seen = new Map<string, Seen>();
  const countOf = (address: string, now: number): Seen => {
    const known = seen.get(address);
    seen.delete(address);
    const fresh = known === undefined || now - known.since >= windowMs ? { since: now, count: 0 } : known;
    if (seen.size >= maxAddresses) seen.delete(seen.keys().next().value as string);
    seen.set(address, fresh);
    return fresh;
  };
  return {
    note: (address, refusal) => {
      const now = clock.elapsed();
      const entry = countOf(networkOf(address), now);
      entry.count += 1;
      if (entry.count <= most) return refusal;
      const retryAfterMs = Math.max(1000, Math.ceil(entry.since + windowMs - now));
      return new KeelsonError('rate_limited', 'This address has shown too many wrong keys.', {
        hint: 'Correct the key, and wait for the time in retry-after.',
        details: { retryAfterMs },
      });
    },
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
