// The paths of all vendors: finds out which format a caller speaks and who it is, and hands the call to the engine.
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { dialects, KeelsonError, toKeelsonError } from '@keelson/core';
import { type AnyDialect, type AskedCall, answerError, type Caller, type Engine } from '@keelson/engine';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type KeyRing, presentedKey } from '../auth/index.ts';
import { createSocketCaller, readBody } from '../http/index.ts';
import { registerModelLists } from './model-lists.ts';
import { readControls } from './read-controls.ts';
import { findRoute, type Route } from './route-table.ts';
import { registerStoredResponses } from './stored-responses.ts';

export interface GatewayOptions {
  readonly engine: Engine;
  readonly keys: KeyRing;
  readonly maxBodyBytes: number;
}

export function registerGateway(app: FastifyInstance, options: GatewayOptions): void {
  app.setErrorHandler((error, request, reply) => refuse(error, request, reply, options));
  app.setNotFoundHandler((request, reply) => {
    const path = pathOf(request.raw);
    // Whoever asks a format's path by another method is told in that format which one it takes.
    const instead = findRoute(path) === undefined ? '' : '; it takes POST';
    if (instead !== '') reply.raw.setHeader('allow', 'POST');
    const message = `Nothing answers ${request.method} at ${path}${instead}.`;
    refuse(new KeelsonError('not_found', message), request, reply, options);
  });
  registerModelLists(app, options);
  registerStoredResponses(app, options);
  app.post('/*', { onRequest: (request, reply) => answer(request, reply, options) }, unreachable);
}

/** Every request has been taken out of the framework's hands before its handler. */
function unreachable(): never {
  throw new KeelsonError('internal_error', 'A call came to the wrong handler.');
}

/** Bodies are read by the format that the path speaks, and may pass untouched: the framework is done here. */
function answer(request: FastifyRequest, reply: FastifyReply, options: GatewayOptions): void {
  reply.hijack();
  const { engine, maxBodyBytes } = options;
  const caller = createSocketCaller(reply.raw);
  const id = engine.newId();
  const path = pathOf(request.raw);
  const route = findRoute(path);
  const refuseWith = (error: unknown): void =>
    void answerError(toKeelsonError(error), { id, dialect: route?.dialect ?? plainest, path }, caller);
  readBody(request.raw, maxBodyBytes, {
    onBody: (body) => {
      try {
        void engine.call(askedCall({ request: request.raw, id, path, route, body }, options), caller);
      } catch (thrown) {
        refuseWith(thrown);
      }
    },
    onRefusal: (error) => {
      reply.raw.setHeader('connection', 'close');
      refuseWith(error);
    },
  });
}

/** Its errors are what most people expect of a path that belongs to nobody. */
const plainest = dialects['openai-chat'] as unknown as AnyDialect;

interface ReadRequest {
  readonly request: IncomingMessage;
  readonly id: string;
  readonly path: string;
  readonly route: Route | undefined;
  readonly body: string;
}

function askedCall({ request, id, path, route, body }: ReadRequest, { keys }: GatewayOptions): AskedCall {
  const { headers } = request;
  const query = queryOf(request);
  const identity = keys.identify(presentedKey(headers, query));
  if (route === undefined) throw new KeelsonError('not_found', `Nothing answers at ${path}.`);
  const asked: Unfinished<AskedCall> = {
    id,
    endpoint: route.endpoint,
    dialect: route.dialect,
    identity,
    controls: readControls(headers),
    wire: {
      method: 'POST',
      path,
      query: withoutKey(query),
      headers: headers as Record<string, string>,
      body,
    },
  };
  const traceId = traceOf(headers);
  if (traceId !== undefined) asked.traceId = traceId;
  return asked;
}

/** While it is made: spreading optional fields in would cost every call. */
type Unfinished<Made> = { -readonly [Field in keyof Made]: Made[Field] };

/** Ours, and nobody else's business. */
function withoutKey(query: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (query.key === undefined) return query;
  const { key: _, ...rest } = query;
  return rest;
}

function pathOf({ url = '/' }: IncomingMessage): string {
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}

/** As the W3C's recommendation writes it: `00-` trace `-` parent `-` flags. */
function traceOf({ traceparent }: IncomingHttpHeaders): string | undefined {
  return typeof traceparent === 'string' ? /^00-(?!0{32})([0-9a-f]{32})-/.exec(traceparent)?.[1] : undefined;
}

const noQuery: Readonly<Record<string, string>> = {};

function queryOf({ url = '/' }: IncomingMessage): Readonly<Record<string, string>> {
  const at = url.indexOf('?');
  return at === -1 ? noQuery : Object.fromEntries(new URLSearchParams(url.slice(at + 1)));
}

/** What goes wrong beside a call: a path that nothing answers at, or a handler that failed. */
function refuse(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  { engine }: GatewayOptions,
): void {
  reply.hijack();
  const caller: Caller = createSocketCaller(reply.raw as ServerResponse);
  const path = pathOf(request.raw);
  const id = engine.newId();
  answerError(toKeelsonError(error), { id, dialect: findRoute(path)?.dialect ?? plainest, path }, caller);
}
