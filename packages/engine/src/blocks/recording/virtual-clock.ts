/**
 * The time of a recorded run: it stands still but for calls and waits. While recording, a wait is over when its real time is, and
 * a call takes as long as it took; while replaying, nobody waits. So a flow that looks at the clock sees the same in both.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../observability/index.ts';
import type { BlockClock } from '../environment.ts';

interface Timer {
  /** Microseconds since this clock began: whole numbers, so that sums stay exact. */
  readonly at: number;
  /** Whether the time moves on for its sake. */
  readonly isAwaited: boolean;
  readonly ring: () => void;
}

export interface VirtualClockSettings {
  /** Milliseconds since 1970. */
  readonly startsAt: number;
  /** The real one: of waits while recording, and of deadlines that nothing else reaches. */
  readonly driver: Clock;
  /** True where waits are over at once, as soon as nothing else can happen before them. */
  readonly leaps: boolean;
}

/** When a call began, by both clocks. */
export interface CallStart {
  readonly at: number;
  readonly real: number;
}

/** A hundred years: what is later is no date any more. */
const longestWaitMs = 3_155_760_000_000;
/** Timers of the system take no more. */
const longestTimerMs = 2 ** 31 - 1;
/** Whatever waits for nothing but its turn has had it after so many. */
const turnsToSettle = 3;

export class VirtualClock implements BlockClock {
  readonly #settings: VirtualClockSettings;
  readonly #timers: Timer[] = [];
  #now = 0;
  /** How far the real clock says that we are. */
  #reach = 0;
  #isMoving = false;

  constructor(settings: VirtualClockSettings) {
    this.#settings = settings;
  }

  now(): number {
    return this.#settings.startsAt + Math.floor(this.#now / 1000);
  }

  elapsed(): number {
    return this.#now / 1000;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#wait(ms, signal, this.#settings.leaps);
  }

  /** Rings when other waits or calls have taken so long, or when it has really been so long. */
  alarm(ms: number, signal: AbortSignal): Promise<void> {
    return this.#wait(ms, signal, false);
  }

  every(ms: number, run: () => void): () => void {
    return this.#settings.driver.every(ms, run);
  }

  /** By the real clock; the time here stands still. */
  sleepReally(ms: number, signal: AbortSignal): Promise<void> {
    return this.#settings.driver.sleep(ms, signal);
  }

  startCall(): CallStart {
    return { at: this.#now, real: this.#settings.driver.elapsed() };
  }

  /**
   * Moves on to the end of a call that was really made, and gives the milliseconds that it took. No two calls end at the same
   * time, so that they end in the same order again; what was to happen before it happens first.
   */
  async endCall(start: CallStart): Promise<number> {
    const { at } = start;
    const end = Math.max(at + Math.round(this.tookReally(start) * 1000), this.#reach + 1, this.#now + 1);
    await new Promise<void>((ring) => {
      this.#add({ at: end, isAwaited: false, ring });
      this.#reachFor(end);
    });
    return (end - at) / 1000;
  }

  /** How long whoever asked has waited so far, by this clock, and a moment more: so that what ended the wait comes first. */
  leaveCall({ at }: CallStart): number {
    return (this.#now - at + 1) / 1000;
  }

  tookReally({ real }: CallStart): number {
    return Math.max(0, Math.round((this.#settings.driver.elapsed() - real) * 1000)) / 1000;
  }

  #wait(ms: number, signal: AbortSignal | undefined, isAwaited: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const rest = new AbortController();
      const drop = (): void => {
        this.#timers.splice(this.#timers.indexOf(timer), 1);
        rest.abort();
        reject(signal?.reason);
      };
      const ring = (): void => {
        signal?.removeEventListener('abort', drop);
        rest.abort();
        resolve();
      };
      const waitMs = Math.min(Math.max(0, ms || 0), longestWaitMs);
      const timer: Timer = { at: this.#now + Math.round(waitMs * 1000), isAwaited, ring };
      signal?.addEventListener('abort', drop, { once: true });
      this.#add(timer);
      if (isAwaited) void this.#move();
      else this.#ringInTime(timer, waitMs, rest.signal);
    });
  }

  #ringInTime({ at }: Timer, ms: number, signal: AbortSignal): void {
    if (ms > longestTimerMs) return;
    this.#settings.driver.sleep(ms, signal).then(
      () => this.#reachFor(at),
      () => {},
    );
  }

  /** Behind those of the same time: who waited first is first. */
  #add(timer: Timer): void {
    const after = this.#timers.findIndex(({ at }) => at > timer.at);
    this.#timers.splice(after === -1 ? this.#timers.length : after, 0, timer);
  }

  #reachFor(at: number): void {
    this.#reach = Math.max(this.#reach, at);
    void this.#move();
  }

  /** One timer at a time: what it sets going may have to happen before the next one. */
  async #move(): Promise<void> {
    if (this.#isMoving) return;
    this.#isMoving = true;
    for (;;) {
      for (let count = 0; count < turnsToSettle; count += 1) await turn();
      const awaited = this.#timers.find(({ isAwaited }) => isAwaited)?.at ?? 0;
      const [next] = this.#timers;
      if (next === undefined || next.at > Math.max(awaited, this.#reach)) break;
      this.#timers.shift();
      this.#now = Math.max(this.#now, next.at);
      next.ring();
    }
    this.#now = Math.max(this.#now, this.#reach);
    this.#isMoving = false;
  }
}
