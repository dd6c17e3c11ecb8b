/** A server asked over its management API: one place for the key, for waiting, and for what can go wrong on the way. */
import { type ErrorCode, errorTable, isJsonObject, type Json, KeelsonError } from '@keelson/core';
import { type Secret, systemClock } from '@keelson/engine';
import type { Surroundings } from '../../line/command-spec.ts';
import type { Input } from '../../line/input.ts';
import { splitLines } from '../receipts/split-lines.ts';
import { getServerAddress } from './server-address.ts';
import { getServerKey } from './server-key.ts';
import { unreachable } from './unreachable.ts';

export interface ServerSettings {
  readonly url: string;
  /** Left out where nobody need be known. */
  readonly key: Secret | undefined;
  readonly surroundings: Pick<Surroundings, 'note' | 'stopping' | 'version'>;
}

export interface Question {
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  /** Ends the answer before it has ended. */
  readonly signal?: AbortSignal;
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
export type Answer = Readonly<Record<string, Json>>;

const answerMs = 60_000;
const mostClockDifferenceMs = 5 * 60_000;
const pageSize = 200;

/** By the flags of the command, the environment and the settings. */
export async function openServer(input: Input, surroundings: Surroundings): Promise<Server> {
  const url = getServerAddress(input, surroundings);
  return new Server({ url, key: await getServerKey(input, surroundings), surroundings });
}

export class Server {
  readonly url: string;
  /** What it says that it is; known once it has answered. */
  version: string | undefined;
  /** By how much its clock is ahead of ours. */
  clockAheadMs: number | undefined;
  readonly #settings: ServerSettings;

  constructor(settings: ServerSettings) {
    this.url = settings.url;
    this.#settings = settings;
  }

  /** `path` is one of the management API. */
  ask(method: Method, path: string, question: Question = {}): Promise<Answer> {
    return this.askAt(method, `/api/v1${path}`, question);
  }

  async askAt(method: Method, path: string, question: Question = {}): Promise<Answer> {
    const answer = await this.#fetch(method, path, question);
    const body = await this.#readBody(answer);
    if (answer.ok && isJsonObject(body)) return body;
    throw this.#refused(answer, body);
  }

  /** Undefined where there is no such thing. */
  async find(path: string, question: Question = {}): Promise<Answer | undefined> {
    try {
      return await this.ask('GET', path, question);
    } catch (error) {
      if (KeelsonError.is(error) && error.code === 'not_found' && !isUnknownPath(error)) return undefined;
      throw error;
    }
  }

  /** So many entries of a list, page by page. */
  async list(path: string, query: Question['query'], limit: number): Promise<Answer[]> {
    const entries: Answer[] = [];
    for await (const entry of this.entries(path, query, Math.min(limit, pageSize))) {
      if (entries.length >= limit) break;
      entries.push(entry);
    }
    return entries;
  }

  async *entries(path: string, query: Question['query'] = {}, limit = pageSize): AsyncGenerator<Answer> {
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const asked = { ...query, limit: Math.max(1, limit), cursor: cursor || undefined };
      const { data, next_cursor: next } = await this.ask('GET', path, { query: asked });
      if (!Array.isArray(data)) throw this.#strange('answers a list without entries');
      yield* data as unknown as readonly Answer[];
      cursor = typeof next === 'string' && next !== cursor ? next : undefined;
    }
  }

  /** An answer of lines, as long as it takes. */
  async *lines(path: string, question: Question = {}): AsyncGenerator<string> {
    const answer = await this.#fetch('GET', `/api/v1${path}`, question, true);
    if (!answer.ok || answer.body === null) throw this.#refused(answer, await this.#readBody(answer));
    yield* splitLines(answer.body, this.url);
  }

  async #fetch(method: Method, path: string, question: Question, isLong = false): Promise<Response> {
    const { key, surroundings } = this.#settings;
    const { query = {}, body, signal } = question;
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) search.set(name, String(value));
    const limits = isLong ? [] : [AbortSignal.timeout(answerMs)];
    if (signal !== undefined) limits.push(signal);
    const answer = await fetch(`${this.url}${path}${search.size > 0 ? `?${search}` : ''}`, {
      method,
      headers: {
        accept: 'application/json',
        ...(key !== undefined && { authorization: `Bearer ${key.reveal()}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      // Where it leads to, nobody has said that the key may go.
      redirect: 'manual',
      signal: AbortSignal.any([surroundings.stopping, ...limits]),
    }).catch((error: unknown) => {
      throw unreachable(this.url, error);
    });
    this.#notice(answer);
    return answer;
  }

  #notice({ headers }: Response): void {
    this.version = headers.get('x-keelson-version') ?? this.version;
    const told = Date.parse(headers.get('date') ?? '');
    if (Number.isNaN(told)) return;
    const isFirst = this.clockAheadMs === undefined;
    this.clockAheadMs = told - systemClock.now();
    const minutes = Math.round(Math.abs(this.clockAheadMs) / 60_000);
    if (!isFirst || Math.abs(this.clockAheadMs) < mostClockDifferenceMs) return;
    const which = this.clockAheadMs > 0 ? 'ahead of' : 'behind';
    this.#settings.surroundings.note(
      `The clock of the server is ${minutes} minutes ${which} the one here: set the wrong one right, or times will not fit together.`,
    );
  }

  async #readBody(answer: Response): Promise<Json | undefined> {
    const text = await answer.text().catch((error: unknown) => {
      throw unreachable(this.url, error);
    });
    try {
      return JSON.parse(text) as Json;
    } catch {
      return undefined;
    }
  }

  #refused(answer: Response, body: Json | undefined): KeelsonError {
    const leadsTo = answer.headers.get('location');
    if (leadsTo !== null && !answer.ok)
      return this.#strange(
        `sends on to \`${leadsTo.slice(0, 200)}\`, where the key is not sent`,
        'If that is the server, name its address itself.',
      );
    const error = isJsonObject(body) && isJsonObject(body.error) ? body.error : undefined;
    if (error === undefined || typeof error.message !== 'string') return this.#notKeelson(answer);
    const code = Object.hasOwn(errorTable, String(error.code)) ? (error.code as ErrorCode) : 'provider_error';
    const said = typeof error.hint === 'string' ? [error.hint] : [];
    const hint = [...said, ...this.#versionsApart()].join(' ');
    const details = isJsonObject(error.details) ? { details: error.details } : {};
    return new KeelsonError(code, `${this.url}: ${error.message}`, {
      ...(hint !== '' && { hint }),
      ...details,
    });
  }

  /** Worth saying only once something has gone wrong. */
  #versionsApart(): string[] {
    const { version } = this.#settings.surroundings;
    if (this.version === undefined || this.version === version) return [];
    return [`The server is Keelson ${this.version.slice(0, 40)}, this command ${version}.`];
  }

  #notKeelson({ status, ok, headers }: Response): KeelsonError {
    const isPage = headers.get('content-type')?.includes('html') === true;
    const what = isPage ? 'a page for people' : 'something that cannot be read';
    return this.#strange(
      ok ? `answers with ${what}` : `answers with ${status}, and not as a Keelson gateway does`,
    );
  }

  #strange(
    says: string,
    hint = 'Check the address. A server that is older than this command may not know what is asked.',
  ): KeelsonError {
    const apart = this.#versionsApart();
    return new KeelsonError('provider_error', `The server ${this.url} ${says}.`, {
      hint: [hint, ...apart].join(' '),
    });
  }
}

/** Of an older server, rather than of a thing that is not there. */
const isUnknownPath = ({ message }: KeelsonError): boolean => message.includes('Nothing answers ');
