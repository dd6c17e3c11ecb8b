// The paths of all vendors: finds out which format a caller speaks and who it is, and hands the call to the engine.
import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { KeelsonError, toKeelsonError } from '@keelson/core';
import { type AskedCall, answerError, type Caller, type Engine } from '@keelson/engine';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type KeyRing, presentedKey } from '../auth/index.ts';
import { createSocketCaller } from '../http/index.ts';
import { registerModelLists } from './model-lists.ts';
import { readControls } from './read-controls.ts';
import { errorDialect, findRoute, methodsAt, type Route } from './route-table.ts';
import { registerStoredResponses } from './stored-responses.ts';

export interface GatewayOptions {
  readonly engine: Engine;
  readonly keys: KeyRing;
  readonly maxBodyBytes: number;
}

export function registerGateway(app: FastifyInstance, options: GatewayOptions): void {
  app.setErrorHandler((error, request, reply) => refuse(error, request, reply, options));
  app.setNotFoundHandler((request, reply) => refuse(nothingAnswers(request, reply), request, reply, options));
  registerModelLists(app, options);
  registerStoredResponses(app, options);
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // Bodies are read by the format that the path speaks, and may pass untouched.
    const asBytes = { parseAs: 'buffer', bodyLimit: options.maxBodyBytes } as const;
    scope.addContentTypeParser('*', asBytes, ({ headers }, body: Buffer, done) => {
      const { 'content-encoding': packing = 'identity' } = headers;
      if (packing !== 'identity') done(packed(packing));
      else if (isUtf8(body)) done(null, body.toString('utf8'));
      // What is no text would be replaced on the way, and nobody would be told.
      else done(new KeelsonError('invalid_request', 'The body is not UTF-8.'));
    });
    scope.post('/*', (request, reply) => answer(request, reply, options));
  });
}

/** Also told to those who ask by another method than the path takes: which one that is. */
function nothingAnswers(request: FastifyRequest, reply: FastifyReply): KeelsonError {
  const path = pathOf(request.raw);
  const methods = methodsAt(path);
  if (methods.length > 0) reply.raw.setHeader('allow', methods.join(', '));
  const instead = methods.length > 0 ? `; it takes ${methods.join(' or ')}` : '';
  return new KeelsonError('not_found', `Nothing answers ${request.method} at ${path}${instead}.`);
}

function packed(packing: string): KeelsonError {
  return new KeelsonError(
    'invalid_request',
    `The body is packed with \`${packing}\`, which is not read here.`,
    {
      hint: 'Send it as it is, without `content-encoding`.',
    },
  );
}

function answer(request: FastifyRequest, reply: FastifyReply, options: GatewayOptions): void {
  reply.hijack();
  const { engine } = options;
  const caller = createSocketCaller(reply.raw);
  const id = engine.newId();
  const route = findRoute(pathOf(request.raw));
  try {
    const asked = askedCall(request, id, route, options);
    if (asked === undefined) throw nothingAnswers(request, reply);
    void engine.call(asked, caller);
  } catch (thrown) {
    const path = pathOf(request.raw);
    const dialect = errorDialect(path, request.headers);
    answerError(toKeelsonError(thrown), { id, dialect, path }, caller);
  }
}

function askedCall(
  request: FastifyRequest,
  id: string,
  route: Route | undefined,
  { keys }: GatewayOptions,
): AskedCall | undefined {
  const { headers } = request;
  const path = pathOf(request.raw);
  const query = queryOf(request.raw);
  const identity = keys.identify(presentedKey(headers, query));
  // Ours, and nobody else's business.
  const { key: _key, ...rest } = query;
  if (route === undefined) return undefined;
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

const slash = 0x2f;

function pathOf({ url = '/' }: IncomingMessage): string {
  const query = url.indexOf('?');
  let end = query === -1 ? url.length : query;
  // Many join addresses with a slash too many.
  while (end > 1 && url.charCodeAt(end - 1) === slash) end -= 1;
  return url.slice(0, end);
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
export function refuse(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  { engine, maxBodyBytes }: GatewayOptions,
): void {
  reply.hijack();
  const caller: Caller = createSocketCaller(reply.raw as ServerResponse);
  const path = pathOf(request.raw);
  const id = engine.newId();
  const dialect = errorDialect(path, request.headers);
  answerError(explain(error, maxBodyBytes, request), { id, dialect, path }, caller);
}

function explain(error: unknown, limit: number, { headers }: FastifyRequest): KeelsonError {
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
  if (code === 'FST_ERR_BAD_URL') {
    const hint = 'A percent sign must be followed by two digits, which make up UTF-8.';
    return new KeelsonError('invalid_request', 'The address is not well formed.', { hint, cause: error });
  }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    const message = `The content-type is \`${headers['content-type'] ?? ''}\`, which is none.`;
    const hint = 'Send `content-type: application/json`.';
    return new KeelsonError('invalid_request', message, { hint, cause: error });
  }
  return toKeelsonError(error);
}
