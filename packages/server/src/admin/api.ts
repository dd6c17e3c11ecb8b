// The management API of one server: its routes, put together out of what they work on, and their description.
import type { KeelsonError } from '@keelson/core';
import type { Clock, Engine, Flows, Log, ProviderCredentials, Storage } from '@keelson/engine';
import type { FastifyInstance } from 'fastify';
import type { LiveKeyRing, NoteRefusal } from '../auth/index.ts';
import type { LiveConfiguration } from '../configuration/index.ts';
import { secureAnswers, type TrustedProxies } from '../http/index.ts';
import { type AnyApiRoute, type AuditNote, serveApi } from './contract/index.ts';
import { describeApi } from './contract/open-api.ts';
import { registerExplorer } from './explorer.ts';
import { projectKeyHeader, serveLlmring, sharedPaths } from './llmring/index.ts';
import { createRegistrar, type RegistrationSettings } from './registration/index.ts';
import {
  alertRoutes,
  aliasRoutes,
  approvalRoutes,
  auditRoutes,
  budgetRoutes,
  cacheRoutes,
  callRoutes,
  configurationRoutes,
  conversationRoutes,
  credentialRoutes,
  flowRoutes,
  keyRoutes,
  meRoutes,
  modelRoutes,
  organisationRoutes,
  profileRoutes,
  receiptRoutes,
  registrationRoutes,
  reportedCallRoutes,
  runEventRoutes,
  runRoutes,
  scheduleRoutes,
  statementRoutes,
  tailRoutes,
  usageRoutes,
  workspaceRoutes,
} from './resources/index.ts';

export interface ApiParts {
  readonly engine: Engine;
  readonly storage: Storage;
  readonly ring: LiveKeyRing;
  readonly credentials: ProviderCredentials;
  /** Undefined where a program has put the server together. */
  readonly configuration?: LiveConfiguration;
  /** Undefined where a program has put the server together without. */
  readonly flows?: Flows;
  readonly clock: Clock;
  readonly log: Log;
  readonly proxies: TrustedProxies;
  /** Of this Keelson. */
  readonly version?: string;
  /** Who may come by themselves; nobody when left out. */
  readonly registration?: RegistrationSettings;
  /** Gives unpredictable bytes. */
  draw(count: number): Uint8Array;
  noteRefusal?: NoteRefusal | undefined;
  /** Told when somebody begins to watch calls. */
  onWatch?(): void;
}

export function apiRoutes(parts: ApiParts): readonly AnyApiRoute[] {
  return routesOf(shareParts(parts));
}

function shareParts(parts: ApiParts) {
  const { engine, clock, registration = { mode: 'closed' } } = parts;
  const shared = { ...parts, now: () => clock.now(), newId: () => engine.newId() };
  return { ...shared, registrar: createRegistrar(registration, shared) };
}

function routesOf(shared: ReturnType<typeof shareParts>): readonly AnyApiRoute[] {
  return [
    ...meRoutes(shared),
    ...keyRoutes(shared),
    ...organisationRoutes(shared),
    ...workspaceRoutes(shared),
    ...credentialRoutes(shared),
    ...budgetRoutes(shared),
    ...alertRoutes(shared),
    ...modelRoutes(shared),
    ...aliasRoutes(shared),
    ...profileRoutes(shared),
    ...tailRoutes(shared),
    ...reportedCallRoutes(shared),
    ...callRoutes(shared),
    ...usageRoutes(shared),
    ...statementRoutes(shared),
    ...receiptRoutes(shared),
    ...conversationRoutes(shared),
    ...flowRoutes(shared),
    ...runRoutes(shared),
    ...runEventRoutes(shared),
    ...approvalRoutes(shared),
    ...scheduleRoutes(shared),
    ...cacheRoutes(shared),
    ...configurationRoutes(shared),
    ...registrationRoutes(shared),
    ...auditRoutes(shared),
  ];
}

export function registerApi(app: FastifyInstance, parts: ApiParts): void {
  const { engine, ring, proxies, noteRefusal, log, version } = parts;
  const shared = shareParts(parts);
  const routes = routesOf(shared);
  const serving = {
    proxies,
    noteRefusal,
    newId: () => engine.newId(),
    audit: (note: AuditNote) => appendAudit(note, parts),
    onFailure: (error: KeelsonError, requestId: string) =>
      log.error('The management API failed.', { request: requestId, error: error.cause ?? error }),
  };
  const llmring = { ...shared, ...serving };
  const others = { header: projectKeyHeader, handlers: sharedPaths(llmring) };
  serveApi(app, { ...serving, routes, keys: ring, version, others });
  serveLlmring(app, llmring);
  let description: string | undefined;
  app.register(async (part) => {
    secureAnswers(part);
    registerExplorer(part);
    part.get('/openapi.json', (_, reply) => {
      description ??= JSON.stringify(describeApi(routes));
      return reply.type('application/json').send(description);
    });
  });
}

async function appendAudit(
  { organisation, actor, address, action, target, details }: AuditNote,
  { storage, clock }: ApiParts,
): Promise<void> {
  await storage.audit.append({
    organisation,
    at: clock.now(),
    actor,
    actorKind: 'key',
    address,
    action,
    target,
    details,
  });
}
