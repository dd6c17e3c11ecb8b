// Managers of secrets as they speak: a Vault, AWS and Google Cloud over real sockets, and what comes of their refusals.
import { createHash, createHmac, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { KeelsonError } from '@keelson/core';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../observability/index.ts';
import { createSecretResolver, resolveSecret, secretSourcesFromEnvironment } from '../secrets/index.ts';
import { createSecretReach, type SecretReach } from './index.ts';

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

interface Answer {
  readonly status?: number;
  readonly body: unknown;
}

const canary = 'canary-77d0';
let folder = '';
let server: Server;
let address = '';
let asked: Asked[] = [];
let answer: (question: Asked) => Answer | 'silence';
let reach: SecretReach;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'keelson-reach-'));
  server = createServer((request, response) => {
    const parts: Uint8Array[] = [];
    request.on('data', (part: Uint8Array) => parts.push(part));
    request.on('end', () => {
      const question = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(parts).toString(),
      };
      asked.push(question);
      const given = answer(question);
      if (given === 'silence') return;
      response.writeHead(given.status ?? 200, { 'content-type': 'application/json' });
      response.end(typeof given.body === 'string' ? given.body : JSON.stringify(given.body));
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  asked = [];
  reach = createSecretReach({ clock: systemClock, timeouts: { connectMs: 500, firstByteMs: 500 } });
});
afterEach(() => reach.close());

function sourcesOf(env: Record<string, string>) {
  return secretSourcesFromEnvironment(env, { clock: systemClock, reach, folder });
}

async function read(reference: string, env: Record<string, string>): Promise<string> {
  return (await resolveSecret(reference, { sources: sourcesOf(env), clock: systemClock })).reveal();
}

async function refusal(reference: string, env: Record<string, string>): Promise<string> {
  const failure: unknown = await read(reference, env).then(
    () => new Error('It was not refused.'),
    (thrown: unknown) => thrown,
  );
  expect(KeelsonError.is(failure), String(failure)).toBe(true);
  const told = `${failure} ${JSON.stringify(failure)} ${inspect(failure, { depth: 9, showHidden: true })}`;
  expect(told).not.toContain(canary);
  return told;
}

/** A Vault with one secret, that gives out tokens and forgets them. */
class FakeVault {
  readonly tokens = new Set<string>();
  logins = 0;
  leaseSeconds = 3600;
  secrets: Record<string, unknown> = { '/v1/secret/data/openai': { key: canary, port: 5432, nested: {} } };

  answer = (question: Asked): Answer => {
    const { method, path, headers, body } = question;
    if (method === 'POST' && path.startsWith('/v1/auth/')) return this.#logIn(path, JSON.parse(body));
    if (headers['x-vault-request'] !== 'true' || !this.tokens.has(String(headers['x-vault-token']))) {
      return { status: 403, body: { errors: ['permission denied', canary] } };
    }
    const data = this.secrets[path];
    if (data === undefined) return { status: 404, body: { errors: [] } };
    const metadata = {
      created_time: '2026-10-01T00:00:00Z',
      custom_metadata: null,
      deletion_time: '',
      destroyed: false,
      version: 3,
    };
    if (data === null) {
      return {
        status: 404,
        body: { data: { data: null, metadata: { ...metadata, deletion_time: '2026-10-02T00:00:00Z' } } },
      };
    }
    return {
      body: {
        request_id: 'a',
        lease_id: '',
        renewable: false,
        lease_duration: 0,
        data: { data, metadata },
        wrap_info: null,
        warnings: null,
        auth: null,
        mount_type: 'kv',
      },
    };
  };

  #logIn(path: string, body: Record<string, string>): Answer {
    this.logins += 1;
    const isRight =
      path === '/v1/auth/kubernetes/login'
        ? body.role === 'keelson' && body.jwt === 'jwt-of-the-pod'
        : path === '/v1/auth/approle/login' && body.role_id === 'role' && body.secret_id === `id-${canary}`;
    if (!isRight) return { status: 400, body: { errors: [`invalid role or secret ID ${canary}`] } };
    const client_token = `hvs.${this.logins}`;
    this.tokens.add(client_token);
    return {
      body: {
        request_id: 'b',
        lease_id: '',
        renewable: false,
        lease_duration: 0,
        data: null,
        wrap_info: null,
        warnings: null,
        auth: {
          client_token,
          accessor: 'c',
          policies: ['default'],
          token_policies: ['default'],
          metadata: {},
          lease_duration: this.leaseSeconds,
          renewable: true,
          entity_id: 'd',
          token_type: 'service',
          orphan: true,
        },
      },
    };
  }
}

describe('Vault', () => {
  let vault: FakeVault;
  const reference = 'vault:secret/data/openai#key';
  beforeEach(() => {
    vault = new FakeVault();
    answer = vault.answer;
  });

  test('by a token', async () => {
    vault.tokens.add('root');
    expect(await read(reference, { VAULT_ADDR: `${address}/`, VAULT_TOKEN: 'root' })).toBe(canary);
    expect(await read('vault:secret/data/openai#port', { VAULT_ADDR: address, VAULT_TOKEN: 'root' })).toBe(
      '5432',
    );
    expect(asked[0]).toMatchObject({ method: 'GET', path: '/v1/secret/data/openai', body: '' });
    expect(asked[0]?.headers['x-vault-namespace']).toBeUndefined();
  });

  test('in a namespace, by a token that somebody renews in a file', async () => {
    const path = join(folder, 'vault-token');
    writeFileSync(path, 'first\n');
    vault.tokens.add('first');
    const env = { VAULT_ADDR: address, VAULT_TOKEN_FILE: path, VAULT_NAMESPACE: 'team/a' };
    const resolver = createSecretResolver({ sources: sourcesOf(env), clock: systemClock });
    expect((await resolver.resolve(reference)).reveal()).toBe(canary);
    expect(asked[0]?.headers['x-vault-namespace']).toBe('team/a');
    vault.tokens.clear();
    vault.tokens.add('second');
    writeFileSync(path, 'second\n');
    resolver.forget(reference);
    expect((await resolver.resolve(reference)).reveal()).toBe(canary);
  });

  test('by an AppRole, whose token serves many readings and is asked for anew when it is refused', async () => {
    const env = { VAULT_ADDR: address, VAULT_ROLE_ID: 'role', VAULT_SECRET_ID: `id-${canary}` };
    const sources = sourcesOf(env);
    const readOnce = () => resolveSecret(reference, { sources, clock: systemClock });
    const all = await Promise.all(Array.from({ length: 20 }, readOnce));
    expect(all.map((one) => one.reveal())).toEqual(Array.from({ length: 20 }, () => canary));
    expect(vault.logins).toBe(1);
    vault.tokens.clear();
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect((await readOnce()).reveal()).toBe(canary);
    expect(vault.logins).toBe(2);
  });

  test('a token that ends is replaced before it does', async () => {
    vault.leaseSeconds = 1;
    const sources = sourcesOf({
      VAULT_ADDR: address,
      VAULT_ROLE_ID: 'role',
      VAULT_SECRET_ID: `id-${canary}`,
    });
    await resolveSecret(reference, { sources, clock: systemClock });
    await new Promise((resolve) => setTimeout(resolve, 900));
    await resolveSecret(reference, { sources, clock: systemClock });
    expect(vault.logins).toBe(2);
    expect(
      asked.filter(({ method }) => method === 'GET').map(({ headers }) => headers['x-vault-token']),
    ).toEqual(['hvs.1', 'hvs.2']);
  });

  test('by the service account of a pod', async () => {
    const path = join(folder, 'jwt');
    writeFileSync(path, 'jwt-of-the-pod');
    const env = { VAULT_ADDR: address, VAULT_KUBERNETES_ROLE: 'keelson', VAULT_KUBERNETES_TOKEN_FILE: path };
    expect(await read(reference, env)).toBe(canary);
    expect(asked[0]?.path).toBe('/v1/auth/kubernetes/login');
    expect(await refusal(reference, { ...env, VAULT_KUBERNETES_ROLE: 'other' })).toContain('auth/kubernetes');
    expect(await refusal(reference, { ...env, VAULT_AUTH_MOUNT: 'elsewhere' })).toContain('auth/elsewhere');
    expect(await refusal(reference, { ...env, VAULT_KUBERNETES_TOKEN_FILE: '/missing' })).toContain(
      'cannot be opened',
    );
  });

  test('says what is wrong', async () => {
    vault.tokens.add('root');
    vault.secrets['/v1/secret/data/gone'] = null;
    const env = { VAULT_ADDR: address, VAULT_TOKEN: 'root' };
    expect(await refusal('vault:secret/data/other#key', env)).toContain('is not there');
    expect(await refusal('vault:secret/data/gone#key', env)).toContain('has been deleted');
    expect(await refusal('vault:secret/data/openai#other', env)).toContain('no text in the field `other`');
    expect(await refusal('vault:secret/data/openai#nested', env)).toContain('no text in the field');
    expect(await refusal(reference, { VAULT_ADDR: address, VAULT_TOKEN: canary })).toContain(
      'may not be read',
    );
    expect(
      await refusal(reference, { VAULT_ADDR: address, VAULT_ROLE_ID: 'role', VAULT_SECRET_ID: canary }),
    ).toContain('auth/approle');
    expect(await refusal(reference, { VAULT_ADDR: address })).toContain('cannot be read here');
    expect(await refusal(reference, { ...env, VAULT_ADDR: 'http://127.0.0.1:1' })).toContain('127.0.0.1:1');
    expect(await refusal(reference, { ...env, VAULT_ADDR: 'http://169.254.169.254' })).toContain('metadata');
  });

  test.each<[string, Answer | 'silence']>([
    ['sealed', { status: 503, body: { errors: ['Vault is sealed'] } }],
    ['no JSON', { body: canary }],
    ['a list', { body: [canary] }],
    ['version 1 of the engine', { body: { data: { key: canary } } }],
    ['too much', { body: `"${canary.repeat(120_000)}"` }],
    ['silent', 'silence'],
  ])('%s', async (_, given) => {
    answer = () => given;
    await refusal(reference, { VAULT_ADDR: address, VAULT_TOKEN: 'root' });
  });
});

describe('AWS Secrets Manager', () => {
  const env = () => ({
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'AKID',
    AWS_SECRET_ACCESS_KEY: `sk-${canary}`,
    AWS_SESSION_TOKEN: 'session',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: address,
  });

  class Sha256 {
    readonly #hash;
    constructor(key?: Parameters<typeof createHmac>[1]) {
      this.#hash = key === undefined ? createHash('sha256') : createHmac('sha256', key);
    }
    update(data: Uint8Array): void {
      this.#hash.update(data);
    }
    digest(): Promise<Uint8Array> {
      return Promise.resolve(new Uint8Array(this.#hash.digest()));
    }
  }

  test('text, fields and bytes, signed as the official signer does', async () => {
    const object = JSON.stringify({ key: canary });
    answer = ({ body }) => {
      const { SecretId } = JSON.parse(body) as { SecretId: string };
      const shared = {
        ARN: `arn:aws:x:${SecretId}`,
        Name: SecretId,
        VersionId: 'v',
        VersionStages: ['AWSCURRENT'],
        CreatedDate: 1.7e9,
      };
      if (SecretId === 'bytes')
        return { body: { ...shared, SecretBinary: Buffer.from(object).toString('base64') } };
      return { body: { ...shared, SecretString: object } };
    };
    expect(await read('aws-sm:prod/openai#key', env())).toBe(canary);
    expect(await read('aws-sm:prod/openai', env())).toBe(object);
    expect(await read('aws-sm:bytes#key', env())).toBe(canary);
    const [question] = asked;
    expect(question).toMatchObject({
      method: 'POST',
      path: '/',
      headers: {
        'x-amz-target': 'secretsmanager.GetSecretValue',
        'content-type': 'application/x-amz-json-1.1',
      },
    });
    const { headers, body } = question!;
    const date = String(headers['x-amz-date']);
    const signer = new SignatureV4({
      credentials: { accessKeyId: 'AKID', secretAccessKey: `sk-${canary}`, sessionToken: 'session' },
      region: 'eu-west-1',
      service: 'secretsmanager',
      sha256: Sha256 as never,
    });
    const kept = ['host', 'x-amz-target', 'x-amz-content-sha256'];
    const expected = await signer.sign(
      {
        method: 'POST',
        protocol: 'http:',
        hostname: '127.0.0.1',
        path: '/',
        query: {},
        body,
        headers: Object.fromEntries(kept.map((name) => [name, String(headers[name])])),
      },
      { signingDate: new Date(date.replace(/(....)(..)(..T..)(..)(..)/, '$1-$2-$3:$4:$5')) },
    );
    expect(headers.authorization).toBe(expected.headers.authorization);
    expect(headers.authorization).toContain('x-amz-target');
  });

  test('says what is wrong, by its kind alone', async () => {
    answer = () => ({
      status: 400,
      body: { __type: 'com.amazon#ResourceNotFoundException', Message: canary },
    });
    expect(await refusal('aws-sm:none', env())).toContain('(ResourceNotFoundException)');
    answer = () => ({ status: 500, body: canary });
    expect(await refusal('aws-sm:none', env())).toContain('(status 500)');
    answer = () => ({ body: { SecretString: canary } });
    expect(await refusal('aws-sm:none#key', env())).toContain('is no JSON object');
    expect(await refusal('aws-sm:none', {})).toContain('AWS_REGION');
  });
});

describe('Google Secret Manager', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const env = (): Record<string, string> => {
    const path = join(folder, 'google.json');
    const account = {
      type: 'service_account',
      client_email: 'a@b.iam.gserviceaccount.com',
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
      token_uri: `${address}/token`,
    };
    writeFileSync(path, JSON.stringify(account));
    return { GOOGLE_APPLICATION_CREDENTIALS: path, GOOGLE_SECRET_MANAGER_BASE_URL: address };
  };
  const give = (question: Asked): Answer => {
    if (question.path === '/token')
      return { body: { access_token: 'ya29.token', expires_in: 3599, token_type: 'Bearer' } };
    if (question.headers.authorization !== 'Bearer ya29.token')
      return { status: 401, body: { error: { code: 401, message: canary, status: 'UNAUTHENTICATED' } } };
    if (!question.path.includes('/secrets/openai/'))
      return { status: 404, body: { error: { code: 404, message: canary, status: 'NOT_FOUND' } } };
    const data = Buffer.from(JSON.stringify({ key: canary })).toString('base64');
    return { body: { name: 'projects/1/secrets/openai/versions/4', payload: { data, dataCrc32c: '123' } } };
  };

  test('the newest version, a version, a field; one token serves them', async () => {
    answer = give;
    const sources = sourcesOf(env());
    const readOne = async (reference: string) =>
      (await resolveSecret(reference, { sources, clock: systemClock })).reveal();
    expect(await readOne('gcp-sm:projects/p/secrets/openai#key')).toBe(canary);
    expect(JSON.parse(await readOne('gcp-sm:projects/p/secrets/openai/versions/4'))).toEqual({ key: canary });
    expect(asked.map(({ path }) => path)).toEqual([
      '/token',
      '/v1/projects/p/secrets/openai/versions/latest:access',
      '/v1/projects/p/secrets/openai/versions/4:access',
    ]);
  });

  test('says what is wrong, by its kind alone', async () => {
    answer = give;
    expect(await refusal('gcp-sm:projects/p/secrets/other', env())).toContain('(NOT_FOUND)');
    answer = ({ path }) =>
      path === '/token'
        ? { status: 400, body: { error: 'invalid_grant', error_description: canary } }
        : give({} as Asked);
    expect(await refusal('gcp-sm:projects/p/secrets/openai', env())).toContain('invalid_grant');
    expect(await refusal('gcp-sm:projects/p/secrets/openai', {})).toContain('GOOGLE_APPLICATION_CREDENTIALS');
  });
});
