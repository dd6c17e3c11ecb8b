// The endpoints that are no chat: embeddings, rerank, models.
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { post } from './__fixtures__/ask.ts';
import { type Simulator, startSimulator } from './simulator.ts';

let simulator: Simulator;
let client: OpenAI;
beforeAll(async () => {
  simulator = await startSimulator();
  client = new OpenAI({ baseURL: `${simulator.url}/v1`, apiKey: 'test', maxRetries: 0 });
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

async function embed(...input: string[]): Promise<number[][]> {
  const { data } = await client.embeddings.create({ model: 'e', input, encoding_format: 'float' });
  return data.map(({ embedding }) => embedding);
}

const dot = (a: readonly number[] = [], b: readonly number[] = []) =>
  a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);

test('a vector is the same for the same text, of length 1, and nearer for texts that share words', async () => {
  const [ship, same, near, far] = await embed(
    'the ship sails',
    'the ship sails',
    'the ship sinks',
    'completely different',
  );
  expect(ship).toEqual(same);
  expect(ship).toHaveLength(256);
  expect(dot(ship, ship)).toBeCloseTo(1, 6);
  expect(dot(ship, near)).toBeGreaterThan(0.4);
  expect(Math.abs(dot(ship, far))).toBeLessThan(0.3);
});

test('the vector of a text never changes', async () => {
  const [vector] = await embed('keelson');
  expect(vector?.slice(0, 3)).toEqual(
    [0.101487, 0.039489, 0.067648].map((value) => expect.closeTo(value, 5) as number),
  );
});

test('base64, which the official client asks for by itself, holds the same floats', async () => {
  const { data, usage } = await client.embeddings.create({ model: 'e', input: 'one two', dimensions: 8 });
  const plain = await client.embeddings.create({
    model: 'e',
    input: 'one two',
    dimensions: 8,
    encoding_format: 'float',
  });
  expect(data[0]?.embedding).toHaveLength(8);
  for (const [index, value] of (data[0]?.embedding ?? []).entries())
    expect(value).toBeCloseTo(plain.data[0]?.embedding[index] ?? 9, 6);
  expect(usage).toEqual({ prompt_tokens: 2, total_tokens: 2 });
});

test('token numbers are taken as text is', async () => {
  const { data } = await client.embeddings.create({ model: 'e', input: [[1, 2], [3]] });
  expect(data).toHaveLength(2);
});

test.each([
  [{ input: 'x' }, 'model'],
  [{ model: 'e' }, 'input'],
  [{ model: 'e', input: [] }, 'input'],
  [{ model: 'e', input: ['a', {}] }, 'input[1].text'],
  [{ model: 'e', input: 'x', dimensions: 0 }, 'dimensions'],
  [{ model: 'e', input: 'x', encoding_format: 'hex' }, 'encoding_format'],
  [{ model: 'e', input: 'x', output_dtype: 'int4' }, 'output_dtype'],
  [{ model: 'e', input: 'x', output_dimension: 5000 }, 'output_dimension'],
  [[], 'body'],
])('embeddings refuse %j and name the field', async (body, field) => {
  const { status, text } = await post(`${simulator.url}/v1/embeddings`, body);
  expect(status).toBe(400);
  expect(JSON.parse(text)).toMatchObject({ error: { param: field, type: 'invalid_request_error' } });
});

test('documents are ranked by the words they share with the query', async () => {
  const documents = ['bananas are yellow', 'the ship sails the sea', { text: 'a sea full of fish' }];
  for (const path of ['/v2/rerank', '/v1/rerank']) {
    const { status, text } = await post(`${simulator.url}${path}`, {
      model: 'r',
      query: 'which ship sails the sea',
      documents,
      top_n: 2,
    });
    expect(status).toBe(200);
    const { results } = JSON.parse(text) as { results: { index: number; relevance_score: number }[] };
    expect(results.map(({ index }) => index)).toEqual([1, 2]);
    expect(results[0]?.relevance_score).toBeGreaterThan(results[1]?.relevance_score ?? 1);
    expect(results[0]?.relevance_score).toBeLessThanOrEqual(1);
  }
});

test.each([
  [{ model: 'r', documents: ['a'] }, 'query'],
  [{ model: 'r', query: 'q', documents: [] }, 'documents'],
  [{ model: 'r', query: 'q', documents: [1] }, 'documents[0]'],
  [{ model: 'r', query: 'q', documents: ['a'], top_n: -1 }, 'top_n'],
  [{ model: 'r', query: 'q', documents: ['a'], top_k: -1 }, 'top_k'],
])('rerank refuses %j in the words of its vendor', async (body, field) => {
  const { status, text } = await post(`${simulator.url}/v2/rerank`, body);
  expect(status).toBe(400);
  expect((JSON.parse(text) as { message: string }).message).toContain(`\`${field}\``);
});

test.each([
  [
    '/v2/embed',
    { model: 'e', texts: ['x'], input_type: 'classification', embedding_types: ['int4'] },
    'embedding_types',
  ],
  [
    '/v2/embed',
    { model: 'e', texts: ['x'], input_type: 'classification', output_dimension: 0 },
    'output_dimension',
  ],
  [
    '/v1/models/e:embedContent',
    { content: { parts: [{ text: 'x' }] }, outputDimensionality: 5000 },
    'outputDimensionality',
  ],
  [
    '/v1/models/e:batchEmbedContents',
    {
      requests: [
        { model: 'models/e', content: { parts: [{ text: 'x' }] } },
        { model: 'models/e', content: { parts: [{ text: 'y' }] }, outputDimensionality: 5000 },
      ],
    },
    'requests[1].outputDimensionality',
  ],
  ['/api/embed', { model: 'e', input: 'x', dimensions: 5000 }, 'dimensions'],
])('%s refuses %j and names what was sent', async (path, body, field) => {
  const { status, text } = await post(`${simulator.url}${path}`, body);
  expect(status).toBe(400);
  expect(text).toContain(`\`${field}\``);
});

test('the models are listed for the official client', async () => {
  const { data } = await client.models.list();
  expect(data.map(({ id }) => id)).toContain('simulated-large');
});
