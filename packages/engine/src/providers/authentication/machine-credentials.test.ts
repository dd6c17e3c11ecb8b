// Credentials that machines give, asked for over real sockets: once for many calls, renewed in time, never to a stranger.
import { createHash, generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Clock, systemClock } from '../../observability/index.ts';
import { Secret } from '../../secrets/index.ts';
import { chat, chatRequest } from '../__fixtures__/ask.ts';
import {
  checkProvider,
  createProvider,
  type Provider,
  type ProviderConfig,
  providerForms,
} from '../index.ts';
import { createAuthenticator } from './authenticator.ts';
import type { MachineIdentity } from './machine-identity.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const minute = 60_000;
let simulator: Simulator;
let asked: { method: string; path: string; headers: IncomingMessage['headers'] }[] = [];
let answer: Answer = (_, response) => void response.writeHead(404).end();
const machine = createServer((request, response) => {
  const { method = '', url = '', headers } = request;
  asked.push({ method, path: url, headers });
  answer(request, response);
});
let address = '';
let nowMs = 0;
const clock: Clock = { ...systemClock, now: () => nowMs };
const open: Provider[] = [];

beforeAll(async () => {
  simulator = await startSimulator({ seed: 1 });
  await new Promise<void>((resolve) => void machine.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(machine.address() as AddressInfo).port}`;
});
beforeEach(() => {
  asked = [];
  nowMs = Date.UTC(2026, 9, 1);
  simulator.reset();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((provider) => provider.close()));
});
afterAll(async () => {
  machine.closeAllConnections();
  machine.close();
  await simulator.close();
});

function make(name: string, identity: MachineIdentity, more: Partial<ProviderConfig> = {}): Provider {
  const form = providerForms.get(name)!;
  const settings = { region: 'us-east-1', project: 'a-project' };
  const config = { name, form, address: simulator.url, settings, identity, clock, ...more };
  const provider = createProvider(config);
  open.push(provider);
  return provider;
}

const say = (provider: Provider) => chat(provider, provider.form.chat[0]!, chatRequest('[[text: Aye.]]'));
const failureOf = (provider: Provider): Promise<Error> =>
  say(provider).then(
    () => new Error('It did not fail.'),
    (cause: Error) => cause,
  );
const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);
const keysLasting = (ms: number, token: string) =>
  JSON.stringify({
    Code: 'Success',
    AccessKeyId: 'ASIAEXAMPLE',
    SecretAccessKey: 'canary-secret-key',
    Token: token,
    Expiration: new Date(nowMs + ms).toISOString(),
  });

/** Version 2 of the service: nothing without a session. */
function instance(keys: () => string): Answer {
  const folder = '/latest/meta-data/iam/security-credentials/';
  return ({ method, url, headers }, response) => {
    if (method === 'PUT' && url === '/latest/api/token') {
      const isWhole = headers['x-aws-ec2-metadata-token-ttl-seconds'] === '21600';
      response.writeHead(isWhole ? 200 : 400).end('canary-session');
    } else if (headers['x-aws-ec2-metadata-token'] !== 'canary-session') response.writeHead(401).end();
    else if (url === folder) response.end('a-role');
    else if (url === `${folder}a-role`) response.end(keys());
    else response.writeHead(404).end();
  };
}

const lastToken = () => simulator.requests.at(-1)?.headers['x-amz-security-token'];

test('an instance is asked once for many calls, and again before the keys end while calls go on', async () => {
  let round = 0;
  answer = instance(() => {
    round += 1;
    return keysLasting(60 * minute, `canary-token-${round}`);
  });
  const provider = make('bedrock', { kind: 'aws-instance', address });
  await Promise.all(Array.from({ length: 20 }, () => say(provider)));
  expect(asked.map(({ method }) => method)).toEqual(['PUT', 'GET', 'GET']);
  expect(simulator.requests).toHaveLength(20);
  expect(lastToken()).toBe(`[hidden ${digest('canary-token-1')}]`);
  nowMs += 54 * minute;
  await say(provider);
  expect(asked).toHaveLength(3);
  nowMs += 2 * minute;
  await say(provider);
  // Nobody waited: this call went with the old ones.
  expect(lastToken()).toBe(`[hidden ${digest('canary-token-1')}]`);
  await expect.poll(() => asked.length).toBe(6);
  await expect
    .poll(async () => {
      await say(provider);
      return lastToken();
    })
    .toBe(`[hidden ${digest('canary-token-2')}]`);
  expect(asked).toHaveLength(6);
});

test('keys that ended are never used: whoever comes then waits for new ones', async () => {
  answer = instance(() => keysLasting(10 * minute, `canary-at-${nowMs}`));
  const provider = make('bedrock', { kind: 'aws-instance', address });
  await say(provider);
  nowMs += 60 * minute;
  await say(provider);
  expect(lastToken()).toBe(`[hidden ${digest(`canary-at-${nowMs}`)}]`);
});

test('keys that are renewed without lasting longer are not asked for with every call', async () => {
  const end = nowMs + 3 * minute;
  answer = instance(() => keysLasting(end - nowMs, 'canary-same'));
  const provider = make('bedrock', { kind: 'aws-instance', address });
  for (let index = 0; index < 5; index += 1) await say(provider);
  expect(asked).toHaveLength(3);
});

test('a container is asked at its own address, with a token that is read anew each time', async () => {
  answer = (_, response) => void response.end(keysLasting(10 * minute, 'canary-container'));
  let file = 'canary-file-1\n';
  const identity = {
    kind: 'aws-container',
    address: `${address}/v1/credentials?id=7`,
    tokenFile: '/t',
  } as const;
  const provider = make('bedrock', identity, { readFile: (path) => (path === '/t' ? file : undefined) });
  await say(provider);
  file = 'canary-file-2';
  nowMs += 30 * minute;
  await say(provider);
  expect(asked.map(({ path, headers }) => [path, headers.authorization])).toEqual([
    ['/v1/credentials?id=7', 'canary-file-1'],
    ['/v1/credentials?id=7', 'canary-file-2'],
  ]);
  expect(lastToken()).toBe(`[hidden ${digest('canary-container')}]`);
  const withToken = { kind: 'aws-container', address, token: new Secret('canary-token') } as const;
  await say(make('bedrock-anthropic', withToken));
  expect(asked.at(-1)?.headers.authorization).toBe('canary-token');
});

const status =
  (code: number, body = 'canary'): Answer =>
  (_, response) =>
    void response.writeHead(code).end(body);
const denied = JSON.stringify({ Code: 'AssumeRoleUnauthorizedAccess', Message: 'canary', Token: 'canary' });

test.each<[string, MachineIdentity['kind'], Answer, string]>([
  ['gives no session', 'aws-instance', status(403), 'no session began (status 403)'],
  [
    'has no role',
    'aws-instance',
    ({ method }, response) => void response.writeHead(method === 'PUT' ? 200 : 404).end('canary'),
    'the instance has no role (status 404)',
  ],
  ['gives no key', 'aws-instance', instance(() => denied), 'AssumeRoleUnauthorizedAccess'],
  ['gives half a key', 'aws-instance', instance(() => '{"AccessKeyId":"canary"}'), 'no access key'],
  ['refuses a container', 'aws-container', status(403), 'no access key (status 403)'],
  ['answers a container with a page', 'aws-container', status(200, '<html>canary'), 'no access key'],
  ['resets', 'aws-container', ({ socket }) => void socket.resetAndDestroy(), 'it did not answer'],
  [
    'redirects',
    'aws-container',
    (_, response) => void response.writeHead(302, { location: 'http://x' }).end(),
    'it did not answer',
  ],
  ['is somebody else', 'google-metadata', status(200, '{"access_token":"canary"}'), 'is not of Google'],
  [
    'has no account',
    'google-metadata',
    (_, response) => void response.writeHead(404, { 'metadata-flavor': 'Google' }).end('canary'),
    'gave no token (status 404)',
  ],
  ['hangs up', 'google-metadata', ({ socket }) => void socket.destroy(), 'did not answer'],
  ['says nothing', 'aws-instance', () => undefined, 'it did not answer'],
])('a machine that %s is told of, with what to do and without a secret', async (_, kind, how, says) => {
  answer = how;
  const provider = make(kind === 'google-metadata' ? 'vertex' : 'bedrock', {
    kind,
    address,
  } as MachineIdentity);
  const failure = await failureOf(provider);
  expect(failure).toMatchObject({
    code: 'provider_authentication_failed',
    message: expect.stringContaining(says),
  });
  const check = await checkProvider(provider);
  expect(check.problem).toMatchObject({ kind: 'wrong-key', message: expect.stringContaining(says) });
  expect(simulator.requests).toEqual([]);
  const told = [
    inspect([failure, check, provider], { depth: 20, showHidden: true }),
    JSON.stringify(failure),
  ];
  for (const text of told) expect(text).not.toContain('canary');
});

test('a file of a container’s token that is gone, or holds more than a line, is no request', async () => {
  const identity = { kind: 'aws-container', address, tokenFile: '/t' } as const;
  const gone = await failureOf(make('bedrock', identity, { readFile: () => undefined }));
  expect(gone).toMatchObject({ hint: expect.stringContaining('AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE') });
  const damaged = await failureOf(make('bedrock', identity, { readFile: () => 'canary\r\nx: y' }));
  expect(damaged.message).toContain('characters that no header has');
  expect(inspect(damaged, { depth: 9 })).not.toContain('canary');
  expect(asked).toEqual([]);
});

test('Google’s metadata server gives tokens, which are kept', async () => {
  answer = ({ url, headers }, response) => {
    const isAsked = headers['metadata-flavor'] === 'Google' && url?.endsWith('/default/token') === true;
    const token = JSON.stringify({ access_token: 'canary-google', expires_in: 3599, token_type: 'Bearer' });
    response.writeHead(isAsked ? 200 : 403, { 'metadata-flavor': 'Google' }).end(token);
  };
  for (const name of ['vertex', 'vertex-anthropic']) {
    const provider = make(name, { kind: 'google-metadata', address });
    await Promise.all([say(provider), say(provider)]);
    await say(provider);
    expect(simulator.requests.at(-1)?.headers.authorization).toBe(
      `Bearer [hidden ${digest('canary-google')}]`,
    );
  }
  expect(asked.map(({ path }) => path)).toEqual(
    new Array(2).fill('/computeMetadata/v1/instance/service-accounts/default/token'),
  );
});

test.each<[string, MachineIdentity]>([
  ['bedrock', { kind: 'aws-instance', address: 'http://10.0.0.1' }],
  ['bedrock', { kind: 'aws-instance', address: 'https://metadata.example' }],
  ['bedrock', { kind: 'aws-instance', address: 'http://user:canary@127.0.0.1' }],
  ['bedrock', { kind: 'aws-container', address: 'http://169.254.169.254/x' }],
  ['bedrock', { kind: 'aws-container', address: 'http://metadata.example/x' }],
  ['bedrock', { kind: 'aws-container', address: 'http://169.254.170.2@evil.example/x' }],
  ['bedrock', { kind: 'aws-container', address: 'file:///etc/passwd' }],
  ['bedrock', { kind: 'google-metadata' }],
  ['vertex', { kind: 'google-metadata', address: 'http://evil.example' }],
  ['vertex', { kind: 'aws-instance' }],
])('%s asks nobody else: %j', (name, identity) => {
  expect(() => make(name, identity)).toThrow(expect.objectContaining({ code: 'configuration_invalid' }));
});

test.each<MachineIdentity>([
  { kind: 'aws-instance' },
  { kind: 'aws-instance', address: 'http://[fd00:ec2::254]' },
  { kind: 'aws-container', address: 'http://169.254.170.2/v2/x' },
  { kind: 'aws-container', address: 'http://169.254.170.23/v1/credentials' },
  { kind: 'aws-container', address: 'https://credentials.example/x' },
])('the documented places are known: %j', (identity) => {
  expect(make('bedrock', identity).name).toBe('bedrock');
});

test('a machine’s identity opens no metadata address to the provider itself', () => {
  const identity = { kind: 'aws-instance' } as const;
  const metadata = { address: 'http://169.254.169.254' };
  expect(() => make('bedrock', identity, metadata)).toThrow('which is refused');
});

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const federated = () => ({
  type: 'external_account',
  audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/x',
  subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
  token_url: `${address}/v1/token`,
  credential_source: { url: `${address}/subject` },
});

test('identities of other clouds are exchanged by Google’s own library, where it is installed', async () => {
  answer = ({ url }, response) => {
    if (url === '/subject') response.end('canary-subject');
    else
      response.setHeader('content-type', 'application/json').end(
        JSON.stringify({
          access_token: 'canary-federated',
          issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
          token_type: 'Bearer',
          expires_in: 3600,
        }),
      );
  };
  const form = providerForms.get('vertex')!;
  const secrets = { credentials: new Secret(JSON.stringify(federated())) };
  const settings = { project: 'a-project' };
  const provider = createProvider({ name: 'vertex', form, address: simulator.url, settings, secrets, clock });
  open.push(provider);
  await Promise.all([say(provider), say(provider)]);
  expect(asked.map(({ path }) => path)).toEqual(['/subject', '/v1/token']);
  expect(simulator.requests.at(-1)?.headers.authorization).toBe(
    `Bearer [hidden ${digest('canary-federated')}]`,
  );
});

test('where the library is not installed, or finds nothing, that is said, with what to install', async () => {
  const sign = (loadLibrary: (name: string) => Promise<unknown>, fields: object) =>
    createAuthenticator(
      'vertex',
      { kind: 'google' },
      { settings: {}, secrets: { credentials: new Secret(JSON.stringify(fields)) } },
      {
        clock,
        fetchToken: () => Promise.reject(new Error('never')),
        askMachine: () => Promise.reject(new Error('never')),
        keepSecret: () => {},
        loadLibrary,
      },
    ).sign!({ method: 'POST', path: '/', host: 'h', body: null });
  const fields = { ...federated(), private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }) };
  const gone = (name: string) => import(`${name}-that-is-not-there`);
  await expect(sign(gone, fields)).rejects.toMatchObject({
    code: 'configuration_invalid',
    hint: expect.stringContaining('npm install google-auth-library'),
  });
  class GoogleAuth {
    getAccessToken = () => Promise.reject(new TypeError('canary'));
  }
  const failure: unknown = await Promise.resolve(sign(async () => ({ GoogleAuth }), fields)).catch(
    (cause) => cause,
  );
  expect(failure).toMatchObject({ message: expect.stringContaining('TypeError') });
  expect(inspect(failure, { depth: 9 })).not.toContain('canary');
});
