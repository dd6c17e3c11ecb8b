/** A request as it came in, in plain fields, and a signal for the moment when its caller goes away. */
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface Incoming {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  /** Fires when the caller goes away before its answer is complete. */
  readonly hangUp: AbortSignal;
}

export function readIncoming(message: IncomingMessage, response: ServerResponse): Incoming {
  const [path = '/', query = ''] = splitOnce(message.url ?? '/', '?');
  const leaving = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) leaving.abort();
  });
  return {
    method: message.method ?? 'GET',
    path,
    query: Object.fromEntries(new URLSearchParams(query)),
    headers: readHeaders(message),
    message,
    response,
    hangUp: leaving.signal,
  };
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function readHeaders({ headers }: IncomingMessage): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value = '']) => [
    name,
    Array.isArray(value) ? value.join(', ') : value,
  ]);
  return Object.fromEntries(entries) as Record<string, string>;
}
