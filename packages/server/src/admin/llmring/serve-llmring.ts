// The paths of LLMRing's server, for clients of its version 3.5: the same things as the management API, under its names, in its shapes,
// with its header. Where the management API has a path as well, the header tells whose question it is.
import { type Json, KeelsonError, parseJson, toKeelsonError } from '@keelson/core';
import { changeAliases, type Engine, type SharingDeps, type Storage } from '@keelson/engine';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Permission } from '../../access/index.ts';
import type { NoteRefusal } from '../../auth/index.ts';
import { callerAddress, secureAnswers } from '../../http/index.ts';
import {
  type AuditNote,
  checkValue,
  flag,
  list,
  nullable,
  object,
  oneOf,
  optional,
  type Schema,
  text,
} from '../contract/index.ts';
import type { Registrar } from '../registration/index.ts';
import { type Binding, bindRows, findRow, listRows } from './binding-rows.ts';
import { logEntry, reportOf } from './log-entry.ts';
import { type CallerDeps, type ProjectCaller, projectCaller } from './project-caller.ts';
import { readStats } from './stats.ts';

export interface LlmringDeps extends CallerDeps {
  readonly engine: Pick<Engine, 'reportCall'>;
  readonly storage: Pick<Storage, 'profiles' | 'usage' | 'reported'>;
  readonly registrar: Registrar;
  readonly version?: string;
  readonly now: () => number;
  readonly newId: () => string;
  noteRefusal?: NoteRefusal | undefined;
  audit(note: AuditNote): Promise<void>;
  onFailure(error: KeelsonError, requestId: string): void;
}

export type RawHandler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

const maxBodyBytes = 2 * 1024 * 1024;
const usualProfile = 'default';

/** Clients may send more than is known here. */
const lenient = <Value>({ json }: Schema<Value>): Schema<Value> => ({
  json: { ...json, additionalProperties: true },
});
const profile = text('A profile.', { least: 1, most: 100 });
const alias = text('An alias.', { least: 1 });
const model = text('`provider:model`.', { least: 1, most: 10_000 });
const metadata = { json: { type: ['object', 'null'] }, isOptional: true } as const;
const bindBody = lenient(object({ alias, model, profile: optional(nullable(profile)), metadata }));
const putBody = lenient(object({ model, metadata }));
const bulkBody = list('Bindings.', bindBody, { most: 1000 });
const inProfile = lenient(object({ profile: optional(profile) }));
const resolveQuery = lenient(object({ alias, profile: optional(profile) }));
const statsQuery = lenient(
  object({
    start_date: optional(text('A date.')),
    end_date: optional(text('A date.')),
    group_by: optional(oneOf('A period.', ['day', 'week', 'month'])),
  }),
);
const registerBody = lenient(
  object({
    email: text('An address.', { least: 3, most: 254, pattern: '^[^\\s@]+@[^\\s@]+$' }),
    organization: text('A name.', { least: 1 }),
    project_name: text('A name.', { least: 1 }),
    accept_terms: flag('Whether the terms are accepted.'),
  }),
);

interface Asked {
  readonly request: FastifyRequest;
  readonly caller: ProjectCaller;
}

/** Those of LLMRing's paths that the management API has as well, by its names for them. */
export function sharedPaths(deps: LlmringDeps): ReadonlyMap<string, RawHandler> {
  const read = (run: (asked: Asked) => Promise<unknown>) => answering(deps, 'aliases:read', run);
  return new Map([
    ['GET /aliases', read((asked) => listRows(sharing(deps), placeOf(asked)))],
    ['GET /aliases/{name}', read((asked) => getBinding(asked, deps))],
  ]);
}

export function serveLlmring(app: FastifyInstance, deps: LlmringDeps): void {
  app.register(async (part) => {
    secureAnswers(part);
    part.removeAllContentTypeParsers();
    part.addContentTypeParser('*', { parseAs: 'string', bodyLimit: maxBodyBytes }, (_, body, done) =>
      done(null, body),
    );
    part.setErrorHandler((error, request, reply) => fail(error, request, reply, deps));
    const write = (run: (asked: Asked) => Promise<unknown>) => answering(deps, 'aliases:write', run);
    part.get('/', async () => ({
      name: 'Keelson',
      version: deps.version ?? 'unknown',
      api: '/openapi.json',
    }));
    part.post(
      '/api/v1/aliases/bind',
      write((asked) => bind(asked, deps)),
    );
    part.post(
      '/api/v1/aliases/bulk_upsert',
      write((asked) => bulkUpsert(asked, deps)),
    );
    part.get(
      '/api/v1/aliases/resolve',
      answering(deps, 'aliases:read', (asked) => resolve(asked, deps)),
    );
    part.put(
      '/api/v1/aliases/:name',
      write((asked) => putBinding(asked, deps)),
    );
    part.delete(
      '/api/v1/aliases/:name',
      write((asked) => deleteBinding(asked, deps)),
    );
    part.post(
      '/api/v1/log',
      answering(deps, 'calls.reported:create', (asked) => log(asked, deps)),
    );
    part.get(
      '/api/v1/stats',
      answering(deps, 'usage:read', (asked) => stats(asked, deps)),
    );
    part.post('/api/v1/cli/register', (request, reply) => register(request, reply, deps));
  });
}

/** Errors are told in LLMRing's shape, also where the path is the management API's. */
function answering(
  deps: LlmringDeps,
  permission: Permission,
  run: (asked: Asked) => Promise<unknown>,
): RawHandler {
  return async (request, reply) => {
    if (deps.version !== undefined) reply.header('x-keelson-version', deps.version);
    try {
      const caller = projectCaller(request, permission, deps);
      return reply.type('application/json').send(JSON.stringify(await run({ request, caller })));
    } catch (error) {
      return fail(error, request, reply, deps);
    }
  };
}

const sharing = ({ storage, now, version }: LlmringDeps): SharingDeps => ({
  profiles: storage.profiles,
  now,
  ...(version !== undefined && { version }),
});

function placeOf({ request, caller }: Asked): { readonly workspace: string; readonly name: string } {
  const { profile: name = usualProfile } = queryOf(request, inProfile);
  return { workspace: caller.workspace, name };
}

async function getBinding(asked: Asked, deps: LlmringDeps): Promise<unknown> {
  const name = nameOf(asked.request);
  const place = placeOf(asked);
  return (await findRow(sharing(deps), place, name)) ?? notBound(name, place.name);
}

async function resolve({ request, caller }: Asked, deps: LlmringDeps): Promise<unknown> {
  const { alias: name, profile: inIt = usualProfile } = queryOf(request, resolveQuery);
  const row = await findRow(sharing(deps), { workspace: caller.workspace, name: inIt }, name);
  return { alias: name, model: row?.model ?? null };
}

async function bind(asked: Asked, deps: LlmringDeps): Promise<unknown> {
  const body = bodyOf(asked.request, bindBody);
  return bindOne(asked, { binding: body, profile: body.profile ?? usualProfile }, deps);
}

async function putBinding(asked: Asked, deps: LlmringDeps): Promise<unknown> {
  const body = bodyOf(asked.request, putBody);
  const binding = { ...body, alias: nameOf(asked.request) };
  return bindOne(asked, { binding, profile: placeOf(asked).name }, deps);
}

async function bindOne(
  { caller }: Asked,
  { binding, profile: name }: { readonly binding: Binding; readonly profile: string },
  deps: LlmringDeps,
): Promise<unknown> {
  const { alias: bound, model: to } = binding;
  const change = { action: 'profiles.bind', target: `${name}/${bound}`, asked: { model: to } };
  await audited(caller, change, deps, () => bindRows(sharing(deps), { caller, profile: name }, [binding]));
  return findRow(sharing(deps), { workspace: caller.workspace, name }, bound);
}

/** LLMRing's push. */
async function bulkUpsert({ request, caller }: Asked, deps: LlmringDeps): Promise<unknown> {
  const { profile: inQuery } = queryOf(request, inProfile);
  const bindings = bodyOf(request, bulkBody);
  const profileOf = (one: (typeof bindings)[number]): string => inQuery ?? one.profile ?? usualProfile;
  for (const name of new Set(bindings.map(profileOf))) {
    const inIt = bindings.filter((one) => profileOf(one) === name);
    const change = { action: 'profiles.bind', target: name, asked: { aliases: inIt.length } };
    await audited(caller, change, deps, () => bindRows(sharing(deps), { caller, profile: name }, inIt));
  }
  return { updated: bindings.length };
}

async function deleteBinding(asked: Asked, deps: LlmringDeps): Promise<unknown> {
  const { caller, request } = asked;
  const { workspace, name } = placeOf(asked);
  const unbound = nameOf(request);
  if ((await findRow(sharing(deps), { workspace, name }, unbound)) === undefined)
    return notBound(unbound, name);
  const change = { action: 'profiles.unbind', target: `${name}/${unbound}`, asked: null };
  const doer = { by: caller.keyId, client: 'llmring' };
  await audited(caller, change, deps, () =>
    changeAliases(sharing(deps), { workspace, name, ...doer, unbind: [unbound] }),
  );
  return { deleted: true };
}

async function log({ request, caller }: Asked, { engine }: LlmringDeps): Promise<unknown> {
  const entry = bodyOf(request, lenient(logEntry));
  const { record } = await engine.reportCall(reportOf(entry, caller));
  const { nanoDollars } = record.cost;
  return {
    log_id: record.id,
    // Not known is not free.
    cost: nanoDollars === undefined ? null : nanoDollars / 1e9,
    timestamp: new Date(record.startedAt).toISOString(),
  };
}

async function stats({ request, caller }: Asked, deps: LlmringDeps): Promise<unknown> {
  return readStats(queryOf(request, statsQuery), caller.workspace, deps);
}

async function register(request: FastifyRequest, reply: FastifyReply, deps: LlmringDeps): Promise<unknown> {
  const body = bodyOf(request, registerBody);
  const { email, organization, project_name: project, accept_terms: acceptsTerms } = body;
  const address = callerAddress(request.raw, deps.proxies);
  const asked = { email, organization, project, accept_terms: acceptsTerms };
  const note = { organisation: '*', actor: 'nobody', address, target: '' };
  await deps.audit({ ...note, action: 'registrations.create', details: { asked } });
  const { registration, secret } = await deps.registrar.register({
    ...{ email, organisation: organization, project, acceptsTerms, address },
  });
  return reply.type('application/json').send(
    JSON.stringify({
      api_key: secret,
      dashboard_url: '/api/explorer',
      api_key_active: registration.state === 'active',
    }),
  );
}

function nameOf({ params }: FastifyRequest): string {
  return (params as { readonly name?: string }).name ?? '';
}

function notBound(name: string, inIt: string): never {
  throw new KeelsonError(
    'not_found',
    `\`${name.slice(0, 100)}\` is not bound in \`${inIt.slice(0, 100)}\`.`,
    {
      hint: 'GET /api/v1/aliases/ lists what is bound.',
    },
  );
}

function queryOf<Value>({ url }: FastifyRequest, { json }: Schema<Value>): Value {
  const at = url.indexOf('?');
  const query: Record<string, string> = Object.create(null);
  for (const [field, value] of new URLSearchParams(at === -1 ? '' : url.slice(at + 1)))
    if (value !== '') query[field] = value;
  checkValue(query, json, 'query');
  return query as Value;
}

function bodyOf<Value>({ body }: FastifyRequest, { json }: Schema<Value>): Value {
  const value = parseJson(typeof body === 'string' ? body : '', 'request body');
  checkValue(value, json, 'body');
  return value as Value;
}

interface Change {
  readonly action: string;
  readonly target: string;
  readonly asked: Json;
}

/** The entry comes first, as with the management API. */
async function audited<Done>(
  { organisation, keyId: actor, address, workspace }: ProjectCaller,
  { action, target, asked }: Change,
  deps: LlmringDeps,
  run: () => Promise<Done>,
): Promise<Done> {
  const note = { organisation, actor, address, target };
  await deps.audit({ ...note, action, details: { workspace, asked } });
  try {
    return await run();
  } catch (thrown) {
    const { code } = toKeelsonError(thrown);
    await deps.audit({ ...note, action: `${action}.failed`, details: { error: code } });
    throw thrown;
  }
}

/** As FastAPI tells errors, which LLMRing's server was made with; ours beside it says what to do. */
function fail(error: unknown, request: FastifyRequest, reply: FastifyReply, deps: LlmringDeps): FastifyReply {
  const known = explain(error);
  const told = deps.noteRefusal === undefined ? known : deps.noteRefusal(known, request.raw);
  const requestId = deps.newId();
  if (told.row.fault === 'us') deps.onFailure(told, requestId);
  const { retryAfterMs } = told.details;
  if (retryAfterMs !== undefined) reply.header('retry-after', String(Math.ceil(retryAfterMs / 1000)));
  const { code, message, hint } = told;
  return reply
    .status(told.row.status)
    .header('x-request-id', requestId)
    .type('application/json')
    .send(
      JSON.stringify({ detail: `${message} ${hint}`, error: { code, message, hint, request_id: requestId } }),
    );
}

function explain(error: unknown): KeelsonError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'FST_ERR_CTP_BODY_TOO_LARGE') return toKeelsonError(error);
  return new KeelsonError('request_too_large', `A body here has at most ${maxBodyBytes} bytes.`, {
    details: { limit: maxBodyBytes },
  });
}
