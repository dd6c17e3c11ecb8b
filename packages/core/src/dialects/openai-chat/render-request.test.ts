/** What requests of other formats become here: the places where the format has no word of its own. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../json/index.ts';
import type { ChatRequest, Loss, Part } from '../../message/index.ts';
import { dialects } from '../index.ts';
import { type OpenAiChatQuirks, openAiChat } from './index.ts';

const anthropicMessages = dialects['anthropic-messages'];

const user = { role: 'user', content: 'Hello' };

/** A Messages request, as this format says it. */
function translate(body: JsonObject, quirks: Partial<OpenAiChatQuirks> = {}) {
  const whole = { model: 'm', max_tokens: 10, messages: [user], ...body };
  const call = { method: 'POST', path: '/messages', query: {}, headers: {}, body: whole } as const;
  return render(anthropicMessages.inbound.parseRequest(call), quirks);
}

function render(
  request: ChatRequest,
  quirks: Partial<OpenAiChatQuirks> = {},
): { body: JsonObject; losses: Loss[] } {
  const { value, losses } = openAiChat.outbound.renderRequest(request, { ...openAiChat.quirks, ...quirks });
  return { body: value.body as JsonObject, losses };
}

const told = (losses: readonly Loss[]): string[] => losses.map(({ action, field }) => `${action} ${field}`);
const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA==' } };
const imageUrl = { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } };
const calls = {
  role: 'assistant',
  content: [
    { type: 'tool_use', id: 'a', name: 'f', input: {} },
    { type: 'tool_use', id: 'b', name: 'g', input: { x: 1 } },
  ],
};

describe('a Messages request in the chat format', () => {
  it('is refused when it only counts, because an answer would be paid for', () => {
    const request: ChatRequest = { model: 'm', turns: [], purpose: 'count-tokens' };
    expect(() => render(request)).toThrow('openai-chat cannot count tokens without answering.');
  });

  it('loses a tier that only its own format knows', () => {
    const { body, losses } = translate({ service_tier: 'standard_only' });
    expect(body.service_tier).toBeUndefined();
    expect(told(losses)).toEqual(['dropped service.tier']);
  });

  it('is a plain conversation where it was one', () => {
    const { body, losses } = translate({ system: 'Be brief.', stop_sequences: ['END'], temperature: 1 });
    expect(body).toEqual({
      model: 'm',
      messages: [{ role: 'system', content: 'Be brief.' }, user],
      max_completion_tokens: 10,
      stop: ['END'],
      temperature: 1,
    });
    expect(losses).toEqual([]);
  });

  it('sends as many stop texts as the format allows', () => {
    const { body, losses } = translate({ stop_sequences: ['a', 'b', 'c', 'd', 'e'] });
    expect(body.stop).toEqual(['a', 'b', 'c', 'd']);
    expect(told(losses)).toEqual(['clamped stop']);
  });

  it('gives each result its own message, and moves their images behind all of them', () => {
    const results = [
      { type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: 'one' }, image] },
      { type: 'tool_result', tool_use_id: 'b', content: [image], is_error: true },
      { type: 'text', text: 'And?' },
    ];
    const { body, losses } = translate({ messages: [user, calls, { role: 'user', content: results }] });
    expect((body.messages as JsonObject[]).slice(2)).toEqual([
      { role: 'tool', tool_call_id: 'a', content: 'one' },
      { role: 'tool', tool_call_id: 'b', content: 'The result of call b follows.' },
      { role: 'user', content: [imageUrl, imageUrl] },
      { role: 'user', content: 'And?' },
    ]);
    expect(told(losses)).toEqual([
      'emulated turns[2].parts[0].parts',
      'dropped turns[2].parts[1].isError',
      'emulated turns[2].parts[1].parts',
    ]);
  });

  it('leaves images in results where a host takes them', () => {
    const results = [{ type: 'tool_result', tool_use_id: 'a', content: [image] }];
    const { body, losses } = translate(
      { messages: [user, calls, { role: 'user', content: results }] },
      { imagesInToolResults: true },
    );
    expect((body.messages as JsonObject[])[2]).toEqual({
      role: 'tool',
      tool_call_id: 'a',
      content: [imageUrl],
    });
    expect(losses).toEqual([]);
  });

  it('says an empty result as empty text', () => {
    const results = [{ type: 'tool_result', tool_use_id: 'a' }];
    const { body } = translate({ messages: [user, calls, { role: 'user', content: results }] });
    expect((body.messages as JsonObject[])[2]).toEqual({ role: 'tool', tool_call_id: 'a', content: '' });
  });

  it('writes arguments as text, and puts words before calls', () => {
    const assistant = { role: 'assistant', content: [...calls.content, { type: 'text', text: 'Wait.' }] };
    const { body, losses } = translate({ messages: [user, assistant] });
    expect((body.messages as JsonObject[])[1]).toEqual({
      role: 'assistant',
      content: 'Wait.',
      tool_calls: [
        { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } },
        { id: 'b', type: 'function', function: { name: 'g', arguments: '{"x":1}' } },
      ],
    });
    expect(told(losses)).toEqual(['emulated turns[1].parts']);
  });

  it.each<[quirk: OpenAiChatQuirks['reasoningField'], fields: object, losses: string[]]>([
    ['none', {}, ['dropped turns[1].reasoning.opaque', 'dropped turns[1].reasoning']],
    ['reasoning_content', { reasoning_content: 'Hm.' }, ['dropped turns[1].reasoning.opaque']],
    ['reasoning', { reasoning: 'Hm.' }, ['dropped turns[1].reasoning.opaque']],
    [
      'reasoning_details',
      {
        reasoning_details: [
          { type: 'reasoning.text', text: 'Hm.', signature: 'c2ln', format: 'anthropic-claude-v1', index: 0 },
        ],
      },
      ['emulated turns[1].reasoning'],
    ],
  ])('hands earlier reasoning to a host that takes it in `%s`', (reasoningField, fields, losses) => {
    const content = [
      { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
      { type: 'text', text: 'Hi' },
    ];
    const rendered = translate({ messages: [user, { role: 'assistant', content }] }, { reasoningField });
    expect((rendered.body.messages as JsonObject[])[1]).toEqual({
      role: 'assistant',
      content: 'Hi',
      ...fields,
    });
    expect(told(rendered.losses)).toEqual(losses);
  });

  it('hands a host that reads details only state whose maker they can name', () => {
    const reasoningField = 'reasoning_details';
    const thought = (dialect: string): Part => ({
      type: 'reasoning',
      text: `Of ${dialect}.`,
      opaque: { dialect, value: 'c2ln' },
    });
    const parts = [thought('mistral-chat'), thought('openai-responses'), thought('bedrock-converse')];
    const { body, losses } = render(
      { model: 'm', turns: [{ role: 'assistant', parts }] },
      { reasoningField },
    );
    expect((body.messages as JsonObject[])[0]?.reasoning_details).toEqual([
      {
        type: 'reasoning.text',
        text: 'Of openai-responses.',
        signature: 'c2ln',
        format: 'openai-responses-v1',
        index: 0,
      },
    ]);
    expect(told(losses)).toContain('dropped turns[0].reasoning.opaque');
  });

  it.each([
    [false, undefined, ['dropped turns[0].tool-call.opaque']],
    [true, { google: { thought_signature: 'c2ln' } }, []],
  ])('sends signatures of calls only to a host that reads them: %s', (thoughtSignatures, extra, lost) => {
    const call = {
      id: 'a',
      type: 'function',
      function: { name: 'f', arguments: '{}' },
      extra_content: { google: { thought_signature: 'c2ln' } },
    };
    const message = { role: 'assistant', tool_calls: [call] };
    const sent = { model: 'm', messages: [message] };
    const request = openAiChat.inbound.parseRequest({
      method: 'POST',
      path: '/v1/chat/completions',
      query: {},
      headers: {},
      body: sent,
    });
    const { body, losses } = render(request, { thoughtSignatures });
    const { messages } = body as unknown as { messages: { tool_calls: JsonObject[] }[] };
    expect(messages[0]?.tool_calls[0]?.extra_content).toEqual(extra);
    expect(told(losses)).toEqual(lost);
  });

  it.each<[asked: JsonObject, effort: string, losses: string[]]>([
    [{ output_config: { effort: 'xhigh' } }, 'xhigh', []],
    [{ thinking: { type: 'disabled' } }, 'none', ['emulated reasoning.mode']],
    [{ thinking: { type: 'adaptive' } }, 'medium', ['emulated reasoning.mode']],
    [{ thinking: { type: 'enabled', budget_tokens: 1024 } }, 'low', ['emulated reasoning.budgetTokens']],
    [{ thinking: { type: 'enabled', budget_tokens: 8192 } }, 'medium', ['emulated reasoning.budgetTokens']],
    [{ thinking: { type: 'enabled', budget_tokens: 20_000 } }, 'high', ['emulated reasoning.budgetTokens']],
  ])('asks for %j as the effort %s', (asked, effort, losses) => {
    const rendered = translate(asked);
    expect(rendered.body.reasoning_effort).toBe(effort);
    expect(told(rendered.losses)).toEqual(losses);
  });

  it('names a schema that has no name', () => {
    const { body, losses } = translate({
      output_config: { format: { type: 'json_schema', schema: { type: 'object' } } },
    });
    expect(body.response_format).toEqual({
      type: 'json_schema',
      json_schema: { name: 'answer', schema: { type: 'object' } },
    });
    expect(told(losses)).toEqual(['emulated outputFormat.name']);
  });

  it('keeps cache marks under the name that the host knows', () => {
    const messages = [
      {
        role: 'user',
        content: [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral', ttl: '1h' } }],
      },
    ];
    const part = (quirks: Partial<OpenAiChatQuirks>) => {
      const { body, losses } = translate({ messages }, quirks);
      const [message] = body.messages as [{ content: unknown }];
      return [message.content, told(losses)];
    };
    const text = { type: 'text', text: 'a' };
    expect(part({ cacheMark: 'cache_control' })).toEqual([
      [{ ...text, cache_control: { type: 'ephemeral', ttl: '1h' } }],
      [],
    ]);
    expect(part({ cacheMark: 'prompt_cache_breakpoint' })).toEqual([
      [{ ...text, prompt_cache_breakpoint: { mode: 'explicit' } }],
      ['dropped turns[0].parts[0].cache.ttl'],
    ]);
    expect(part({ cacheMark: 'none' })).toEqual([[text], ['dropped turns[0].parts[0].cache']]);
  });

  it('says one call at a time, and any call, in its own words', () => {
    const tools = [{ name: 'f', input_schema: { type: 'object' } }];
    const { body, losses } = translate({
      tools,
      tool_choice: { type: 'any', disable_parallel_tool_use: true },
    });
    expect(body).toMatchObject({ tool_choice: 'required', parallel_tool_calls: false });
    expect(losses).toEqual([]);
  });

  it('sends a text document as text, and no document of blocks', () => {
    const content = [
      { type: 'document', title: 'T', source: { type: 'text', media_type: 'text/plain', data: 'words' } },
      { type: 'document', source: { type: 'content', content: [{ type: 'text', text: 'x' }] } },
    ];
    const { body, losses } = translate({ messages: [{ role: 'user', content }] });
    expect(body.messages).toEqual([{ role: 'user', content: [{ type: 'text', text: 'T\n\nwords' }] }]);
    expect(told(losses)).toEqual(['emulated turns[0].parts[0]', 'dropped turns[0].parts[1]']);
  });
});

describe('quirks of a host', () => {
  const request: ChatRequest = {
    model: 'm',
    system: [{ type: 'text', text: 'Be brief.' }],
    turns: [{ role: 'user', parts: [{ type: 'text', text: 'Hello' }] }],
    maxOutputTokens: 5,
    stream: true,
    sampling: { topK: 3 },
  };

  it.each<[quirks: Partial<OpenAiChatQuirks>, fields: object]>([
    [{}, { max_completion_tokens: 5, stream_options: { include_usage: true } }],
    [{ maxTokensField: 'max_tokens' }, { max_tokens: 5 }],
    [{ systemRole: 'developer' }, { messages: [{ role: 'developer', content: 'Be brief.' }, user] }],
    [{ topK: true }, { top_k: 3 }],
  ])('%j are followed', (quirks, fields) => {
    expect(render(request, quirks).body).toMatchObject(fields);
  });

  it('may forbid asking for usage', () => {
    expect(render(request, { askForUsage: false }).body).not.toHaveProperty('stream_options');
  });

  it('lose what the host does not know, and say so', () => {
    expect(told(render(request).losses)).toEqual(['dropped sampling.topK']);
    expect(render(request, { topK: true }).losses).toEqual([]);
  });
});
