/** Windows of budgets, in UTC: where each begins and ends. */
import type { Span } from './budget.ts';

export interface Window {
  readonly startsAt: number;
  readonly endsAt: number;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const weekMs = 7 * dayMs;
/** 1970 began on a Thursday; the first Monday was the fifth of January. */
const firstMonday = 4 * dayMs;

/** Of what is counted without any end. */
const endless: Window = { startsAt: 0, endsAt: Number.MAX_SAFE_INTEGER };

export function windowAt(span: Span, at: number): Window {
  switch (span) {
    case 'minute':
      return even(at, minuteMs, 0);
    case 'hour':
      return even(at, hourMs, 0);
    case 'day':
      return even(at, dayMs, 0);
    case 'week':
      return even(at, weekMs, firstMonday);
    case 'month':
      return month(at);
    case 'total':
      return endless;
  }
}

function even(at: number, ms: number, from: number): Window {
  const startsAt = Math.floor((at - from) / ms) * ms + from;
  return { startsAt, endsAt: startsAt + ms };
}

function month(at: number): Window {
  const date = new Date(at);
  const year = date.getUTCFullYear();
  const index = date.getUTCMonth();
  return { startsAt: Date.UTC(year, index), endsAt: Date.UTC(year, index + 1) };
}
