// Answers the routes of the management API: who asks is found out, what is asked is held against its schema, whether it is
// allowed is decided, a change is written into the audit log, and only then is it done.
import { type Json, KeelsonError, toKeelsonError } from '@keelson/core';
import type { Identity } from '@keelson/engine';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { can, type Grant, grantsOfKey, type Permission, type Scope } from '../../access/index.ts';
import { type KeyRing, type NoteRefusal, presentedKey } from '../../auth/index.ts';
import { callerAddress, secureAnswers, successStatus, type TrustedProxies } from '../../http/index.ts';
import { renderApiError } from './api-errors.ts';
import {
  type AnyApiRoute,
  type ApiCaller,
  ApiKnown,
  type ApiPlace,
  isEvents,
  isStream,
} from './api-route.ts';
import { withoutSecrets } from './audit-details.ts';
import { readApiBody, readQuery } from './read-question.ts';
import { type JsonSchema, optional, text } from './schema.ts';
import { sendEvents, sendStream } from './send-stream.ts';

/** What was done, or was tried in vain, by whom. */
export interface AuditNote {
  readonly organisation: string;
  readonly actor: string;
  readonly address: string;
  readonly action: string;
  readonly target: string;
  readonly details: Json;
}

export interface ApiServing {
  readonly routes: readonly AnyApiRoute[];
  readonly keys: KeyRing;
  readonly proxies: TrustedProxies;
  /** Of this Keelson; every answer carries it. */
  readonly version?: string | undefined;
  /** Of another API that has some of these paths: its answers by `GET /aliases`, for whoever shows its header. */
  readonly others?: {
    readonly header: string;
    readonly handlers: ReadonlyMap<
      string,
      (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>
    >;
  };
  newId(): string;
  noteRefusal?: NoteRefusal | undefined;
  /** Rejects where the log cannot be written; then nothing is changed. */
  audit(note: AuditNote): Promise<void>;
  /** Told of failures that are ours. */
  onFailure(error: KeelsonError, requestId: string): void;
}

export const apiBase = '/api/v1';
const maxBodyBytes = 2 * 1024 * 1024;

/** Every question that is about one place may name it; what is left out is the caller's own. */
const placeFields = {
  workspace: optional(
    text('The workspace that is meant; that of the key when left out, or all for whoever may see all.'),
  ),
  organisation: optional(
    text(
      'The organisation that is meant; that of the key when left out. Only for whoever runs the installation.',
    ),
  ),
};

export function serveApi(app: FastifyInstance, serving: ApiServing): void {
  const open = new Set<() => void>();
  app.addHook('preClose', async () => {
    for (const end of open) end();
  });
  app.register(async (part) => {
    secureAnswers(part);
    part.removeAllContentTypeParsers();
    part.addContentTypeParser('*', { parseAs: 'string', bodyLimit: maxBodyBytes }, (_, body, done) =>
      done(null, body),
    );
    part.setErrorHandler((error, request, reply) => fail(error, request, reply, serving));
    for (const route of serving.routes) {
      part.route({
        method: route.method,
        url: `${apiBase}${route.path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
        handler: (request, reply) => {
          const { header = '', handlers } = serving.others ?? {};
          const other =
            header in request.headers ? handlers?.get(`${route.method} ${route.path}`) : undefined;
          return other?.(request, reply) ?? answer(route, request, reply, { ...serving, open });
        },
      });
    }
    part.all(`${apiBase}/*`, (request, reply) => {
      if (serving.version !== undefined) reply.header('x-keelson-version', serving.version);
      throw new KeelsonError('not_found', `Nothing answers ${request.method} at ${pathOf(request)}.`, {
        hint: 'What there is stands at /openapi.json.',
      });
    });
  });
}

async function answer(
  route: AnyApiRoute,
  request: FastifyRequest,
  reply: FastifyReply,
  serving: ApiServing & { readonly open: Set<() => void> },
): Promise<unknown> {
  const requestId = serving.newId();
  reply.header('x-request-id', requestId);
  if (serving.version !== undefined) reply.header('x-keelson-version', serving.version);
  const caller = identify(request, route, serving);
  reply.header('x-keelson-key-age-ms', String(serving.keys.ageMs()));
  const query = readQuery(searchOf(request), questionOf(route));
  const asked = placeOf(query, route, caller);
  const body = readApiBody(typeof request.body === 'string' ? request.body : '', route.body?.json);
  const { workspace: _, organisation: __, ...rest } = query;
  const params = request.params as Record<string, string>;
  const { where, target } = (await route.findPlace?.(body as never)) ?? {
    where: asked,
    target: Object.values(params).join('/'),
  };
  const call = { params, query: rest, body, caller, where, requestId };
  const done = await audited(route, { ...call, target }, serving, () => route.handle(call as never));
  if (isEvents(done)) return sendEvents(reply, done, serving.open);
  if (isStream(done)) return sendStream(reply, done);
  const [status, said] =
    done instanceof ApiKnown ? [successStatus.done, done.answer] : [statusesOf(route)[0], done];
  return reply
    .status(status as number)
    .type('application/json')
    .send(JSON.stringify(said ?? {}));
}

/** The usual one first. */
export function statusesOf({ isMaking }: AnyApiRoute): readonly number[] {
  const { made, done } = successStatus;
  if (isMaking === 'once') return [made, done];
  return isMaking ? [made] : [done];
}

/** The fields that every question has, beside its own. */
export function questionOf({ query, level, isOpen }: AnyApiRoute): JsonSchema {
  const own = query?.json ?? { type: 'object', properties: {}, additionalProperties: false };
  if (level === 'installation' || isOpen === true) return own;
  const { workspace, organisation } = placeFields;
  const places = {
    ...(level !== 'organisation' && { workspace: workspace.json }),
    organisation: organisation.json,
  };
  return { ...own, properties: { ...own.properties, ...places } };
}

function identify(
  request: FastifyRequest,
  { streams = [], isOpen }: AnyApiRoute,
  { keys, proxies }: ApiServing,
): ApiCaller {
  const address = callerAddress(request.raw, proxies);
  if (isOpen === true) return nobody(address);
  // A page cannot send headers with a stream of events.
  const isWatching = streams.includes('text/event-stream');
  const beside = isWatching ? Object.fromEntries(new URLSearchParams(searchOf(request))) : {};
  const identity = keys.identify(presentedKey(request.headers, beside), address);
  const { keyId, workspace, organisation = 'default' } = identity;
  const grants: readonly Grant[] = grantsOfKey({ ...identity, workspace, organisation });
  return {
    keyId,
    address,
    organisation,
    workspace,
    identity: identityOf(identity),
    may: (permission, where) => can(grants, permission, where),
  };
}

/** What outlives the question, such as a run, takes nothing along of what the key may do here. */
function identityOf(known: Identity): Identity {
  const { keyId, workspace, organisation, team, user, models, profiles } = known;
  return {
    ...{ keyId, workspace },
    ...(organisation !== undefined && { organisation }),
    ...(team !== undefined && { team }),
    ...(user !== undefined && { user }),
    ...(models !== undefined && { models }),
    ...(profiles !== undefined && { profiles }),
  };
}

/** Whoever shows no key, because none is asked for. */
function nobody(address: string): ApiCaller {
  const identity = { keyId: 'nobody', workspace: '' };
  return { ...identity, address, organisation: '', identity, may: () => false };
}

/** Where the question is put. Throws `permission_denied` where the caller may not ask it. */
function placeOf(
  query: Readonly<Record<string, unknown>>,
  { permission, level = 'workspace' }: AnyApiRoute,
  caller: ApiCaller,
): Scope {
  const organisation = (query.organisation as string | undefined) ?? caller.organisation;
  const asked = query.workspace as string | undefined;
  const all: Scope = { organisation };
  if (permission === undefined) return { organisation: caller.organisation, workspace: caller.workspace };
  if (level !== 'workspace') {
    if (!caller.may(permission, level === 'installation' ? everywhere : all))
      throw refused(permission, level);
    return all;
  }
  if (asked === undefined && caller.may(permission, all)) return all;
  const where = { organisation, workspace: asked ?? caller.workspace };
  if (!caller.may(permission, where)) throw refused(permission, level);
  return where;
}

/** No organisation has this name; a grant for the whole installation holds there too. */
const everywhere: Scope = { organisation: '' };

function refused(permission: Permission, level: string): KeelsonError {
  const place = { workspace: 'there', organisation: 'for the whole organisation', installation: 'here' }[
    level
  ];
  return new KeelsonError('permission_denied', `The key may not do \`${permission}\` ${place}.`, {
    hint: 'Use a key that was made for it, or ask an administrator for one.',
  });
}

interface AuditedCall extends ApiPlace {
  readonly body: unknown;
  readonly caller: ApiCaller;
}

/** Whose audit log has what concerns all organisations; none of them can have this name. */
const installation = '*';

/** The entry comes first, so that no change is without one; one that failed has a second entry, which says so. */
async function audited<Done>(
  { action, level, body: schema }: AnyApiRoute,
  { target, body, caller, where }: AuditedCall,
  serving: ApiServing,
  run: () => Promise<Done>,
): Promise<Done> {
  if (action === undefined) return run();
  const note = {
    organisation: level === 'installation' ? installation : where.organisation,
    actor: caller.keyId,
    address: caller.address,
    target,
  };
  const kept = withoutSecrets(body, schema?.json) as Json | undefined;
  const details = {
    ...(where.workspace !== undefined && { workspace: where.workspace }),
    asked: kept ?? null,
  };
  await serving.audit({ ...note, action, details });
  try {
    return await run();
  } catch (thrown) {
    const { code } = toKeelsonError(thrown);
    await serving.audit({ ...note, action: `${action}.failed`, details: { error: code } });
    throw thrown;
  }
}

function fail(error: unknown, request: FastifyRequest, reply: FastifyReply, serving: ApiServing): void {
  const known = explain(error);
  const told = serving.noteRefusal === undefined ? known : serving.noteRefusal(known, request.raw);
  const requestId = String(reply.getHeader('x-request-id') ?? serving.newId());
  if (told.row.fault === 'us') serving.onFailure(told, requestId);
  const { retryAfterMs } = told.details;
  if (retryAfterMs !== undefined) reply.header('retry-after', String(Math.ceil(retryAfterMs / 1000)));
  reply
    .status(told.row.status)
    .header('x-request-id', requestId)
    .type('application/json')
    .send(renderApiError(told, requestId));
}

function explain(error: unknown): KeelsonError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'FST_ERR_CTP_BODY_TOO_LARGE') return toKeelsonError(error);
  return new KeelsonError('request_too_large', `A body here has at most ${maxBodyBytes} bytes.`, {
    details: { limit: maxBodyBytes },
  });
}

function pathOf({ url }: FastifyRequest): string {
  const at = url.indexOf('?');
  return at === -1 ? url : url.slice(0, at);
}

function searchOf({ url }: FastifyRequest): string {
  const at = url.indexOf('?');
  return at === -1 ? '' : url.slice(at + 1);
}
