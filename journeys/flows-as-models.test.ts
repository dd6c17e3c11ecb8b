/**
 * Users of the vendors' own libraries who ask for a flow in place of a model: answers whole and streamed, the classes of error that their
 * library has, hang-ups, lists of models, and what no library may do by itself: ask again where something must happen once.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { type AnyBlock, type DialectName, dialects, map, seq, step } from '@keelson/core';
import { approve, createEnvironment, type FlowModels, prompt } from '@keelson/engine';
import { connect } from '@keelson/sdk';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { APICallError, generateText, streamText } from 'ai';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Gateway, startGateway, vendorOf } from './gateway-harness.ts';
import { model } from './samples.ts';
import { clientOf, dialectNames } from './translated-pairs.ts';
import { failureOf, until } from './until.ts';

const answer = 'Fair winds, 順風 and 🌊.';
const draft = prompt('draft', { model, template: (_: unknown) => '[[text: A draft.]]' });
const tell = prompt('tell', { model });
let payments = 0;
const pay = step('pay', (text: string) => {
  payments += 1;
  return text;
});

const blocks: Readonly<Record<string, AnyBlock>> = {
  support: seq('support', draft, prompt('last', { model, template: (_: unknown) => `[[text: ${answer}]]` })),
  tell,
  asks: seq('asks', draft, approve('boss')),
  pays: seq(
    'pays',
    pay,
    map('script', () => '[[fault: rate-limit]]'),
    tell,
  ),
};

const flows: FlowModels = {
  find: async (name) => {
    const block = blocks[name];
    return block && { block, environment: createEnvironment(), takes: 'text' };
  },
  list: async () => Object.keys(blocks).map((name) => ({ name, createdAt: 1_767_225_600_000 })),
};

let simulator: Simulator;
let gateway: Gateway;

beforeAll(async () => {
  simulator = await startSimulator({ seed: 1 });
  gateway = await startGateway({ provider: vendorOf('openai-chat', simulator.url), flows });
});
beforeEach(() => simulator.reset());
afterAll(async () => {
  await gateway.close();
  await simulator.close();
});

const say = (name: string, text = 'Hello.') => ({
  model: `flow:${name}`,
  turns: [{ type: 'user', text } as const],
});

async function allOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const cases = dialectNames.flatMap((client) =>
  [false, true].map((isStream) => ({ client, way: isStream ? 'streamed' : 'whole', isStream })),
);

describe.each(cases)('$client, $way', ({ client, isStream }) => {
  const asker = clientOf(client);

  it('is answered by the flow, in pieces where it streams', async () => {
    const pieces: string[] = [];
    const onText = (piece: string): void => void pieces.push(piece);
    const told = await asker.ask(gateway.url, say('support'), { isStream, onText });
    expect(told.text).toBe(answer);
    expect(told.stop).toBe(asker.stops.stop.word);
    expect(told.usage.output).toBeGreaterThan(0);
    if (isStream) expect(pieces.length).toBeGreaterThan(1);
    expect((await gateway.records()).filter(({ provider }) => provider === 'flow').at(-1)).toMatchObject({
      dialect: client,
      outcome: 'answered',
      lane: 'flow',
      requestedModel: 'flow:support',
    });
  });

  it('is told what is wrong by the class that its library has for it', async () => {
    const failing = async (name: string, status: number) => {
      const error = (await failureOf(asker.ask(gateway.url, say(name), { isStream }))) as Error;
      expect(error).toBeInstanceOf(asker.errorClass(status));
      expect(asker.statusOf(error)).toBe(status);
      return error.message;
    };
    expect(await failing('suport', 404)).toContain('flow:support');
    expect(await failing('asks', 422)).toContain('POST /api/v1/runs');
  });

  it('ends the run when its user hangs up', async () => {
    const controller = new AbortController();
    const asking = asker.ask(gateway.url, say('tell', '[[delay: 60s]]'), {
      isStream,
      signal: controller.signal,
    });
    const failure = failureOf(asking);
    await until(() => gateway.engine.underWay() === 2, 'the call inside');
    controller.abort();
    await failure;
    await until(() => gateway.engine.underWay() === 0, 'the end of the run');
    expect((await gateway.records()).slice(-2).map(({ outcome }) => outcome)).toEqual(['aborted', 'aborted']);
  });
});

describe('libraries that ask again by themselves', () => {
  const asked = async (ask: () => PromiseLike<unknown>): Promise<unknown> => {
    payments = 0;
    const failure = await failureOf(ask());
    expect(payments).toBe(1);
    return failure;
  };
  const messages = [{ role: 'user', content: 'Pay.' } as const];

  it('do not pay twice', async () => {
    const openAi = new OpenAI({ apiKey: 'test', baseURL: `${gateway.url}/v1`, logLevel: 'off' });
    await asked(() => openAi.chat.completions.create({ model: 'flow:pays', messages }));
    const anthropic = new Anthropic({ apiKey: 'test', baseURL: gateway.url, logLevel: 'off' });
    await asked(() => anthropic.messages.create({ model: 'flow:pays', messages, max_tokens: 9 }));
    const aiSdk = createOpenAI({ apiKey: 'test', baseURL: `${gateway.url}/v1` });
    const failure = await asked(() => generateText({ model: aiSdk.chat('flow:pays'), messages }));
    expect(failure).toBeInstanceOf(APICallError);
    expect((failure as APICallError).statusCode).toBe(424);
  });
});

describe('the AI SDK', () => {
  it('is answered, whole and streamed', async () => {
    const openAi = createOpenAI({ apiKey: 'test', baseURL: `${gateway.url}/v1` });
    const { text, usage, finishReason } = await generateText({
      model: openAi.responses('flow:support'),
      prompt: 'Hello.',
    });
    expect([text, finishReason]).toEqual([answer, 'stop']);
    expect(usage.inputTokens).toBeGreaterThan(0);
    const anthropic = createAnthropic({ apiKey: 'test', baseURL: `${gateway.url}/v1` });
    const stream = streamText({ model: anthropic('flow:support'), prompt: 'Hello.', maxOutputTokens: 99 });
    const pieces = await allOf(stream.textStream);
    expect(pieces.join('')).toBe(answer);
    expect(pieces.length).toBeGreaterThan(1);
  });
});

describe('our own library', () => {
  it('is told what the calls inside came to', async () => {
    const keelson = connect({ url: gateway.url, key: 'test' });
    const told = await keelson.chat({ model: 'flow:support', prompt: 'Hello.' });
    expect([told.text, told.model]).toEqual([answer, 'flow:support']);
    expect(told.usage?.output.total).toBeGreaterThan(0);
  });
});

describe('what is no conversation', () => {
  it.each([
    ['/v1/embeddings', { input: 'Hello.' }],
    ['/v2/rerank', { query: 'a', documents: ['b'] }],
    ['/v1/images/generations', { prompt: 'A ship.' }],
    ['/v1/audio/speech', { input: 'Hello.', voice: 'alloy' }],
  ])('is refused at %s', async (path, body) => {
    const asked = await fetch(gateway.url + path, {
      method: 'POST',
      headers: { authorization: 'Bearer test', 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'flow:support', ...body }),
    });
    expect(asked.status).toBe(400);
    expect(await asked.text()).toContain('`flow:support` is a flow, which only answers conversations.');
  });
});

describe('lists of models', () => {
  const names = ['flow:support', 'flow:tell', 'flow:asks', 'flow:pays'];

  it('have the flows, for every library', async () => {
    const openAi = new OpenAI({ apiKey: 'test', baseURL: `${gateway.url}/v1` });
    const { data } = await openAi.models.list();
    expect(data.map(({ id }) => id)).toEqual(expect.arrayContaining([model, ...names]));
    expect(await openAi.models.retrieve('flow:support')).toMatchObject({
      owned_by: 'keelson',
      created: 1_767_225_600,
    });
    const anthropic = new Anthropic({ apiKey: 'test', baseURL: gateway.url });
    const listed = await allOf(anthropic.models.list());
    expect(listed.map(({ id }) => id)).toEqual(expect.arrayContaining(names));
    const google = new GoogleGenAI({ apiKey: 'test', httpOptions: { baseUrl: gateway.url } });
    const ofGoogle = await allOf(await google.models.list());
    expect(ofGoogle.map(({ name }) => name)).toEqual(
      expect.arrayContaining(names.map((name) => `models/${name}`)),
    );
    const tags = await fetch(`${gateway.url}/api/tags`, { headers: { authorization: 'Bearer test' } });
    expect(await tags.text()).toContain('"name":"flow:tell"');
  });

  it('tell of a flow that is not there what a call would be told', async () => {
    const openAi = new OpenAI({ apiKey: 'test', baseURL: `${gateway.url}/v1` });
    const error = await failureOf(openAi.models.retrieve('flow:tel'));
    expect(error).toBeInstanceOf(OpenAI.NotFoundError);
    expect((error as Error).message).toContain('Did you mean `flow:tell`?');
  });
});

/** What the gateway sent is sent again with signs of life between its events, which would take many seconds to come by themselves. */
describe('signs of life', () => {
  let replay: Server;
  beforeAll(async () => {
    replay = createServer(async (request, response) => {
      const body = Buffer.concat(await allOf<Buffer>(request)).toString();
      const headers = { ...request.headers, host: new URL(gateway.url).host } as unknown as Record<
        string,
        string
      >;
      for (const name of ['connection', 'content-length', 'transfer-encoding']) delete headers[name];
      const answered = await fetch(gateway.url + request.url, { method: 'POST', headers, body });
      const text = await answered.text();
      response.writeHead(answered.status, { 'content-type': answered.headers.get('content-type') ?? '' });
      response.end(text.replaceAll('\n\n', '\n\n: the flow is at work\n\n'));
    });
    await new Promise<void>((resolve) => replay.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => replay.close());

  const speaking = dialectNames.filter((name: DialectName) => dialects[name].framing === 'sse');
  it.each(speaking)('disturb no reader of %s', async (client) => {
    const url = `http://127.0.0.1:${(replay.address() as AddressInfo).port}`;
    const told = await clientOf(client).ask(url, say('support'), { isStream: true });
    expect(told.text).toBe(answer);
  });
});
