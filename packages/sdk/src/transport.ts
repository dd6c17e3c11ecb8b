/** Requests to a gateway over `fetch`, which every browser, edge runtime and Node has. Nothing else here touches the network. */
import { type Json, KeelsonError } from '@keelson/core';
import { brokenOff, cancelled, failureOf, readAnswer } from './call-error.ts';
import type { Reply } from './reply.ts';

export interface Remote {
  /** Where the gateway is, such as `http://127.0.0.1:4100`. */
  readonly url: string;
  readonly key?: string;
  /** Headers that every request carries besides. */
  readonly headers?: Readonly<Record<string, string>>;
  /** In place of the global one. */
  readonly fetch?: typeof fetch;
}

/** Without a slash at its end. */
export function readAddress(url: string): string {
  try {
    const { protocol } = new URL(url);
    if (/^https?:$/.test(protocol)) return url.replace(/\/+$/, '');
  } catch {
    // Told below.
  }
  throw new KeelsonError('configuration_invalid', `\`${url}\` is no address of a server.`, {
    hint: 'Write it whole, such as http://127.0.0.1:4100.',
    details: { field: 'url' },
  });
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Sent {
  readonly method?: Method;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

export async function send(remote: Remote, path: string, sent: Sent): Promise<Reply> {
  const { url, key, fetch: ask = fetch } = remote;
  const { method = 'POST', body, signal } = sent;
  if (signal?.aborted) throw cancelled(signal);
  try {
    const response = await ask(url + path, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...remote.headers,
        ...sent.headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
    return new FetchReply(response, signal);
  } catch (thrown) {
    if (signal?.aborted) throw cancelled(signal);
    throw nobodyAnswers(url, thrown);
  }
}

function nobodyAnswers(url: string, cause: unknown): KeelsonError {
  return new KeelsonError('provider_unavailable', `No Keelson answers at ${url}.`, {
    hint: 'Check the address, and that the server runs; `npm start` or `keelson serve` start one.',
    cause,
  });
}

class FetchReply implements Reply {
  readonly #response: Response;
  readonly #signal: AbortSignal | undefined;

  constructor(response: Response, signal: AbortSignal | undefined) {
    this.#response = response;
    this.#signal = signal;
  }

  get isGood(): boolean {
    return this.#response.ok;
  }

  get status(): number {
    return this.#response.status;
  }

  get version(): string | undefined {
    return this.#response.headers.get('x-keelson-version') ?? undefined;
  }

  get isStream(): boolean {
    return this.#response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  }

  async text(): Promise<string> {
    try {
      return await this.#response.text();
    } catch (thrown) {
      throw brokenOff(thrown, this.#signal);
    }
  }

  /** By a reader: streams of some browsers and edge runtimes cannot be iterated. */
  async *pieces(): AsyncIterable<Uint8Array> {
    const reader = this.#response.body?.getReader();
    if (reader === undefined) return;
    try {
      for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
    } catch (thrown) {
      throw brokenOff(thrown, this.#signal);
    } finally {
      // Ends the call where its caller stops reading.
      reader.cancel().catch(() => {});
    }
  }
}

/** The management API, whose answers are JSON. */
export async function callApi(remote: Remote, path: string, sent: Sent): Promise<Json> {
  const reply = await send(remote, path, sent);
  if (!reply.isGood) throw await failureOf(reply, remote.url);
  return readAnswer(reply, remote.url);
}
