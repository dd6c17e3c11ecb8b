/** What is remembered of each model at each provider while the process runs: its circuit, its limits, its pace. */
import type { KeelsonError } from '@keelson/core';
import { Circuit, type CircuitSettings, type CircuitState } from './circuit.ts';
import { Latency } from './latency.ts';
import type { AttemptLesson, Target } from './plan.ts';
import { retryAfterOf, Throttle } from './throttle.ts';

/** What callers name may be any text, so there is a bound; whatever has not been heard of for longest goes first. */
const mostTargets = 10_000;

/** Spans are measured by a clock that nobody sets; only what providers date is held against the time of day. */
interface Moment {
  readonly now: number;
  readonly date: number;
}

export class TargetMemory {
  readonly circuit: Circuit;
  readonly throttle = new Throttle();
  readonly streamed = new Latency();
  readonly whole = new Latency();

  constructor(settings: CircuitSettings) {
    this.circuit = new Circuit(settings);
  }

  paceOf(isStream: boolean): Latency {
    return isStream ? this.streamed : this.whole;
  }

  learn(
    { outcome, error, firstByteMs, isStream = true, headers = {} }: AttemptLesson,
    { now, date }: Moment,
  ): void {
    this.throttle.read(headers, now, date);
    if (outcome === 'answered') {
      this.circuit.succeed(now);
      this.throttle.succeed();
      if (firstByteMs !== undefined) this.paceOf(isStream).add(firstByteMs, now);
      return;
    }
    if (outcome === 'cancelled' || error === undefined) {
      this.circuit.release();
      return;
    }
    const retryAfterMs = error.details.retryAfterMs ?? retryAfterOf(headers, date);
    if (error.code === 'rate_limited') {
      this.throttle.refuse(retryAfterMs, now);
      this.circuit.release();
    } else if (isTelling(error)) {
      if (retryAfterMs !== undefined) this.throttle.pause(retryAfterMs, now);
      this.circuit.fail(now);
    } else {
      this.circuit.release();
    }
  }
}

export interface TargetState {
  readonly provider: string;
  readonly model: string;
  readonly circuit: CircuitState;
  readonly failuresInRow: number;
  /** From 0 to 1, of the calls in the circuit's window. */
  readonly failureShare: number;
  /** Until its circuit lets a call through. */
  readonly opensInMs: number;
  /** How long it is known to be at its rate limits. */
  readonly limitedForMs: number;
  /** To the first byte; left out while nothing is known. */
  readonly streamedMs?: number;
  readonly wholeMs?: number;
  readonly samples: number;
}

interface Known {
  readonly target: Target;
  readonly memory: TargetMemory;
}

export class TargetMemories {
  readonly #settings: CircuitSettings;
  readonly #known = new Map<string, Known>();
  #latest = '';

  constructor(settings: CircuitSettings) {
    this.#settings = settings;
  }

  find(key: string): TargetMemory | undefined {
    return this.#known.get(key)?.memory;
  }

  learn(lesson: AttemptLesson, moment: Moment): void {
    const { target, outcome, error } = lesson;
    const key = target.key;
    const memory = this.find(key);
    // What a caller made up, and the provider then did not know, is not worth remembering.
    if (memory === undefined && outcome !== 'answered' && !isTelling(error)) return;
    this.#keep(key, target, memory ?? new TargetMemory(this.#settings)).learn(lesson, moment);
  }

  /** The latest last. */
  #keep(key: string, target: Target, memory: TargetMemory): TargetMemory {
    // Most lessons are of the target of the lesson before; a map that changes with every call costs collections.
    if (key === this.#latest) return memory;
    this.#latest = key;
    this.#known.delete(key);
    if (this.#known.size >= mostTargets) this.#known.delete(this.#known.keys().next().value as string);
    this.#known.set(key, { target, memory });
    return memory;
  }

  states(now: number): TargetState[] {
    return [...this.#known.values()].map(({ target, memory }) => stateOf(target, memory, now));
  }
}

/** Whether a failure says something of the model rather than of its caller or of us. */
function isTelling(error: KeelsonError | undefined): boolean {
  return error?.row.fault === 'provider' || error?.row.fault === 'operator';
}

function stateOf({ provider, model }: Target, memory: TargetMemory, now: number): TargetState {
  const { circuit, throttle, streamed, whole } = memory;
  return {
    provider: provider.name,
    model,
    circuit: circuit.stateAt(now),
    failuresInRow: circuit.failuresInRow,
    failureShare: circuit.failureShareAt(now),
    opensInMs: circuit.waitMs(now),
    limitedForMs: throttle.waitMs(now),
    ...(streamed.samples > 0 && { streamedMs: streamed.averageAt(now) }),
    ...(whole.samples > 0 && { wholeMs: whole.averageAt(now) }),
    samples: streamed.samples + whole.samples,
  };
}
