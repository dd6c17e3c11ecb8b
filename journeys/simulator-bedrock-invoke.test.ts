// The AWS SDK's InvokeModel against the simulator, over real sockets: Claude and Cohere embeddings as Bedrock serves them.
import {
  BedrockRuntimeClient,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
  ThrottlingException,
} from '@aws-sdk/client-bedrock-runtime';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

const modelId = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';

let simulator: Simulator;
let client: BedrockRuntimeClient;
beforeAll(async () => {
  simulator = await startSimulator();
  client = new BedrockRuntimeClient({
    region: 'us-east-1',
    endpoint: simulator.url,
    token: { token: 'test' },
    authSchemePreference: ['httpBearerAuth'],
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler(),
  });
});
beforeEach(() => simulator.reset());
afterAll(async () => {
  client.destroy();
  await simulator.close();
});

const bodyOf = (content: string) =>
  JSON.stringify({
    anthropic_version: 'bedrock-2023-05-31',
    max_tokens: 1000,
    messages: [{ role: 'user', content }],
  });

const decode = (bytes: Uint8Array | undefined): Record<string, unknown> =>
  JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;

test('a whole answer of Claude', async () => {
  const { body } = await client.send(new InvokeModelCommand({ modelId, body: bodyOf('[[text: Ahoy]]') }));
  expect(decode(body)).toMatchObject({ type: 'message', content: [{ type: 'text', text: 'Ahoy' }] });
  expect(simulator.requests.at(-1)?.request).toMatchObject({ model: modelId, dialect: 'anthropic-messages' });
});

const stream = (content: string) =>
  client.send(new InvokeModelWithResponseStreamCommand({ modelId, body: bodyOf(content) }));

test('a stream: one event of Claude in each chunk', async () => {
  const { body = [] } = await stream('[[text: one two three]]');
  const events: Record<string, unknown>[] = [];
  for await (const { chunk } of body) events.push(decode(chunk?.bytes));
  expect(events[0]).toMatchObject({ type: 'message_start' });
  expect(events.at(-1)).toEqual({ type: 'message_stop' });
  const texts = events.map(({ delta }) => (delta as { text?: string } | undefined)?.text ?? '');
  expect(texts.filter((text) => text !== '')).toEqual(['one', ' two', ' three']);
});

test('an error is thrown as the class of the SDK', async () => {
  await expect(stream('[[fault: rate-limit]]')).rejects.toThrow(ThrottlingException);
});

test('an error in the middle of a stream is thrown as well', async () => {
  const { body = [] } = await stream('[[text: one two]] [[fault: error-mid-stream after=3]]');
  const read = async () => {
    let count = 0;
    for await (const { chunk } of body) count += chunk === undefined ? 0 : 1;
    return count;
  };
  await expect(read()).rejects.toMatchObject({ name: 'ServiceUnavailableException' });
});

test('embeddings of Cohere', async () => {
  const body = JSON.stringify({ texts: ['a ship', 'a sea'], input_type: 'search_document' });
  const answer = await client.send(new InvokeModelCommand({ modelId: 'us.cohere.embed-v4:0', body }));
  const { embeddings } = decode(answer.body) as { embeddings: { float: number[][] } };
  expect(embeddings.float.map((vector) => vector.length)).toEqual([256, 256]);
});
