// The caller's end of a call, over the answer of an HTTP server. It writes what it is given; what that means is not its
// business. A class, because an object with a getter of its own makes V8 keep a layout for every call (measured: a third of
// a call's time went into collecting them).
import type { ServerResponse } from 'node:http';
import type { Caller } from '@keelson/engine';
import { encodeChunk, lastChunk } from './encode-chunk.ts';

export function createSocketCaller(response: ServerResponse): SocketCaller {
  return new SocketCaller(response);
}

export class SocketCaller implements Caller {
  readonly #response: ServerResponse;
  /** How old what was known of the caller's key was, which the answer says. */
  keyAgeMs: number | undefined;
  #tell: (() => void) | undefined;
  #cutsChunks = false;
  #hasEnded = false;
  hasLeft = false;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.once('close', () => this.#close());
    // A broken socket is told by `close`; without a listener the error would end the process.
    response.on('error', ignore);
  }

  start(status: number, headers: Readonly<Record<string, string>>): void {
    const response = this.#response;
    if (response.headersSent) return;
    const { keyAgeMs } = this;
    response.writeHead(
      status,
      keyAgeMs === undefined ? headers : { ...headers, 'x-keelson-key-age-ms': keyAgeMs },
    );
    // Node would write each chunk in four pieces, which takes longer than all that we do with it.
    this.#cutsChunks = response.chunkedEncoding;
    response.chunkedEncoding = false;
  }

  write(bytes: Uint8Array | string): boolean {
    if (this.#response.destroyed || bytes.length === 0) return true;
    return this.#response.write(this.#cutsChunks ? encodeChunk(bytes) : bytes);
  }

  end(bytes?: Uint8Array | string): void {
    if (this.#hasEnded || this.#response.destroyed) return;
    this.#hasEnded = true;
    if (!this.#cutsChunks) {
      this.#response.end(bytes);
      return;
    }
    if (bytes !== undefined) this.write(bytes);
    this.#response.end(lastChunk);
  }

  breakOff(): void {
    this.#hasEnded = true;
    this.#response.destroy();
  }

  onDrain(run: () => void): void {
    this.#response.on('drain', run);
  }

  onLeave(run: () => void): void {
    this.#tell = run;
    if (this.hasLeft) run();
  }

  /** It also closes after a good end. */
  #close(): void {
    if (this.#response.writableFinished) return;
    this.hasLeft = true;
    this.#tell?.();
  }
}

function ignore(): void {}
