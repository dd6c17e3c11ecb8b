// The official clients for embeddings and reranking against the simulator: what their users would notice.
import { GoogleGenAI } from '@google/genai';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { CohereClient, CohereClientV2 } from 'cohere-ai';
import { Ollama } from 'ollama';
import OpenAI, { AzureOpenAI } from 'openai';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

const model = 'simulated-embedding';
const texts = ['the ship sails', 'completely different'];
const documents = ['bananas are yellow', 'the ship sails the sea', 'a sea full of fish'];

const openAi = () => new OpenAI({ baseURL: `${simulator.url}/v1`, apiKey: 'k', maxRetries: 0 });
const cohere = () => new CohereClientV2({ environment: simulator.url, token: 'k' });
const cohereOne = () => new CohereClient({ environment: simulator.url, token: 'k' });
const gemini = () => new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: simulator.url } });
const ollama = () => new Ollama({ host: simulator.url });

async function expected(): Promise<number[][]> {
  const answer = await openAi().embeddings.create({ model, input: texts, encoding_format: 'float' });
  return answer.data.map(({ embedding }) => embedding);
}

test('one text has one vector, whichever client asks', async () => {
  const vectors = await expected();
  expect(vectors[0]).toHaveLength(256);

  const byType = await cohere().embed({ model, texts, inputType: 'search_query', embeddingTypes: ['float'] });
  expect(byType.embeddings.float).toEqual(vectors);
  expect(byType.texts).toEqual(texts);
  expect(byType.meta?.billedUnits?.inputTokens).toBe(5);

  const floats = await cohereOne().embed({ model, texts, inputType: 'search_query' });
  expect(floats).toMatchObject({ responseType: 'embeddings_floats', embeddings: vectors });

  const contents = await gemini().models.embedContent({ model, contents: texts });
  expect(contents.embeddings?.map(({ values }) => values)).toEqual(vectors);

  const local = await ollama().embed({ model, input: texts });
  expect(local.embeddings).toEqual(vectors);
  expect(local.prompt_eval_count).toBe(5);
  const older = await ollama().embeddings({ model, prompt: texts[0] ?? '' });
  expect(older.embedding).toEqual(vectors[0]);
});

test('the client of OpenAI asks for packed vectors and unpacks them', async () => {
  const [vector] = await expected();
  const { data, usage } = await openAi().embeddings.create({ model, input: texts[0] ?? '' });
  expect(data[0]?.embedding).toEqual(vector?.map(Math.fround));
  expect(usage).toEqual({ prompt_tokens: 3, total_tokens: 3 });
});

test('Azure asks under the path of a deployment', async () => {
  const azure = new AzureOpenAI({
    endpoint: simulator.url,
    apiKey: 'k',
    apiVersion: '2024-10-21',
    deployment: 'my-deployment',
    maxRetries: 0,
  });
  const { model: answered } = await azure.embeddings.create({ model: 'e', input: 'x' });
  expect(answered).toBe('e');
});

test('dimensions, purposes and titles arrive', async () => {
  const config = { outputDimensionality: 8, taskType: 'RETRIEVAL_DOCUMENT', title: 'Ships' };
  const { embeddings } = await gemini().models.embedContent({ model, contents: texts, config });
  expect(embeddings?.map(({ values }) => values?.length)).toEqual([8, 8]);
  const { data } = await openAi().embeddings.create({ model, input: 'x', dimensions: 8 });
  expect(data[0]?.embedding).toHaveLength(8);
  const local = await ollama().embed({ model, input: 'x', dimensions: 8 });
  expect(local.embeddings[0]).toHaveLength(8);
});

test('Cohere gives several kinds at once', async () => {
  const { embeddings } = await cohere().embed({
    model,
    texts,
    inputType: 'classification',
    outputDimension: 16,
    embeddingTypes: ['float', 'int8', 'ubinary', 'base64'],
  });
  expect(embeddings.float?.[0]).toHaveLength(16);
  expect(embeddings.int8?.[0]?.every((value) => Number.isInteger(value) && Math.abs(value) <= 127)).toBe(
    true,
  );
  expect(embeddings.ubinary?.[0]).toHaveLength(2);
  expect(Buffer.from(embeddings.base64?.[0] ?? '', 'base64').readFloatLE(0)).toBe(
    Math.fround(embeddings.float?.[0]?.[0] ?? 9),
  );
});

test('Vertex predicts', async () => {
  const answer = await fetch(`${simulator.url}/v1/projects/p/publishers/google/models/${model}:predict`, {
    method: 'POST',
    body: JSON.stringify({
      instances: [{ content: texts[0], task_type: 'RETRIEVAL_QUERY' }],
      parameters: { outputDimensionality: 4 },
    }),
  });
  const { predictions } = (await answer.json()) as { predictions: { embeddings: { values: number[] } }[] };
  expect(predictions[0]).toMatchObject({ embeddings: { statistics: { token_count: 3 } } });
  expect(predictions[0]?.embeddings.values).toHaveLength(4);
});

test('documents are ranked by the words they share with the query, in both versions', async () => {
  const asked = { model: 'r', query: 'which ship sails the sea', documents, topN: 2 };
  const two = await cohere().rerank(asked);
  expect(two.results.map(({ index }) => index)).toEqual([1, 2]);
  expect(two.meta?.billedUnits?.searchUnits).toBe(1);
  const one = await cohereOne().rerank({ ...asked, returnDocuments: true });
  expect(one.results[0]).toMatchObject({ index: 1, document: { text: documents[1] } });
  expect(one.results[0]?.relevanceScore).toBe(two.results[0]?.relevanceScore);
});

test('Voyage is answered as Voyage answers', async () => {
  const answer = await fetch(`${simulator.url}/v1/rerank`, {
    method: 'POST',
    body: JSON.stringify({ model: 'r', query: 'the sea', documents, top_k: 1, return_documents: true }),
  });
  const body = await answer.json();
  expect(body).toMatchObject({
    object: 'list',
    data: [{ document: expect.stringContaining('sea') }],
    model: 'r',
  });
});

test('each client understands a refusal', async () => {
  const refuse = () => simulator.fault('rate-limit');
  refuse();
  await expect(openAi().embeddings.create({ model, input: 'x' })).rejects.toMatchObject({ status: 429 });
  refuse();
  await expect(
    cohere().embed({ model, texts, inputType: 'search_query' }, { maxRetries: 0 }),
  ).rejects.toMatchObject({ statusCode: 429 });
  refuse();
  await expect(cohere().rerank({ model, query: 'q', documents }, { maxRetries: 0 })).rejects.toMatchObject({
    statusCode: 429,
  });
  refuse();
  await expect(gemini().models.embedContent({ model, contents: texts })).rejects.toMatchObject({
    status: 429,
  });
  refuse();
  await expect(ollama().embed({ model, input: texts })).rejects.toMatchObject({ status_code: 429 });
});
