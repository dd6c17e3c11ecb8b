/**
 * The way of bytes to a provider and back: bounded sockets, a limit of time in every direction, and every failure of a
 * socket as an error of ours. What the bytes mean is not known here. Callbacks rather than promises, because they cost a
 * stream nothing per chunk.
 */
import type { Dispatcher } from 'undici';
import { openConnections } from './connection.ts';
import { Exchange } from './exchange.ts';
import type { OutgoingRequest, ReplyHandler, Sending, TransportSettings } from './sending.ts';

export class Transport {
  readonly #settings: TransportSettings;
  readonly #connections: Dispatcher;
  /** No set: the tables that a set leaves behind as it changes name each other, and keep whole calls from being collected. */
  readonly #running: Exchange[] = [];
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
    } else if (this.#running.length < maxSockets) {
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
    return this.#running.length + this.#waiting.size;
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
    exchange.place = this.#running.push(exchange) - 1;
    this.#connections.dispatch({ origin, ...request, headersTimeout: timeouts.firstByteMs }, exchange);
  }

  #leave(exchange: Exchange): void {
    if (this.#waiting.delete(exchange) || !this.#takeOut(exchange)) return;
    if (this.#waiting.size === 0) return;
    const [next] = this.#waiting;
    if (next === undefined || this.#isClosed) return;
    this.#waiting.delete(next[0]);
    this.#start(...next);
  }

  /** The last one takes its place. Whether it was there. */
  #takeOut(exchange: Exchange): boolean {
    const { place } = exchange;
    if (place === -1) return false;
    exchange.place = -1;
    const last = this.#running.pop() as Exchange;
    if (last === exchange) return true;
    this.#running[place] = last;
    last.place = place;
    return true;
  }
}
