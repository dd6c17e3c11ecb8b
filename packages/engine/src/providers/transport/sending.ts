/** What goes to a provider, what is heard of it, and the bounds of both. */
import type { KeelsonError } from '@keelson/core';
import type { Redactor } from '../../secrets/index.ts';
import type { PoolSettings } from './connection.ts';

export interface OutgoingRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body: string | Uint8Array | null;
  /** Asks to go on with another protocol over the same connection. */
  readonly upgrade?: 'websocket';
}

export type ReplyHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** The protocol was changed as it was asked. */
const switched = 101;

export function isSuccess(status: number | undefined): boolean {
  return status !== undefined && ((status >= 200 && status < 300) || status === switched);
}

/** The answer lies elsewhere. */
export function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

/** What the caller has is what there is. */
export function isUnchanged(status: number): boolean {
  return status === 304;
}

/** There is nothing at the address, and trying again will not help. */
export function isAbsent(status: number): boolean {
  return status === 404 || status === 410;
}

/** Too many requests came, and this one was not looked at. */
export function isTooMany(status: number): boolean {
  return status === 429;
}

/**
 * Turned away before anything was done. Not among them: 408, which a proxy may say of a request that was dealt with, and 409,
 * which hosts say of a request whose first attempt they are still dealing with.
 */
const refusals: ReadonlySet<number> = new Set([
  400, 401, 402, 403, 404, 405, 406, 407, 410, 411, 412, 413, 414, 415, 416, 417, 421, 422, 425, 426, 428,
  431, 451,
]);

export function isRefusal(status: number): boolean {
  return refusals.has(status);
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
  /** Whether a connection was there and the request may have been written to it: until then, nobody can have done anything. */
  readonly mayBeSent?: boolean;
  /** Ends it; the handler hears nothing more. */
  cancel(): void;
  /** Lets the provider wait while whoever reads is slow. */
  pause(): void;
  resume(): void;
  /** Towards the provider, once the protocol has changed. False when it is slow and whoever writes should wait. */
  write?(bytes: Uint8Array): boolean;
  onDrain?(run: () => void): void;
}

export interface TransportSettings extends PoolSettings {
  /** The provider's name, for messages. */
  readonly provider: string;
  /** Requests that may wait for a socket. */
  readonly maxWaiting: number;
  /** Of one answer, unpacked. */
  readonly maxAnswerBytes: number;
  /** True where whoever asks decides what to do about them; otherwise they are refused. */
  readonly passesRedirects?: boolean;
  /** For what is said of a refusal. */
  readonly redactor?: Redactor;
}
