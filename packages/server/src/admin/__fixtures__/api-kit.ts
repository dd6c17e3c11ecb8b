/**
 * A whole server in memory with its management API, and somebody who asks it. Every answer is held against the published
 * description, so that no test can pass with an answer that the description does not allow.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Schema, Validator } from '@cfworker/json-schema';
import {
  type Engine,
  type EngineSettings,
  holdSigningKey,
  openCredentialsFromEnvironment,
  openEngine,
  openFlowsOfEngine,
  openStorage,
  providerForms,
  type Storage,
  type StorageTarget,
  Secret,
  silentLog,
  systemClock,
  systemRandom,
} from '@keelson/engine';
import type { FastifyInstance } from 'fastify';
import { expect } from 'vitest';
import { createApp } from '../../app.ts';
import { keepBootstrapKey, openKeyRing } from '../../auth/index.ts';
import { noProxies } from '../../http/index.ts';
import { type ApiParts, apiRoutes } from '../api.ts';
import type { AnyApiRoute } from '../contract/index.ts';

export const ownerKey = 'ks-of-the-owner-of-this-installation';

interface ApiAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it
  readonly body: any;
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

interface Question {
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly body?: unknown;
  /** The owner's when left out; null for none. */
  readonly key?: string | null;
}

export interface ApiKit {
  readonly app: FastifyInstance;
  readonly engine: Engine;
  readonly storage: Storage;
  readonly parts: ApiParts;
  readonly routes: readonly AnyApiRoute[];
  /** Of the published description. */
  readonly description: Description;
  /** `POST /keys`; below /api/v1. */
  ask(what: string, question?: Question): Promise<ApiAnswer>;
  /** The same, where it must succeed; gives the body. */
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it
  done(what: string, question?: Question): Promise<any>;
  /** The secret of a new key. */
  newKey(fields?: Readonly<Record<string, unknown>>, workspace?: string): Promise<string>;
  /** A call of a model with a key; its status. */
  call(key: string, body?: Readonly<Record<string, unknown>>): Promise<number>;
  close(): Promise<void>;
}

export interface KitSettings {
  /** A new SQLite file when left out. */
  readonly target?: StorageTarget;
  /** Of the simulator; nothing answers when left out. */
  readonly vendor?: string;
  readonly engine?: (folder: string) => Partial<EngineSettings>;
  readonly parts?: Partial<ApiParts>;
  /** Whether it runs flows, with a worker of its own. */
  readonly runsFlows?: true;
}

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { schema: object }>> }>>;
}

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

export async function openApiKit(settings: KitSettings = {}): Promise<ApiKit> {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-api-'));
  const log = silentLog;
  const clock = systemClock;
  const target = settings.target ?? { kind: 'sqlite', path: join(folder, 'keelson.db') };
  const storage = await openStorage(target, { clock, log });
  await keepBootstrapKey(storage, ownerKey, clock.now());
  const credentials = await openCredentialsFromEnvironment({}, { storage, folder, clock, random: systemRandom, log });
  const address = settings.vendor ?? 'http://127.0.0.1:1';
  const providers = [
    { name: 'simulator', form: providerForms.get('simulator')!, address },
    { name: 'openai', form: providerForms.get('openai')!, address, key: new Secret('sk-test') },
  ];
  const receiptKeys = await holdSigningKey({ folder, storage: storage.receipts, clock, log });
  const engine = openEngine({
    receiptKeys,
    budgets: { journalFolder: join(folder, 'journal') },
    providers,
    aliases: { fast: ['simulator:fast'] },
    storage,
    log,
    credentials,
    ...settings.engine?.(folder),
  });
  await engine.limits?.ready;
  const ring = await openKeyRing({ storage, clock, log });
  const surroundings = { engine, storage, folder, environment: {}, clock, random: systemRandom, log };
  const opened = settings.runsFlows && (await openFlowsOfEngine(surroundings));
  // Quick to notice whatever happens.
  await opened?.flows.openWorker({ leaseMs: 2000, pollMs: 20, graceMs: 100 });
  const parts: ApiParts = {
    engine,
    storage,
    ring,
    credentials,
    clock,
    log,
    proxies: noProxies,
    version: '1.2.3',
    draw: (count) => systemRandom.bytes(count),
    ...(opened && { flows: opened.flows }),
    ...settings.parts,
  };
  const app = createApp({
    version: '1.2.3',
    uptimeSeconds: () => 1,
    maxBodyBytes: 1_000_000,
    engine,
    keys: ring,
    api: parts,
  });
  const description = JSON.parse((await app.inject('/openapi.json')).body) as Description;
  const kit = createAsker(app, description);
  return {
    app,
    engine,
    storage,
    parts,
    routes: apiRoutes(parts),
    description,
    ...kit,
    close: async () => {
      await app.close();
      await opened?.close();
      await ring.close();
      await engine.close();
      await credentials.close();
      await storage.close();
      rmSync(folder, { recursive: true });
    },
  };
}

function createAsker(
  app: FastifyInstance,
  description: Description,
): Pick<ApiKit, 'ask' | 'done' | 'newKey' | 'call'> {
  const ask: ApiKit['ask'] = async (what, { query = {}, body, key = ownerKey } = {}) => {
    const [method = '', path = ''] = what.split(' ');
    const search = new URLSearchParams(
      Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
    );
    const answer = await app.inject({
      method: method as 'GET',
      url: `/api/v1${path}${search.size > 0 ? `?${search}` : ''}`,
      headers: {
        ...(key !== null && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const isJson = /^application\/json(?:;|$)/.test(String(answer.headers['content-type']));
    const said = isJson ? JSON.parse(answer.body) : undefined;
    const type = String(answer.headers['content-type']).split(';')[0] as string;
    holdAgainst(description, { method, path, status: answer.statusCode, type, body: said });
    return { status: answer.statusCode, body: said, text: answer.body, headers: answer.headers };
  };
  const done: ApiKit['done'] = async (what, question) => {
    const { status, body, text } = await ask(what, question);
    expect(status, `${what}: ${text}`).toBeLessThan(300);
    return body ?? text;
  };
  return {
    ask,
    done,
    newKey: async (fields = {}, workspace) => {
      const query = workspace === undefined ? {} : { workspace };
      return (await done('POST /keys', { body: { name: 'of a test', ...fields }, query })).secret;
    },
    call: async (key, body = {}) => {
      const answer = await app.inject({
        method: 'POST',
        url: '/v1/chat/completions',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        payload: { model: 'fast', messages: [{ role: 'user', content: 'Hello.' }], ...body },
      });
      return answer.statusCode;
    },
  };
}

interface Said {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly type: string;
  readonly body: unknown;
}

function holdAgainst({ paths, components }: Description, { method, path, status, type, body }: Said): void {
  const named = Object.keys(paths).find((known) => matches(known, `/api/v1${path}`));
  const operation = named === undefined ? undefined : paths[named]?.[method.toLowerCase()];
  if (status >= 400) {
    expectFits(body, components.schemas.Error as Schema, `${method} ${path} ${status}`);
    return;
  }
  expect(operation, `${method} ${path} answers and is not described`).toBeDefined();
  const described = operation?.responses[status];
  expect(described, `${method} ${path} answers ${status}, which is not described`).toBeDefined();
  const schema = described?.content?.[type]?.schema;
  expect(schema, `${method} ${path} answers ${type}, which is not described`).toBeDefined();
  if (body !== undefined) expectFits(body, schema as Schema, `${method} ${path}`);
}

/** Of several that match, the one with a fixed name would be first: routes are listed so. */
function matches(described: string, path: string): boolean {
  const pattern = described.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&').replaceAll(/\{\w+\}/g, '[^/]+');
  return new RegExp(`^${pattern}$`).test(path);
}

function expectFits(value: unknown, schema: Schema, what: string): void {
  const { valid, errors } = new Validator(schema, '2020-12', false).validate(value);
  expect(valid, `${what}: ${JSON.stringify(errors.at(-1))} in ${JSON.stringify(value)}`).toBe(true);
}
