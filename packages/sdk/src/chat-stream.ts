/** An answer as it comes: events one by one, and at the end the same result as that of a whole answer. */
import {
  type CallReport,
  type ChatEvent,
  type ChatMessage,
  createFold,
  KeelsonError,
  type MessageFold,
  parseFrame,
} from '@keelson/core';
import { brokenOff, CallError } from './call-error.ts';
import { readFrames } from './read-frames.ts';
import type { Reply } from './reply.ts';

export interface StreamSource<Result> {
  /** Sends the call. */
  open(signal: AbortSignal): Promise<Reply>;
  finish(message: ChatMessage, report: CallReport | undefined): Promise<Result>;
  readonly signal: AbortSignal | undefined;
  /** Nothing more is read, however it ended. */
  over?(): void;
}

/** Events can be read once. Errors are thrown where they happen, and `final` is rejected with them as well. */
export class ChatStream<Result> implements AsyncIterable<ChatEvent> {
  readonly #source: StreamSource<Result>;
  readonly #leaving = new AbortController();
  readonly #fold: MessageFold = createFold();
  #report: CallReport | undefined;
  #hasBegun = false;
  #settle!: { resolve(result: Result): void; reject(error: unknown): void };
  readonly #final: Promise<Result>;

  constructor(source: StreamSource<Result>) {
    this.#source = source;
    this.#final = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    // Whoever reads the events is told there.
    this.#final.catch(() => {});
  }

  /** The result, when all has come. It reads the events itself where nobody else does. */
  get final(): Promise<Result> {
    if (!this.#hasBegun) void this.#drain();
    return this.#final;
  }

  /** What has come so far. */
  get message(): ChatMessage {
    return this.#fold.message();
  }

  /** Only the text, piece by piece. */
  async *text(): AsyncGenerator<string, void> {
    for await (const event of this) if (event.type === 'text-delta') yield event.text;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ChatEvent, void> {
    if (this.#hasBegun)
      throw new KeelsonError('invalid_request', 'The events of this stream have been read.', {
        hint: 'Read them in one place; `final` has the whole answer.',
      });
    this.#hasBegun = true;
    const { signal } = this.#source;
    const leave = (): void => this.#leaving.abort(signal?.reason);
    signal?.addEventListener('abort', leave, { once: true });
    if (signal?.aborted) leave();
    let isOver = false;
    try {
      yield* this.#events();
      isOver = true;
      this.#settle.resolve(await this.#source.finish(this.message, this.#report));
    } catch (thrown) {
      isOver = true;
      const error = brokenOff(thrown, this.#leaving.signal);
      const told = this.#report === undefined ? error : new CallError(error, this.#report);
      this.#settle.reject(told);
      throw told;
    } finally {
      signal?.removeEventListener('abort', leave);
      if (!isOver) this.#leave();
      this.#source.over?.();
    }
  }

  /** Its reader has gone before the end. */
  #leave(): void {
    this.#leaving.abort();
    this.#settle.reject(brokenOff(undefined, this.#leaving.signal));
  }

  async #drain(): Promise<void> {
    try {
      for await (const _ of this);
    } catch {
      // `final` tells it.
    }
  }

  async *#events(): AsyncGenerator<ChatEvent, void> {
    const reply = await this.#source.open(this.#leaving.signal);
    let failure: KeelsonError | undefined;
    let isWhole = false;
    for await (const data of readFrames(reply.pieces())) {
      const event = parseFrame(data);
      if (event.type === 'call') {
        this.#report = event.call;
        continue;
      }
      this.#fold.push(event);
      // The report follows an error as well.
      if (event.type === 'error') failure = event.error;
      else yield event;
      isWhole ||= event.type === 'message-end';
    }
    if (failure !== undefined) throw failure;
    if (!isWhole) throw brokenOff(undefined, undefined);
  }
}
