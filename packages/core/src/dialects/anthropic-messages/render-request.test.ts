/** What requests of other formats become here: the places where the format has no word of its own. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../json/index.ts';
import type { ChatRequest, Loss } from '../../message/index.ts';
import { dialects } from '../index.ts';
import { type AnthropicMessagesQuirks, anthropicMessages } from './index.ts';

const openAiChat = dialects['openai-chat'];

const user = { role: 'user', content: 'Hello' };
const said = (text: string) => ({ role: 'user', content: [{ type: 'text', text }] });

/** A chat completion request, as this format says it. */
function translate(body: JsonObject, quirks: Partial<AnthropicMessagesQuirks> = {}) {
  const whole = { model: 'm', max_tokens: 10, messages: [user], ...body };
  const call = { method: 'POST', path: '/chat/completions', query: {}, headers: {}, body: whole } as const;
  return render(openAiChat.inbound.parseRequest(call), quirks);
}

function render(
  request: ChatRequest,
  quirks: Partial<AnthropicMessagesQuirks> = {},
): { body: JsonObject; losses: Loss[] } {
  const all = { ...anthropicMessages.quirks, ...quirks };
  const { value, losses } = anthropicMessages.outbound.renderRequest(request, all);
  return { body: value.body as JsonObject, losses };
}

const told = (losses: readonly Loss[]): string[] => losses.map(({ action, field }) => `${action} ${field}`);
const call = (id: string, name: string, text: string) => ({
  id,
  type: 'function',
  function: { name, arguments: text },
});
const tool = { type: 'function', function: { name: 'f', parameters: { type: 'object' } } };

describe('a chat completion request in the Messages format', () => {
  it('puts the results of parallel calls, and the words after them, into one message', () => {
    const messages = [
      user,
      { role: 'assistant', content: null, tool_calls: [call('a', 'f', '{"x":1}'), call('b', 'g', '')] },
      { role: 'tool', tool_call_id: 'a', content: 'one' },
      { role: 'tool', tool_call_id: 'b', content: 'two' },
      user,
    ];
    const { body, losses } = translate({ messages });
    expect(body.messages).toEqual([
      said('Hello'),
      {
        role: 'assistant',
        content: [
          { type: 'tool_use', id: 'a', name: 'f', input: { x: 1 } },
          { type: 'tool_use', id: 'b', name: 'g', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'a', content: 'one' },
          { type: 'tool_result', tool_use_id: 'b', content: 'two' },
          { type: 'text', text: 'Hello' },
        ],
      },
    ]);
    expect(losses).toEqual([]);
  });

  it('joins turns of one role, and leaves out empty words', () => {
    const messages = [
      user,
      user,
      { role: 'assistant', content: '' },
      { role: 'assistant', content: 'Hi' },
      user,
    ];
    const { body } = translate({ messages });
    expect(body.messages).toEqual([
      { role: 'user', content: [...said('Hello').content, ...said('Hello').content] },
      { role: 'assistant', content: [{ type: 'text', text: 'Hi' }] },
      said('Hello'),
    ]);
  });

  it('joins all instructions at the head', () => {
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'developer', content: 'Be kind.' },
      user,
    ];
    expect(translate({ messages }).body).toMatchObject({
      system: [
        { type: 'text', text: 'Be brief.' },
        { type: 'text', text: 'Be kind.' },
      ],
      messages: [said('Hello')],
    });
    expect(translate({ messages: messages.slice(1) }).body.system).toBe('Be kind.');
  });

  it('keeps later instructions in their place, or says that they joined the head', () => {
    const messages = [user, { role: 'system', content: 'Be brief.' }, user];
    const inPlace = translate({ messages });
    expect((inPlace.body.messages as JsonObject[])[1]).toEqual({
      role: 'system',
      content: [{ type: 'text', text: 'Be brief.' }],
    });
    expect(inPlace.losses).toEqual([]);
    const joined = translate({ messages }, { systemTurns: false });
    expect(joined.body.system).toBe('Be brief.');
    expect(told(joined.losses)).toEqual(['emulated turns[1]']);
  });

  it('fills in the limit that it demands, and says so', () => {
    const { body, losses } = translate({ max_tokens: null });
    expect(body.max_tokens).toBe(4096);
    expect(told(losses)).toEqual(['emulated maxOutputTokens']);
    expect(translate({ max_tokens: null }, { defaultMaxTokens: 7 }).body.max_tokens).toBe(7);
  });

  it('clamps a temperature that is too high', () => {
    const { body, losses } = translate({ temperature: 1.7 });
    expect(body.temperature).toBe(1);
    expect(told(losses)).toEqual(['clamped sampling.temperature']);
    expect(translate({ temperature: 1 }).losses).toEqual([]);
  });

  it('leaves out sampling for the version that has none', () => {
    const { body, losses } = translate({ temperature: 0.5, top_p: 0.5, top_k: 5 }, { sampling: false });
    for (const field of ['temperature', 'top_p', 'top_k']) expect(body).not.toHaveProperty(field);
    expect(told(losses)).toEqual([
      'dropped sampling.temperature',
      'dropped sampling.topP',
      'dropped sampling.topK',
    ]);
  });

  it.each<[effort: string, config: object, losses: string[]]>([
    ['high', { output_config: { effort: 'high' } }, []],
    ['max', { output_config: { effort: 'max' } }, []],
    ['minimal', { output_config: { effort: 'low' } }, ['clamped reasoning.effort']],
    ['none', { thinking: { type: 'disabled' } }, []],
  ])('asks for the effort %s as %j', (effort, config, losses) => {
    const rendered = translate({ reasoning_effort: effort });
    expect(rendered.body).toMatchObject(config);
    expect(told(rendered.losses)).toEqual(losses);
  });

  it('asks older models for an effort by a budget, and raises the limit above it', () => {
    const { body, losses } = translate({ reasoning_effort: 'medium' }, { effort: 'budget' });
    expect(body).toMatchObject({ thinking: { type: 'enabled', budget_tokens: 4096 }, max_tokens: 4106 });
    expect(told(losses)).toEqual(['emulated reasoning.effort', 'emulated maxOutputTokens']);
  });

  it('keeps saying whether thinking is shown where an effort becomes a budget', () => {
    const reasoning = { effort: 'low', display: 'omitted' } as const;
    const turns = [{ role: 'user', parts: [{ type: 'text', text: 'Hello' }] }] as const;
    const { body } = render({ model: 'm', turns, reasoning }, { effort: 'budget' });
    expect(body.thinking).toEqual({ type: 'enabled', budget_tokens: 1024, display: 'omitted' });
  });

  it('asks for a budget as given, but never below the smallest', () => {
    const { body, losses } = translate({ reasoning: { max_tokens: 100 }, max_tokens: 5000 });
    expect(body).toMatchObject({ thinking: { type: 'enabled', budget_tokens: 1024 }, max_tokens: 5000 });
    expect(told(losses)).toEqual(['clamped reasoning.budgetTokens']);
  });

  it('asks for a schema, and says what of it it cannot', () => {
    const json_schema = { name: 'n', description: 'd', schema: { type: 'object' }, strict: false };
    const { body, losses } = translate({ response_format: { type: 'json_schema', json_schema } });
    expect(body.output_config).toEqual({ format: { type: 'json_schema', schema: { type: 'object' } } });
    expect(told(losses)).toEqual([
      'dropped outputFormat.name',
      'dropped outputFormat.description',
      'dropped outputFormat.strict',
    ]);
    const early = translate(
      { response_format: { type: 'json_schema', json_schema } },
      { outputFormatField: 'output_format' },
    );
    expect(early.body.output_format).toEqual({ type: 'json_schema', schema: { type: 'object' } });
    expect(told(translate({ response_format: { type: 'json_object' } }).losses)).toEqual([
      'dropped outputFormat',
    ]);
  });

  it.each<[choice: JsonObject, wire: unknown]>([
    [{ tool_choice: 'auto' }, { type: 'auto' }],
    [{ tool_choice: 'none' }, { type: 'none' }],
    [{ tool_choice: 'required' }, { type: 'any' }],
    [{ tool_choice: { type: 'function', function: { name: 'f' } } }, { type: 'tool', name: 'f' }],
    [{ parallel_tool_calls: false }, { type: 'auto', disable_parallel_tool_use: true }],
    [
      { parallel_tool_calls: false, tool_choice: 'required' },
      { type: 'any', disable_parallel_tool_use: true },
    ],
    [{ parallel_tool_calls: false, tool_choice: 'none' }, { type: 'none' }],
    [{ parallel_tool_calls: true }, undefined],
  ])('says the choice %j as %j', (choice, wire) => {
    const { body, losses } = translate({ tools: [tool], ...choice });
    expect(body.tool_choice).toEqual(wire);
    expect(losses).toEqual([]);
  });

  it('forbids nothing where there are no tools', () => {
    expect(translate({ parallel_tool_calls: false }).body).not.toHaveProperty('tool_choice');
  });

  it('shows only the tools that are allowed', () => {
    const other = { type: 'function', function: { name: 'g', parameters: { type: 'object' } } };
    const allowed_tools = { mode: 'required', tools: [{ type: 'function', function: { name: 'g' } }] };
    const { body, losses } = translate({
      tools: [tool, other],
      tool_choice: { type: 'allowed_tools', allowed_tools },
    });
    expect(body).toMatchObject({ tools: [{ name: 'g' }], tool_choice: { type: 'any' } });
    expect(body.tools).toHaveLength(1);
    expect(told(losses)).toEqual(['emulated toolChoice']);
  });

  it('gives a tool without parameters an empty schema, and has no tools with free text', () => {
    const custom = { type: 'custom', custom: { name: 'g' } };
    const { body, losses } = translate({ tools: [{ type: 'function', function: { name: 'f' } }, custom] });
    expect(body.tools).toEqual([{ name: 'f', input_schema: { type: 'object', properties: {} } }]);
    expect(told(losses)).toEqual(['emulated tools[0].parameters', 'dropped tools[1]']);
  });

  it('writes names and ids that it forbids in another way, the same everywhere', () => {
    const messages = [
      user,
      { role: 'assistant', content: null, tool_calls: [call('call:1', 'x.y', '{}')] },
      { role: 'tool', tool_call_id: 'call:1', content: 'one' },
    ];
    const tools = [{ type: 'function', function: { name: 'x.y', parameters: {} } }];
    const { body, losses } = translate({
      messages,
      tools,
      tool_choice: { type: 'function', function: { name: 'x.y' } },
    });
    expect(body).toMatchObject({
      tools: [{ name: 'x_u002e_y' }],
      tool_choice: { name: 'x_u002e_y' },
      messages: [
        {},
        { content: [{ id: 'call_u003a_1', name: 'x_u002e_y' }] },
        { content: [{ tool_use_id: 'call_u003a_1' }] },
      ],
    });
    expect(new Set(losses.map(({ action }) => action))).toEqual(new Set(['renamed']));
  });

  it.each<[text: string, input: unknown, losses: string[]]>([
    ['{"a":1}', { a: 1 }, []],
    ['', {}, []],
    ["{'a': True,}", { a: true }, ['emulated turns[1].parts[0].arguments']],
    ['certainly!', { INVALID_JSON: 'certainly!' }, ['emulated turns[1].parts[0].arguments']],
  ])('sends the arguments %j as an object', (text, input, losses) => {
    const messages = [user, { role: 'assistant', content: null, tool_calls: [call('a', 'f', text)] }];
    const rendered = translate({ messages });
    expect(rendered.body.messages).toMatchObject([{}, { content: [{ type: 'tool_use', input }] }]);
    expect(told(rendered.losses)).toEqual(losses);
  });

  it('takes back reasoning that it signed, and no other', () => {
    const details = [
      { type: 'reasoning.text', text: 'Mine.', signature: 'c2ln', format: 'anthropic-claude-v1' },
      { type: 'reasoning.encrypted', data: 'ZW5j', format: 'openai-responses-v1' },
      { type: 'reasoning.text', text: 'Unsigned.' },
    ];
    const messages = [user, { role: 'assistant', content: 'Hi', reasoning_details: details }];
    const { body, losses } = translate({ messages });
    expect(body.messages).toEqual([
      said('Hello'),
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Mine.', signature: 'c2ln' },
          { type: 'text', text: 'Hi' },
        ],
      },
    ]);
    expect(told(losses)).toEqual(['dropped turns[1].parts[1]', 'dropped turns[1].parts[2]']);
  });

  it('tells what it has no field for', () => {
    const { losses } = translate({
      n: 2,
      seed: 1,
      logprobs: true,
      user: 'u',
      store: true,
      verbosity: 'low',
      metadata: {},
    });
    expect(told(losses).sort()).toEqual([
      'dropped metadata.tags',
      'dropped output.verbosity',
      'dropped sampling.choices',
      'dropped sampling.logprobs',
      'dropped sampling.seed',
      'dropped service.store',
    ]);
  });

  it('knows two tiers and no other', () => {
    expect(translate({ service_tier: 'auto' }).body.service_tier).toBe('auto');
    const { body, losses } = translate({ service_tier: 'flex' });
    expect(body).not.toHaveProperty('service_tier');
    expect(told(losses)).toEqual(['dropped service.tier']);
  });

  it('sends text files as text, and drops what it cannot open', () => {
    const file = (fields: JsonObject): JsonObject => ({ type: 'file', file: fields });
    const content: JsonObject[] = [
      file({ file_data: 'data:text/plain;base64,SGVsbG8=', filename: 'a.txt' }),
      file({ file_id: 'file_1' }),
      { type: 'input_audio', input_audio: { data: 'AA==', format: 'wav' } },
    ];
    const { body, losses } = translate({ messages: [{ role: 'user', content }] });
    const source = { type: 'text', media_type: 'text/plain', data: 'Hello' };
    expect(body.messages).toEqual([
      { role: 'user', content: [{ type: 'document', source, title: 'a.txt' }] },
    ]);
    expect(told(losses)).toEqual(['dropped turns[0].parts[1]', 'dropped turns[0].parts[2]']);
  });
});
