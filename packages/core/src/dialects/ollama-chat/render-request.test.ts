import { describe, expect, it } from 'vitest';
import type { ChatRequest } from '../../message/index.ts';
import { ollamaChat } from './index.ts';

const { renderRequest } = ollamaChat.outbound;
const plain: ChatRequest = {
  model: 'm',
  turns: [{ role: 'user', parts: [{ type: 'text', text: 'Hello' }] }],
};
const bodyOf = (request: Partial<ChatRequest>) => {
  const { value, losses } = renderRequest({ ...plain, ...request }, ollamaChat.quirks);
  return {
    body: value.body as Record<string, unknown>,
    losses: losses.map(({ field, action }) => [field, action]),
  };
};
const tools = [{ type: 'function', name: 'f', parameters: { type: 'object', properties: {} } }] as const;

describe('a chat sent to Ollama', () => {
  it('asks for no stream where the caller wants none', () => {
    expect(bodyOf({})).toEqual({
      body: { model: 'm', messages: [{ role: 'user', content: 'Hello' }], stream: false },
      losses: [],
    });
    expect(bodyOf({ stream: true }).body.stream).toBe(true);
  });

  it.each<[Partial<ChatRequest>, object, readonly (readonly string[])[]]>([
    [{ reasoning: { effort: 'none' } }, { think: false }, []],
    [{ reasoning: { effort: 'minimal' } }, { think: 'low' }, [['reasoning.effort', 'clamped']]],
    [{ reasoning: { budgetTokens: 5000 } }, { think: true }, [['reasoning.budgetTokens', 'emulated']]],
    [{ maxOutputTokens: 7, stop: ['a'] }, { options: { num_predict: 7, stop: ['a'] } }, []],
    [
      { outputFormat: { type: 'json-schema', schema: { type: 'object' } } },
      { format: { type: 'object' } },
      [],
    ],
    [{ tools, toolChoice: { type: 'required' } }, {}, [['toolChoice', 'dropped']]],
  ])('says %j', (request, expected, losses) => {
    const rendered = bodyOf(request);
    expect(rendered.body).toMatchObject(expected);
    expect(rendered.losses).toEqual(losses);
  });

  it('sends no tools where none may be called', () => {
    const { body, losses } = bodyOf({ tools, toolChoice: { type: 'none' } });
    expect(body.tools).toBeUndefined();
    expect(losses).toEqual([['toolChoice', 'emulated']]);
  });

  it('names the tool of a result by its call', () => {
    const { body } = bodyOf({
      turns: [
        ...plain.turns,
        { role: 'assistant', parts: [{ type: 'tool-call', id: 'c', name: 'f', arguments: '{}' }] },
        { role: 'tool', parts: [{ type: 'tool-result', callId: 'c', parts: [{ type: 'text', text: 'x' }] }] },
      ],
    });
    expect(body.messages).toMatchObject([
      {},
      {},
      { role: 'tool', content: 'x', tool_name: 'f', tool_call_id: 'c' },
    ]);
  });
});
