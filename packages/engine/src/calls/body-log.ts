/**
 * What callers sent and were sent, for operators who switched that on. It listens between the pipeline and the caller, so that
 * calls whose bodies nobody keeps pass without it. Bodies only: no headers, and so no keys.
 */
import { createFrameReader } from '@keelson/core';
import {
  type CallRecord,
  type Clock,
  createRecordQueue,
  type Log,
  type RecordQueue,
} from '../observability/index.ts';
import type { Bodies, CallBodies } from '../storage/index.ts';
import type { AskedCall, Caller, CallerInput } from './asked-call.ts';

/** Whose bodies are kept: nobody's, those of calls that failed or were refused, or all. */
export type BodyPolicy = 'none' | 'errors' | 'all';

export interface BodyLog {
  /** For calls that begin from now on. */
  policy: 'errors' | 'all';
  /** The caller with somebody who listens; to be handed to `keep` when the call is over. */
  listen(caller: Caller): Listened;
  keep(asked: AskedCall, caller: Listened, record: CallRecord): void;
  readonly queue: Pick<RecordQueue, 'waiting' | 'dropped'>;
  close(): Promise<void>;
}

interface Listened extends Caller {
  /** As it was when the call began. */
  readonly policy: BodyLog['policy'];
  /** All that was said, as far as it is kept; undefined where nothing was. */
  said(): string | undefined;
}

interface BodyLogSettings {
  readonly policy: 'errors' | 'all';
  readonly bodies: Bodies;
  readonly clock: Clock;
  readonly log: Log;
}

/** Of a request and of an answer, each. */
const maxLength = 256 * 1024;
/** What may wait for the database, in characters. */
const maxWaitingSize = 32 * 1024 * 1024;

export function createBodyLog({ policy, bodies, clock, log }: BodyLogSettings): BodyLog {
  const queue = createRecordQueue<CallBodies>({
    clock,
    log,
    write: (batch) => bodies.insert(batch),
    what: 'Bodies of calls',
    batchSize: 32,
    sizeOf: ({ request = '', response = '' }) => request.length + response.length,
    maxWaitingSize,
  });
  const bodyLog: BodyLog = {
    policy,
    listen: (caller) => new ListenedCaller(caller, bodyLog.policy),
    keep: (asked, caller, { id: callId, outcome }) => {
      if (caller.policy === 'errors' && outcome !== 'failed' && outcome !== 'refused') return;
      const response = caller.said();
      const request =
        asked.bytes === undefined ? cut(asked.wire.body) : `[a form of ${asked.bytes.length} bytes]`;
      queue.add(response === undefined ? { callId, request } : { callId, request, response });
    },
    queue,
    close: () => queue.close(),
  };
  return bodyLog;
}

class ListenedCaller implements Listened {
  readonly policy: BodyLog['policy'];
  readonly #caller: Caller;
  #pieces: Buffer[] = [];
  #kept = 0;
  #sent = 0;
  #isEventStream = false;
  /** What is no text is only counted. */
  #isBinary = false;

  constructor(caller: Caller, policy: BodyLog['policy']) {
    this.#caller = caller;
    this.policy = policy;
  }

  get hasLeft(): boolean {
    return this.#caller.hasLeft;
  }

  start(status: number, headers: Readonly<Record<string, string>>): void {
    const type = headers['content-type'] ?? '';
    this.#isBinary =
      /^(?:audio|image|video)\/|octet-stream/.test(type) || headers['sec-websocket-accept'] !== undefined;
    this.#isEventStream = headers['content-type'] === 'application/vnd.amazon.eventstream';
    this.#caller.start(status, headers);
  }

  write(bytes: Uint8Array | string): boolean {
    this.#hear(bytes);
    return this.#caller.write(bytes);
  }

  end(bytes?: Uint8Array | string): void {
    if (bytes !== undefined) this.#hear(bytes);
    this.#caller.end(bytes);
  }

  breakOff(): void {
    this.#caller.breakOff?.();
  }

  get input(): CallerInput | undefined {
    return this.#caller.input;
  }

  onDrain(run: () => void): void {
    this.#caller.onDrain(run);
  }

  onLeave(run: () => void): void {
    this.#caller.onLeave(run);
  }

  said(): string | undefined {
    if (this.#sent === 0) return undefined;
    if (this.#isBinary) return `[${this.#sent} bytes that are no text]`;
    const bytes = Buffer.concat(this.#pieces);
    this.#pieces = [];
    const text = this.#isEventStream ? frameLines(bytes) : bytes.toString('utf8');
    return this.#kept < this.#sent ? text + cutMark(this.#kept, this.#sent, 'bytes') : text;
  }

  #hear(said: Uint8Array | string): void {
    const bytes = typeof said === 'string' ? Buffer.from(said) : said;
    this.#sent += bytes.length;
    if (this.#kept === maxLength || this.#isBinary) return;
    // A copy, because whoever sent these bytes may use their memory again.
    const piece = Buffer.from(bytes.subarray(0, maxLength - this.#kept));
    this.#kept += piece.length;
    this.#pieces.push(piece);
  }
}

/** What a binary stream said, a line for each whole message. */
function frameLines(bytes: Uint8Array): string {
  const frames = createFrameReader('eventstream').push(bytes);
  return frames.map(({ event = 'message', data }) => `${event}: ${data}\n`).join('');
}

function cut(text: string): string {
  if (text.length <= maxLength) return text;
  // By way of bytes, because a part of a string would hold on to all of it.
  const kept = Buffer.from(text.slice(0, maxLength)).toString('utf8');
  return kept + cutMark(maxLength, text.length, 'characters');
}

function cutMark(kept: number, all: number, unit: string): string {
  return `\n[cut here: the first ${kept} of ${all} ${unit}]`;
}
