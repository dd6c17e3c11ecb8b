/** Every embedding and reranking format keeps the contract, and any embedding call can be put to any other format. */
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../json/index.ts';
import { type EmbedDialect, type EmbedRequest, type EmbedResult, packFloats } from '../message/index.ts';
import { callDialects, callOf, plainCalls } from './__fixtures__/plain-calls.ts';
import { type EmbedDialectName, embedDialects } from './index.ts';
import { describePlainDialect } from './plain-dialects.contract.ts';

for (const [name, dialect] of Object.entries(callDialects))
  describe(`${name}:`, () => describePlainDialect(dialect, plainCalls[name] ?? []));

const names = Object.keys(embedDialects) as EmbedDialectName[];
const dialectOf = (name: EmbedDialectName) => embedDialects[name] as unknown as EmbedDialect<object>;
const pairs = names.flatMap((from) => names.filter((to) => to !== from).map((to) => [from, to] as const));

/** What a format has no words for; each must be told, and nothing else. */
const lostTo: Readonly<Record<EmbedDialectName, readonly string[]>> = {
  'openai-embeddings': ['purpose', 'truncate', 'keepAlive', 'runtimeOptions', 'inputs[0].title'],
  'cohere-embed': ['userId', 'keepAlive', 'runtimeOptions', 'inputs[0].title'],
  'gemini-embed': ['userId', 'truncate', 'keepAlive', 'runtimeOptions'],
  'ollama-embed': ['userId', 'purpose', 'inputs[0].title'],
};

/** The texts of a call, wherever its format has them. */
function textsIn(body: Json): string[] {
  if (Array.isArray(body)) return body.flatMap(textsIn);
  if (typeof body !== 'object' || body === null) return typeof body === 'string' ? [body] : [];
  const fields = ['input', 'texts', 'prompt', 'requests', 'content', 'parts', 'text'];
  return fields.flatMap((field) => textsIn((body as JsonObject)[field] ?? []));
}

describe.each(pairs)('a call of %s to %s', (from, to) => {
  it('keeps its inputs, and tells what it loses', () => {
    for (const call of plainCalls[from] ?? []) {
      const request = dialectOf(from).inbound.parseRequest(callOf(call));
      const { value, losses } = dialectOf(to).outbound.renderRequest(request, dialectOf(to).quirks);
      expect(textsIn(value.body as Json)).toEqual(textsIn(call.body));
      const lost = losses.filter(({ action }) => action === 'dropped').map(({ field }) => field);
      const wishes = ['userId', 'purpose', 'truncate', 'keepAlive', 'runtimeOptions'] as const;
      const wished = [
        ...wishes.filter((field) => request[field] !== undefined),
        ...(request.inputs[0]?.title === undefined ? [] : ['inputs[0].title']),
      ];
      expect(lost.sort()).toEqual(wished.filter((field) => lostTo[to].includes(field)).sort());
    }
  });

  it('tells fields that only one format knows', () => {
    const [call] = plainCalls[from] ?? [];
    const body = { ...(call?.body as JsonObject), x_unknown: 1 };
    const request = dialectOf(from).inbound.parseRequest(callOf({ path: call?.path ?? '', body }));
    const { losses } = dialectOf(to).outbound.renderRequest(request, dialectOf(to).quirks);
    expect(losses.map(({ field }) => field)).toContain(`extensions.${from}.x_unknown`);
  });

  it('gets its vectors and its count back', () => {
    const [call] = plainCalls[from] ?? [];
    const request = dialectOf(from).inbound.parseRequest(callOf(call ?? { path: '', body: {} }));
    const [theirs] = plainCalls[to] ?? [];
    const result = dialectOf(to).outbound.parseResponse({ status: 200, headers: {}, body: theirs?.answer });
    const { value } = dialectOf(from).inbound.renderResponse(result, request);
    const again = dialectOf(from).outbound.parseResponse({ status: 200, headers: {}, body: value });
    expect(again.vectors.map(({ values }) => values)).toEqual(result.vectors.map(({ values }) => values));
    expect(again.usage?.input.total).toBe(4);
  });
});

describe('packed vectors', () => {
  const request: EmbedRequest = { model: 'm', inputs: [{ type: 'text', text: 'x' }], encodings: ['base64'] };
  const answer = (values: EmbedResult['vectors'][number]['values']): EmbedResult => ({
    dialect: 'gemini-embed',
    facts: { model: 'm' },
    vectors: [{ values }],
  });
  const rendered = (values: EmbedResult['vectors'][number]['values'], encoding: string) => {
    const { value, losses } = embedDialects['openai-embeddings'].inbound.renderResponse(answer(values), {
      ...request,
      encodings: [encoding],
    });
    return { vector: (value as { data: { embedding: unknown }[] }).data[0]?.embedding, losses };
  };

  it('are made of floats and the other way round, without a word when they are the same numbers', () => {
    expect(rendered({ float: [0.5, -0.25] }, 'base64')).toEqual({ vector: 'AAAAPwAAgL4=', losses: [] });
    expect(rendered({ base64: 'AAAAPwAAgL4=' }, 'float')).toEqual({ vector: [0.5, -0.25], losses: [] });
  });

  it('are told as near ones when 32 bits cannot hold the numbers', () => {
    const { vector, losses } = rendered({ float: [0.1] }, 'base64');
    expect(vector).toBe(packFloats([0.1]));
    expect(losses).toMatchObject([{ field: 'vectors[0].values.float', action: 'emulated' }]);
  });

  it('stay as they are when they are asked for as they came', () => {
    expect(rendered({ base64: 'not packed' }, 'base64').vector).toBe('not packed');
    expect(rendered({ float: [0.1] }, 'float')).toEqual({ vector: [0.1], losses: [] });
  });

  it('that are none are given as they came, and this is told', () => {
    const { vector, losses } = rendered({ base64: 'not packed' }, 'float');
    expect(vector).toBe('not packed');
    expect(losses).toMatchObject([{ field: 'vectors[0].values.float', action: 'emulated' }]);
  });

  it('of whole numbers are recognised by the kind that was asked for', () => {
    expect(rendered({ float: [3, -7] }, 'int8')).toEqual({ vector: [3, -7], losses: [] });
    expect(rendered({ float: [0.5] }, 'int8').losses).toHaveLength(1);
  });
});

/** The request a caller writes, and what each format makes of one wish: the whole table, so that a change shows. */
describe('the mapping of wishes', () => {
  const wishes: readonly (readonly [
    string,
    Partial<EmbedRequest>,
    Readonly<Record<EmbedDialectName, unknown>>,
  ])[] = [
    [
      'dimensions',
      { dimensions: 8 },
      {
        'openai-embeddings': { dimensions: 8 },
        'cohere-embed': { output_dimension: 8 },
        'gemini-embed': { requests: [{ outputDimensionality: 8 }] },
        'ollama-embed': { dimensions: 8 },
      },
    ],
    [
      'a query',
      { purpose: { unified: 'query', raw: 'x' } },
      {
        'openai-embeddings': 'purpose',
        'cohere-embed': { input_type: 'search_query' },
        'gemini-embed': { requests: [{ taskType: 'RETRIEVAL_QUERY' }] },
        'ollama-embed': 'purpose',
      },
    ],
    [
      'a fact to verify',
      { purpose: { unified: 'fact-verification', raw: 'x' } },
      {
        'openai-embeddings': 'purpose',
        'cohere-embed': 'purpose',
        'gemini-embed': { requests: [{ taskType: 'FACT_VERIFICATION' }] },
        'ollama-embed': 'purpose',
      },
    ],
    [
      'packed floats',
      { encodings: ['base64'] },
      {
        'openai-embeddings': { encoding_format: 'base64' },
        'cohere-embed': { embedding_types: ['base64'] },
        'gemini-embed': { requests: [{}] },
        'ollama-embed': {},
      },
    ],
    [
      'small integers',
      { encodings: ['int8'] },
      {
        'openai-embeddings': 'encodings',
        'cohere-embed': { embedding_types: ['int8'] },
        'gemini-embed': 'encodings',
        'ollama-embed': 'encodings',
      },
    ],
    [
      'no cutting',
      { truncate: 'none' },
      {
        'openai-embeddings': 'truncate',
        'cohere-embed': { truncate: 'NONE' },
        'gemini-embed': 'truncate',
        'ollama-embed': { truncate: false },
      },
    ],
    [
      'a user',
      { userId: 'u' },
      {
        'openai-embeddings': { user: 'u' },
        'cohere-embed': 'userId',
        'gemini-embed': 'userId',
        'ollama-embed': 'userId',
      },
    ],
    [
      'token numbers',
      { inputs: [{ type: 'tokens', tokens: [1, 2] }] },
      {
        'openai-embeddings': { input: [[1, 2]] },
        'cohere-embed': 'inputs[0].tokens',
        'gemini-embed': 'inputs[0].tokens',
        'ollama-embed': 'inputs[0].tokens',
      },
    ],
    [
      'an image',
      {
        inputs: [
          {
            type: 'parts',
            parts: [{ type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'AA==' } }],
          },
        ],
      },
      {
        'openai-embeddings': 'inputs[0].parts[0]',
        'cohere-embed': {
          inputs: [{ content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }] }],
        },
        'gemini-embed': {
          requests: [{ content: { parts: [{ inlineData: { mimeType: 'image/png', data: 'AA==' } }] } }],
        },
        'ollama-embed': 'inputs[0].parts[0]',
      },
    ],
  ];

  it.each(wishes)('%s: a field of the format, or a loss', (_wish, fields, expected) => {
    for (const name of names) {
      const dialect = dialectOf(name);
      const request = { model: 'm', inputs: [{ type: 'text', text: 'x' }], ...fields } as EmbedRequest;
      const { value, losses } = dialect.outbound.renderRequest(request, dialect.quirks);
      const wanted = expected[name];
      const dropped = losses.filter(({ action }) => action === 'dropped').map(({ field }) => field);
      expect({ name, dropped }).toEqual({ name, dropped: typeof wanted === 'string' ? [wanted] : [] });
      if (typeof wanted !== 'string') expect(value.body, name).toMatchObject(wanted as object);
    }
  });

  it('hosts of the OpenAI format that differ are told by quirks', () => {
    const request: EmbedRequest = {
      model: 'm',
      inputs: [{ type: 'text', text: 'x' }],
      dimensions: 8,
      purpose: { unified: 'query', raw: 'search_query' },
      truncate: 'end',
      encodings: ['int8'],
    };
    const openAi = embedDialects['openai-embeddings'];
    const voyage = { dimensionsField: 'output_dimension', purposeField: 'input_type' } as const;
    const kinds = { truncationField: 'truncation', kindField: 'output_dtype' } as const;
    const said = openAi.outbound.renderRequest(request, { ...openAi.quirks, ...voyage, ...kinds });
    expect(said.losses).toEqual([]);
    expect(said.value.body).toEqual({
      model: 'm',
      input: ['x'],
      output_dimension: 8,
      input_type: 'query',
      truncation: true,
      output_dtype: 'int8',
    });
  });

  it('each of Voyage and NVIDIA is told its own word for a document, whichever the caller used', () => {
    const { inbound, outbound, quirks } = embedDialects['openai-embeddings'];
    const typeOf = (word: string, more: object) => {
      const body = { model: 'm', input: ['x'], input_type: word };
      const request = inbound.parseRequest({ ...emptyCall, path: '/embeddings', body });
      const { value, losses } = outbound.renderRequest(request, {
        ...quirks,
        purposeField: 'input_type',
        ...more,
      });
      expect(losses).toEqual([]);
      return (value.body as { input_type: string }).input_type;
    };
    for (const word of ['document', 'passage']) {
      expect(typeOf(word, {})).toBe(word);
      expect(typeOf(word, { documentWord: 'document' })).toBe('document');
      expect(typeOf(word, { documentWord: 'passage' })).toBe('passage');
    }
    expect(typeOf('query', { documentWord: 'passage' })).toBe('query');
  });

  it('a host that demands a purpose is given one, which is reported', () => {
    const { outbound, quirks } = embedDialects['openai-embeddings'];
    const request: EmbedRequest = { model: 'm', inputs: [{ type: 'text', text: 'x' }] };
    const nvidia = {
      purposeField: 'input_type',
      documentWord: 'passage',
      defaultPurpose: 'passage',
    } as const;
    const { value, losses } = outbound.renderRequest(request, { ...quirks, ...nvidia });
    expect(value.body).toEqual({ model: 'm', input: ['x'], input_type: 'passage' });
    expect(losses).toMatchObject([{ field: 'purpose', action: 'emulated' }]);
  });
});

const emptyCall = { method: 'POST', query: {}, headers: {} } as const;
