/** Remembers what the simulator was asked and how it answered, and counts it, so that tests see what a gateway sent. */
import type { ChatRequest, ErrorCode } from '@keelson/core';
import type { FaultName } from './faults/index.ts';

export interface Answered {
  /** Absent when the connection ended before a status was sent. */
  readonly status?: number;
  readonly fault?: FaultName;
  readonly error?: ErrorCode;
  /** The caller went away before the answer was complete. */
  readonly isHangUp: boolean;
  readonly isStream: boolean;
  /** Of the body. */
  readonly bytes: number;
  readonly tookMs: number;
}

export interface RecordedRequest {
  /** Counts from 1 since the start or the last reset. */
  readonly number: number;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Lower-case names; secrets are hidden. */
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly dialect?: string;
  readonly model?: string;
  /** The canonical request, when the body could be read as one. */
  readonly request?: ChatRequest;
  readonly body: string;
  /** Absent while the answer is under way. */
  readonly answered?: Answered;
}

export interface Counts {
  readonly requests: number;
  readonly answered: number;
  readonly streams: number;
  readonly hangUps: number;
  readonly dialects: Readonly<Record<string, number>>;
  readonly statuses: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
}

type Mutable<Fields> = { -readonly [Key in keyof Fields]: Fields[Key] };

/** What is still being learnt of a request. */
export type Recording = Mutable<RecordedRequest>;

/** The oldest are forgotten first; counts go on. */
const mostRequests = 1000;
const mostCharacters = 64 * 1024 * 1024;

export class Recorder {
  #requests: Recording[] = [];
  #characters = 0;
  #counts = emptyCounts();
  /** Where each request is counted, so that one which began before a reset is not counted after it. */
  readonly #countsOf = new WeakMap<Recording, MutableCounts>();

  get requests(): readonly RecordedRequest[] {
    return this.#requests;
  }

  get counts(): Counts {
    return structuredClone(this.#counts);
  }

  /** The body is not there yet; set it with `keepBody`. */
  open(fields: Omit<RecordedRequest, 'number' | 'body'>): Recording {
    this.#counts.requests += 1;
    if (fields.dialect !== undefined) addOne(this.#counts.dialects, fields.dialect);
    const recording = { ...fields, number: this.#counts.requests, body: '' };
    this.#countsOf.set(recording, this.#counts);
    this.#requests.push(recording);
    this.#forgetOldest();
    return recording;
  }

  keepBody(recording: Recording, body: string): void {
    if (!this.#requests.includes(recording)) return;
    recording.body = body;
    this.#characters += body.length;
    this.#forgetOldest();
  }

  close(recording: Recording, answered: Answered): void {
    recording.answered = answered;
    const counts = this.#countsOf.get(recording) ?? emptyCounts();
    counts.answered += 1;
    if (answered.isStream) counts.streams += 1;
    if (answered.isHangUp) counts.hangUps += 1;
    if (answered.status !== undefined) addOne(counts.statuses, String(answered.status));
    if (answered.fault !== undefined) addOne(counts.faults, answered.fault);
  }

  reset(): void {
    this.#requests = [];
    this.#characters = 0;
    this.#counts = emptyCounts();
  }

  #forgetOldest(): void {
    while (
      this.#requests.length > mostRequests ||
      (this.#characters > mostCharacters && this.#requests.length > 1)
    ) {
      this.#characters -= this.#requests.shift()?.body.length ?? 0;
    }
  }
}

type MutableCounts = Mutable<Counts> & Record<'dialects' | 'statuses' | 'faults', Record<string, number>>;

function emptyCounts(): MutableCounts {
  return { requests: 0, answered: 0, streams: 0, hangUps: 0, dialects: {}, statuses: {}, faults: {} };
}

function addOne(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
