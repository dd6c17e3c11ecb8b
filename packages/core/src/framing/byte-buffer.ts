/**
 * Bytes that wait for the rest of their frame. It copies what it is given, because the caller may use its
 * read buffer again, and grows by doubling, so that a frame that arrives byte by byte costs no more than one
 * that arrives whole.
 */
const initialCapacity = 4 * 1024;
/** Above this the memory is given back with the frame instead of being kept for the next one. */
const keptCapacity = 64 * 1024;

export class ByteBuffer {
  #bytes = new Uint8Array(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  append(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const length = this.#length + bytes.length;
    if (length > this.#bytes.length) this.#grow(length);
    this.#bytes.set(bytes, this.#length);
    this.#length = length;
  }

  /** What is held, for reading only: good until the next `append` or `clear`. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
    if (this.#bytes.length > keptCapacity) this.#bytes = new Uint8Array(0);
  }

  #grow(length: number): void {
    const grown = new Uint8Array(Math.max(length, this.#bytes.length * 2, initialCapacity));
    grown.set(this.view());
    this.#bytes = grown;
  }
}
