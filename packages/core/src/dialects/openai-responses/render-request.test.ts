import { describe, expect, it } from 'vitest';
import type { ChatRequest } from '../../message/index.ts';
import { openAiResponses } from './index.ts';

const words = { type: 'text', text: 'Hello' } as const;
const plain: ChatRequest = { model: 'm', turns: [{ role: 'user', parts: [words] }] };

function render(fields: Partial<ChatRequest>) {
  const { value, losses } = openAiResponses.outbound.renderRequest(
    { ...plain, ...fields },
    openAiResponses.quirks,
  );
  return { body: value.body as Record<string, unknown>, told: losses.map(({ field }) => field) };
}

describe('a request of another format, sent as Responses', () => {
  it('sends functions as lax as they were', () => {
    const { body, told } = render({
      tools: [{ type: 'function', name: 'f', parameters: { type: 'object' } }],
    });
    expect(body.tools).toEqual([
      { type: 'function', name: 'f', parameters: { type: 'object' }, strict: false },
    ]);
    expect(told).toEqual([]);
  });

  it('asks for the state of reasoning when it asks for reasoning', () => {
    expect(render({ reasoning: { effort: 'low' } }).body.include).toEqual(['reasoning.encrypted_content']);
    expect(render({}).body.include).toBeUndefined();
  });

  it('sends the result of a custom tool as such', () => {
    const call = { type: 'tool-call', id: 'c', name: 'shell', arguments: 'ls', custom: true } as const;
    const { body } = render({
      turns: [
        { role: 'user', parts: [words] },
        { role: 'assistant', parts: [call] },
        { role: 'tool', parts: [{ type: 'tool-result', callId: 'c', parts: [words] }] },
      ],
    });
    expect(body.input).toEqual([
      { role: 'user', content: 'Hello' },
      { type: 'custom_tool_call', call_id: 'c', name: 'shell', input: 'ls' },
      { type: 'custom_tool_call_output', call_id: 'c', output: 'Hello' },
    ]);
  });

  it('says what it could not send', () => {
    const { body, told } = render({ stop: ['END'], maxOutputTokens: 3, sampling: { topK: 2 } });
    expect(body.max_output_tokens).toBe(16);
    expect(told).toEqual(['maxOutputTokens', 'stop', 'sampling.topK']);
  });
});
