/** What a caller is told of the budgets above its call: how much is left, in our words and in those of its own library. */
import { formatDollars } from '@keelson/core';
import type { Account, Touch } from '../limits/index.ts';
import type { CallState } from './call-state.ts';

type Slice = ReturnType<Account['sliceAt']>;

/** Of the limit that has the least left, as this process knows; others may have used some of it since. */
export function addLimitHeaders(headers: Record<string, string>, state: CallState): void {
  const { touches, reservation, downgradedTo, asked, parts } = state;
  if (downgradedTo !== undefined)
    headers['x-keelson-downgraded'] = downgradedTo.replace(/[^\x20-\x7e]/g, '?');
  if (touches === undefined || touches.length === 0) return;
  const now = parts.clock.now();
  const least: { money?: Slice; requests?: Slice; tokens?: Slice; concurrency?: Slice } = {};
  for (let index = 0; index < touches.length; index += 1) {
    const { account } = touches[index] as Touch;
    const slice = reservation?.slices[index] ?? account.sliceAt(now);
    // Of a window that nobody has asked for yet nothing is known.
    if (slice.seen === undefined) continue;
    const { measure, policy, id } = account.budget;
    if (policy === 'warn' && slice.remaining === 0) headers['x-keelson-budget-warning'] = id;
    least[measure] = scarcer(least[measure], slice);
  }
  const add = asked.dialect.name === 'anthropic-messages' ? addAnthropic : addUsual;
  const { money, requests, tokens } = least;
  if (requests !== undefined) add(headers, 'requests', requests, now);
  if (tokens !== undefined) add(headers, 'tokens', tokens, now);
  if (money !== undefined) headers['x-keelson-budget-remaining'] = formatDollars(money.remaining);
}

function scarcer(one: Slice | undefined, other: Slice): Slice {
  return one === undefined || other.remaining < one.remaining ? other : one;
}

type Measure = 'requests' | 'tokens';
type Headers = Record<string, string>;

/** As OpenAI names them, and many others after it. */
function addUsual(headers: Headers, measure: Measure, slice: Slice, now: number): void {
  headers[`x-ratelimit-limit-${measure}`] = String(slice.account.budget.limit);
  headers[`x-ratelimit-remaining-${measure}`] = String(slice.remaining);
  const seconds = Math.max(0, Math.ceil((slice.endsAt - now) / 1000));
  setOrRemove(headers, `x-ratelimit-reset-${measure}`, isEndless(slice) ? undefined : `${seconds}s`);
}

function addAnthropic(headers: Headers, measure: Measure, slice: Slice): void {
  headers[`anthropic-ratelimit-${measure}-limit`] = String(slice.account.budget.limit);
  headers[`anthropic-ratelimit-${measure}-remaining`] = String(slice.remaining);
  const end = isEndless(slice) ? undefined : new Date(slice.endsAt).toISOString();
  setOrRemove(headers, `anthropic-ratelimit-${measure}-reset`, end);
}

function isEndless({ account }: Slice): boolean {
  return account.budget.window === 'total';
}

/** What the provider said of its own limit must not stand beside ours. */
function setOrRemove(headers: Headers, name: string, value: string | undefined): void {
  if (value !== undefined) headers[name] = value;
  else if (name in headers) delete headers[name];
}
