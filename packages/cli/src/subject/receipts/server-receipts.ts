/** Receipts of a gateway that is asked over its management API. */
import {
  type ErrorCode,
  errorTable,
  isJsonObject,
  type Json,
  KeelsonError,
  type ReceiptHead,
  type ReceiptKey,
  type ReceiptProof,
} from '@keelson/core';
import type { StatementDraft } from '@keelson/engine';
import type { Surroundings } from '../../line/command-spec.ts';
import type { ListedLine, ListWish, MakingWish, ReceiptRange, ReceiptSource } from './receipt-source.ts';
import { splitLines } from './split-lines.ts';

export interface ServerSettings {
  readonly environment: Surroundings['environment'];
  /** The variable that holds the key, where one is named. */
  readonly keyName: string | undefined;
  /** Whether the server was named on the line; else by the environment. */
  readonly isNamed: boolean;
}

const keyNames = ['KEELSON_API_KEY', 'LLMRING_API_KEY'];

export function openServerReceipts(address: string, settings: ServerSettings): ReceiptSource {
  const server = new Server(readAddress(address, settings), readKey(settings));
  return {
    name: server.url,
    isPartial: true,
    list: (wish) => server.list('/receipts', wish),
    uncertified: async (wish) => {
      const receipts = await server.list('/receipts/uncertified', wish);
      const first = await server.ask('GET', '/receipts/uncertified', {
        query: { ...placeOf(wish), limit: 1 },
      });
      return { receipts, total: Number(first.total) };
    },
    find: (id) => server.find(id),
    lines: (range) => server.lines(range),
    heads: ({ isLatest }) => server.heads(isLatest),
    keys: async () => {
      const { data } = await server.ask('GET', '/receipts/keys');
      return (data as unknown as readonly { readonly key: ReceiptKey }[]).map(({ key }) => key);
    },
    draft: async (wish) => {
      const { receipt } = await server.ask('POST', '/receipts/preview', askedOf(wish));
      return receipt as unknown as StatementDraft;
    },
    issue: async (wish) => {
      const { receipt, path, head } = await server.ask('POST', '/receipts/issue', askedOf(wish));
      return { receipt, path, head } as unknown as ReceiptProof;
    },
    close: async () => {},
  };
}

function readAddress(address: string, { isNamed }: ServerSettings): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') {
    return `${url.origin}${url.pathname.replace(/\/+$/, '').replace(/\/api\/v1$/, '')}`;
  }
  const where = isNamed ? '--server' : 'KEELSON_SERVER_URL';
  throw new KeelsonError(
    'configuration_invalid',
    `${where} is no address of a server: \`${address.slice(0, 100)}\`.`,
    {
      hint: 'Write it as https://keelson.example.com.',
    },
  );
}

function readKey({ environment, keyName }: ServerSettings): string {
  const names = keyName === undefined ? keyNames : [keyName];
  const key = names.map((name) => environment[name]).find((value) => value);
  if (key !== undefined && /^[\x21-\x7e]+$/.test(key)) return key;
  const says = key === undefined ? 'is not set' : 'holds no key: it has letters that no key has';
  throw new KeelsonError('authentication_failed', `${names[0]} ${says}.`, {
    hint: 'Set it to a key of that server with the permission `receipts:read`, to make statements also `receipts:write`. Whoever runs the server makes one by `POST /api/v1/keys`; --key-env names another variable.',
  });
}

interface Question {
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
}

const placeOf = ({ workspace, organisation }: ReceiptRange) => ({ workspace, organisation });

const timesOf = ({ from, to }: ReceiptRange) => ({
  from: from === undefined ? undefined : new Date(from).toISOString(),
  to: to === undefined ? undefined : new Date(to).toISOString(),
});

function askedOf(wish: MakingWish): Question {
  const { ids, isSinceLast, description, tags } = wish;
  const body = { receipt_ids: ids, since_last: isSinceLast, ...timesOf(wish), description, tags };
  return { query: placeOf(wish), body };
}

const pageSize = 1000;

class Server {
  readonly url: string;
  readonly #key: string;

  constructor(url: string, key: string) {
    this.url = url;
    this.#key = key;
  }

  async ask(
    method: 'GET' | 'POST',
    path: string,
    question: Question = {},
  ): Promise<Readonly<Record<string, Json>>> {
    const answer = await this.#fetch(method, path, question);
    const body = await readBody(answer);
    if (answer.ok && isJsonObject(body)) return body;
    throw this.#refused(answer, body);
  }

  async list(path: string, wish: ListWish): Promise<ListedLine[]> {
    const lines: ListedLine[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined && lines.length < wish.limit; ) {
      const limit = Math.min(pageSize, wish.limit - lines.length);
      const times = path === '/receipts' ? timesOf(wish) : {};
      const query = { ...placeOf(wish), ...times, limit, cursor: cursor || undefined };
      const page = await this.ask('GET', path, { query });
      lines.push(...(page.data as unknown as readonly ListedLine[]));
      cursor = typeof page.next_cursor === 'string' ? page.next_cursor : undefined;
    }
    return lines;
  }

  async find(id: string): Promise<ReceiptProof | undefined> {
    try {
      const { receipt, path, head } = await this.ask('GET', `/receipts/${encodeURIComponent(id)}`);
      return { receipt, path, head } as unknown as ReceiptProof;
    } catch (error) {
      if (KeelsonError.is(error) && error.code === 'not_found') return undefined;
      throw error;
    }
  }

  async *lines(range: ReceiptRange): AsyncGenerator<string> {
    const query = { ...placeOf(range), ...timesOf(range) };
    const answer = await this.#fetch('GET', '/receipts/export', { query });
    if (!answer.ok || answer.body === null) throw this.#refused(answer, await readBody(answer));
    yield* splitLines(answer.body, this.url);
  }

  async heads(isLatest: boolean): Promise<ReceiptHead[]> {
    const heads: ReceiptHead[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const query = { limit: pageSize, cursor: cursor || undefined, latest: isLatest ? 'true' : undefined };
      const page = await this.ask('GET', '/receipts/heads', { query });
      heads.push(...(page.data as unknown as readonly ReceiptHead[]));
      cursor = typeof page.next_cursor === 'string' ? page.next_cursor : undefined;
    }
    return heads;
  }

  async #fetch(method: string, path: string, { query = {}, body }: Question): Promise<Response> {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) search.set(name, String(value));
    try {
      return await fetch(`${this.url}/api/v1${path}${search.size > 0 ? `?${search}` : ''}`, {
        method,
        headers: {
          authorization: `Bearer ${this.#key}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        redirect: 'error',
      });
    } catch (error) {
      throw this.#unreachable(error);
    }
  }

  #unreachable(cause: unknown): KeelsonError {
    const hint = 'Check the address, and whether it runs: `keelson serve` starts one.';
    return new KeelsonError('provider_unavailable', `The server ${this.url} cannot be reached.`, {
      hint,
      cause,
    });
  }

  #refused({ status }: Response, body: Json | undefined): KeelsonError {
    const error = isJsonObject(body) && isJsonObject(body.error) ? body.error : undefined;
    if (error === undefined || typeof error.message !== 'string') {
      const says = `The server ${this.url} answers with ${status}, and not as a Keelson gateway does.`;
      const hint = 'Check the address. A gateway that is older than this command may not know what is asked.';
      return new KeelsonError('provider_error', says, { hint });
    }
    const code = Object.hasOwn(errorTable, String(error.code)) ? (error.code as ErrorCode) : 'provider_error';
    const hint = typeof error.hint === 'string' ? { hint: error.hint } : {};
    return new KeelsonError(code, `${this.url}: ${error.message}`, hint);
  }
}

async function readBody(answer: Response): Promise<Json | undefined> {
  try {
    return (await answer.json()) as Json;
  } catch {
    return undefined;
  }
}
