/**
 * A caller through whom everything passes unchanged, and who can tell the SHA-256 of what was handed to it: of whatever answered,
 * an attempt, an answer that was known, or an error.
 */
import { createHash, type Hash, hash } from 'node:crypto';
import type { Caller, CallerInput } from './asked-call.ts';

export class DigestingCaller implements Caller {
  readonly #caller: Caller;
  /** Made with the first piece of a stream; what comes in one piece needs none. */
  #hash: Hash | undefined;
  #whole: Uint8Array | string | undefined;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  get hasLeft(): boolean {
    return this.#caller.hasLeft;
  }

  start(status: number, headers: Readonly<Record<string, string>>): void {
    this.#caller.start(status, headers);
  }

  write(bytes: Uint8Array | string): boolean {
    // Nobody is handed what comes after that.
    if (!this.#caller.hasLeft) {
      this.#hash ??= createHash('sha256');
      this.#hash.update(bytes);
    }
    return this.#caller.write(bytes);
  }

  end(bytes?: Uint8Array | string): void {
    if (bytes !== undefined && !this.#caller.hasLeft) {
      if (this.#hash === undefined) this.#whole = bytes;
      else this.#hash.update(bytes);
    }
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

  /** In hexadecimal, asked once at the end; undefined when nothing was handed over. */
  digest(): string | undefined {
    if (this.#whole !== undefined) return hash('sha256', this.#whole);
    return this.#hash?.digest('hex');
  }
}
