import { describe, expect, it } from 'vitest';
import { KeelsonError } from '../../errors/index.ts';
import type { JsonObject } from '../../json/index.ts';
import type { ChatRequest } from '../../message/index.ts';
import { bare } from '../__fixtures__/meaning.ts';
import { openAiChat } from './index.ts';

const user = { role: 'user', content: 'Hello' };
const callOf = (body: unknown, path = '/chat/completions') =>
  ({ method: 'POST', path, query: {}, headers: {}, body }) as const;

function parse(body: JsonObject): ChatRequest {
  return openAiChat.inbound.parseRequest(callOf({ model: 'm', messages: [user], ...body }));
}

const text = (value: string) => ({ type: 'text', text: value });
const userTurn = (...parts: object[]) => ({ role: 'user', parts });

/** A piece of a request as callers write it, and what it means. */
const rows: readonly (readonly [what: string, body: JsonObject, meaning: object])[] = [
  ['text', {}, { turns: [userTurn(text('Hello'))] }],
  [
    'instructions',
    { messages: [{ role: 'system', content: 'Be brief.' }, user] },
    { system: [text('Be brief.')], turns: [userTurn(text('Hello'))] },
  ],
  [
    'instructions of a developer',
    { messages: [{ role: 'developer', content: 'Be brief.' }, user] },
    { system: [text('Be brief.')] },
  ],
  [
    'instructions in parts',
    { messages: [{ role: 'system', content: [text('Be'), text(' brief.')] }, user] },
    { system: [text('Be'), text(' brief.')] },
  ],
  [
    'instructions in the middle',
    { messages: [user, { role: 'system', content: 'Be brief.' }] },
    { turns: [userTurn(text('Hello')), { role: 'system', parts: [text('Be brief.')] }] },
  ],
  [
    'instructions that a name makes a turn',
    { messages: [{ role: 'system', name: 'ann', content: 'Be brief.' }, user] },
    { turns: [{ role: 'system', name: 'ann', parts: [text('Be brief.')] }, userTurn(text('Hello'))] },
  ],
  [
    'a name',
    { messages: [{ ...user, name: 'ann' }] },
    { turns: [{ ...userTurn(text('Hello')), name: 'ann' }] },
  ],
  [
    'an image by address',
    {
      messages: [
        {
          role: 'user',
          content: [{ type: 'image_url', image_url: { url: 'https://a/b.png', detail: 'low' } }],
        },
      ],
    },
    { turns: [userTurn({ type: 'image', source: { kind: 'url', url: 'https://a/b.png' }, detail: 'low' })] },
  ],
  [
    'an image inside',
    {
      messages: [
        { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }] },
      ],
    },
    {
      turns: [userTurn({ type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'AA==' } })],
    },
  ],
  [
    'an image as a bare address, as some hosts take it',
    { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: 'https://a/b.png' }] }] },
    { turns: [userTurn({ type: 'image', source: { kind: 'url', url: 'https://a/b.png' } })] },
  ],
  [
    'a data address that is not plain base64',
    {
      messages: [
        {
          role: 'user',
          content: [{ type: 'image_url', image_url: { url: 'data:image/svg+xml;utf8,<svg/>' } }],
        },
      ],
    },
    { turns: [userTurn({ type: 'image', source: { kind: 'url', url: 'data:image/svg+xml;utf8,<svg/>' } })] },
  ],
  [
    'audio',
    {
      messages: [
        { role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'AA==', format: 'mp3' } }] },
      ],
    },
    {
      turns: [userTurn({ type: 'audio', source: { kind: 'base64', mediaType: 'audio/mpeg', data: 'AA==' } })],
    },
  ],
  [
    'a file inside',
    {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'file', file: { file_data: 'data:application/pdf;base64,AA==', filename: 'a.pdf' } },
          ],
        },
      ],
    },
    {
      turns: [
        userTurn({
          type: 'document',
          source: { kind: 'base64', mediaType: 'application/pdf', data: 'AA==' },
          title: 'a.pdf',
        }),
      ],
    },
  ],
  [
    'a file by id',
    { messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: 'file_1' } }] }] },
    { turns: [userTurn({ type: 'document', source: { kind: 'file', fileId: 'file_1' } })] },
  ],
  [
    'a video, as some hosts take it',
    { messages: [{ role: 'user', content: [{ type: 'video_url', video_url: { url: 'https://a/b.mp4' } }] }] },
    { turns: [userTurn({ type: 'video', source: { kind: 'url', url: 'https://a/b.mp4' } })] },
  ],
  [
    'a part that nobody knows',
    { messages: [{ role: 'user', content: [{ type: 'smell', smell: { of: 'roses' } }] }] },
    {
      turns: [
        userTurn({
          type: 'native',
          dialect: 'openai-chat',
          value: { type: 'smell', smell: { of: 'roses' } },
        }),
      ],
    },
  ],
  [
    'a cache breakpoint',
    {
      messages: [
        {
          role: 'user',
          content: [{ ...text('a'), prompt_cache_breakpoint: { mode: 'explicit', ttl: '30m' } }],
        },
      ],
    },
    { turns: [userTurn({ ...text('a'), cache: { ttl: '30m' } })] },
  ],
  [
    'a cache mark of a compatible host',
    { messages: [{ role: 'user', content: [{ ...text('a'), cache_control: { type: 'ephemeral' } }] }] },
    { turns: [userTurn({ ...text('a'), cache: {} })] },
  ],
  [
    'calls and their results',
    {
      messages: [
        user,
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'a', type: 'function', function: { name: 'f', arguments: '{"x":1}' } },
            { id: 'b', type: 'custom', custom: { name: 'sql', input: 'SELECT 1' } },
          ],
        },
        { role: 'tool', tool_call_id: 'a', content: 'one' },
        { role: 'tool', tool_call_id: 'b', content: [text('two')] },
      ],
    },
    {
      turns: [
        userTurn(text('Hello')),
        {
          role: 'assistant',
          parts: [
            { type: 'tool-call', id: 'a', name: 'f', arguments: '{"x":1}' },
            { type: 'tool-call', id: 'b', name: 'sql', arguments: 'SELECT 1', custom: true },
          ],
        },
        {
          role: 'tool',
          parts: [
            { type: 'tool-result', callId: 'a', parts: [text('one')] },
            { type: 'tool-result', callId: 'b', parts: [text('two')] },
          ],
        },
      ],
    },
  ],
  [
    'the deprecated function call and its result',
    {
      messages: [
        user,
        { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } },
        { role: 'function', name: 'f', content: 'one' },
      ],
    },
    {
      turns: [
        userTurn(text('Hello')),
        { role: 'assistant', parts: [{ type: 'tool-call', id: 'call_f', name: 'f', arguments: '{}' }] },
        { role: 'tool', parts: [{ type: 'tool-result', callId: 'call_f', name: 'f', parts: [text('one')] }] },
      ],
    },
  ],
  [
    'an assistant that refused, thought and spoke',
    {
      messages: [
        user,
        { role: 'assistant', content: 'Hi', reasoning_content: 'Hm.' },
        { role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] },
        { role: 'assistant', content: null, refusal: 'No.' },
        { role: 'assistant', content: null, audio: { id: 'audio_1' } },
      ],
    },
    {
      turns: [
        userTurn(text('Hello')),
        { role: 'assistant', parts: [{ type: 'reasoning', text: 'Hm.' }, text('Hi')] },
        { role: 'assistant', parts: [{ type: 'refusal', text: 'No.' }] },
        { role: 'assistant', parts: [{ type: 'refusal', text: 'No.' }] },
        {
          role: 'assistant',
          parts: [{ type: 'audio', id: 'audio_1', source: { kind: 'reference', id: 'audio_1' } }],
        },
      ],
    },
  ],
  [
    'signed reasoning',
    {
      messages: [
        user,
        {
          role: 'assistant',
          content: 'Hi',
          reasoning_details: [
            {
              type: 'reasoning.text',
              text: 'Hm.',
              signature: 'c2ln',
              format: 'anthropic-claude-v1',
              index: 0,
            },
            { type: 'reasoning.summary', summary: 'Short.', index: 1 },
            { type: 'reasoning.encrypted', data: 'ZW5j', format: 'openai-responses-v1', index: 2 },
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
            { type: 'reasoning', text: 'Hm.', opaque: { dialect: 'anthropic-messages', value: 'c2ln' } },
            { type: 'reasoning', text: 'Short.', summary: true },
            {
              type: 'reasoning',
              text: '',
              redacted: true,
              opaque: { dialect: 'openai-responses', value: 'ZW5j' },
            },
            text('Hi'),
          ],
        },
      ],
    },
  ],
  [
    'a tool',
    {
      tools: [
        {
          type: 'function',
          function: { name: 'f', description: 'd', parameters: { type: 'object' }, strict: true },
        },
      ],
    },
    {
      tools: [
        { type: 'function', name: 'f', description: 'd', parameters: { type: 'object' }, strict: true },
      ],
    },
  ],
  [
    'a tool with a grammar',
    {
      tools: [
        {
          type: 'custom',
          custom: { name: 'g', format: { type: 'grammar', grammar: { syntax: 'lark', definition: 'x' } } },
        },
      ],
    },
    {
      tools: [
        {
          type: 'custom',
          name: 'g',
          format: { type: 'grammar', grammar: { syntax: 'lark', definition: 'x' } },
        },
      ],
    },
  ],
  [
    'a deprecated function',
    { functions: [{ name: 'f', parameters: {} }] },
    { tools: [{ type: 'function', name: 'f', parameters: {} }] },
  ],
  [
    'a tool of one host',
    { tools: [{ type: 'browser_search' }] },
    { tools: [{ type: 'native', dialect: 'openai-chat', value: { type: 'browser_search' } }] },
  ],
  ['a choice: auto', { tool_choice: 'auto' }, { toolChoice: { type: 'auto' } }],
  ['a choice: none', { tool_choice: 'none' }, { toolChoice: { type: 'none' } }],
  ['a choice: required', { tool_choice: 'required' }, { toolChoice: { type: 'required' } }],
  ['a choice of one host', { tool_choice: 'any' }, { toolChoice: { type: 'native', value: 'any' } }],
  [
    'a choice: one function',
    { tool_choice: { type: 'function', function: { name: 'f' } } },
    { toolChoice: { type: 'tool', name: 'f' } },
  ],
  [
    'a choice: one custom tool',
    { tool_choice: { type: 'custom', custom: { name: 'g' } } },
    { toolChoice: { type: 'tool', name: 'g', custom: true } },
  ],
  [
    'a choice: some tools',
    {
      tool_choice: {
        type: 'allowed_tools',
        allowed_tools: {
          mode: 'required',
          tools: [
            { type: 'function', function: { name: 'f' } },
            { type: 'custom', custom: { name: 'g' } },
          ],
        },
      },
    },
    {
      toolChoice: {
        type: 'allowed',
        mode: 'required',
        tools: [
          { type: 'function', name: 'f' },
          { type: 'custom', name: 'g' },
        ],
      },
    },
  ],
  ['a deprecated choice', { function_call: { name: 'f' } }, { toolChoice: { type: 'tool', name: 'f' } }],
  ['a deprecated choice: none', { function_call: 'none' }, { toolChoice: { type: 'none' } }],
  ['JSON', { response_format: { type: 'json_object' } }, { outputFormat: { type: 'json' } }],
  ['plain text', { response_format: { type: 'text' } }, { outputFormat: { type: 'text' } }],
  [
    'a schema',
    {
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'n', description: 'd', schema: { type: 'object' }, strict: true },
      },
    },
    {
      outputFormat: {
        type: 'json-schema',
        name: 'n',
        description: 'd',
        schema: { type: 'object' },
        strict: true,
      },
    },
  ],
  [
    'an output format of one host',
    { response_format: { type: 'grammar', value: 'x' } },
    { outputFormat: { type: 'text' } },
  ],
  ['one stop text', { stop: 'END' }, { stop: ['END'] }],
  ['several stop texts', { stop: ['a', 'b'] }, { stop: ['a', 'b'] }],
  ['a limit', { max_completion_tokens: 5 }, { maxOutputTokens: 5 }],
  ['a limit by its old name', { max_tokens: 5 }, { maxOutputTokens: 5 }],
  ['an effort', { reasoning_effort: 'minimal' }, { reasoning: { effort: 'minimal' } }],
  ['reasoning of OpenRouter', { reasoning: { effort: 'high' } }, { reasoning: { effort: 'high' } }],
  ['a budget of OpenRouter', { reasoning: { max_tokens: 2000 } }, { reasoning: { budgetTokens: 2000 } }],
  ['thinking of Z.ai', { thinking: { type: 'disabled' } }, { reasoning: { mode: 'disabled' } }],
  ['top_k of open models', { top_k: 5 }, { sampling: { topK: 5 } }],
  [
    'what a stream should tell',
    { stream: true, stream_options: { include_usage: true } },
    { stream: true, streamOptions: { usage: true } },
  ],
  [
    'a result without an id, as local hosts accept it',
    { messages: [user, { role: 'tool', name: 'f', content: 'one' }] },
    { turns: [{}, { role: 'tool', parts: [{ type: 'tool-result', name: 'f', parts: [text('one')] }] }] },
  ],
  ['nulls', { temperature: null, stop: null, tools: null, user: null }, {}],
  ['unknown fields', { enable_turbo: true, provider: { order: ['a'] } }, { extensions: undefined }],
];

describe('a chat completion request', () => {
  it.each(rows)('says %s', (_what, body, { extensions: _unseen, ...meaning }: { extensions?: unknown }) => {
    expect(bare(parse(body))).toMatchObject(meaning);
  });

  it.each(rows)('comes out as it came in: %s', (_what, piece) => {
    const body = { model: 'm', messages: [user], ...piece };
    // A host that sends details is one that reads them.
    const quirks = { ...openAiChat.quirks, reasoningField: 'reasoning_details' } as const;
    const { value, losses } = openAiChat.outbound.renderRequest(parse(piece), quirks);
    expect(value.body).toEqual(body);
    expect(losses).toEqual([]);
  });

  it('names its model in the path with Azure', () => {
    const path = '/openai/deployments/my%20model/chat/completions';
    const request = openAiChat.inbound.parseRequest(callOf({ messages: [user] }, path));
    expect(request.model).toBe('my model');
    expect(openAiChat.outbound.renderRequest(request, openAiChat.quirks).value.body).toEqual({
      messages: [user],
    });
  });

  it('calls the same tool by the same name everywhere, although the name is illegal', () => {
    const body = {
      model: 'm',
      messages: [
        user,
        {
          role: 'assistant',
          tool_calls: [{ id: 'a', type: 'function', function: { name: 'x.y', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'a', name: 'x.y', content: 'one' },
      ],
      tools: [{ type: 'function', function: { name: 'x.y' } }],
      tool_choice: {
        type: 'allowed_tools',
        allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'x.y' } }] },
      },
    };
    const request = openAiChat.inbound.parseRequest(callOf(body));
    const { value, losses } = openAiChat.outbound.renderRequest(request, openAiChat.quirks);
    expect(value.body).toEqual(body);
    expect(losses).toEqual([]);
  });

  it.each<[field: string, body: JsonObject]>([
    ['model', { model: 5 }],
    ['messages', { messages: 'Hello' }],
    ['messages[0]', { messages: ['Hello'] }],
    ['messages[0].role', { messages: [{ content: 'x' }] }],
    ['messages[0].role', { messages: [{ role: 'wizard', content: 'x' }] }],
    ['messages[0].content', { messages: [{ role: 'user', content: 5 }] }],
    ['messages[0].content[0]', { messages: [{ role: 'user', content: ['x'] }] }],
    ['messages[0].content[0].text', { messages: [{ role: 'user', content: [{ type: 'text' }] }] }],
    ['messages[0].content[0].image_url', { messages: [{ role: 'user', content: [{ type: 'image_url' }] }] }],
    [
      'messages[0].content[0].image_url.url',
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: {} }] }] },
    ],
    [
      'messages[0].content[0].file.file_id',
      { messages: [{ role: 'user', content: [{ type: 'file', file: {} }] }] },
    ],
    [
      'messages[0].tool_calls[0].function',
      { messages: [{ role: 'assistant', tool_calls: [{ id: 'a', type: 'function' }] }] },
    ],
    [
      'messages[0].tool_calls[0].function.name',
      { messages: [{ role: 'assistant', tool_calls: [{ id: 'a', type: 'function', function: {} }] }] },
    ],
    ['tools[0].function', { tools: [{ type: 'function' }] }],
    ['tools[0].function.name', { tools: [{ type: 'function', function: {} }] }],
    ['temperature', { temperature: 'hot' }],
    ['stop', { stop: [1] }],
    ['stream', { stream: 'yes' }],
    ['max_completion_tokens', { max_completion_tokens: '5' }],
    ['response_format.type', { response_format: {} }],
    ['tool_choice.function.name', { tool_choice: { type: 'function', function: {} } }],
    ['metadata', { metadata: [] }],
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

  it('is refused without a model or messages', () => {
    for (const [body, field] of [
      [{ messages: [user] }, 'model'],
      [{ model: 'm' }, 'messages'],
    ] as const) {
      expect(() => openAiChat.inbound.parseRequest(callOf(body))).toThrow(`\`${field}\` is missing.`);
    }
  });
});
