// The caller's end of a call, over the answer of an HTTP server. It writes what it is given; what that means is not its
// business. A class, because an object with a getter of its own makes V8 keep a layout for every call (measured: a third of
// a call's time went into collecting them).
import type { ServerResponse } from 'node:http';
import type { Caller } from '@keelson/engine';

export function createSocketCaller(response: ServerResponse): Caller {
  return new SocketCaller(response);
}

class SocketCaller implements Caller {
  readonly #response: ServerResponse;
  #tell: (() => void) | undefined;
  hasLeft = false;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.once('close', () => this.#close());
    // A broken socket is told by `close`; without a listener the error would end the process.
    response.on('error', ignore);
  }

  start(status: number, headers: Readonly<Record<string, string>>): void {
    if (!this.#response.headersSent) this.#response.writeHead(status, headers);
  }

  write(bytes: Uint8Array | string): boolean {
    return this.#response.destroyed || this.#response.write(bytes);
  }

  end(bytes?: Uint8Array | string): void {
    if (!this.#response.destroyed) this.#response.end(bytes);
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
