import { describe, expect, it } from 'vitest';
import type { ChatRequest } from '../../message/index.ts';
import { mistralChat } from './index.ts';
import { quirks } from './wire.ts';

const render = (request: Partial<ChatRequest>) => {
  const { value, losses } = mistralChat.outbound.renderRequest({ model: 'm', turns: [], ...request }, quirks);
  return {
    body: value.body as Record<string, never>,
    losses: losses.map(({ field, action }) => `${action} ${field}`),
  };
};
const say = (text: string) => ({ type: 'text', text }) as const;

describe('a request to Mistral', () => {
  it('sends ids of other makers as nine letters or digits, the same on call and result', () => {
    const id = 'toolu_01A09q90qw90lq917835lq9';
    const { body, losses } = render({
      turns: [
        { role: 'user', parts: [say('Hello')] },
        { role: 'assistant', parts: [{ type: 'tool-call', id, name: 'f', arguments: '{}' }] },
        { role: 'tool', parts: [{ type: 'tool-result', callId: id, parts: [say('x')] }] },
      ],
    });
    const [, assistant, tool] = body.messages as unknown as Record<string, never>[];
    const sent = (assistant?.tool_calls as unknown as { id: string }[])[0]?.id;
    expect(sent).toMatch(/^[a-z0-9]{9}$/);
    expect(tool?.tool_call_id).toBe(sent);
    expect(losses).toEqual(['renamed turns[1].parts[0].id', 'renamed turns[2].parts[0].callId']);
  });

  it('leaves an id that the provider itself might have given', () => {
    const call = { type: 'tool-call', id: 'aB3dE6gH9', name: 'f', arguments: '{}' } as const;
    expect(render({ turns: [{ role: 'assistant', parts: [call] }] }).losses).toEqual([]);
  });

  it('has the answer continue the words of an assistant who spoke last', () => {
    const { body } = render({ turns: [{ role: 'assistant', parts: [say('Once upon')] }] });
    expect(body.messages).toEqual([{ role: 'assistant', content: 'Once upon', prefix: true }]);
  });

  it('uses its own names for fields, and says what it has none for', () => {
    const { body, losses } = render({
      sampling: { seed: 7, topK: 3 },
      reasoning: { budgetTokens: 9000 },
      toolChoice: { type: 'required' },
      outputFormat: { type: 'json-schema', schema: { type: 'object' } },
    });
    expect(body).toMatchObject({
      random_seed: 7,
      reasoning_effort: 'high',
      tool_choice: 'any',
      response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: { type: 'object' } } },
    });
    expect(losses).toEqual([
      'emulated outputFormat.name',
      'emulated reasoning.budgetTokens',
      'dropped sampling.topK',
    ]);
  });

  it('drops reasoning whose state another maker gave', () => {
    const opaque = { dialect: 'anthropic-messages', value: 'c2ln' };
    const { body, losses } = render({
      turns: [{ role: 'assistant', parts: [{ type: 'reasoning', text: 'Hm.', opaque }, say('Hi')] }],
    });
    expect(JSON.stringify(body)).not.toContain('Hm.');
    expect(losses).toEqual(['dropped turns[0].parts[0]']);
  });
});
