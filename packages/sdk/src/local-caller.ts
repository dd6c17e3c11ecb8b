/** The caller's end of a call without any wire: pieces wait here until they are read. */
import type { Caller } from '@keelson/engine';
import { brokenOff, cancelled } from './call-error.ts';
import type { Reply } from './reply.ts';

const mostWaiting = 64;

export class LocalCaller implements Caller, Reply {
  readonly #signal: AbortSignal | undefined;
  readonly #waiting: Uint8Array[] = [];
  #resolve!: (reply: Reply) => void;
  readonly reply: Promise<Reply>;
  #hasEnded = false;
  #wake: (() => void) | undefined;
  #onDrain: (() => void) | undefined;
  #onLeave: (() => void) | undefined;
  status = 0;
  isGood = false;
  isStream = false;
  hasLeft = false;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
    this.reply = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      signal?.addEventListener(
        'abort',
        () => {
          this.#leave();
          reject(cancelled(signal));
        },
        { once: true },
      );
    });
  }

  start(status: number, headers: Readonly<Record<string, string>>): void {
    this.status = status;
    this.isGood = headers['x-keelson-error'] === undefined;
    this.isStream = headers['content-type']?.startsWith('text/event-stream') === true;
    this.#resolve(this);
  }

  write(bytes: Uint8Array | string): boolean {
    this.#waiting.push(typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes);
    this.#wake?.();
    return this.#waiting.length < mostWaiting;
  }

  end(bytes?: Uint8Array | string): void {
    if (bytes !== undefined) this.write(bytes);
    this.#hasEnded = true;
    // An answer that never began is one of nothing.
    this.#resolve(this);
    this.#wake?.();
  }

  breakOff(): void {
    this.end();
  }

  onDrain(run: () => void): void {
    this.#onDrain = run;
  }

  onLeave(run: () => void): void {
    this.#onLeave = run;
    if (this.hasLeft) run();
  }

  #leave(): void {
    if (this.#hasEnded || this.hasLeft) return;
    this.hasLeft = true;
    this.#wake?.();
    this.#onLeave?.();
  }

  async text(): Promise<string> {
    const decoder = new TextDecoder();
    let text = '';
    for await (const piece of this.pieces()) text += decoder.decode(piece, { stream: true });
    return text + decoder.decode();
  }

  async *pieces(): AsyncIterable<Uint8Array> {
    try {
      for (;;) {
        if (this.hasLeft) throw brokenOff(undefined, this.#signal);
        const piece = this.#waiting.shift();
        if (piece !== undefined) {
          if (this.#waiting.length === mostWaiting - 1) this.#onDrain?.();
          yield piece;
        } else if (this.#hasEnded) return;
        else
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
      }
    } finally {
      // Ends the call where its caller stops reading.
      this.#leave();
    }
  }
}
