/**
 * Bytes to a provider and back: one pool of sockets per origin, bounded in every direction, and every failure of a socket
 * as an error of ours. What the bytes mean is not known here. Callbacks rather than promises, because they cost a stream
 * nothing per chunk.
 */
import { type ErrorCode, KeelsonError } from '@keelson/core';
import { type Dispatcher, Pool } from 'undici';

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

export interface Timeouts {
  readonly connectMs: number;
  readonly firstByteMs: number;
  readonly betweenChunksMs: number;
  readonly totalMs: number;
}

export const defaultTimeouts: Timeouts = {
  connectMs: 10_000,
  // Models that think before they speak take minutes.
  firstByteMs: 600_000,
  betweenChunksMs: 120_000,
  totalMs: 3_600_000,
};

export interface TransportSettings {
  /** The provider's name, for messages. */
  readonly provider: string;
  readonly origin: string;
  readonly timeouts: Timeouts;
  readonly maxSockets: number;
  /** Requests that may wait for a socket. */
  readonly maxWaiting: number;
  /** Options of the connection: certificates, how names are looked up. */
  readonly connect?: Pool.Options['connect'];
  /** In place of a pool: a proxy. */
  readonly dispatcher?: Dispatcher;
}

export class Transport {
  readonly #settings: TransportSettings;
  readonly #dispatcher: Dispatcher;
  #underWay = 0;

  constructor(settings: TransportSettings) {
    this.#settings = settings;
    this.#dispatcher = settings.dispatcher ?? createPool(settings);
  }

  send(request: OutgoingRequest, handler: ReplyHandler): Sending {
    const { maxSockets, maxWaiting, timeouts, provider, origin } = this.#settings;
    const exchange = new Exchange(this.#settings, handler, () => {
      this.#underWay -= 1;
    });
    this.#underWay += 1;
    if (this.#underWay > maxSockets + maxWaiting) {
      const full = `${provider} has ${maxSockets} calls under way and ${maxWaiting} waiting.`;
      exchange.fail(new KeelsonError('provider_unavailable', full));
      return exchange;
    }
    exchange.watchTotal(timeouts.totalMs);
    this.#dispatcher.dispatch({ origin, ...request, headersTimeout: timeouts.firstByteMs }, exchange);
    return exchange;
  }

  /** Requests that were sent or wait to be. */
  get underWay(): number {
    return this.#underWay;
  }

  async close(): Promise<void> {
    await this.#dispatcher.destroy();
  }
}

function createPool({ origin, maxSockets, timeouts, connect }: TransportSettings): Pool {
  return new Pool(origin, {
    connections: maxSockets,
    allowH2: false,
    bodyTimeout: timeouts.betweenChunksMs,
    headersTimeout: timeouts.firstByteMs,
    keepAliveTimeout: 30_000,
    connect: { timeout: timeouts.connectMs, ...(typeof connect === 'object' && connect) },
  });
}

/** One request and its answer, as undici tells of them. */
class Exchange implements Dispatcher.DispatchHandler, Sending {
  readonly #settings: TransportSettings;
  readonly #handler: ReplyHandler;
  readonly #onOver: () => void;
  #controller: Dispatcher.DispatchController | undefined;
  #total: NodeJS.Timeout | undefined;
  #hasStarted = false;
  #isOver = false;

  constructor(settings: TransportSettings, handler: ReplyHandler, onOver: () => void) {
    this.#settings = settings;
    this.#handler = handler;
    this.#onOver = onOver;
  }

  watchTotal(ms: number): void {
    this.#total = setTimeout(() => {
      this.fail(this.#error('provider_timeout', `did not finish within ${ms} ms`));
      this.#controller?.abort(new Error('total time'));
    }, ms);
  }

  /** Ends with an error of ours, once. */
  fail(error: KeelsonError): void {
    if (this.#isOver) return;
    this.#close();
    this.#handler.onError(error, this.#hasStarted);
  }

  cancel(): void {
    if (this.#isOver) return;
    this.#close();
    this.#controller?.abort(new Error('cancelled'));
  }

  pause(): void {
    this.#controller?.pause();
  }

  resume(): void {
    this.#controller?.resume();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // It was cancelled while it waited for a socket.
    if (this.#isOver) controller.abort(new Error('cancelled'));
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: ReplyHeaders): void {
    if (this.#isOver || status < 200) return;
    this.#hasStarted = true;
    this.#handler.onStart(status, headers);
  }

  onResponseData(_: Dispatcher.DispatchController, bytes: Uint8Array): void {
    if (!this.#isOver) this.#handler.onData(bytes);
  }

  onResponseEnd(): void {
    if (this.#isOver) return;
    this.#close();
    this.#handler.onEnd();
  }

  onResponseError(_: Dispatcher.DispatchController, cause: Error): void {
    if (!this.#isOver) this.fail(this.#explain(cause));
  }

  #close(): void {
    this.#isOver = true;
    clearTimeout(this.#total);
    this.#onOver();
  }

  #explain(cause: Error & { code?: string }): KeelsonError {
    const code = cause.code ?? '';
    const row = socketFailures[code.startsWith('HPE_') ? 'HPE' : code];
    if (this.#hasStarted) {
      const why =
        row?.code === 'provider_timeout' ? 'fell silent in the middle of its answer' : 'broke off its answer';
      return this.#error('stream_interrupted', why, cause);
    }
    if (row !== undefined) return this.#error(row.code, row.why, cause);
    const isCertificate = /CERT|TLS|SSL|SELF_SIGNED/.test(code);
    return this.#error(
      'provider_unavailable',
      isCertificate ? 'shows a certificate that is not trusted here' : 'cannot be reached',
      cause,
    );
  }

  #error(code: ErrorCode, why: string, cause?: Error): KeelsonError {
    const { provider, origin } = this.#settings;
    return new KeelsonError(code, `${provider} (${origin}) ${why}.`, cause === undefined ? {} : { cause });
  }
}

const socketFailures: Readonly<Record<string, { readonly code: ErrorCode; readonly why: string }>> = {
  UND_ERR_CONNECT_TIMEOUT: { code: 'provider_timeout', why: 'did not accept a connection in time' },
  UND_ERR_HEADERS_TIMEOUT: { code: 'provider_timeout', why: 'did not begin to answer in time' },
  UND_ERR_BODY_TIMEOUT: { code: 'provider_timeout', why: 'fell silent' },
  UND_ERR_HEADERS_OVERFLOW: { code: 'invalid_response', why: 'answered with too many headers' },
  HPE: { code: 'invalid_response', why: 'does not answer in HTTP' },
  ENOTFOUND: { code: 'provider_unavailable', why: 'has a name that is not known here' },
  EAI_AGAIN: { code: 'provider_unavailable', why: 'has a name that cannot be looked up now' },
  ECONNREFUSED: { code: 'provider_unavailable', why: 'refuses connections' },
  ECONNRESET: { code: 'provider_unavailable', why: 'closed the connection without an answer' },
  UND_ERR_SOCKET: { code: 'provider_unavailable', why: 'closed the connection without an answer' },
};
