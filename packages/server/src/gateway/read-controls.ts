// What a caller asks of the gateway itself, in headers that no vendor has.
import type { IncomingHttpHeaders } from 'node:http';
import { KeelsonError } from '@keelson/core';
import type { CallControls } from '@keelson/engine';

const none: CallControls = { tags: {} };

export function readControls(headers: IncomingHttpHeaders): CallControls {
  let controls: CallControls | undefined;
  for (const name in headers) {
    if (!name.startsWith('x-keelson-')) continue;
    const read = readers[name];
    if (read !== undefined) controls = { ...(controls ?? none), ...read(String(headers[name])) };
  }
  return controls ?? none;
}

const lossPolicies = ['allow', 'warn', 'strict'] as const;

const readers: Readonly<Record<string, (value: string) => Partial<CallControls>>> = {
  'x-keelson-losses': (value) => {
    const lossPolicy = lossPolicies.find((policy) => policy === value);
    if (lossPolicy === undefined) throw invalid('x-keelson-losses', lossPolicies.join(', '));
    return { lossPolicy };
  },
  'x-keelson-session': (value) => ({ sessionId: value.slice(0, 200) }),
  'x-keelson-tags': (value) => ({ tags: readTags(value) }),
  'x-keelson-deadline-ms': (value) => {
    if (!/^\d{1,8}$/.test(value)) throw invalid('x-keelson-deadline-ms', 'a number of milliseconds');
    return { deadlineMs: Number(value) };
  },
  'x-keelson-receipt': (value) => {
    if (value !== 'include') throw invalid('x-keelson-receipt', 'include');
    return { wantsReceipt: true };
  },
  'x-keelson-fallback': (value) => {
    if (value !== 'on' && value !== 'off') throw invalid('x-keelson-fallback', 'on or off');
    return { mayFallBack: value === 'on' };
  },
};

const maxTags = 16;

/** `team=search, feature=answers`. */
function readTags(text: string): Record<string, string> {
  const pairs = text.split(',').map((pair) => pair.trim().split('='));
  const isValid = pairs.every(
    ([name, value]) => /^[\w.-]{1,64}$/.test(name ?? '') && (value ?? '').length <= 200,
  );
  if (!isValid || pairs.length > maxTags)
    throw invalid('x-keelson-tags', `up to ${maxTags} pairs like team=search`);
  return Object.fromEntries(pairs.map(([name, ...value]) => [name, value.join('=')]));
}

function invalid(field: string, expected: string): KeelsonError {
  return new KeelsonError('invalid_request', `The header ${field} must be ${expected}.`, {
    details: { field, expected },
  });
}
