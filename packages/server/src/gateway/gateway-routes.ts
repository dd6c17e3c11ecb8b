// The paths of all vendors: finds out which format a caller speaks and who it is, and hands the call to the engine.
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { KeelsonError, ownFormat, toKeelsonError } from '@keelson/core';
import {
  type AskedCall,
  answerError,
  type Caller,
  callAndReport,
  createOpenFlow,
  type Engine,
  type FlowModels,
  isClaudeBody,
  type OpenFlow,
} from '@keelson/engine';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { checkScope } from '../access/index.ts';
import { type KeyRing, type NoteRefusal, presentedKey } from '../auth/index.ts';
import { createSocketCaller, readBody, readBytes } from '../http/index.ts';
import { registerModelLists } from './model-lists.ts';
import { readControls } from './read-controls.ts';
import { type RegistryFilesOptions, registerRegistryFiles } from './registry-files.ts';
import {
  errorDialect,
  findPassedRoute,
  findRouteFor,
  methodsAt,
  passedReads,
  type Route,
} from './route-table.ts';
import { registerStoredResponses } from './stored-responses.ts';

export interface GatewayOptions extends RegistryFilesOptions {
  readonly engine: Engine;
  readonly keys: KeyRing;
  readonly maxBodyBytes: number;
  /** Flows that callers may ask like models; without it, there are none. */
  readonly flows?: FlowModels;
  /** Told of every request that is refused beside a call. */
  readonly noteRefusal?: NoteRefusal;
}

/** With what is made of the options once, because every call needs it. */
interface GatewayParts extends GatewayOptions {
  readonly openFlow: OpenFlow | undefined;
}

export function registerGateway(app: FastifyInstance, given: GatewayOptions): void {
  const { flows, engine } = given;
  const openFlow = flows && createOpenFlow({ flows, call: engine.call, newId: engine.newId });
  const options: GatewayParts = { ...given, openFlow };
  app.setErrorHandler((error, request, reply) => refuse(error, request, reply, options));
  app.setNotFoundHandler((request, reply) =>
    refuse(nothingAnswers(reply, request.raw), request, reply, options),
  );
  registerModelLists(app, options);
  registerStoredResponses(app, options);
  registerRegistryFiles(app, options);
  registerPassedReads(app, options);
  app.post('/*', { onRequest: (request, reply) => answer(request, reply, options) }, unreachable);
}

/** Where passed calls have another method than that of all others. */
function registerPassedReads(app: FastifyInstance, options: GatewayParts): void {
  const onRequest = (request: FastifyRequest, reply: FastifyReply): void => answer(request, reply, options);
  for (const [method, url] of passedReads()) app.route({ method, url, onRequest, handler: unreachable });
}

/** Every request has been taken out of the framework's hands before its handler. */
function unreachable(): never {
  throw new KeelsonError('internal_error', 'A call came to the wrong handler.');
}

/** Also told to those who ask by another method than the path takes: which one that is. */
function nothingAnswers({ raw }: FastifyReply, request: IncomingMessage): KeelsonError {
  const path = pathOf(request);
  const methods = methodsAt(path);
  if (methods.length > 0) raw.setHeader('allow', methods.join(', '));
  const instead = methods.length > 0 ? `; it takes ${methods.join(' or ')}` : '';
  return new KeelsonError('not_found', `Nothing answers ${request.method} at ${path}${instead}.`);
}

/** Bodies are read by the format that the path speaks, and may pass untouched: the framework is done here. */
function answer(request: FastifyRequest, reply: FastifyReply, options: GatewayParts): void {
  reply.hijack();
  const { engine, maxBodyBytes } = options;
  const caller = createSocketCaller(reply.raw);
  const id = engine.newId();
  const path = pathOf(request.raw);
  const route = findRouteFor(path, request.headers);
  const refuseWith = (error: unknown): void =>
    void answerError(
      noted(toKeelsonError(error), request.raw, options),
      { id, dialect: errorDialect(path, request.headers), path },
      caller,
    );
  const ask = (body: string, bytes?: Buffer): void => {
    try {
      const read = { request: request.raw, id, path, route: routeFor(route, path, body), body };
      const asked = askedCall(bytes === undefined ? read : { ...read, bytes }, options);
      caller.keyAgeMs = options.keys.ageMs();
      if (asked === undefined) throw nothingAnswers(reply, request.raw);
      if (asked.dialect.name === ownFormat) void callAndReport(engine, asked, caller);
      else void engine.call(asked, caller);
    } catch (thrown) {
      refuseWith(thrown);
    }
  };
  const onRefusal = (error: KeelsonError): void => {
    reply.raw.setHeader('connection', 'close');
    refuseWith(error);
  };
  if (request.method !== 'POST') ask('');
  else if (takesForm(route, request.raw))
    readBytes(request.raw, maxBodyBytes, { onBytes: (bytes) => ask('', bytes), onRefusal });
  else readBody(request.raw, maxBodyBytes, { onBody: ask, onRefusal });
}

function takesForm(route: Route | undefined, { headers }: IncomingMessage): boolean {
  if (route?.passed === undefined) return false;
  return /^multipart\//i.test(headers['content-type'] ?? '');
}

/** Clouds have one address for the formats of all makers; whose format it is shows the body. */
function routeFor(route: Route | undefined, path: string, body: string): Route | undefined {
  if (route?.dialect.name !== 'anthropic-messages' || !/(?::\w+|\/invoke[\w-]*)$/.test(path)) return route;
  return isClaudeBody(body) ? route : (findPassedRoute(path) ?? route);
}

interface ReadRequest {
  readonly request: IncomingMessage;
  readonly id: string;
  readonly path: string;
  readonly route: Route | undefined;
  readonly body: string;
  /** In its place, where it is no text. */
  readonly bytes?: Buffer;
}

/** Undefined where no format has the path, which is told only to those who have a key. */
function askedCall(
  { request, id, path, route, body, bytes }: ReadRequest,
  { keys, openFlow }: GatewayParts,
): AskedCall | undefined {
  const { headers } = request;
  const query = queryOf(request);
  const identity = keys.identify(presentedKey(headers, query), request.socket.remoteAddress);
  checkScope(identity, 'calls:create');
  if (route === undefined) return undefined;
  const asked: Unfinished<AskedCall> = {
    id,
    endpoint: route.endpoint,
    dialect: route.dialect,
    identity,
    controls: readControls(headers),
    wire: {
      method: request.method as 'POST',
      path,
      query: withoutKey(query),
      headers: headers as Record<string, string>,
      body,
    },
  };
  if (route.passed !== undefined) asked.passed = route.passed;
  if (bytes !== undefined) asked.bytes = bytes;
  if (openFlow !== undefined) asked.openFlow = openFlow;
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

const slash = 0x2f;

function pathOf({ url = '/' }: IncomingMessage): string {
  const query = url.indexOf('?');
  let end = query === -1 ? url.length : query;
  // Many join addresses with a slash too many.
  while (end > 1 && url.charCodeAt(end - 1) === slash) end -= 1;
  return url.slice(0, end);
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

/** What goes wrong beside a call: a path that nothing answers at or that cannot be read, or a handler that failed. */
export function refuse(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  options: Pick<GatewayOptions, 'engine' | 'noteRefusal'>,
): void {
  reply.hijack();
  const caller: Caller = createSocketCaller(reply.raw as ServerResponse);
  const path = pathOf(request.raw);
  const id = options.engine.newId();
  answerError(
    noted(explain(error), request.raw, options),
    { id, dialect: errorDialect(path, request.headers), path },
    caller,
  );
}

function noted(
  error: KeelsonError,
  request: IncomingMessage,
  { noteRefusal }: Pick<GatewayOptions, 'noteRefusal'>,
): KeelsonError {
  return noteRefusal === undefined ? error : noteRefusal(error, request);
}

function explain(error: unknown): KeelsonError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'FST_ERR_BAD_URL') return toKeelsonError(error);
  const hint = 'A percent sign must be followed by two digits, which make up UTF-8.';
  return new KeelsonError('invalid_request', 'The address is not well formed.', { hint, cause: error });
}
