// The caller's end of a call that goes on as a WebSocket: bytes pass both ways as they are. What they mean is not known here.
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Caller, CallerInput } from '@keelson/engine';

/** Nothing of a message that long can be on its way at once. */
const mostUnread = 1024 * 1024;

export class UpgradeCaller implements Caller {
  readonly input: CallerInput;
  readonly #socket: Duplex;
  #head: Buffer;
  #tell: (() => void) | undefined;
  #isSwitched = false;
  hasLeft = false;

  constructor(socket: Duplex, head: Buffer) {
    this.#socket = socket;
    this.#head = head;
    socket.on('error', () => {});
    socket.on('close', () => this.#leave());
    socket.on('end', () => this.#leave());
    // What is said before anybody answers waits, within a bound.
    socket.on('data', this.#keep);
    this.input = {
      listen: (take) => {
        socket.off('data', this.#keep);
        if (this.#head.length > 0) take(this.#head);
        this.#head = Buffer.alloc(0);
        socket.on('data', (bytes: Uint8Array) => {
          if (!take(bytes)) socket.pause();
        });
        socket.resume();
      },
      resume: () => socket.resume(),
    };
  }

  start(status: number, headers: Readonly<Record<string, string>>): void {
    this.#isSwitched = headers['sec-websocket-accept'] !== undefined;
    const switching = this.#isSwitched
      ? { upgrade: 'websocket', connection: 'Upgrade' }
      : { connection: 'close' };
    const all = Object.entries({ ...switching, ...headers });
    const lines = all.map(([name, value]) => `${name}: ${value.replace(/[\r\n]/g, ' ')}\r\n`);
    this.#socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n`);
  }

  write(bytes: Uint8Array | string): boolean {
    return this.#socket.destroyed || this.#socket.write(bytes);
  }

  end(bytes?: Uint8Array | string): void {
    if (bytes !== undefined) this.write(bytes);
    this.#socket.end();
    // A refusal has been read by then, and a WebSocket that was told to close has closed.
    setTimeout(() => this.#socket.destroy(), this.#isSwitched ? 1000 : 5000).unref();
  }

  breakOff(): void {
    this.#socket.destroy();
  }

  onDrain(run: () => void): void {
    this.#socket.on('drain', run);
  }

  onLeave(run: () => void): void {
    this.#tell = run;
    if (this.hasLeft) run();
  }

  readonly #keep = (bytes: Buffer): void => {
    this.#head = Buffer.concat([this.#head, bytes]);
    if (this.#head.length > mostUnread) this.#socket.pause();
  };

  #leave(): void {
    if (this.hasLeft) return;
    this.hasLeft = true;
    this.#tell?.();
  }
}
