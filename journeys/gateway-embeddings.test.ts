/**
 * Users of the vendors' own libraries for vectors, order and lists, with the gateway behind them: every library is answered
 * by vendors of other formats, and a text has the same vector whoever is asked in whatever format.
 */
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { CohereClientV2, CohereError } from 'cohere-ai';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Gateway, startGateway, vendorNamed, vendorOf } from './gateway-harness.ts';
import { connectOllama, OllamaError } from './ollama-connection.ts';
import { model } from './samples.ts';
import { failureOf } from './until.ts';

const vendors = ['cohere', 'gemini', 'jina', 'ollama', 'openai', 'voyage'] as const;
type Vendor = (typeof vendors)[number];

let simulator: Simulator;
const gateways = new Map<Vendor, Gateway>();

beforeAll(async () => {
  simulator = await startSimulator({ seed: 1 });
  for (const vendor of vendors) {
    gateways.set(vendor, await startGateway({ provider: vendorNamed(vendor, simulator.url) }));
  }
});
beforeEach(() => simulator.reset());
afterAll(async () => {
  for (const gateway of gateways.values()) await gateway.close();
  await simulator.close();
});

const texts = ['the ship sails', 'completely different'];
const documents = ['bananas are yellow', 'the ship sails the sea', 'a sea full of fish'];
type Vectors = readonly (readonly number[] | undefined)[];

const openAi = (url: string) => new OpenAI({ baseURL: `${url}/v1`, apiKey: 'test', maxRetries: 0 });
const cohere = (url: string) => new CohereClientV2({ environment: url, token: 'test', maxRetries: 0 });
const gemini = (url: string) => new GoogleGenAI({ apiKey: 'test', httpOptions: { baseUrl: url } });

interface Embedder {
  readonly name: string;
  /** Whose format it is. */
  readonly own: Vendor;
  embed(url: string): Promise<Vectors>;
  readonly errorClass: abstract new (...args: never) => Error;
}

const embedders: readonly Embedder[] = [
  {
    name: 'openai',
    own: 'openai',
    embed: async (url) => {
      const { data } = await openAi(url).embeddings.create({ model, input: texts, encoding_format: 'float' });
      return data.map(({ embedding }) => embedding);
    },
    errorClass: OpenAI.RateLimitError,
  },
  {
    name: 'cohere-ai',
    own: 'cohere',
    embed: async (url) => {
      const asked = { model, texts, inputType: 'search_query', embeddingTypes: ['float' as const] } as const;
      const { embeddings } = await cohere(url).embed({ ...asked, embeddingTypes: [...asked.embeddingTypes] });
      return embeddings.float ?? [];
    },
    errorClass: CohereError,
  },
  {
    name: '@google/genai',
    own: 'gemini',
    embed: async (url) => {
      const { embeddings = [] } = await gemini(url).models.embedContent({ model, contents: texts });
      return embeddings.map(({ values }) => values);
    },
    errorClass: Error,
  },
  {
    name: 'ollama',
    own: 'ollama',
    embed: async (url) => (await connectOllama(url).embed({ model, input: texts })).embeddings,
    errorClass: OllamaError,
  },
];

const pairs = embedders.flatMap((embedder) =>
  vendors.filter((vendor) => vendor !== embedder.own).map((vendor) => ({ ...embedder, vendor })),
);

describe.each(pairs)('$name to $vendor', ({ embed, vendor, errorClass }) => {
  it('gets the vectors that the vendor made, in their order', async () => {
    const gateway = gateways.get(vendor) as Gateway;
    const expected = (await embedders[0]?.embed(simulator.url)) as Vectors;
    simulator.reset();
    const vectors = await embed(gateway.url);
    expect(vectors).toHaveLength(2);
    for (const [place, vector] of vectors.entries()) {
      expect(vector).toHaveLength(256);
      // Some formats pack numbers into 32 bits.
      for (const [index, number] of (vector ?? []).entries())
        expect(number).toBeCloseTo(expected[place]?.[index] ?? 9, 6);
    }
    expect(simulator.counts.requests).toBe(1);
    const record = (await gateway.records()).at(-1);
    expect(record).toMatchObject({ endpoint: 'embed', outcome: 'answered' });
  });

  it('catches its own class for a refusal', async () => {
    simulator.fault('rate-limit', { rate: 1 });
    const seen = await failureOf(embed((gateways.get(vendor) as Gateway).url));
    expect(seen).toBeInstanceOf(errorClass);
    expect((seen as Error).message).toContain('(simulated)');
  });
});

describe.each(['cohere', 'jina', 'voyage'] as const)('documents are ranked by %s', (vendor) => {
  it('for the library of Cohere', async () => {
    const { url } = gateways.get(vendor) as Gateway;
    const asked = { model, query: 'which ship sails the sea', documents, topN: 2 };
    const { results } = await cohere(url).rerank(asked);
    expect(results.map(({ index }) => index)).toEqual([1, 2]);
    const direct = await cohere(simulator.url).rerank(asked);
    expect(results[0]?.relevanceScore).toBeCloseTo(direct.results[0]?.relevanceScore ?? 9, 6);
  });

  it('or refused, in its own class', async () => {
    simulator.fault('rate-limit', { rate: 1 });
    const { url } = gateways.get(vendor) as Gateway;
    const seen = await failureOf(cohere(url).rerank({ model, query: 'q', documents }));
    expect(seen).toBeInstanceOf(CohereError);
    expect(seen).toMatchObject({ statusCode: 429 });
  });
});

describe('besides answers', () => {
  it('the libraries list the models that may be asked for', async () => {
    const { url } = gateways.get('openai') as Gateway;
    const anthropic = new Anthropic({ apiKey: 'test', baseURL: url, maxRetries: 0 });
    const listed = async (list: AsyncIterable<{ id?: string; name?: string }>): Promise<string> => {
      const names: string[] = [];
      for await (const { id, name } of list) names.push(id ?? name ?? '');
      return names.join(' ');
    };
    expect(await listed(openAi(url).models.list())).toContain(model);
    expect(await listed(anthropic.models.list())).toContain(model);
    expect(await listed(await gemini(url).models.list())).toContain(model);
    expect((await connectOllama(url).list()).models.map(({ name }) => name)).toContain(model);
    expect(await openAi(url).models.retrieve(model)).toMatchObject({ id: model });
    expect(await anthropic.models.retrieve(model)).toMatchObject({ type: 'model', display_name: model });
    expect(await gemini(url).models.get({ model })).toMatchObject({ name: `models/${model}` });
  });

  it('the libraries learn the length of a prompt, from a vendor that can tell or by an estimate', async () => {
    const messages = [{ role: 'user' as const, content: 'one two three' }];
    for (const vendor of ['gemini-generate', 'anthropic-messages', 'openai-chat'] as const) {
      const gateway = await startGateway({ provider: vendorOf(vendor, simulator.url) });
      const anthropic = new Anthropic({ apiKey: 'test', baseURL: gateway.url, maxRetries: 0 });
      const { input_tokens } = await anthropic.messages.countTokens({ model, messages });
      const { totalTokens } = await gemini(gateway.url).models.countTokens({
        model,
        contents: 'one two three',
      });
      const isExact = vendor !== 'openai-chat';
      expect([input_tokens, totalTokens].every((count) => (isExact ? count === 3 : Number(count) > 3))).toBe(
        true,
      );
      await gateway.close();
    }
  });
});
