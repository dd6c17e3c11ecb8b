/**
 * What a provider says about its rate limits, read from the headers of its answers: until when a model is known to take
 * no more calls. It never opens a circuit; whoever hears it goes elsewhere meanwhile.
 */
import type { AttemptLesson } from './plan.ts';

type Headers = NonNullable<AttemptLesson['headers']>;

const second = 1000;
const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: second,
  m: 60 * second,
  h: 3600 * second,
  d: 86_400 * second,
};
/** Nothing a provider says makes us stay away for longer. */
const longestMs = 86_400 * second;
/** After a refusal that does not say how long; each further one in a row doubles it. */
const firstPauseMs = second;
const longestPauseMs = 30 * second;

export class Throttle {
  #emptyUntil = 0;
  #pausedUntil = 0;
  #refusals = 0;

  /** How long it is known to take nothing; 0 when it may. */
  waitMs(now: number): number {
    return Math.max(0, this.#emptyUntil - now, this.#pausedUntil - now);
  }

  /** What every answer says; `date` is the time of day, for those that name one. Headers that say there is room again take back what earlier ones said. */
  read(headers: Headers, now: number, date: number): void {
    let emptyUntil: number | undefined;
    for (const name in headers) {
      const reset = resetHeaderOf(name);
      if (reset === undefined) continue;
      emptyUntil ??= 0;
      const left = Number.parseFloat(textOf(headers, name) ?? '');
      if (!(left <= 0)) continue;
      emptyUntil = Math.max(emptyUntil, now + (waitOf(textOf(headers, reset), date) ?? 0));
    }
    if (emptyUntil !== undefined) this.#emptyUntil = emptyUntil;
  }

  succeed(): void {
    this.#refusals = 0;
    this.#pausedUntil = 0;
  }

  /** It refused a call because of its limits, and said how long to stay away, or did not. */
  refuse(retryAfterMs: number | undefined, now: number): void {
    const pause = Math.min(firstPauseMs * 2 ** this.#refusals, longestPauseMs);
    this.#refusals += 1;
    this.pause(retryAfterMs ?? pause, now);
  }

  pause(ms: number, now: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, now + Math.min(ms, longestMs));
  }
}

/** The header beside one that says how much is left, by either of the two namings in use. */
function resetHeaderOf(name: string): string | undefined {
  if (name.startsWith('x-ratelimit-remaining')) return name.replace('remaining', 'reset');
  if (name.startsWith('anthropic-ratelimit-') && name.endsWith('-remaining')) {
    return name.replace(/remaining$/, 'reset');
  }
  return undefined;
}

/** `retry-after`, in whichever of its forms. */
export function retryAfterOf(headers: Headers, date: number): number | undefined {
  const ms = Number.parseFloat(textOf(headers, 'retry-after-ms') ?? '');
  return ms >= 0 ? Math.min(ms, longestMs) : waitOf(textOf(headers, 'retry-after'), date);
}

function textOf(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'object' ? value[0] : value;
}

/** Seconds, a moment as a number or a date, or a span such as `1m30.5s`. */
function waitOf(text: string | undefined, date: number): number | undefined {
  if (text === undefined) return undefined;
  const ms = readWait(text.trim(), date);
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), longestMs);
}

function readWait(text: string, date: number): number {
  if (/^\d+(\.\d+)?$/.test(text)) return fromNumber(Number(text), date);
  if (/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) {
    const pieces = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
    return pieces.reduce((sum, [, count, unit = 's']) => sum + Number(count) * (units[unit] as number), 0);
  }
  return Date.parse(text) - date;
}

/** Numbers too large to be spans are moments since 1970, in seconds or milliseconds. */
function fromNumber(value: number, date: number): number {
  if (value > 1e11) return value - date;
  return value > 1e9 ? value * second - date : value * second;
}
