/**
 * A call to a provider with several credentials: sent with one of them, and with another when the provider refuses the first
 * before it has answered anything. To whoever waits for the answer it is one sending.
 */
import { KeelsonError, retryAfterMs } from '@keelson/core';
import type { CredentialPool, Tenant, UsableCredential } from './credentials/index.ts';
import type { ReplyHandler, ReplyHeaders, Sending } from './transport/index.ts';

export interface CredentialSendingParts {
  readonly provider: string;
  readonly pool: CredentialPool;
  readonly tenant: Tenant | undefined;
  /** Throws a KeelsonError where the credential is none that this provider takes. */
  send(credential: UsableCredential, handler: ReplyHandler): Sending;
}

/** So that one wrong request is not held against all of them. */
const mostTries = 3;

export class CredentialSending implements ReplyHandler, Sending {
  readonly #parts: CredentialSendingParts;
  readonly #handler: ReplyHandler;
  readonly #tried: string[] = [];
  #credential: UsableCredential | undefined;
  #sending: Sending | undefined;
  #isPaused = false;

  constructor(parts: CredentialSendingParts, handler: ReplyHandler) {
    this.#parts = parts;
    this.#handler = handler;
  }

  start(): Sending {
    if (this.#sendNext()) return this;
    const { provider } = this.#parts;
    const error = new KeelsonError(
      'provider_authentication_failed',
      `${provider} has no usable credential.`,
      {
        hint: `Store a credential for ${provider} that this workspace may use, or rotate the one that is refused.`,
      },
    );
    this.#handler.onError(error, false);
    return this;
  }

  onStart(status: number, headers: ReplyHeaders): void {
    const before = this.#sending;
    if (this.#report(status, headers) && this.#sendNext()) {
      before?.cancel();
      return;
    }
    this.#handler.onStart(status, headers);
  }

  onData(bytes: Uint8Array): void {
    this.#handler.onData(bytes);
  }

  onEnd(): void {
    this.#handler.onEnd();
  }

  onError(error: KeelsonError, hasStarted: boolean): void {
    const isOurs = error.code === 'provider_authentication_failed' && !hasStarted;
    if (isOurs && this.#credential !== undefined) {
      this.#parts.pool.reportUnusable(this.#credential);
      if (this.#sendNext()) return;
    }
    this.#handler.onError(error, hasStarted);
  }

  cancel(): void {
    this.#sending?.cancel();
  }

  pause(): void {
    this.#isPaused = true;
    this.#sending?.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#sending?.resume();
  }

  write(bytes: Uint8Array): boolean {
    return this.#sending?.write?.(bytes) ?? true;
  }

  onDrain(run: () => void): void {
    this.#sending?.onDrain?.(run);
  }

  #report(status: number, headers: ReplyHeaders): boolean {
    if (this.#credential === undefined) return false;
    return this.#parts.pool.report(this.#credential, status, retryAfterMs(single(headers)));
  }

  #sendNext(): boolean {
    const { pool, tenant, send } = this.#parts;
    while (this.#tried.length < mostTries) {
      const credential = pool.choose(tenant, this.#tried);
      if (credential === undefined) return false;
      this.#tried.push(credential.id);
      try {
        this.#credential = credential;
        this.#sending = send(credential, this);
        if (this.#isPaused) this.#sending.pause();
        return true;
      } catch (thrown) {
        if (!KeelsonError.is(thrown) || thrown.code !== 'configuration_invalid') throw thrown;
        pool.reportUnusable(credential);
      }
    }
    return false;
  }
}

function single(headers: ReplyHeaders): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of ['retry-after', 'retry-after-ms']) {
    const value = headers[name];
    if (value !== undefined) found[name] = Array.isArray(value) ? (value[0] ?? '') : value;
  }
  return found;
}
