/**
 * Notices when a provider's prompt cache stops helping: the share of input tokens that it read from its cache, lately beside what
 * it was before, for each model. A prompt that begins differently since a release costs a multiple, and no call fails by it.
 */
import type { CallRecord } from './call-record.ts';
import type { Clock } from './clock.ts';

/** In the shape of a budget's alert: what of what was used, since when. */
export interface PromptCacheAlert {
  readonly kind: 'prompt_cache';
  /** `provider:model`. */
  readonly subject: string;
  readonly provider: string;
  readonly model: string;
  /** Milliseconds since 1970, here and below: the beginning of what is called lately. */
  readonly startsAt: number;
  readonly at: number;
  /** Input tokens lately, and those of them that came from the cache. */
  readonly amount: number;
  readonly used: number;
  /** The share from the cache lately, and before, from 0 to 1. */
  readonly share: number;
  readonly usualShare: number;
}

export interface PromptCacheWatchSettings {
  readonly clock: Clock;
  onAlert(alert: PromptCacheAlert): void;
}

const minuteMs = 60_000;
/** Lately, and the time before that it is compared with. */
const recentMinutes = 10;
const baselineMinutes = 120;
const slots = recentMinutes + baselineMinutes;
/** Below these there is too little to say anything. */
const leastRecentTokens = 50_000;
const leastRecentAttempts = 20;
const leastBaselineTokens = 200_000;
/** A cache that hardly ever helped cannot stop helping. */
const leastUsualShare = 0.05;
const alarmBelow = 0.5;
/** So that a share that wavers around one half does not alarm again and again. */
const quietFrom = 0.75;
const mostTargets = 300;

/** Fed with batches of records that are kept, and so not on the way of any call. Each process sees its own calls. */
export class PromptCacheWatch {
  readonly #settings: PromptCacheWatchSettings;
  readonly #targets = new Map<string, Target>();

  constructor(settings: PromptCacheWatchSettings) {
    this.#settings = settings;
  }

  count(records: readonly CallRecord[]): void {
    const now = this.#settings.clock.now();
    const minute = Math.floor(now / minuteMs);
    const touched = new Set<Target>();
    for (const { attempts } of records) {
      for (const { provider, model, usage } of attempts) {
        const { total, cacheRead } = usage?.input ?? {};
        // What a provider does not tell is no miss.
        if (total === undefined || cacheRead === undefined) continue;
        const target = this.#find(provider, model);
        if (target === undefined) continue;
        target.add(minute, total, cacheRead);
        touched.add(target);
      }
    }
    for (const target of touched) this.#look(target, minute, now);
  }

  /** Models that have enough calls to be judged, and whether their cache has stopped helping. */
  *states(): Iterable<{ readonly provider: string; readonly model: string; readonly isDown: boolean }> {
    const minute = Math.floor(this.#settings.clock.now() / minuteMs);
    for (const { provider, model, isDown, isJudged, lastMinute } of this.#targets.values())
      if (isJudged && minute - lastMinute < recentMinutes) yield { provider, model, isDown };
  }

  #find(provider: string, model: string): Target | undefined {
    const key = `${provider}:${model}`;
    const known = this.#targets.get(key);
    if (known !== undefined || this.#targets.size >= mostTargets) return known;
    const target = new Target(provider, model);
    this.#targets.set(key, target);
    return target;
  }

  #look(target: Target, minute: number, now: number): void {
    const recent = target.sum(minute - recentMinutes + 1, minute);
    const before = target.sum(minute - slots + 1, minute - recentMinutes);
    target.isJudged = isEnough(recent, before);
    if (!target.isJudged) return;
    const share = recent.read / recent.tokens;
    const usualShare = before.read / before.tokens;
    const isDown =
      usualShare >= leastUsualShare && share < usualShare * (target.isDown ? quietFrom : alarmBelow);
    const isNew = isDown && !target.isDown;
    target.isDown = isDown;
    if (!isNew) return;
    const { provider, model } = target;
    this.#settings.onAlert({
      ...{
        kind: 'prompt_cache',
        subject: `${provider}:${model}`,
        provider,
        model,
        share,
        usualShare,
        at: now,
      },
      startsAt: (minute - recentMinutes + 1) * minuteMs,
      ...{ amount: recent.tokens, used: recent.read },
    });
  }
}

interface Sum {
  tokens: number;
  read: number;
  attempts: number;
}

function isEnough(recent: Sum, before: Sum): boolean {
  if (recent.tokens < leastRecentTokens || recent.attempts < leastRecentAttempts) return false;
  return before.tokens >= leastBaselineTokens;
}

/** The minutes of one model, each in its place of a ring. */
class Target {
  readonly provider: string;
  readonly model: string;
  isDown = false;
  isJudged = false;
  lastMinute = 0;
  readonly #minutes = new Float64Array(slots).fill(-1);
  readonly #tokens = new Float64Array(slots);
  readonly #read = new Float64Array(slots);
  readonly #attempts = new Float64Array(slots);

  constructor(provider: string, model: string) {
    this.provider = provider;
    this.model = model;
  }

  add(minute: number, tokens: number, read: number): void {
    const at = minute % slots;
    this.lastMinute = minute;
    if (this.#minutes[at] !== minute) {
      this.#minutes[at] = minute;
      this.#tokens[at] = 0;
      this.#read[at] = 0;
      this.#attempts[at] = 0;
    }
    (this.#tokens[at] as number) += tokens;
    // Two numbers of a provider's need not fit together.
    (this.#read[at] as number) += Math.min(read, tokens);
    (this.#attempts[at] as number) += 1;
  }

  /** Both ends included. */
  sum(from: number, to: number): Sum {
    const sum: Sum = { tokens: 0, read: 0, attempts: 0 };
    for (let at = 0; at < slots; at++) {
      const minute = this.#minutes[at] as number;
      if (minute < from || minute > to) continue;
      sum.tokens += this.#tokens[at] as number;
      sum.read += this.#read[at] as number;
      sum.attempts += this.#attempts[at] as number;
    }
    return sum;
  }
}
