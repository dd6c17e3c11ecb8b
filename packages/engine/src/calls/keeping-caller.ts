/**
 * A caller that remembers what it was sent, so that others can be sent the same; beyond a size it forgets it all. Only calls
 * that ask for the cache have one.
 */
import type { Caller, CallerInput } from './asked-call.ts';

export class KeepingCaller implements Caller {
  /** Whether all of the answer went out while its caller was there. */
  isComplete = false;
  headers: Readonly<Record<string, string>> = {};
  readonly #caller: Caller;
  readonly #cacheSays: string;
  readonly #maxBytes: number;
  #pieces: Uint8Array[] = [];
  #size = 0;

  /** `cacheSays` goes out with the answer. */
  constructor(caller: Caller, cacheSays: string, maxBytes: number) {
    this.#caller = caller;
    this.#cacheSays = cacheSays;
    this.#maxBytes = maxBytes;
  }

  get hasLeft(): boolean {
    return this.#caller.hasLeft;
  }

  start(status: number, headers: Readonly<Record<string, string>>): void {
    this.headers = headers;
    this.#caller.start(status, { ...headers, 'x-keelson-cache': this.#cacheSays });
  }

  write(bytes: Uint8Array | string): boolean {
    this.#keep(bytes);
    return this.#caller.write(bytes);
  }

  end(bytes?: Uint8Array | string): void {
    if (bytes !== undefined) this.#keep(bytes);
    this.isComplete = !this.#caller.hasLeft;
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

  /** Undefined when it was too long. */
  takeBody(): Uint8Array | undefined {
    const body = this.#size > this.#maxBytes ? undefined : Buffer.concat(this.#pieces);
    this.#pieces = [];
    return body;
  }

  #keep(bytes: Uint8Array | string): void {
    const piece = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
    this.#size += piece.length;
    if (this.#size <= this.#maxBytes) this.#pieces.push(piece);
    else this.#pieces = [];
  }
}
