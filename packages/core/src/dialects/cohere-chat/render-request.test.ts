import { describe, expect, it } from 'vitest';
import type { ChatRequest } from '../../message/index.ts';
import { dialects } from '../index.ts';
import { cohereChat } from './index.ts';

const user = { role: 'user', parts: [{ type: 'text', text: 'Hi' }] } as const;
const tool = (name: string, strict?: boolean) =>
  ({
    type: 'function',
    name,
    parameters: { type: 'object' },
    ...(strict !== undefined && { strict }),
  }) as const;

function render(request: Partial<ChatRequest>) {
  const { value, losses } = cohereChat.outbound.renderRequest(
    { model: 'm', turns: [user], ...request },
    cohereChat.quirks,
  );
  return {
    path: value.path,
    body: value.body as object,
    losses: losses.map(({ action, field }) => `${action} ${field}`),
  };
}

describe('requests of other formats', () => {
  it('puts text in front of calls where the format has its plan', () => {
    const { body } = render({
      turns: [
        user,
        {
          role: 'assistant',
          parts: [
            { type: 'text', text: 'Let me look.' },
            { type: 'tool-call', id: 'c', name: 'f', arguments: '{}' },
          ],
        },
        { role: 'tool', parts: [{ type: 'tool-result', callId: 'c', parts: [{ type: 'text', text: '4' }] }] },
      ],
    });
    expect(body).toMatchObject({
      messages: [
        { role: 'user', content: 'Hi' },
        {
          role: 'assistant',
          tool_plan: 'Let me look.',
          tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'c', content: '4' },
      ],
    });
  });

  it.each<readonly [string, Partial<ChatRequest>, object, readonly string[]]>([
    [
      'a tool by name',
      { tools: [tool('a'), tool('b')], toolChoice: { type: 'tool', name: 'b' } },
      { tool_choice: 'REQUIRED', tools: [{ function: { name: 'b' } }] },
      ['emulated toolChoice'],
    ],
    ['strict tools', { tools: [tool('a', true), tool('b', true)] }, { strict_tools: true }, []],
    ['some strict tools', { tools: [tool('a', true), tool('b')] }, {}, ['dropped tools[0].strict']],
    ['top p of 1', { sampling: { topP: 1 } }, { p: 0.99 }, ['clamped sampling.topP']],
    [
      'six stops',
      { stop: ['a', 'b', 'c', 'd', 'e', 'f'] },
      { stop_sequences: ['a', 'b', 'c', 'd', 'e'] },
      ['clamped stop'],
    ],
    [
      'an effort',
      { reasoning: { effort: 'low' } },
      { thinking: { type: 'enabled', token_budget: 1024 } },
      ['emulated reasoning.effort'],
    ],
    ['no reasoning', { reasoning: { mode: 'disabled' } }, { thinking: { type: 'disabled' } }, []],
    [
      'a schema',
      { outputFormat: { type: 'json-schema', schema: { type: 'object' }, name: 'x' } },
      { response_format: { type: 'json_object', json_schema: { type: 'object' } } },
      ['dropped outputFormat.name'],
    ],
  ])('says %s', (_what, request, body, losses) => {
    const rendered = render(request);
    expect(rendered.body).toMatchObject(body);
    expect(rendered.losses).toEqual(losses);
  });
});

const early = {
  message: 'And tomorrow?',
  model: 'command-r',
  preamble: 'Be brief.',
  chat_history: [
    { role: 'USER', message: 'Weather in Oslo?' },
    { role: 'CHATBOT', message: 'Rain.' },
  ],
  tools: [
    {
      name: 'weather',
      description: 'Tells it.',
      parameter_definitions: { city: { type: 'str', description: 'Where', required: true } },
    },
  ],
  tool_results: [{ call: { name: 'weather', parameters: { city: 'Oslo' } }, outputs: [{ degrees: 4 }] }],
  raw_prompting: false,
  stream: true,
};

describe('requests of version 1', () => {
  const call = { method: 'POST', path: '/v1/chat', query: {}, headers: {}, body: early } as const;
  const request = cohereChat.inbound.parseRequest(call);

  it('come out as they went in', () => {
    const { path, body, losses } = render(request);
    expect({ path, body, losses }).toEqual({ path: '/v1/chat', body: early, losses: [] });
    expect(request.streamOptions?.framing).toBe('ndjson');
  });

  it('mean the same to other formats', () => {
    const { value } = dialects['openai-chat'].outbound.renderRequest(request, dialects['openai-chat'].quirks);
    expect(value.body).toMatchObject({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Weather in Oslo?' },
        { role: 'assistant', content: 'Rain.' },
        { role: 'user', content: 'And tomorrow?' },
        { role: 'assistant', tool_calls: [{ id: 'call_0', function: { arguments: '{"city":"Oslo"}' } }] },
        { role: 'tool', tool_call_id: 'call_0', content: '[{"degrees":4}]' },
      ],
      tools: [
        {
          function: {
            name: 'weather',
            parameters: { required: ['city'], properties: { city: { type: 'string' } } },
          },
        },
      ],
    });
  });

  it('are answered in their own shape by any provider, whole and streamed', () => {
    const message = {
      dialect: 'openai-chat',
      facts: { id: 'a1' },
      parts: [
        { type: 'text', text: 'Sun.' },
        { type: 'tool-call', id: 'c', name: 'weather', arguments: '{"city":"Oslo"}' },
      ],
      stop: { unified: 'tool-calls' },
    } as const;
    const answer = {
      text: 'Sun.',
      generation_id: 'a1',
      finish_reason: 'COMPLETE',
      tool_calls: [{ name: 'weather', parameters: { city: 'Oslo' } }],
    };
    expect(cohereChat.inbound.renderResponse(message, request).value).toEqual(answer);
    const renderer = cohereChat.inbound.createStreamRenderer(request);
    const events = [
      { type: 'message-start', dialect: 'openai-chat', facts: { id: 'a1' } },
      { type: 'text-start', index: 0 },
      { type: 'text-delta', index: 0, text: 'Sun.' },
      { type: 'text-end', index: 0 },
      { type: 'message-end', stop: { unified: 'stop' } },
    ] as const;
    const lines = events.flatMap((event) => renderer.push(event)).map(({ data }) => JSON.parse(data));
    expect(lines.map((line) => line.event_type)).toEqual(['stream-start', 'text-generation', 'stream-end']);
    expect(lines.at(-1)).toMatchObject({
      is_finished: true,
      response: { text: 'Sun.', generation_id: 'a1' },
    });
  });
});
