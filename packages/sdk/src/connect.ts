/** A client of a gateway: small, without dependencies, for browsers, edge runtimes and Node alike. */
import type { ReceiptKey, ReceiptProof } from '@keelson/core';
import type { Backend, Explanation, Model } from './backend.ts';
import { type Client, createClient } from './client.ts';
import { controlHeaders } from './control-headers.ts';
import { renderRecordedCall } from './recorded-call.ts';
import { callApi, type Remote, readAddress, send } from './transport.ts';

export interface ConnectOptions extends Remote {
  /** The lockfile's profile by which names are read; the server's default when left out. */
  readonly profile?: string;
}

/**
 * @example
 * const keelson = connect({ url: 'http://127.0.0.1:4100', key });
 * const { text } = await keelson.chat({ model: 'fast', prompt: 'Say ahoy.' });
 */
export function connect(options: ConnectOptions): Client {
  return createClient(createRemote({ ...options, url: readAddress(options.url) }));
}

function createRemote(options: ConnectOptions): Backend {
  const { profile } = options;
  const get = (path: string, signal?: AbortSignal) =>
    callApi(options, path, { method: 'GET', headers: controlHeaders({}, profile), signal });
  return {
    address: options.url,
    ask: ({ path, body, options: wishes }) =>
      send(options, path, { body, headers: controlHeaders(wishes, profile), signal: wishes.signal }),
    models: async (signal) => {
      const { data } = (await get('/v1/models', signal)) as unknown as ModelList;
      return data.map(({ id, owned_by: owner }): Model => {
        return id.startsWith(`${owner}:`) ? { name: id, provider: owner } : { name: id };
      });
    },
    explain: async ({ inputTokens, maxOutputTokens, session, stream, ...question }, signal) => {
      const body = {
        ...question,
        profile,
        input_tokens: inputTokens,
        max_output_tokens: maxOutputTokens,
        session_id: session,
        is_stream: stream,
      };
      return camel(await callApi(options, '/api/v1/explain', { body, signal })) as Explanation;
    },
    proofOf: async (id, signal) => {
      const { receipt, path, head } = (await get(
        `/api/v1/receipts/${id}`,
        signal,
      )) as unknown as ReceiptProof;
      return { receipt, path, head };
    },
    receiptKeys: async (signal) => {
      const { data } = (await get('/api/v1/receipts/keys', signal)) as unknown as KeyList;
      return data.map(({ key }) => key);
    },
    record: async (call) => {
      await callApi(options, '/api/v1/calls/report', { body: renderRecordedCall(call) });
    },
    // Seldom needed, and as large as all the rest.
    conversations: async () => new (await import('./server/index.ts')).ServerClient(options),
    withProfile: (name) => createRemote({ ...options, profile: name }),
    close: async () => {},
  };
}

interface ModelList {
  readonly data: readonly { readonly id: string; readonly owned_by: string }[];
}
interface KeyList {
  readonly data: readonly { readonly key: ReceiptKey }[];
}

/** Names of the API as they are here: `is_kept` is `isKept`. */
function camel(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camel);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
      camel(field),
    ]),
  );
}
