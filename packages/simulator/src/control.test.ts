// The control endpoint as a test in any language would use it: directing answers, asking what was asked.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { post } from './__fixtures__/ask.ts';
import { type Simulator, startSimulator } from './simulator.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

const control = (name: string, body: unknown = '') => post(`${simulator.url}/_simulator/${name}`, body);
const tell = async (name: string): Promise<unknown> =>
  (await fetch(`${simulator.url}/_simulator/${name}`)).json();

async function chat(content: string, model = 'm'): Promise<string> {
  const body = { model, max_tokens: 100, messages: [{ role: 'user', content }] };
  const { status, text } = await post(`${simulator.url}/v1/chat/completions`, body);
  if (status !== 200) return String(status);
  return (JSON.parse(text) as { choices: [{ message: { content: string } }] }).choices[0].message.content;
}

async function claude(content: string): Promise<string> {
  const body = { model: 'm', max_tokens: 100, messages: [{ role: 'user', content }] };
  const { text } = await post(`${simulator.url}/v1/messages`, body);
  return (JSON.parse(text) as { content: [{ text: string }] }).content[0].text;
}

test('scripts wait in a queue, one answer each', async () => {
  expect((await control('script', { script: '[[text: first]] [[then]] [[fault: 503]]' })).text).toBe(
    '{"waiting":2}',
  );
  await control('script', { script: '[[text: third]]' });
  expect([await chat('a'), await chat('b'), await chat('c')]).toEqual(['first', '503', 'third']);
  expect(await chat('Hello')).toBe('This is a simulated answer to: Hello');
});

test('a script holds for so many matching requests, or for ever', async () => {
  await control('script', { script: '[[text: twice]]', times: 2, match: { model: 'x' } });
  await control('script', { script: '[[text: always]]', times: 'always', match: { path: '/v1/messages' } });
  expect([
    await chat('a'),
    await chat('b', 'x'),
    await claude('c'),
    await claude('d'),
    await chat('e', 'x'),
  ]).toEqual(['This is a simulated answer to: a', 'twice', 'always', 'always', 'twice']);
  expect(await chat('f', 'x')).toBe('This is a simulated answer to: f');
  expect(await claude('g')).toBe('always');
});

test('a script from here comes before keywords in the prompt, which it may echo', async () => {
  await control('script', { script: '[[echo]]', match: { dialect: 'openai-chat' } });
  expect(await chat('[[fault: 500]] and [[unknown]]')).toBe('[[fault: 500]] and [[unknown]]');
});

test('faults strike at a rate', async () => {
  const { text } = await control('faults', { fault: 'rate-limit retry-after=2', rate: 1, seed: 7 });
  expect(JSON.parse(text)).toEqual({ fault: 'rate-limit', settings: { 'retry-after': 2000 } });
  expect(await chat('Hello')).toBe('429');
});

test('it tells what it was asked, without secrets, and counts it', async () => {
  const body = { model: 'm', messages: [{ role: 'user', content: 'Hello' }], temperature: 0.5 };
  const headers = {
    authorization: 'Bearer sk-very-secret',
    'x-api-key': 'sk-other',
    cookie: 'session=1',
    'x-trace': 'abc',
  };
  await post(`${simulator.url}/v1/chat/completions?key=sk-third&v=1`, body, headers);
  await chat('[[fault: 429]]');
  const text = JSON.stringify(await tell('requests'));
  for (const secret of ['sk-very-secret', 'sk-other', 'session=1', 'sk-third'])
    expect(text).not.toContain(secret);
  expect(JSON.parse(text)).toMatchObject({
    requests: [
      {
        number: 1,
        method: 'POST',
        path: '/v1/chat/completions',
        query: { v: '1' },
        headers: {
          authorization: expect.stringMatching(/^Bearer \[hidden [0-9a-f]{8}\]$/) as string,
          'x-trace': 'abc',
        },
        dialect: 'openai-chat',
        model: 'm',
        request: { model: 'm', sampling: { temperature: 0.5 } },
        body: JSON.stringify(body),
        answered: { status: 200, is_stream: false, is_hang_up: false },
      },
      { number: 2, answered: { status: 429, fault: 'rate-limit', error: 'rate_limited' } },
    ],
  });
  expect(await tell('counts')).toEqual({
    requests: 2,
    answered: 2,
    streams: 0,
    hang_ups: 0,
    dialects: { 'openai-chat': 2 },
    statuses: { '200': 1, '429': 1 },
    faults: { 'rate-limit': 1 },
  });
});

test('the same key is told apart from another without being shown', async () => {
  for (const key of ['one', 'two', 'one']) {
    await post(
      `${simulator.url}/v1/chat/completions`,
      { model: 'm', messages: [] },
      { authorization: `Bearer ${key}` },
    );
  }
  const [first, second, third] = simulator.requests.map(({ headers }) => headers.authorization);
  expect(first).toBe(third);
  expect(first).not.toBe(second);
});

test('reset forgets everything', async () => {
  await control('script', { script: '[[text: later]]' });
  await control('faults', { fault: '500' });
  await chat('Hello');
  expect((await control('reset')).status).toBe(200);
  expect(simulator.requests).toEqual([]);
  expect(simulator.counts.requests).toBe(0);
  expect(await chat('Hello')).toBe('This is a simulated answer to: Hello');
});

test('health answers', async () => {
  expect(await tell('health')).toEqual({ status: 'ok' });
});

test.each([
  ['script', { script: 'Hello' }, 'keywords only'],
  ['script', { script: '[[shout]]' }, 'shout'],
  ['script', { script: '' }, 'script'],
  ['script', { script: '[[echo]]', times: 0 }, 'times'],
  ['script', { script: '[[echo]]', times: 'often' }, 'times'],
  ['script', { script: '[[echo]]', repeat: 2 }, 'repeat'],
  ['script', { script: '[[echo]]', match: { host: 'x' } }, 'match.host'],
  ['script', { script: '[[echo]]', match: { model: 1 } }, 'match.model'],
  ['script', { script: '[[echo]]', match: 'm' }, 'match'],
  ['script', [], 'body'],
  ['script', '{"script":', 'position'],
  ['faults', { fault: 'hiccup' }, 'hiccup'],
  ['faults', { fault: '500', rate: 2 }, 'rate'],
  ['faults', { fault: '500', seed: 'x' }, 'seed'],
  ['faults', {}, 'fault'],
])('%s %j is a 400 that names what is wrong', async (name, body, named) => {
  const { status, text } = await control(name, body);
  expect(status).toBe(400);
  expect((JSON.parse(text) as { error: { message: string } }).error.message).toContain(named);
  expect(await chat('Hello')).toBe('This is a simulated answer to: Hello');
});

test('an unknown order is a 404 that names the known ones', async () => {
  const { status, text } = await control('scripts');
  expect(status).toBe(404);
  expect(text).toContain('POST /_simulator/script');
});

test('a script from code is refused like one from here', () => {
  expect(() => simulator.script('Hello')).toThrow('keywords only');
  expect(() => simulator.fault('500', { rate: -1 })).toThrow('rate');
  expect(() => simulator.refuse('soon')).toThrow('soon');
});
