// What one operation of the management API is: its address, who may ask it, what it takes and gives, an example that works, and
// what it does. The server, the published description, the explorer, the clients and the tests are all made of these.
import type { ServerResponse } from 'node:http';
import type { Identity } from '@keelson/engine';
import type { Permission, Scope } from '../../access/index.ts';
import type { JsonSchema, Schema } from './schema.ts';

type ApiMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Who asks, and where the question is put. */
export interface ApiCaller {
  readonly keyId: string;
  readonly address: string;
  /** Its own. */
  readonly organisation: string;
  readonly workspace: string;
  /** On whose behalf models are called for it: of its key only what calls go by. */
  readonly identity: Identity;
  /** Whether it may do something there: for what is only known when it has been found. */
  may(permission: Permission, where: Scope): boolean;
}

export interface ApiCall<Query, Body> {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
  readonly caller: ApiCaller;
  /**
   * Where the caller asks, and may: one workspace, or without one the whole organisation. Whatever is found or made must be
   * there; what is elsewhere is not found.
   */
  readonly where: Scope;
  readonly requestId: string;
}

/** An answer that is not one JSON document, such as an export. */
export interface ApiStream {
  readonly contentType: string;
  readonly fileName: string;
  readonly lines: AsyncIterable<string>;
}

/** An answer without an end: what happens, as it happens. */
export interface ApiEvents {
  /** Begins; what it gives ends the answer. Throws, before anything is written, where it cannot begin. */
  send(response: ServerResponse): () => void;
}

/** What was to be made and was there: answered as it is, with the status of what is not new. */
export class ApiKnown<Answer> {
  readonly answer: Answer;
  constructor(answer: Answer) {
    this.answer = answer;
  }
}

/** Where a question is put that only its body tells, and what it is about. */
export interface ApiPlace {
  readonly where: Scope;
  readonly target: string;
}

interface ApiExample {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly body?: unknown;
}

export interface ApiRoute<Query = unknown, Body = unknown, Answer = unknown> {
  /** Unique; the method of a generated client. */
  readonly name: string;
  readonly method: ApiMethod;
  /** Below /api/v1, with `{id}` for what differs. */
  readonly path: string;
  /** The chapter of the description that it stands in. */
  readonly chapter: string;
  readonly summary: string;
  readonly description?: string;
  /** Undefined for what every key may ask. */
  readonly permission?: Permission;
  /** For whoever comes, without a key: what it may ask so is for the route alone to say. */
  readonly isOpen?: true;
  /** Of an open one: what shows by itself where it belongs. Throws for what shows nothing; that stands in no audit log. */
  findPlace?(body: Body): Promise<ApiPlace>;
  /** `organisation`: only for whoever may do it in all its workspaces. `installation`: only for whoever runs it. */
  readonly level?: 'workspace' | 'organisation' | 'installation';
  readonly query?: Schema<Query>;
  readonly body?: Schema<Body>;
  readonly answer?: Schema<Answer>;
  /** In place of `answer` or, where the question may ask for it, beside it: the types of what is streamed. */
  readonly streams?: readonly string[];
  /** Whether its answer is something new. `once`: the same again gives what was made before, as `ApiKnown`. */
  readonly isMaking?: true | 'once';
  /** What it adds says by itself who added it, and comes too often for the audit log. */
  readonly isRecord?: true;
  /** Of whatever else changes something: what the audit log calls it. */
  readonly action?: string;
  /** What it takes, as a caller who has just made what the path names could send it. */
  readonly example?: ApiExample;
  handle(call: ApiCall<Query, Body>): Promise<Answer | ApiKnown<Answer> | ApiStream | ApiEvents>;
}

/** The same with types that nobody asks any more, as lists of routes hold them. */
export interface AnyApiRoute extends Omit<ApiRoute, 'query' | 'body' | 'answer' | 'handle' | 'findPlace'> {
  readonly query?: { readonly json: JsonSchema };
  readonly body?: { readonly json: JsonSchema };
  readonly answer?: { readonly json: JsonSchema };
  findPlace?(body: never): Promise<ApiPlace>;
  handle(call: ApiCall<never, never>): Promise<unknown>;
}

/** For the types alone. */
export function route<Query = Record<never, never>, Body = undefined, Answer = unknown>(
  definition: ApiRoute<Query, Body, Answer>,
): AnyApiRoute {
  return definition as AnyApiRoute;
}

export function isEvents(answer: unknown): answer is ApiEvents {
  return (
    typeof answer === 'object' && answer !== null && 'send' in answer && typeof answer.send === 'function'
  );
}

export function isStream(answer: unknown): answer is ApiStream {
  return typeof answer === 'object' && answer !== null && 'lines' in answer;
}
