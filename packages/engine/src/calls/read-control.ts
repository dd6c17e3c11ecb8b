/** What a caller may ask of the gateway itself, one value at a time; where the values stand is not known here. */
import { KeelsonError } from '@keelson/core';
import { maxCacheTtlSeconds } from '../routing/index.ts';
import type { CallControls } from './asked-call.ts';

/** Where a value stood: `field` for programs, `says` for people. */
interface Place {
  readonly field: string;
  readonly says: string;
}

type Reader = (value: string, place: Place) => Partial<CallControls>;

/** Undefined where nothing is called so. */
export function readControl(name: string, value: string, place: Place): Partial<CallControls> | undefined {
  return Object.hasOwn(readers, name) ? (readers[name] as Reader)(value, place) : undefined;
}

const cacheWishes = ['use', 'bypass', 'refresh'] as const;
const lossPolicies = ['allow', 'warn', 'strict'] as const;

const readers: Readonly<Record<string, Reader>> = {
  losses: (value, place) => {
    const lossPolicy = lossPolicies.find((policy) => policy === value);
    if (lossPolicy === undefined) throw invalid(place, lossPolicies.join(', '));
    return { lossPolicy };
  },
  session: (value) => ({ sessionId: value.slice(0, 200) }),
  profile: (value) => ({ profile: value.slice(0, 200) }),
  tags: (value, place) => ({ tags: readTags(value, place) }),
  deadline_ms: (value, place) => {
    if (!/^[1-9]\d{0,7}$/.test(value)) throw invalid(place, 'a number of milliseconds');
    return { deadlineMs: Number(value) };
  },
  fallback: (value, place) => {
    if (value !== 'on' && value !== 'off') throw invalid(place, 'on or off');
    return { mayFallBack: value === 'on' };
  },
  cache: (value, place) => {
    const cache = cacheWishes.find((wish) => wish === value);
    if (cache === undefined) throw invalid(place, cacheWishes.join(', '));
    return { cache };
  },
  cache_ttl: (value, place) => {
    const seconds = /^\d{1,8}$/.test(value) ? Number(value) : 0;
    if (seconds < 1 || seconds > maxCacheTtlSeconds)
      throw invalid(place, `a number of seconds from 1 to ${maxCacheTtlSeconds} (30 days)`);
    return { cacheTtlSeconds: seconds };
  },
  receipt: (value, place) => {
    if (value !== 'include') throw invalid(place, 'include');
    return { wantsReceipt: true };
  },
};

/** In the order in which they are told. */
export const controlNames: readonly string[] = Object.keys(readers);

const maxTags = 16;

/** `team=search, feature=answers`. */
function readTags(text: string, place: Place): Record<string, string> {
  const pairs = text.split(',').map((pair) => pair.trim().split('='));
  const isValid = pairs.every(
    ([name, value]) => /^[\w.-]{1,64}$/.test(name ?? '') && (value ?? '').length <= 200,
  );
  if (!isValid || pairs.length > maxTags) throw invalid(place, `up to ${maxTags} pairs like team=search`);
  return Object.fromEntries(pairs.map(([name, ...value]) => [name, value.join('=')]));
}

function invalid({ field, says }: Place, expected: string): KeelsonError {
  return new KeelsonError('invalid_request', `${says} must be ${expected}.`, {
    details: { field, expected },
  });
}
