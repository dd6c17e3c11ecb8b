/** What a caller is told of the budgets above its call: how much is left, in our words and in those of its own library. */
import { formatDollars } from '@keelson/core';
import type { CallState } from './call-state.ts';

/** Of the limit that has the least left, as this process knows; others may have used some of it since. */
export function addLimitHeaders(headers: Record<string, string>, state: CallState): void {
  const { reservation, downgradedTo, asked } = state;
  if (downgradedTo !== undefined)
    headers['x-keelson-downgraded'] = downgradedTo.replace(/[^\x20-\x7e]/g, '?');
  if (reservation === undefined) return;
  let money: number | undefined;
  const isAnthropic = asked.dialect.name === 'anthropic-messages';
  const least: Record<string, number> = {};
  for (const slice of reservation.slices) {
    const { measure, limit, policy, id } = slice.account.budget;
    const { remaining } = slice;
    if (policy === 'warn' && remaining === 0) headers['x-keelson-budget-warning'] = id;
    if (measure === 'money') money = money === undefined ? remaining : Math.min(money, remaining);
    if (measure !== 'requests' && measure !== 'tokens') continue;
    if (remaining >= (least[measure] ?? Number.POSITIVE_INFINITY)) continue;
    least[measure] = remaining;
    const names = isAnthropic
      ? [`anthropic-ratelimit-${measure}-limit`, `anthropic-ratelimit-${measure}-remaining`]
      : [`x-ratelimit-limit-${measure}`, `x-ratelimit-remaining-${measure}`];
    headers[names[0] as string] = String(limit);
    headers[names[1] as string] = String(remaining);
  }
  if (money !== undefined) headers['x-keelson-budget-remaining'] = formatDollars(money);
}
