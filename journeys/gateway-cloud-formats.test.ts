/**
 * Users of clouds who ask a model in its maker's own format: the AWS SDK's InvokeModel and Vertex's rawPredict, through the
 * gateway to the same cloud. Claude's format goes on being understood at the same addresses.
 */
import {
  BedrockRuntimeClient,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
  ThrottlingException,
  ValidationException,
} from '@aws-sdk/client-bedrock-runtime';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type PassingGateway, startPassing } from './passing-vendor.ts';
import { failureOf } from './until.ts';

const modelId = 'vendor:amazon.titan-text-v1:0';

let simulator: Simulator;
let bedrock: PassingGateway;
let cloud: PassingGateway;
let client: BedrockRuntimeClient;

beforeAll(async () => {
  simulator = await startSimulator({ seed: 4 });
  bedrock = await startPassing(simulator, {
    form: 'bedrock',
    aliases: { titan: { targets: ['vendor:amazon.titan-text-v1:0'], retries: 0 } },
  });
  cloud = await startPassing(simulator, { form: 'simulator' });
  client = new BedrockRuntimeClient({
    region: 'us-east-1',
    endpoint: bedrock.url,
    token: { token: 'test' },
    authSchemePreference: ['httpBearerAuth'],
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler(),
  });
});
beforeEach(() => simulator.reset());
afterAll(async () => {
  client.destroy();
  await bedrock.end();
  await cloud.end();
  await simulator.close();
});

const body = JSON.stringify({ inputText: 'where does the ship sail', textGenerationConfig: { topP: 1 } });
const decode = (bytes: Uint8Array | undefined) => JSON.parse(new TextDecoder().decode(bytes)) as object;

describe('InvokeModel', () => {
  it.each(['titan', modelId])('of %s passes as it is, counted by the headers of the answer', async (name) => {
    const headers = { trace: 'ENABLED', guardrailIdentifier: 'g1', guardrailVersion: '2' } as const;
    const answer = await client.send(new InvokeModelCommand({ modelId: name, body, ...headers }));
    expect(decode(answer.body)).toEqual({
      inputTextTokenCount: 5,
      results: [{ tokenCount: 4, outputText: 'The ship sails.', completionReason: 'FINISH' }],
    });
    const [sent] = simulator.requests;
    expect(sent?.path).toBe('/model/amazon.titan-text-v1%3A0/invoke');
    expect(sent?.body).toBe(body);
    expect(sent?.headers).toMatchObject({
      'x-amzn-bedrock-trace': 'ENABLED',
      'x-amzn-bedrock-guardrailidentifier': 'g1',
    });
    const record = await bedrock.lastRecord();
    expect(record).toMatchObject({
      endpoint: 'invoke',
      dialect: 'bedrock',
      requestedModel: name,
      usage: { input: { total: 5 }, output: { total: 4 } },
      cost: { status: 'unpriced' },
    });
    expect(await bedrock.hasReceipt(record.id)).toBe(true);
  });

  it('as a stream, counted by its last chunk', async () => {
    const { body: chunks = [] } = await client.send(
      new InvokeModelWithResponseStreamCommand({ modelId: 'titan', body }),
    );
    const texts: string[] = [];
    for await (const { chunk } of chunks)
      texts.push((decode(chunk?.bytes) as { outputText: string }).outputText);
    expect(texts.join('')).toBe('The ship sails.');
    expect(await bedrock.lastRecord()).toMatchObject({
      isStream: true,
      outcome: 'answered',
      usage: { input: { total: 5 }, output: { total: 4 } },
    });
  });

  it('is refused in the classes of the SDK', async () => {
    simulator.fault('rate-limit', { rate: 1 });
    const throttled = await failureOf(client.send(new InvokeModelCommand({ modelId: 'titan', body })));
    expect(throttled).toBeInstanceOf(ThrottlingException);
    const wrong = await failureOf(client.send(new InvokeModelCommand({ modelId: 'titan', body: '{' })));
    expect(wrong).toBeInstanceOf(ValidationException);
    expect((await bedrock.lastRecord()).outcome).toBe('refused');
  });

  it('in Claude’s format is still understood', async () => {
    const messages = [{ role: 'user', content: '[[text: Ahoy]]' }];
    const asked = JSON.stringify({ anthropic_version: 'bedrock-2023-05-31', max_tokens: 9, messages });
    const answer = await client.send(new InvokeModelCommand({ modelId: 'titan', body: asked }));
    expect(decode(answer.body)).toMatchObject({ type: 'message', content: [{ text: 'Ahoy' }] });
    expect((await bedrock.lastRecord()).endpoint).toBe('chat');
  });
});

describe('rawPredict', () => {
  const path = '/v1/projects/p/locations/l/publishers/mistralai/models/vendor:mistral-small';
  const ask = (method: string, content: unknown) =>
    fetch(`${cloud.url}${path}:${method}`, {
      method: 'POST',
      headers: { authorization: 'Bearer test', 'content-type': 'application/json' },
      body: JSON.stringify(content),
    });
  const messages = [{ role: 'user', content: 'hello there' }];

  it('passes as it is, to the publisher that was named', async () => {
    const reply = await ask('rawPredict', { messages });
    expect(reply.status).toBe(200);
    expect(await reply.json()).toMatchObject({
      model: 'mistral-small',
      choices: [{ finish_reason: 'stop' }],
    });
    expect(simulator.requests[0]?.path).toBe('/v1/publishers/mistralai/models/mistral-small:rawPredict');
    expect(await cloud.lastRecord()).toMatchObject({
      endpoint: 'raw-predict',
      usage: { output: { total: 4 } },
      servedModel: 'mistral-small',
    });
  });

  it('streams', async () => {
    const reply = await ask('streamRawPredict', { messages });
    expect(reply.headers.get('content-type')).toBe('text/event-stream');
    expect((await reply.text()).endsWith('data: [DONE]\n\n')).toBe(true);
    expect(await cloud.lastRecord()).toMatchObject({ isStream: true, usage: { output: { total: 4 } } });
  });

  it('tells what is wrong in the words of Google', async () => {
    const reply = await ask('rawPredict', []);
    expect(reply.status).toBe(400);
    expect(await reply.json()).toMatchObject({ error: { status: 'INVALID_ARGUMENT' } });
  });
});
