// An environment as vendors' own clients read it: what it configures, and what is only half there.
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import type { Environment } from './environment/index.ts';
import { createProvider, providerForms, providersFromEnvironment } from './index.ts';

const found = (env: Environment, readFile?: (path: string) => string | undefined) => {
  const { providers, problems } = providersFromEnvironment(env, readFile === undefined ? {} : { readFile });
  return { names: providers.map(({ name }) => name), providers, problems };
};

/** Where the one provider of the environment is, opened for real. */
async function addressOf(env: Environment, readFile?: (path: string) => string | undefined): Promise<string> {
  const { providers, problems } = found(env, readFile);
  expect(problems).toEqual([]);
  expect(providers).toHaveLength(1);
  const provider = createProvider(providers[0]!);
  await provider.close();
  return provider.address;
}

test('an empty environment configures nothing, and nothing is wrong with it', () => {
  expect(found({})).toEqual({ names: [], providers: [], problems: [] });
  expect(
    found({ OPENAI_API_KEY: '', ANTHROPIC_API_KEY: ' ', PATH: '/bin', AWS_REGION: 'us-east-1' }).names,
  ).toEqual([]);
  expect(
    found({ AZURE_TENANT_ID: 't', GOOGLE_CLOUD_PROJECT: 'p', AZURE_CLIENT_SECRET: 's' }).problems,
  ).toEqual([]);
});

test.each(
  [...providerForms.values()].flatMap((form) => {
    const keys = form.environment.meant === undefined ? (form.environment.key ?? []) : [];
    return form.address === undefined || form.settings?.region !== undefined
      ? []
      : keys.map((name) => [form.name, name]);
  }),
)('%s is there by %s', (name, variable) => {
  const { names, problems } = found({ [variable!]: 'k' });
  expect(names).toEqual([name]);
  expect(problems).toEqual([]);
});

test('a base URL is read as the vendor’s own client reads it', async () => {
  const openai = { OPENAI_API_KEY: 'k' };
  expect(await addressOf(openai)).toBe('https://api.openai.com');
  expect(await addressOf({ ...openai, OPENAI_BASE_URL: 'https://gw.test/v1/' })).toBe('https://gw.test/v1');
  expect(await addressOf({ ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: 'https://gw.test/a' })).toBe(
    'https://gw.test/a',
  );
  const [config] = found({ ...openai, OPENAI_BASE_URL: 'https://gw.test/openai' }).providers;
  // Its client would ask at /openai/chat/completions, so nothing is put in between.
  expect(config).toMatchObject({ address: 'https://gw.test/openai', addressIncludes: '/v1' });
});

test.each([
  ['127.0.0.1', 'http://127.0.0.1:11434'],
  ['0.0.0.0', 'http://127.0.0.1:11434'],
  ['0.0.0.0:8080', 'http://127.0.0.1:8080'],
  ['models.lan:1234', 'http://models.lan:1234'],
  ['https://models.lan', 'https://models.lan'],
  ['http://models.lan:80', 'http://models.lan'],
])('OLLAMA_HOST=%s is %s', async (host, address) => {
  expect(await addressOf({ OLLAMA_HOST: host })).toBe(address);
});

test('Amazon: a region, and a bearer key or an access key', async () => {
  const region = { AWS_REGION: 'eu-west-1' };
  expect(await addressOf({ ...region, AWS_BEARER_TOKEN_BEDROCK: 'k' })).toBe(
    'https://bedrock-runtime.eu-west-1.amazonaws.com',
  );
  const pair = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 's' };
  expect(await addressOf({ AWS_DEFAULT_REGION: 'cn-north-1', ...pair })).toBe(
    'https://bedrock-runtime.cn-north-1.amazonaws.com.cn',
  );
  expect(found(pair).problems[0]).toMatchObject({
    provider: 'bedrock',
    hint: expect.stringContaining('region'),
  });
  expect(found({ ...region, AWS_ACCESS_KEY_ID: 'AKID' }).problems[0]?.message).toContain('secretAccessKey');
  expect(found({ ...region, AWS_SECRET_ACCESS_KEY: 's' }).problems[0]?.message).toContain('accessKeyId');
});

test('Azure: an endpoint, and a key, a token or an application; dated versions beside the plain surface', async () => {
  const endpoint = { AZURE_OPENAI_ENDPOINT: 'https://me.openai.azure.com/' };
  const entra = { AZURE_TENANT_ID: 't', AZURE_CLIENT_ID: 'c', AZURE_CLIENT_SECRET: 's' };
  for (const who of [{ AZURE_OPENAI_API_KEY: 'k' }, { AZURE_OPENAI_AD_TOKEN: 't' }, entra]) {
    expect(await addressOf({ ...endpoint, ...who })).toBe('https://me.openai.azure.com');
  }
  const dated = found({ ...endpoint, AZURE_OPENAI_API_KEY: 'k', OPENAI_API_VERSION: '2025-04-01-preview' });
  expect(dated.names).toEqual(['azure-openai', 'azure-openai-deployments']);
  expect(dated.providers[1]?.settings?.apiVersion).toBe('2025-04-01-preview');
  expect(found({ AZURE_OPENAI_API_KEY: 'k' }).problems).toMatchObject([
    {
      provider: 'azure-openai',
      message: expect.stringContaining('has no address'),
      unset: expect.arrayContaining(['AZURE_OPENAI_ENDPOINT']),
    },
  ]);
  expect(found(endpoint).problems[0]?.message).toContain('has no key');
});

test('Google: a file of credentials, which may name the project', async () => {
  const account = {
    type: 'service_account',
    client_email: 'a@b',
    private_key: 'pem',
    project_id: 'from-file',
  };
  const files = (path: string) => (path === '/key.json' ? JSON.stringify(account) : undefined);
  const env = { GOOGLE_APPLICATION_CREDENTIALS: '/key.json' };
  expect(await addressOf(env, files)).toBe('https://aiplatform.googleapis.com');
  expect(found(env, files).providers[0]?.settings).toEqual({ project: 'from-file' });
  expect(await addressOf({ ...env, GOOGLE_CLOUD_LOCATION: 'europe-west4' }, files)).toBe(
    'https://europe-west4-aiplatform.googleapis.com',
  );
  expect(await addressOf({ ...env, GOOGLE_CLOUD_LOCATION: 'eu' }, files)).toBe(
    'https://aiplatform.eu.rep.googleapis.com',
  );
  const named = found({ ...env, GOOGLE_CLOUD_PROJECT: 'named' }, files);
  expect(named.providers[0]?.settings?.project).toBe('named');
  const gone = found({ GOOGLE_APPLICATION_CREDENTIALS: '/gone.json' }, files);
  expect(gone.problems[0]).toMatchObject({
    provider: 'vertex',
    message: expect.stringContaining('GOOGLE_APPLICATION_CREDENTIALS'),
  });
  const { project_id: _, ...anonymous } = account;
  const nobody = found(env, () => JSON.stringify(anonymous));
  // Planning does not know which project a call would be for, so the form says so before any is sent.
  expect(nobody.problems[0]?.message).toContain('no usable `project`');
});

test('a proxy of the LiteLLM kind fails closed', () => {
  const address = { LITELLM_PROXY_API_BASE: 'http://127.0.0.1:4000' };
  const key = { LITELLM_PROXY_API_KEY: 'k' };
  expect(found({ ...address, ...key }).names).toEqual(['litellm']);
  expect(found(address)).toMatchObject({
    names: [],
    problems: [{ provider: 'litellm', message: expect.stringContaining('no key') }],
  });
  expect(found(key)).toMatchObject({
    names: [],
    problems: [{ provider: 'litellm', message: expect.stringContaining('no address') }],
  });
});

test('what is wrong with one does not stop the others', () => {
  const env = {
    OPENAI_API_KEY: 'sk canary\n-x y',
    ANTHROPIC_API_KEY: 'k',
    GROQ_API_KEY: 'k',
    GROQ_BASE_URL: 'http://169.254.169.254',
    MISTRAL_API_KEY: 'k',
    AWS_ACCESS_KEY_ID: 'canary',
  };
  const { names, problems } = found(env);
  expect(names).toEqual(['anthropic', 'mistral']);
  expect(problems.map(({ provider }) => provider)).toEqual(['bedrock', 'groq', 'openai']);
  expect(inspect(problems, { depth: 9 })).not.toContain('canary');
});

test('proxies come along, lower case first, and a proxy that cannot be used is never left out silently', () => {
  const env = { OPENAI_API_KEY: 'k', HTTPS_PROXY: 'http://a:1', https_proxy: 'http://b:2', NO_PROXY: 'c' };
  const { proxies, providers } = providersFromEnvironment(env);
  expect(proxies.httpsProxy?.reveal()).toBe('http://b:2');
  expect(proxies.noProxy).toBe('c');
  expect(providers[0]?.proxies).toBe(proxies);
  const broken = found({
    OPENAI_API_KEY: 'k',
    HTTPS_PROXY: 'socks5://user:canary@p',
    OLLAMA_HOST: 'localhost',
  });
  expect(broken.names).toEqual(['ollama']);
  expect(broken.problems).toMatchObject([
    { provider: 'openai', message: expect.stringContaining('The proxy') },
  ]);
  expect(inspect(broken.problems)).not.toContain('canary');
});
