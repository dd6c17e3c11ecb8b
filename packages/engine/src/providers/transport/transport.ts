/**
 * The way of bytes to a provider and back: bounded sockets, a limit of time in every direction, and every failure of a
 * socket as an error of ours. What the bytes mean is not known here. Callbacks rather than promises, because they cost a
 * stream nothing per chunk.
 */
import type { KeelsonError } from '@keelson/core';
import type { Dispatcher } from 'undici';
import { openConnections, type PoolSettings } from './connection.ts';
import { Exchange } from './exchange.ts';

export interface OutgoingRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body: string | Uint8Array | null;
}

export type ReplyHeaders = Readonly<Record<string, string | string[] | undefined>>;

export function isSuccess(status: number | undefined): boolean {
  return status !== undefined && status >= 200 && status < 300;
}

export interface ReplyHandler {
  onStart(status: number, headers: ReplyHeaders): void;
  onData(bytes: Uint8Array): void;
  onEnd(): void;
  /** Nothing follows. `hasStarted`: whether `onStart` was called, so that bytes may have been passed on. */
  onError(error: KeelsonError, hasStarted: boolean): void;
}

/** A request under way. */
export interface Sending {
  /** Ends it; the handler hears nothing more. */
  cancel(): void;
  /** Lets the provider wait while whoever reads is slow. */
  pause(): void;
  resume(): void;
}

export interface TransportSettings extends PoolSettings {
  /** The provider's name, for messages. */
  readonly provider: string;
  /** Requests that may wait for a socket. */
  readonly maxWaiting: number;
  /** Of one answer, unpacked. */
  readonly maxAnswerBytes: number;
}

export class Transport {
  readonly #settings: TransportSettings;
  readonly #connections: Dispatcher;
  readonly #running = new Set<Exchange>();
  /** Ours rather than undici's, so that a request which is ended leaves at once, with its body. */
  readonly #waiting = new Map<Exchange, OutgoingRequest>();
  #isClosed = false;

  constructor(settings: TransportSettings) {
    this.#settings = settings;
    this.#connections = openConnections(settings);
  }

  send(request: OutgoingRequest, handler: ReplyHandler): Sending {
    const { maxSockets, maxWaiting } = this.#settings;
    const exchange: Exchange = new Exchange(this.#settings, handler, () => this.#leave(exchange));
    if (this.#isClosed) {
      exchange.refuse({ code: 'provider_unavailable', why: 'was closed here' });
    } else if (this.#running.size < maxSockets) {
      exchange.watchTotal();
      this.#start(exchange, request);
    } else if (this.#waiting.size < maxWaiting) {
      exchange.watchTotal();
      this.#waiting.set(exchange, request);
    } else {
      const why = `has ${maxSockets} calls under way and ${maxWaiting} waiting`;
      exchange.refuse({ code: 'provider_unavailable', why });
    }
    return exchange;
  }

  /** Requests that were sent or wait to be. */
  get underWay(): number {
    return this.#running.size + this.#waiting.size;
  }

  /** Ends everything under way with an error. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const exchange of [...this.#waiting.keys(), ...this.#running]) {
      exchange.refuse({ code: 'provider_unavailable', why: 'was closed here' });
    }
    await this.#connections.destroy();
  }

  #start(exchange: Exchange, request: OutgoingRequest): void {
    const { origin, timeouts } = this.#settings;
    this.#running.add(exchange);
    this.#connections.dispatch({ origin, ...request, headersTimeout: timeouts.firstByteMs }, exchange);
  }

  #leave(exchange: Exchange): void {
    if (this.#waiting.delete(exchange) || !this.#running.delete(exchange)) return;
    const [next] = this.#waiting;
    if (next === undefined || this.#isClosed) return;
    this.#waiting.delete(next[0]);
    this.#start(...next);
  }
}
