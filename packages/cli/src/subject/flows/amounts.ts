/** Money, time and counts of runs and estimates, as short text. What is not known is told as such, never as nothing. */
import { formatDollars } from '@keelson/core';

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

export const unknown = 'unknown';

export const moneyText = (nanoDollars: number | null | undefined): string =>
  nanoDollars === null || nanoDollars === undefined ? unknown : `$${formatDollars(nanoDollars)}`;

export function timeText(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return unknown;
  if (ms < secondMs) return `${Math.round(ms)} ms`;
  if (ms < minuteMs) return `${(ms / secondMs).toFixed(1)} s`;
  if (ms < hourMs) return `${Math.floor(ms / minuteMs)} min ${Math.floor((ms % minuteMs) / secondMs)} s`;
  if (ms < dayMs) return `${Math.floor(ms / hourMs)} h ${Math.floor((ms % hourMs) / minuteMs)} min`;
  return `${Math.floor(ms / dayMs)} d ${Math.floor((ms % dayMs) / hourMs)} h`;
}

/** At most two decimals: an expectation is no count. */
export const countText = (count: number | null): string =>
  count === null ? unknown : String(Math.round(count * 100) / 100);

export const momentText = (at: number): string => new Date(at).toISOString();
