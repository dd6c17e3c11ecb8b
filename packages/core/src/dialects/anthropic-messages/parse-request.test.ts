import { describe, expect, it } from 'vitest';
import { KeelsonError } from '../../errors/index.ts';
import type { JsonObject } from '../../json/index.ts';
import type { ChatRequest } from '../../message/index.ts';
import { bare } from '../__fixtures__/meaning.ts';
import { anthropicMessages } from './index.ts';

const user = { role: 'user', content: 'Hello' };
const plain = { model: 'm', max_tokens: 10, messages: [user] };
const callOf = (body: unknown, path = '/v1/messages', headers: Record<string, string> = {}) =>
  ({ method: 'POST', path, query: {}, headers, body }) as const;

function parse(body: JsonObject): ChatRequest {
  return anthropicMessages.inbound.parseRequest(callOf({ ...plain, ...body }));
}

const text = (value: string) => ({ type: 'text', text: value });
const userTurn = (...parts: object[]) => ({ role: 'user', parts });
const saying = (...content: object[]): JsonObject =>
  ({ messages: [{ role: 'user', content }] }) as JsonObject;
const having = (...content: object[]): JsonObject =>
  ({ messages: [user, { role: 'assistant', content }, user] }) as JsonObject;
const ours = (value: string) => ({ dialect: 'anthropic-messages', value });

/** A piece of a request as callers write it, and what it means. */
const rows: readonly (readonly [what: string, body: JsonObject, meaning: object])[] = [
  ['text', {}, { turns: [userTurn(text('Hello'))], maxOutputTokens: 10 }],
  ['text in blocks', saying(text('a'), text('b')), { turns: [userTurn(text('a'), text('b'))] }],
  ['instructions', { system: 'Be brief.' }, { system: [text('Be brief.')] }],
  [
    'instructions in blocks, cached',
    { system: [{ ...text('Be brief.'), cache_control: { type: 'ephemeral', ttl: '1h' } }] },
    { system: [{ ...text('Be brief.'), cache: { ttl: '1h' } }] },
  ],
  [
    'instructions in the middle',
    { messages: [user, { role: 'system', content: 'Be brief.' }] },
    { turns: [userTurn(text('Hello')), { role: 'system', parts: [text('Be brief.')] }] },
  ],
  [
    'an image inside',
    saying({ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA==' } }),
    {
      turns: [userTurn({ type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'AA==' } })],
    },
  ],
  [
    'an image by address, cached',
    saying({
      type: 'image',
      source: { type: 'url', url: 'https://a/b.png' },
      cache_control: { type: 'ephemeral' },
    }),
    { turns: [userTurn({ type: 'image', source: { kind: 'url', url: 'https://a/b.png' }, cache: {} })] },
  ],
  [
    'an image by file',
    saying({ type: 'image', source: { type: 'file', file_id: 'file_1' } }),
    { turns: [userTurn({ type: 'image', source: { kind: 'file', fileId: 'file_1' } })] },
  ],
  [
    'a source that nobody knows',
    saying({ type: 'image', source: { type: 'telepathy', mind: 1 } }),
    {
      turns: [userTurn({ type: 'native', value: { type: 'image', source: { type: 'telepathy', mind: 1 } } })],
    },
  ],
  [
    'a document inside',
    saying({
      type: 'document',
      source: { type: 'base64', media_type: 'application/pdf', data: 'AA==' },
      title: 't',
      context: 'c',
      citations: { enabled: true },
    }),
    {
      turns: [
        userTurn({
          type: 'document',
          source: { kind: 'base64', mediaType: 'application/pdf', data: 'AA==' },
          title: 't',
          context: 'c',
          citable: true,
        }),
      ],
    },
  ],
  [
    'a document of text',
    saying({ type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'x' } }),
    { turns: [userTurn({ type: 'document', source: { kind: 'text', mediaType: 'text/plain', text: 'x' } })] },
  ],
  [
    'a document of blocks',
    saying({ type: 'document', source: { type: 'content', content: [text('x')] } }),
    { turns: [userTurn({ type: 'document', source: { kind: 'parts', parts: [text('x')] } })] },
  ],
  [
    'a document of blocks, as text',
    saying({ type: 'document', source: { type: 'content', content: 'x' } }),
    { turns: [userTurn({ type: 'document', source: { kind: 'parts', parts: [text('x')] } })] },
  ],
  [
    'thinking',
    having(
      { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
      { type: 'redacted_thinking', data: 'ZW5j' },
      text('Hi'),
    ),
    {
      turns: [
        userTurn(text('Hello')),
        {
          role: 'assistant',
          parts: [
            { type: 'reasoning', text: 'Hm.', opaque: ours('c2ln') },
            { type: 'reasoning', text: '', redacted: true, opaque: ours('ZW5j') },
            text('Hi'),
          ],
        },
        userTurn(text('Hello')),
      ],
    },
  ],
  ['thinking without a signature', having({ type: 'thinking', thinking: 'Hm.', signature: '' }), {}],
  [
    'calls, results and words in one message',
    {
      messages: [
        user,
        {
          role: 'assistant',
          content: [
            text('Looking.'),
            { type: 'tool_use', id: 'a', name: 'f', input: { x: 1 } },
            { type: 'tool_use', id: 'b', name: 'g', input: {} },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'a', content: 'one' },
            {
              type: 'tool_result',
              tool_use_id: 'b',
              is_error: true,
              content: [text('two'), { type: 'image', source: { type: 'url', url: 'https://a' } }],
            },
            text('And?'),
          ],
        },
      ],
    },
    {
      turns: [
        userTurn(text('Hello')),
        {
          role: 'assistant',
          parts: [
            text('Looking.'),
            { type: 'tool-call', id: 'a', name: 'f', arguments: '{"x":1}' },
            { type: 'tool-call', id: 'b', name: 'g', arguments: '{}' },
          ],
        },
        {
          role: 'tool',
          parts: [
            { type: 'tool-result', callId: 'a', parts: [text('one')] },
            {
              type: 'tool-result',
              callId: 'b',
              isError: true,
              parts: [text('two'), { type: 'image', source: { kind: 'url', url: 'https://a' } }],
            },
          ],
        },
        userTurn(text('And?')),
      ],
    },
  ],
  [
    'a result without content',
    { messages: [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a' }] }] },
    {},
  ],
  [
    'a call of a tool that the provider runs',
    having({ type: 'server_tool_use', id: 'a', name: 'web_search', input: { query: 'x' } }),
    { turns: [userTurn(text('Hello')), { parts: [{ type: 'tool-call', hosted: 'server_tool_use' }] }, {}] },
  ],
  [
    'blocks that only this format has',
    saying(
      { type: 'search_result', source: 's', title: 't', content: [text('x')] },
      { type: 'container_upload', file_id: 'f' },
    ),
    { turns: [userTurn({ type: 'native' }, { type: 'native' })] },
  ],
  [
    'a tool',
    {
      tools: [
        {
          name: 'f',
          description: 'd',
          input_schema: { type: 'object' },
          strict: true,
          cache_control: { type: 'ephemeral' },
        },
      ],
    },
    {
      tools: [
        {
          type: 'function',
          name: 'f',
          description: 'd',
          parameters: { type: 'object' },
          strict: true,
          cache: {},
        },
      ],
    },
  ],
  [
    'a tool that says its type',
    { tools: [{ type: 'custom', name: 'f', input_schema: {} }] },
    { tools: [{ type: 'function', name: 'f' }] },
  ],
  [
    'a tool of the provider',
    { tools: [{ type: 'web_search_20250305', name: 'web_search' }] },
    { tools: [{ type: 'native', dialect: 'anthropic-messages' }] },
  ],
  ['a choice: auto', { tool_choice: { type: 'auto' } }, { toolChoice: { type: 'auto' } }],
  ['a choice: any', { tool_choice: { type: 'any' } }, { toolChoice: { type: 'required' } }],
  ['a choice: none', { tool_choice: { type: 'none' } }, { toolChoice: { type: 'none' } }],
  [
    'a choice: one tool',
    { tool_choice: { type: 'tool', name: 'f' } },
    { toolChoice: { type: 'tool', name: 'f' } },
  ],
  [
    'one call at a time',
    { tool_choice: { type: 'auto', disable_parallel_tool_use: true } },
    { parallelTools: false },
  ],
  [
    'calls at once',
    { tool_choice: { type: 'any', disable_parallel_tool_use: false } },
    { parallelTools: true },
  ],
  [
    'a choice that nobody knows',
    { tool_choice: { type: 'oracle', 'x/y': 1, deep: { 'a~b': 2 } } },
    { toolChoice: { type: 'native', value: { type: 'oracle', 'x/y': 1, deep: { 'a~b': 2 } } } },
  ],
  [
    'thinking with a budget',
    { thinking: { type: 'enabled', budget_tokens: 5 } },
    { reasoning: { mode: 'enabled', budgetTokens: 5 } },
  ],
  [
    'adaptive thinking',
    { thinking: { type: 'adaptive', display: 'omitted' } },
    { reasoning: { mode: 'adaptive', display: 'omitted' } },
  ],
  ['no thinking', { thinking: { type: 'disabled' } }, { reasoning: { mode: 'disabled' } }],
  ['an effort', { output_config: { effort: 'max' } }, { reasoning: { effort: 'max' } }],
  [
    'a schema',
    { output_config: { format: { type: 'json_schema', schema: { type: 'object' } } } },
    { outputFormat: { type: 'json-schema', schema: { type: 'object' } } },
  ],
  [
    'a schema of the earlier beta',
    { output_format: { type: 'json_schema', schema: { type: 'object' } } },
    { outputFormat: { type: 'json-schema', schema: { type: 'object' } } },
  ],
  [
    'sampling',
    { temperature: 0, top_p: 0.5, top_k: 3 },
    { sampling: { temperature: 0, topP: 0.5, topK: 3 } },
  ],
  ['stop sequences', { stop_sequences: ['a', 'b'] }, { stop: ['a', 'b'] }],
  ['a cache mark of the whole', { cache_control: { type: 'ephemeral' } }, { cache: { mark: {} } }],
  ['metadata', { metadata: { user_id: 'u' } }, { metadata: { userId: 'u' } }],
  ['empty metadata', { metadata: {} }, {}],
  ['nulls', { system: null, temperature: null, tools: null, metadata: null }, {}],
  ['unknown fields', { turbo: true, thinking: { type: 'adaptive', depth: 3 } }, {}],
  ['empty content', { messages: [{ role: 'user', content: [] }] }, { turns: [userTurn()] }],
];

describe('a Messages request', () => {
  it.each(rows)('says %s', (_what, body, meaning) => {
    expect(bare(parse(body))).toMatchObject(meaning);
  });

  it.each(rows)('comes out as it came in: %s', (_what, piece) => {
    const { value, losses } = anthropicMessages.outbound.renderRequest(
      parse(piece),
      anthropicMessages.quirks,
    );
    expect(value.body).toEqual({ ...plain, ...piece });
    expect(losses).toEqual([]);
  });

  it.each([
    '2023-06-01',
    '2026-10-21',
  ])('keeps the version %s and the beta names of the caller, and no other header', (version) => {
    const headers = {
      'Anthropic-Version': version,
      'anthropic-beta': 'a-2025-01-01,b-2026-01-01',
      'x-api-key': 'sk-ant-1',
      authorization: 'Bearer x',
      'user-agent': 'x',
    };
    const request = anthropicMessages.inbound.parseRequest(callOf(plain, '/v1/messages', headers));
    expect(anthropicMessages.outbound.renderRequest(request, anthropicMessages.quirks).value.headers).toEqual(
      {
        'anthropic-version': version,
        'anthropic-beta': 'a-2025-01-01,b-2026-01-01',
      },
    );
  });

  it('may ask only how many tokens it has', () => {
    const { max_tokens: _limit, ...body } = plain;
    const request = anthropicMessages.inbound.parseRequest(callOf(body, '/v1/messages/count_tokens'));
    expect(request.purpose).toBe('count-tokens');
    const { value, losses } = anthropicMessages.outbound.renderRequest(request, anthropicMessages.quirks);
    expect([value.path, value.body, losses]).toEqual(['/messages/count_tokens', body, []]);
    const count = {
      parts: [],
      facts: {},
      stop: { unified: 'unknown' },
      usage: { input: { total: 7 }, output: {} },
    } as const;
    expect(anthropicMessages.inbound.renderResponse(count, request)).toEqual({
      value: { input_tokens: 7 },
      losses: [],
    });
  });

  it.each<[field: string, body: JsonObject]>([
    ['model', { model: 5 }],
    ['max_tokens', { max_tokens: 'many' }],
    ['messages', { messages: 'Hello' }],
    ['messages[0]', { messages: ['Hello'] }],
    ['messages[0].role', { messages: [{ content: 'x' }] }],
    ['messages[0].role', { messages: [{ role: 'tool', content: 'x' }] }],
    ['messages[0].content', { messages: [{ role: 'user', content: 5 }] }],
    ['messages[0].content[0]', { messages: [{ role: 'user', content: ['x'] }] }],
    ['messages[0].content[0].text', saying({ type: 'text' })],
    ['messages[0].content[0].source.data', saying({ type: 'image', source: { type: 'base64' } })],
    ['messages[0].content[0].source.url', saying({ type: 'image', source: { type: 'url' } })],
    ['messages[0].content[0].tool_use_id', saying({ type: 'tool_result', content: 'x' })],
    ['messages[1].content[0].id', having({ type: 'tool_use', name: 'f', input: {} })],
    ['messages[1].content[0].name', having({ type: 'tool_use', id: 'a', input: {} })],
    ['messages[1].content[0].data', having({ type: 'redacted_thinking' })],
    ['system', { system: 5 }],
    ['system[0].type', { system: [{ type: 'image', source: { type: 'url', url: 'x' } }] }],
    ['tools[0].name', { tools: [{ input_schema: {} }] }],
    ['tool_choice', { tool_choice: 'auto' }],
    ['tool_choice.type', { tool_choice: {} }],
    ['tool_choice.name', { tool_choice: { type: 'tool' } }],
    ['thinking.budget_tokens', { thinking: { type: 'enabled', budget_tokens: 'x' } }],
    ['stop_sequences', { stop_sequences: 'END' }],
  ])('is refused by the name of what is wrong: %s', (field, body) => {
    let thrown: unknown;
    try {
      parse(body);
    } catch (error) {
      thrown = error;
    }
    expect(KeelsonError.is(thrown)).toBe(true);
    expect(thrown).toMatchObject({ code: 'invalid_request', details: { field } });
  });

  it.each(['model', 'max_tokens', 'messages'])('is refused without `%s`', (field) => {
    const body = Object.fromEntries(Object.entries(plain).filter(([name]) => name !== field));
    expect(() => anthropicMessages.inbound.parseRequest(callOf(body))).toThrow(`\`${field}\` is missing.`);
  });
});
