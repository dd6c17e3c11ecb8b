// A configured provider, over a real socket to the simulator: what it sends, and what becomes of its failures.
import { dialects, type KeelsonError } from '@keelson/core';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Secret } from '../secrets/index.ts';
import { createProvider, type Provider, providerForms, type ReplyHeaders } from './index.ts';

let simulator: Simulator;
let provider: Provider;

beforeAll(async () => {
  simulator = await startSimulator({ seed: 1 });
  provider = createProvider({
    name: 'sim',
    form: providerForms.get('openai')!,
    address: simulator.url,
    key: new Secret('sk-test'),
    timeouts: { firstByteMs: 2000 },
  });
});
beforeEach(() => simulator.reset());
afterAll(async () => {
  await provider.close();
  await simulator.close();
});

interface Heard {
  status?: number;
  headers?: ReplyHeaders;
  text: string;
  error?: KeelsonError;
  hasStarted?: boolean;
}

function send(text: string, from: Provider = provider, stream = false): Promise<Heard> {
  const speech = from.form.chat[0]!;
  const request = {
    model: 'm',
    stream,
    turns: [{ role: 'user' as const, parts: [{ type: 'text' as const, text }] }],
  };
  const { path, query, headers, method, body } = dialects['openai-chat'].outbound.renderRequest(
    request,
    dialects['openai-chat'].quirks,
  ).value;
  const heard: Heard = { text: '' };
  return new Promise((resolve) => {
    from.send(
      { speech, path, query, headers, method, body: JSON.stringify(body) },
      {
        onStart: (status, head) => Object.assign(heard, { status, headers: head }),
        onData: (bytes) => {
          heard.text += new TextDecoder().decode(bytes);
        },
        onEnd: () => resolve(heard),
        onError: (error, hasStarted) => resolve({ ...heard, error, hasStarted }),
      },
    );
  });
}

test('it sends address, key and body, and hands back the answer', async () => {
  const { status, text } = await send('[[text: Aye.]]');
  expect(status).toBe(200);
  expect(JSON.parse(text)).toMatchObject({ choices: [{ message: { content: 'Aye.' } }] });
  expect(simulator.requests).toMatchObject([{ path: '/v1/chat/completions' }]);
});

test.each([
  ['reset-before-headers', 'provider_unavailable', false],
  ['reset-mid-stream after=2', 'stream_interrupted', true],
])('a socket that fails (%s) is an error of ours: %s', async (fault, code, hasStarted) => {
  const heard = await send(`[[text: one two three four]] [[fault: ${fault}]]`, provider, true);
  expect(heard.error?.code).toBe(code);
  expect(heard.hasStarted).toBe(hasStarted);
  expect(heard.error?.message).toContain('sim (http://127.0.0.1');
  expect(provider.load()).toBe(0);
});

test('a port where nobody listens is named', async () => {
  const form = providerForms.get('simulator')!;
  const nobody = createProvider({ name: 'nobody', form, address: 'http://127.0.0.1:1' });
  const { error } = await send('x', nobody);
  expect(error?.code).toBe('provider_unavailable');
  expect(error?.message).toContain('refuses connections');
  await nobody.close();
});

test('a call that is ended hears nothing more, and the provider sees the hang-up', async () => {
  const speech = provider.form.chat[0]!;
  const body = '{"model":"m","messages":[{"role":"user","content":"[[delay: 5s]]"}]}';
  const told: string[] = [];
  const tell = (what: string) => () => void told.push(what);
  const sending = provider.send(
    { speech, method: 'POST', path: '/chat/completions', query: {}, headers: {}, body },
    { onStart: tell('start'), onData: tell('data'), onEnd: tell('end'), onError: tell('error') },
  );
  await expect.poll(() => simulator.counts.requests).toBe(1);
  sending.cancel();
  await expect.poll(() => simulator.counts.hangUps).toBe(1);
  expect(told).toEqual([]);
  expect(provider.load()).toBe(0);
});

test('too many calls at once are refused, not queued for ever', async () => {
  const form = providerForms.get('simulator')!;
  const narrow = createProvider({
    name: 'narrow',
    form,
    address: simulator.url,
    maxSockets: 1,
    maxWaiting: 1,
  });
  const heard = await Promise.all(['a', 'b', 'c'].map((text) => send(`[[delay: 50ms]] ${text}`, narrow)));
  expect(heard.map(({ error }) => error?.code).filter(Boolean)).toEqual(['provider_unavailable']);
  await narrow.close();
});

test('keys and addresses that cannot work are refused when configured', () => {
  const form = providerForms.get('openai')!;
  const make = (more: object) => () => createProvider({ name: 'bad', form, ...more });
  expect(make({})).toThrow('`bad` has no key'.replaceAll('`', ''));
  expect(make({ key: new Secret('sk\n') })).toThrow('characters that no key has');
  expect(make({ key: new Secret('sk'), address: 'ftp://x' })).toThrow('no web address');
  expect(make({ key: new Secret('sk'), address: 'https://user:pass@x' })).toThrow('key or a query');
});

test.each([
  [{ address: '/v1' }, '/v1/chat/completions'],
  [{ address: '' }, '/v1/chat/completions'],
  [{ address: '/' }, '/v1/chat/completions'],
  [{ address: '/gateway/v1/' }, '/gateway/v1/chat/completions'],
  [{ address: '/gateway' }, '/gateway/v1/chat/completions'],
  // Where the vendor's own client would put nothing in between, neither do we.
  [{ address: '/gateway', addressIncludes: '/v1' }, '/gateway/chat/completions'],
  [{ address: '/gateway/v1', addressIncludes: '/v1' }, '/gateway/v1/chat/completions'],
])('with %j a call goes to %s', async ({ address, ...more }, path) => {
  const form = providerForms.get('openai')!;
  const at = `${simulator.url}${address}`;
  const other = createProvider({ name: 'o', form, key: new Secret('k'), address: at, ...more });
  expect((await send('[[text: Aye.]]', other)).status).toBe(200);
  expect(simulator.requests.at(-1)?.path).toBe(path);
  await other.close();
});

test('headers that an operator adds are sent with every call, and cannot change what a message is', async () => {
  const form = providerForms.get('openai')!;
  const make = (headers: Record<string, string>, settings = {}) =>
    createProvider({ name: 'o', form, key: new Secret('k'), address: simulator.url, headers, settings });
  const other = make({ 'X-Team': 'keel', 'User-Agent': 'ours' }, { organization: 'org-1' });
  await send('x', other);
  const { headers } = simulator.requests.at(-1)!;
  expect(headers).toMatchObject({ 'x-team': 'keel', 'user-agent': 'ours', 'openai-organization': 'org-1' });
  expect(headers['openai-project']).toBeUndefined();
  await other.close();
  for (const name of ['Host', 'content-length', 'Transfer-Encoding', 'a b', '']) {
    expect(() => make({ [name]: 'x' })).toThrow('cannot be sent');
  }
  expect(() => make({ a: 'b\nc' })).toThrow('cannot be sent');
});
