/** What a caller may ask of the gateway itself, one value at a time; where the values stand is not known here. */
import { KeelsonError } from '@keelson/core';
import type { CallControls } from './asked-call.ts';

type Reader = (value: string, field: string) => Partial<CallControls>;

/** Undefined where nothing is called so. `field` is where the value stood, for errors. */
export function readControl(name: string, value: string, field: string): Partial<CallControls> | undefined {
  return Object.hasOwn(readers, name) ? (readers[name] as Reader)(value, field) : undefined;
}

const lossPolicies = ['allow', 'warn', 'strict'] as const;

const readers: Readonly<Record<string, Reader>> = {
  losses: (value, field) => {
    const lossPolicy = lossPolicies.find((policy) => policy === value);
    if (lossPolicy === undefined) throw invalid(field, lossPolicies.join(', '));
    return { lossPolicy };
  },
  session: (value) => ({ sessionId: value.slice(0, 200) }),
  tags: (value, field) => ({ tags: readTags(value, field) }),
  deadline_ms: (value, field) => {
    if (!/^\d{1,8}$/.test(value)) throw invalid(field, 'a number of milliseconds');
    return { deadlineMs: Number(value) };
  },
  fallback: (value, field) => {
    if (value !== 'on' && value !== 'off') throw invalid(field, 'on or off');
    return { mayFallBack: value === 'on' };
  },
};

/** In the order in which they are told. */
export const controlNames: readonly string[] = Object.keys(readers);

const maxTags = 16;

/** `team=search, feature=answers`. */
function readTags(text: string, field: string): Record<string, string> {
  const pairs = text.split(',').map((pair) => pair.trim().split('='));
  const isValid = pairs.every(
    ([name, value]) => /^[\w.-]{1,64}$/.test(name ?? '') && (value ?? '').length <= 200,
  );
  if (!isValid || pairs.length > maxTags) throw invalid(field, `up to ${maxTags} pairs like team=search`);
  return Object.fromEntries(pairs.map(([name, ...value]) => [name, value.join('=')]));
}

function invalid(field: string, expected: string): KeelsonError {
  return new KeelsonError('invalid_request', `${field} must be ${expected}.`, {
    details: { field, expected },
  });
}
