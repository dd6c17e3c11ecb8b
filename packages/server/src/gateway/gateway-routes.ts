// The paths of all vendors: finds out which format a caller speaks and who it is, and hands the call to the engine.
import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { dialects, KeelsonError, toKeelsonError } from '@keelson/core';
import { type AnyDialect, type AskedCall, answerError, type Caller, type Engine } from '@keelson/engine';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type KeyRing, presentedKey } from '../auth/index.ts';
import { createSocketCaller } from '../http/index.ts';
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
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // Bodies are read by the format that the path speaks, and may pass untouched.
    const asBytes = { parseAs: 'buffer', bodyLimit: options.maxBodyBytes } as const;
    scope.addContentTypeParser('*', asBytes, (_, body: Buffer, done) => {
      if (isUtf8(body)) done(null, body.toString('utf8'));
      // What is no text would be replaced on the way, and nobody would be told.
      else done(new KeelsonError('invalid_request', 'The body is not UTF-8.'));
    });
    scope.post('/*', (request, reply) => answer(request, reply, options));
  });
}

function answer(request: FastifyRequest, reply: FastifyReply, options: GatewayOptions): void {
  reply.hijack();
  const { engine } = options;
  const caller = createSocketCaller(reply.raw);
  const id = engine.newId();
  const route = findRoute(pathOf(request.raw));
  try {
    void engine.call(askedCall(request, id, route, options), caller);
  } catch (thrown) {
    answerError(
      toKeelsonError(thrown),
      { id, dialect: route?.dialect ?? plainest, path: pathOf(request.raw) },
      caller,
    );
  }
}

/** Its errors are what most people expect of a path that belongs to nobody. */
const plainest = dialects['openai-chat'] as unknown as AnyDialect;

function askedCall(
  request: FastifyRequest,
  id: string,
  route: Route | undefined,
  { keys }: GatewayOptions,
): AskedCall {
  const { headers } = request;
  const path = pathOf(request.raw);
  const query = queryOf(request.raw);
  const identity = keys.identify(presentedKey(headers, query));
  // Ours, and nobody else's business.
  const { key: _key, ...rest } = query;
  if (route === undefined) throw new KeelsonError('not_found', `Nothing answers at ${path}.`);
  return {
    id,
    endpoint: route.endpoint,
    dialect: route.dialect,
    identity,
    controls: readControls(headers),
    ...traceOf(headers),
    wire: {
      method: 'POST',
      path,
      query: rest,
      headers: headers as Record<string, string>,
      body: typeof request.body === 'string' ? request.body : '',
    },
  };
}

function pathOf({ url = '/' }: IncomingMessage): string {
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}

/** As the W3C's recommendation writes it: `00-` trace `-` parent `-` flags. */
function traceOf({ traceparent }: IncomingHttpHeaders): { traceId?: string } {
  const traceId =
    typeof traceparent === 'string' ? /^00-(?!0{32})([0-9a-f]{32})-/.exec(traceparent)?.[1] : undefined;
  return traceId === undefined ? {} : { traceId };
}

const noQuery: Readonly<Record<string, string>> = {};

function queryOf({ url = '/' }: IncomingMessage): Readonly<Record<string, string>> {
  const at = url.indexOf('?');
  return at === -1 ? noQuery : Object.fromEntries(new URLSearchParams(url.slice(at + 1)));
}

/** What goes wrong before a call exists: a body that is too long, or that never came. */
function refuse(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  { engine, maxBodyBytes }: GatewayOptions,
): void {
  reply.hijack();
  const caller: Caller = createSocketCaller(reply.raw as ServerResponse);
  const path = pathOf(request.raw);
  const id = engine.newId();
  answerError(
    explain(error, maxBodyBytes),
    { id, dialect: findRoute(path)?.dialect ?? plainest, path },
    caller,
  );
}

function explain(error: unknown, limit: number): KeelsonError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new KeelsonError('request_too_large', `The body is longer than ${limit} bytes.`, {
      details: { limit },
    });
  }
  if (code === 'FST_ERR_CTP_INVALID_CONTENT_LENGTH') {
    return new KeelsonError('invalid_request', 'The body is not as long as its content-length says.', {
      cause: error,
    });
  }
  return toKeelsonError(error);
}
