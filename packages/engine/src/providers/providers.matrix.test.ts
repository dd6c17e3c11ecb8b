// Every provider, every behaviour, over real sockets to the simulator: what came back, and what the vendor would have seen.
import { createHash, generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ChatMessage, dialects, KeelsonError } from '@keelson/core';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Secret } from '../secrets/index.ts';
import { chat, chatRequest, embed, rerank } from './__fixtures__/ask.ts';
import {
  type ChatSpeech,
  checkProvider,
  createProvider,
  type Provider,
  type ProviderConfig,
  type ProviderForm,
  providerForms,
} from './index.ts';

const key = 'sk-of-the-matrix-0123456789';
const forms = [...providerForms.values()];
const openai = { 'openai-chat': '/v1/chat/completions' };
const responses = { 'openai-responses': '/v1/responses' };
const completions = { 'openai-completions': '/v1/completions' };
const messages = { 'anthropic-messages': '/v1/messages' };
const embeddings = { embed: '/v1/embeddings' };
const ranking = { rerank: '/v1/rerank' };
const listed = { listing: '/v1/models' };
const publishers = '/v1/projects/a-project/locations/us-central1/publishers';
const google = `${publishers}/google/models/test-model`;
const claude = `${publishers}/anthropic/models/test-model`;
const deployment = '/openai/deployments/test-model';

/** Where each vendor's own references say that its calls go. */
const vendorPaths: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  anthropic: { ...messages, ...listed },
  'anthropic-compatible': { ...messages, ...listed },
  'azure-openai': {
    'openai-chat': '/openai/v1/chat/completions',
    'openai-responses': '/openai/v1/responses',
    embed: '/openai/v1/embeddings',
    listing: '/openai/v1/models',
  },
  'azure-openai-deployments': {
    'openai-chat': `${deployment}/chat/completions`,
    'openai-responses': '/openai/responses',
    'openai-completions': `${deployment}/completions`,
    embed: `${deployment}/embeddings`,
    listing: '/openai/models',
  },
  bedrock: {
    'bedrock-converse': '/model/test-model/converse',
    embed: '/model/cohere.embed-test/invoke',
    listing: '/foundation-models',
  },
  'bedrock-anthropic': {
    'anthropic-messages': '/model/test-model/invoke',
    listing: '/foundation-models',
  },
  cerebras: { ...openai, ...completions, ...listed },
  cohere: { 'cohere-chat': '/v2/chat', embed: '/v2/embed', rerank: '/v2/rerank', ...listed },
  deepseek: {
    'openai-chat': '/chat/completions',
    'anthropic-messages': '/anthropic/v1/messages',
    'openai-responses': '/responses',
    listing: '/models',
  },
  fireworks: {
    'openai-chat': '/inference/v1/chat/completions',
    'openai-responses': '/inference/v1/responses',
    'anthropic-messages': '/inference/v1/messages',
    'openai-completions': '/inference/v1/completions',
    embed: '/inference/v1/embeddings',
    rerank: '/inference/v1/rerank',
    listing: '/inference/v1/models',
  },
  gemini: {
    'gemini-generate': '/v1beta/models/test-model:generateContent',
    embed: '/v1beta/models/test-model:batchEmbedContents',
    listing: '/v1beta/models',
  },
  gpt4all: { ...openai, ...completions, ...listed },
  groq: {
    'openai-chat': '/openai/v1/chat/completions',
    'openai-responses': '/openai/v1/responses',
    listing: '/openai/v1/models',
  },
  huggingface: { ...openai, ...responses, ...listed },
  jina: { ...embeddings, ...ranking },
  litellm: { ...openai, ...responses, ...messages, ...completions, ...embeddings, ...ranking, ...listed },
  'llama-cpp': { ...openai, ...messages, ...completions, ...embeddings, ...ranking, ...listed },
  llamafile: { ...openai, ...completions, ...embeddings, ...listed },
  'lm-studio': { ...openai, ...responses, ...completions, ...embeddings, ...listed },
  localai: { ...openai, ...completions, ...embeddings, ...ranking, ...listed },
  // The simulator tells Mistral's format from OpenAI's by what stands in front.
  mistral: {
    'mistral-chat': '/mistral/v1/chat/completions',
    embed: '/mistral/v1/embeddings',
    listing: '/mistral/v1/models',
  },
  nvidia: { ...openai, ...completions, ...embeddings, ...listed },
  ollama: {
    'ollama-chat': '/api/chat',
    'ollama-generate': '/api/generate',
    ...openai,
    ...completions,
    embed: '/api/embed',
    listing: '/api/tags',
  },
  openai: { ...openai, ...responses, ...completions, ...embeddings, ...listed },
  'openai-compatible': { ...openai, ...completions, ...embeddings, ...ranking, ...listed },
  openrouter: {
    'openai-chat': '/api/v1/chat/completions',
    'openai-responses': '/api/v1/responses',
    'anthropic-messages': '/api/v1/messages',
    embed: '/api/v1/embeddings',
    listing: '/api/v1/models',
  },
  perplexity: { 'openai-chat': '/chat/completions' },
  simulator: {
    ...openai,
    ...messages,
    ...responses,
    'gemini-generate': '/v1beta/models/test-model:generateContent',
    'bedrock-converse': '/model/test-model/converse',
    'cohere-chat': '/v2/chat',
    'mistral-chat': '/mistral/v1/chat/completions',
    'ollama-chat': '/api/chat',
    'ollama-generate': '/api/generate',
    ...completions,
    ...embeddings,
    rerank: '/v2/rerank',
    ...listed,
  },
  together: { ...openai, ...completions, ...embeddings, ...ranking, ...listed },
  vertex: {
    'gemini-generate': `${google}:generateContent`,
    embed: `${google}:predict`,
    listing: '/v1beta1/publishers/google/models',
  },
  'vertex-anthropic': {
    'anthropic-messages': `${claude}:rawPredict`,
    listing: '/v1beta1/publishers/anthropic/models',
  },
  'vertex-express': {
    'gemini-generate': '/v1/publishers/google/models/test-model:generateContent',
    embed: '/v1/publishers/google/models/test-model:predict',
  },
  vllm: { ...openai, ...responses, ...messages, ...completions, ...embeddings, ...ranking, ...listed },
  voyage: { ...embeddings, ...ranking },
  xai: { ...openai, ...responses, ...listed },
};

/** The cells that do not apply, because of what the vendor or the format is. */
const noChat = 'does not apply, because the vendor has no chat';
const noEmbeddings = 'does not apply, because the vendor embeds nothing';
const noRerank = 'does not apply, because the vendor ranks nothing in a format that is spoken here';
const noList = 'does not apply, because the vendor lists no models';
const noListByKey = 'does not apply, because an API key may not list the models of Vertex';
const noTools = 'does not apply, because the format continues a text and knows no tools';
const without = (because: string, ...names: string[]) => names.map((name) => [name, because]);
const missing: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  chat: Object.fromEntries(without(noChat, 'jina', 'voyage')),
  embed: Object.fromEntries([
    ...without(noEmbeddings, 'anthropic', 'anthropic-compatible', 'cerebras', 'deepseek', 'gpt4all', 'groq'),
    ...without(noEmbeddings, 'huggingface', 'perplexity', 'xai'),
    ...without(noEmbeddings, 'bedrock-anthropic', 'vertex-anthropic'),
  ]),
  rerank: Object.fromEntries([
    ...without(noRerank, 'anthropic', 'anthropic-compatible', 'azure-openai', 'azure-openai-deployments'),
    ...without(
      noRerank,
      'bedrock',
      'bedrock-anthropic',
      'vertex-anthropic',
      'cerebras',
      'deepseek',
      'gemini',
      'gpt4all',
      'groq',
      'huggingface',
    ),
    ...without(noRerank, 'llamafile', 'lm-studio', 'mistral', 'nvidia', 'ollama', 'openai', 'openrouter'),
    ...without(noRerank, 'perplexity', 'vertex', 'vertex-express', 'xai'),
  ]),
  listing: Object.fromEntries([
    ...without(noList, 'jina', 'perplexity', 'voyage'),
    ...without(noListByKey, 'vertex-express'),
  ]),
  tools: { 'openai-completions': noTools, 'ollama-generate': noTools },
};

/** Hosts that stream at a path of its own. */
const streamPaths: Readonly<Record<string, string>> = {
  bedrock: '/model/test-model/converse-stream',
  'bedrock-anthropic': '/model/test-model/invoke-with-response-stream',
  'vertex-anthropic': `${claude}:streamRawPredict`,
};

/** On Bedrock the model says whose format a path speaks. */
const embedModels: Readonly<Record<string, string>> = { bedrock: 'cohere.embed-test' };

let simulator: Simulator;
let vendor: Server;
let seen: { path: string; headers: Record<string, unknown> }[] = [];
let listAnswer = '';
const open: Provider[] = [];

beforeAll(async () => {
  simulator = await startSimulator({ seed: 1 });
  vendor = createServer((request, response) => {
    seen.push({ path: request.url ?? '', headers: request.headers });
    response.setHeader('content-type', 'application/json').end(listAnswer);
  });
  await new Promise<void>((resolve) => void vendor.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  simulator.reset();
  seen = [];
  await Promise.all(open.splice(0).map((provider) => provider.close()));
});
afterAll(async () => {
  vendor.close();
  await simulator.close();
});

function prefixOf({ name, address }: ProviderForm): string {
  if (name === 'mistral') return '/mistral';
  if (name === 'openai-compatible') return '/v1';
  return address === undefined ? '' : new URL(address.replace(/[{}]/g, 'x')).pathname.replace(/\/$/, '');
}

function openForm(form: ProviderForm, at: string, more: Partial<ProviderConfig> = {}): Provider {
  const settings = { project: 'a-project', location: 'us-central1', region: 'us-east-1' };
  const provider = createProvider({
    name: form.name,
    form,
    address: `${at}${prefixOf(form)}`,
    key: new Secret(key),
    settings,
    ...more,
  });
  open.push(provider);
  return provider;
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);

/** What the simulator keeps of the key in the header where the vendor wants it. */
function expectKey({ name, authentication }: ProviderForm, headers: Readonly<Record<string, string>>): void {
  const bearer = { header: 'authorization', scheme: 'Bearer ' };
  const places: Record<string, { header: string; scheme: string }> = {
    anthropic: { header: 'x-api-key', scheme: '' },
    'anthropic-compatible': { header: 'x-api-key', scheme: '' },
    'azure-openai': { header: 'api-key', scheme: '' },
    'azure-openai-deployments': { header: 'api-key', scheme: '' },
    gemini: { header: 'x-goog-api-key', scheme: '' },
    vertex: { header: 'x-goog-api-key', scheme: '' },
    'vertex-anthropic': { header: 'x-goog-api-key', scheme: '' },
    'vertex-express': { header: 'x-goog-api-key', scheme: '' },
  };
  const { header, scheme } = places[name] ?? bearer;
  expect(authentication.kind).not.toBe('none');
  expect(headers[header]).toBe(`${scheme}[hidden ${digest(key)}]`);
  expect(JSON.stringify(headers)).not.toContain(key);
}

function expectLast(form: ProviderForm, speech: string): void {
  const last = simulator.requests.at(-1);
  expect(last?.path).toBe(vendorPaths[form.name]?.[speech]);
  expect(last?.query).toEqual(
    form.name === 'azure-openai-deployments' ? { 'api-version': '2024-10-21' } : {},
  );
  expectKey(form, last?.headers ?? {});
}

const speeches = forms.flatMap((form) =>
  form.chat.map((speech) => [form.name, speech.dialect, form, speech] as const),
);
const text = (message: ChatMessage): string =>
  message.parts.map((part) => (part.type === 'text' ? part.text : '')).join('');

describe.each(speeches)('%s in %s', (_, dialect, form, speech: ChatSpeech) => {
  test('text', async () => {
    const message = await chat(openForm(form, simulator.url), speech, chatRequest('[[text: Ahoy there.]]'));
    expect(text(message)).toBe('Ahoy there.');
    expectLast(form, dialect);
    expect(simulator.requests.at(-1)?.dialect).toBe(dialect);
    expect(simulator.requests.at(-1)?.request?.maxOutputTokens).toBe(64);
  });

  test('stream', async () => {
    const request = chatRequest('[[text: One two three.]]', { stream: true });
    const message = await chat(openForm(form, simulator.url), speech, request);
    expect(text(message)).toBe('One two three.');
    expect(message.usage?.output).toMatchObject({ total: 3 });
    expect(simulator.requests.at(-1)?.answered?.isStream).toBe(true);
    const streamPath = streamPaths[form.name];
    if (streamPath !== undefined) expect(simulator.requests.at(-1)?.path).toBe(streamPath);
  });

  test('error', async () => {
    simulator.script('[[fault: unauthorized]]');
    const failed = chat(openForm(form, simulator.url), speech, chatRequest('x'));
    await expect(failed).rejects.toMatchObject({ code: 'provider_authentication_failed' });
  });

  const because = missing.tools?.[dialect];
  test(because === undefined ? 'tools' : `tools: ${because}`, async () => {
    const parameters = { type: 'object', properties: { city: { type: 'string' } } };
    const request = chatRequest('[[tool: get_weather {"city":"Paris"}]]', {
      tools: [{ type: 'function', name: 'get_weather', parameters }],
    });
    if (because !== undefined) {
      const { losses } = dialects[speech.dialect].outbound.renderRequest(
        request,
        dialects[speech.dialect].quirks as never,
      );
      expect(losses.map(({ field }) => field).join()).toContain('tools');
      return;
    }
    const message = await chat(openForm(form, simulator.url), speech, request);
    expect(message.parts).toMatchObject([{ type: 'tool-call', name: 'get_weather' }]);
    expectLast(form, dialect);
  });
});

describe.each(forms.map((form) => [form.name, form] as const))('%s', (name, form) => {
  test(missing.chat?.[name] ?? 'chat', () => {
    expect(form.chat.length === 0).toBe(missing.chat?.[name] !== undefined);
  });

  test(missing.embed?.[name] ?? 'embeddings', async () => {
    expect(form.embed === undefined).toBe(missing.embed?.[name] !== undefined);
    if (form.embed === undefined) return;
    const inputs = ['one', 'two'].map((input) => ({ type: 'text' as const, text: input }));
    const purpose = { unified: 'query', raw: 'query' } as const;
    expect(
      await embed(openForm(form, simulator.url), {
        model: embedModels[name] ?? 'test-model',
        inputs,
        purpose,
      } as never),
    ).toBe(2);
    expectLast(form, 'embed');
  });

  test(missing.rerank?.[name] ?? 'rerank', async () => {
    expect(form.rerank === undefined).toBe(missing.rerank?.[name] !== undefined);
    if (form.rerank === undefined) return;
    const documents = ['a ship at sea', 'a keelson holds the keel'];
    const order = await rerank(openForm(form, simulator.url), {
      model: 'test-model',
      query: 'keelson',
      documents,
    });
    expect(order).toEqual([1, 0]);
    expectLast(form, 'rerank');
  });

  test(missing.listing?.[name] ?? 'listing', async () => {
    const { listing } = form;
    expect(listing === undefined).toBe(missing.listing?.[name] !== undefined);
    const { port } = vendor.address() as AddressInfo;
    if (listing === undefined) {
      const unknown = await checkProvider(openForm(form, `http://127.0.0.1:${port}`));
      expect(unknown).toEqual({ ok: true, isKeyChecked: false });
      expect(seen).toEqual([]);
      return;
    }
    const models = [{ [listing.id]: `${listing.prefix ?? ''}model-a` }];
    listAnswer = JSON.stringify(listing.list === undefined ? models : { [listing.list]: models });
    const check = await checkProvider(openForm(form, `http://127.0.0.1:${port}`));
    const isKeyChecked = listing.isPublic !== true || listing.keyPath !== undefined;
    expect(check).toEqual({ ok: true, isKeyChecked, models: ['model-a'] });
    const query = name === 'azure-openai-deployments' ? '?api-version=2024-10-21' : '';
    expect(seen[0]?.path).toBe(`${vendorPaths[name]?.listing}${query}`);
    expect(Object.values(seen[0]?.headers ?? {}).join(' ')).toContain(key);
  });
});

test('the simulator lists its own models', async () => {
  const form = providerForms.get('simulator')!;
  const check = await checkProvider(openForm(form, simulator.url));
  expect(check.models).toContain('simulated-small');
});

test('the table of cells names forms and formats that exist', () => {
  const { tools = {}, ...byForm } = missing;
  for (const cells of Object.values(byForm)) {
    for (const name of Object.keys(cells)) expect(providerForms.has(name), name).toBe(true);
  }
  expect(Object.keys(tools).every((dialect) => dialect in dialects)).toBe(true);
  expect(Object.keys(vendorPaths).toSorted()).toEqual([...providerForms.keys()].toSorted());
});

test('what identifies a caller without a key: a signature for Bedrock, tokens for Azure and Google', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  listAnswer = JSON.stringify({ access_token: 'token-1', expires_in: 3600 });
  const { port } = vendor.address() as AddressInfo;
  const tokens = `http://127.0.0.1:${port}`;
  const credentials = {
    type: 'service_account',
    client_email: 'a@b',
    private_key: pem,
    token_uri: `${tokens}/token`,
  };
  const { key: _, ...none } = { key: undefined };
  const make = (name: string, more: Partial<ProviderConfig>): Provider => {
    const form = providerForms.get(name)!;
    const settings = { project: 'p', region: 'us-east-1', ...more.settings };
    const made = createProvider({ ...none, name, form, address: simulator.url, ...more, settings });
    open.push(made);
    return made;
  };
  const azure = make('azure-openai', {
    settings: { tenantId: 't', clientId: 'c', authorityHost: tokens },
    secrets: { clientSecret: new Secret('s') },
  });
  const vertex = make('vertex', { secrets: { credentials: new Secret(JSON.stringify(credentials)) } });
  const bedrock = make('bedrock', {
    settings: { accessKeyId: 'AKIDEXAMPLE' },
    secrets: { secretAccessKey: new Secret('wJalr'), sessionToken: new Secret('session') },
  });
  for (const provider of [azure, vertex]) {
    await chat(provider, provider.form.chat[0]!, chatRequest('x'));
    expect(simulator.requests.at(-1)?.headers.authorization).toBe(`Bearer [hidden ${digest('token-1')}]`);
  }
  expect(seen.map(({ path }) => path)).toEqual(['/t/oauth2/v2.0/token', '/token']);
  await chat(bedrock, bedrock.form.chat[0]!, chatRequest('x'));
  const { headers } = simulator.requests.at(-1)!;
  expect(headers.authorization).toMatch(/^\[hidden \w{8}\]$/);
  expect(headers['x-amz-security-token']).toBe(`[hidden ${digest('session')}]`);
  expect(headers['x-amz-date']).toMatch(/^\d{8}T\d{6}Z$/);
});

test('ids of ours go only where the form knows a header for them and the operator allows it', async () => {
  const form = providerForms.get('openai')!;
  const trace = { callId: 'call-1' };
  const body = '{"model":"m","messages":[{"role":"user","content":"x"}]}';
  const call = {
    speech: form.chat[0]!,
    method: 'POST',
    path: '/chat/completions',
    query: {},
    headers: {},
    body,
    trace,
  };
  const send = (provider: Provider) =>
    new Promise<void>((resolve, reject) => {
      const nothing = (): void => undefined;
      provider.send(
        { ...call, method: 'POST' },
        { onStart: nothing, onData: nothing, onEnd: resolve, onError: reject },
      );
    });
  await send(openForm(form, simulator.url));
  await send(openForm(form, simulator.url, { sendTraceIds: true }));
  await send(openForm(providerForms.get('xai')!, simulator.url, { sendTraceIds: true }));
  const told = simulator.requests.map(({ headers }) => headers['x-client-request-id']);
  expect(told).toEqual([undefined, 'call-1', undefined]);
  expect(JSON.stringify(simulator.requests[2]?.headers)).not.toContain('call-1');
});

test('a deployment cannot lead a call elsewhere', () => {
  const form = providerForms.get('azure-openai-deployments')!;
  const provider = openForm(form, simulator.url);
  const handler = { onStart: () => {}, onData: () => {}, onEnd: () => {}, onError: () => {} };
  const call = {
    speech: form.chat[0]!,
    method: 'POST',
    path: '/x',
    query: {},
    headers: {},
    body: null,
  } as const;
  for (const name of ['..', '.', '', undefined]) {
    const model = name === undefined ? {} : { model: name };
    expect(() => provider.send({ ...call, ...model }, handler)).toThrow(KeelsonError);
  }
});
