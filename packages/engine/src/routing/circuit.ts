/**
 * A circuit breaker of one model at one provider: it lets calls through, refuses them while the model keeps failing, and
 * then lets one call at a time find out whether it is well again. Which errors count is decided by whoever tells it.
 */
export interface CircuitSettings {
  /** Failures in a row that open it. */
  readonly failuresInRow: number;
  /** Share of failures among the calls of the window that opens it, once there were `minCalls`. */
  readonly failureShare: number;
  readonly minCalls: number;
  readonly windowMs: number;
  /** How long it stays open at first; each failed probe doubles that, up to `maxOpenMs`. */
  readonly openMs: number;
  readonly maxOpenMs: number;
  /** A probe that nobody has told the outcome of for so long makes room for another. */
  readonly probeMs: number;
}

export const defaultCircuit: CircuitSettings = {
  failuresInRow: 5,
  failureShare: 0.5,
  minCalls: 20,
  windowMs: 30_000,
  openMs: 5_000,
  maxOpenMs: 60_000,
  probeMs: 10_000,
};

export type CircuitState = 'closed' | 'open' | 'half-open';

interface Slice {
  readonly startedAt: number;
  calls: number;
  failures: number;
}

/** The window moves on by tenths. */
const slicesPerWindow = 10;

export class Circuit {
  readonly #settings: CircuitSettings;
  #isOpen = false;
  #openUntil = 0;
  #opensFor: number;
  #probedUntil = 0;
  #inRow = 0;
  #slices: Slice[] = [];

  constructor(settings: CircuitSettings) {
    this.#settings = settings;
    this.#opensFor = settings.openMs;
  }

  get failuresInRow(): number {
    return this.#inRow;
  }

  stateAt(now: number): CircuitState {
    if (!this.#isOpen) return 'closed';
    return now < this.#openUntil ? 'open' : 'half-open';
  }

  /** Whether a call would be let through; asking changes nothing. */
  isPassable(now: number): boolean {
    return !this.#isOpen || (now >= this.#openUntil && now >= this.#probedUntil);
  }

  /** Lets a call through, or not. With a half-open circuit the call is the probe. */
  tryPass(now: number): boolean {
    if (!this.isPassable(now)) return false;
    if (this.#isOpen) this.#probedUntil = now + this.#settings.probeMs;
    return true;
  }

  /** How long until a call may pass; 0 when it may now. */
  waitMs(now: number): number {
    return this.#isOpen ? Math.max(0, this.#openUntil - now, this.#probedUntil - now) : 0;
  }

  succeed(now: number): void {
    const state = this.stateAt(now);
    // Answers to calls that began before it opened prove nothing.
    if (state === 'open') return;
    if (state === 'half-open') this.#close();
    this.#inRow = 0;
    this.#slice(now).calls += 1;
  }

  fail(now: number): void {
    const state = this.stateAt(now);
    if (state === 'open') return;
    this.#inRow += 1;
    if (state === 'half-open') {
      this.#opensFor = Math.min(this.#opensFor * 2, this.#settings.maxOpenMs);
      this.#open(now);
      return;
    }
    const slice = this.#slice(now);
    slice.calls += 1;
    slice.failures += 1;
    if (this.#inRow >= this.#settings.failuresInRow || this.#isFailing()) this.#open(now);
  }

  /** A call ended in a way that says nothing about the model; when it was the probe, another may go. */
  release(): void {
    this.#probedUntil = 0;
  }

  failureShareAt(now: number): number {
    this.#forget(now);
    const { calls, failures } = this.#count();
    return calls === 0 ? 0 : failures / calls;
  }

  #open(now: number): void {
    this.#isOpen = true;
    this.#openUntil = now + this.#opensFor;
    this.#probedUntil = 0;
    this.#slices = [];
  }

  #close(): void {
    this.#isOpen = false;
    this.#opensFor = this.#settings.openMs;
    this.#slices = [];
  }

  #isFailing(): boolean {
    const { calls, failures } = this.#count();
    return calls >= this.#settings.minCalls && failures >= calls * this.#settings.failureShare;
  }

  #count(): { calls: number; failures: number } {
    const sum = { calls: 0, failures: 0 };
    for (const slice of this.#slices) {
      sum.calls += slice.calls;
      sum.failures += slice.failures;
    }
    return sum;
  }

  #slice(now: number): Slice {
    this.#forget(now);
    const width = this.#settings.windowMs / slicesPerWindow;
    const last = this.#slices.at(-1);
    if (last !== undefined && now < last.startedAt + width) return last;
    const slice = { startedAt: now, calls: 0, failures: 0 };
    this.#slices.push(slice);
    return slice;
  }

  #forget(now: number): void {
    const from = now - this.#settings.windowMs;
    while (this.#slices.length > 0 && (this.#slices[0] as Slice).startedAt <= from) this.#slices.shift();
  }
}
