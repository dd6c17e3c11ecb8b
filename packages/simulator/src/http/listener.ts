/**
 * The listening socket: opens on a port, can refuse connections for a while and come back on the same port, closes for
 * good. What requests mean does not belong here.
 */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { KeelsonError } from '@keelson/core';
import { isRealtime, serveRealtime } from './realtime-socket.ts';

export interface Listener {
  readonly url: string;
  readonly port: number;
  /** True while new connections are refused. */
  readonly isRefusing: boolean;
  readonly connections: number;
  refuseFor(ms: number): void;
  close(): Promise<void>;
}

export interface ListenerOptions {
  readonly host: string;
  readonly port: number;
  readonly answer: RequestListener;
}

export async function openListener({ host, port, answer }: ListenerOptions): Promise<Listener> {
  const server = createServer({ shouldUpgradeCallback: isRealtime }, answer);
  const listener = new HttpListener(server, host);
  await listener.open(port);
  return listener;
}

/** Another program may hold the port for a moment when we come back. */
const reopenRetryMs = 50;

class HttpListener implements Listener {
  readonly #server: Server;
  readonly #host: string;
  #address: AddressInfo = { address: '', family: '', port: 0 };
  #reopening: NodeJS.Timeout | undefined;
  #isClosed = false;
  readonly #upgraded = new Set<Duplex>();
  connections = 0;

  constructor(server: Server, host: string) {
    this.#server = server;
    this.#host = host;
    server.on('connection', () => {
      this.connections += 1;
    });
    server.on('clientError', (_error: Error, socket: Socket) => refuseBadHttp(socket));
    server.on('upgrade', (request, socket, head) => {
      this.#upgraded.add(socket);
      socket.on('close', () => this.#upgraded.delete(socket));
      serveRealtime(request, socket, head);
    });
    // A protocol upgrade that nobody asked for is a request like any other.
    server.on('connect', (_request, socket) => socket.destroy());
  }

  async open(port: number): Promise<void> {
    try {
      this.#server.listen(port, this.#host);
      await once(this.#server, 'listening');
    } catch (error) {
      throw explainListenError(error, this.#host, port);
    }
    this.#address = this.#server.address() as AddressInfo;
    this.#server.on('error', () => {
      if (!this.#isClosed) this.#reopenAfter(reopenRetryMs);
    });
  }

  get port(): number {
    return this.#address.port;
  }

  get url(): string {
    const { address, family, port } = this.#address;
    const host = { '0.0.0.0': '127.0.0.1', '::': '::1' }[address] ?? address;
    return family === 'IPv6' ? `http://[${host}]:${port}` : `http://${host}:${port}`;
  }

  get isRefusing(): boolean {
    return this.#reopening !== undefined;
  }

  refuseFor(ms: number): void {
    if (this.#isClosed) return;
    if (this.#server.listening) this.#server.close();
    this.#server.closeIdleConnections();
    this.#reopenAfter(ms);
  }

  #reopenAfter(ms: number): void {
    clearTimeout(this.#reopening);
    this.#reopening = setTimeout(() => {
      this.#reopening = undefined;
      if (!this.#server.listening) this.#server.listen(this.port, this.#host);
    }, ms);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#reopening);
    this.#reopening = undefined;
    const closed = this.#server.listening ? once(this.#server, 'close') : Promise.resolve();
    this.#server.close();
    this.#server.closeAllConnections();
    for (const socket of this.#upgraded) socket.destroy();
    await closed;
  }
}

function refuseBadHttp(socket: Socket): void {
  if (!socket.writable) return;
  socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
}

function explainListenError(error: unknown, host: string, port: number): KeelsonError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${port} on \`${host}\` is already in use. Stop the program that uses it, or choose another port.`,
    EACCES: `This user may not listen on port ${port}. Choose a port above 1023.`,
    EADDRNOTAVAIL: `This machine has no address \`${host}\`. Choose one that it has, for example 127.0.0.1.`,
    ENOTFOUND: `This machine has no address \`${host}\`. Choose one that it has, for example 127.0.0.1.`,
  };
  const message = reasons[code] ?? `The simulator cannot listen on port ${port} of \`${host}\`.`;
  return new KeelsonError('configuration_invalid', message, {
    cause: error,
    hint: '`--port` or KEELSON_SIMULATOR_PORT sets another; port 0 picks a free one.',
  });
}
