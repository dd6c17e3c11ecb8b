// Conversations of the Responses API that go on by the id of an answer, whoever gave that answer.

import type { AddressInfo } from 'node:net';
import { openStorage, type Storage, silentLog, systemClock } from '@keelson/engine';
import { type Simulator, startSimulator } from '@keelson/simulator';
import OpenAI, { NotFoundError } from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, otherKey, testKey } from '../__fixtures__/index.ts';

let simulator: Simulator;
let storage: Storage;
let app: ReturnType<typeof createTestApp>;
let client: OpenAI;

beforeAll(async () => {
  simulator = await startSimulator({ seed: 2 });
  storage = await openStorage({ kind: 'sqlite', path: ':memory:' }, { clock: systemClock, log: silentLog });
  app = createTestApp(simulator.url, { storage });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  client = new OpenAI({ apiKey: testKey, baseURL: `http://127.0.0.1:${port}/v1`, maxRetries: 0 });
});
afterAll(async () => {
  await app.close();
  await storage.close();
  await simulator.close();
});

const model = 'claude:any';

async function ask(
  input: string,
  more: { previous_response_id?: string; store?: boolean } = {},
  stream = false,
) {
  if (!stream) return client.responses.create({ model, input, ...more });
  return client.responses.stream({ model, input, ...more }).finalResponse();
}

describe.each([false, true])('stream %s', (stream) => {
  test('the next turn goes on with all that was said', async () => {
    const first = await ask('My name is Ahab. [[text: Aye, Ahab.]]', {}, stream);
    const second = await ask('Go on. [[text: Who?]]', { previous_response_id: first.id }, stream);
    await ask('Who am I?', { previous_response_id: second.id }, stream);
    const turns = simulator.requests.at(-1)?.request?.turns.map(({ role, parts }) => [role, parts[0]]);
    expect(turns).toMatchObject([
      ['user', { text: expect.stringContaining('Ahab') }],
      ['assistant', { text: 'Aye, Ahab.' }],
      ['user', { text: expect.stringContaining('Go on.') }],
      ['assistant', { text: 'Who?' }],
      ['user', { text: 'Who am I?' }],
    ]);
  });

  test('an answer can be read again, and removed', async () => {
    const { id } = await ask('[[text: Aye.]]', {}, stream);
    expect(await client.responses.retrieve(id)).toMatchObject({
      id,
      output: [{ content: [{ text: 'Aye.' }] }],
    });
    await client.responses.delete(id);
    await expect(client.responses.retrieve(id)).rejects.toBeInstanceOf(NotFoundError);
    await expect(client.responses.delete(id)).rejects.toBeInstanceOf(NotFoundError);
  });
});

test('what the caller does not want kept is not, and cannot be gone on with', async () => {
  const asked = simulator.counts.requests;
  const { id } = await ask('[[text: Nothing to keep.]]', { store: false });
  await expect(client.responses.retrieve(id)).rejects.toBeInstanceOf(NotFoundError);
  await expect(ask('Go on.', { previous_response_id: id })).rejects.toBeInstanceOf(NotFoundError);
  expect(simulator.counts.requests).toBe(asked + 1);
});

test('answers of another workspace are not there, not to be read, removed or gone on with', async () => {
  const { id } = await ask('[[text: Aye.]]');
  expect(await storage.responses.find('another', id)).toBeUndefined();
  const stranger = client.withOptions({ apiKey: otherKey });
  const asked = simulator.counts.requests;
  await expect(stranger.responses.retrieve(id)).rejects.toBeInstanceOf(NotFoundError);
  await expect(stranger.responses.delete(id)).rejects.toBeInstanceOf(NotFoundError);
  const going = stranger.responses.create({ model, input: 'Go on.', previous_response_id: id });
  await expect(going).rejects.toBeInstanceOf(NotFoundError);
  expect(simulator.counts.requests).toBe(asked);
  expect(await client.responses.retrieve(id)).toMatchObject({ id });
});
