import { describe, expect, it } from 'vitest';
import type { ChatRequest } from '../../message/index.ts';
import { openAiCompletions } from './index.ts';
import { quirks } from './wire.ts';

const render = (request: Partial<ChatRequest>) => {
  const { value, losses } = openAiCompletions.outbound.renderRequest(
    { model: 'm', turns: [], ...request },
    quirks,
  );
  return { body: value.body, losses: losses.map(({ field, action }) => `${action} ${field}`) };
};
const say = (role: 'user' | 'assistant', text: string) => ({
  role,
  parts: [{ type: 'text', text } as const],
});

describe('a request for a completion', () => {
  it('takes a single question for the prompt', () => {
    expect(render({ turns: [say('user', 'Once')] })).toEqual({
      body: { model: 'm', prompt: 'Once' },
      losses: [],
    });
  });

  it('writes a conversation out, and says so', () => {
    const turns = [say('user', 'Hello'), say('assistant', 'Hi'), say('user', 'Bye')];
    const { body, losses } = render({ system: [{ type: 'text', text: 'Be brief.' }], turns });
    const prompt = 'Be brief.\n\nUser: Hello\n\nAssistant: Hi\n\nUser: Bye\n\nAssistant:';
    expect(body).toEqual({ model: 'm', prompt });
    expect(losses).toEqual(['emulated turns', 'emulated system']);
  });

  it('says what no text can hold', () => {
    const image = { type: 'image', source: { kind: 'url', url: 'https://a/b.png' } } as const;
    const { losses } = render({
      turns: [{ role: 'user', parts: [image] }],
      tools: [{ type: 'function', name: 'f' }],
      toolChoice: { type: 'auto' },
    });
    expect(losses).toEqual(['dropped turns[0].parts[0]', 'dropped tools[0]', 'dropped toolChoice']);
  });

  it.each<object>([
    { prompt: 'Once', best_of: 2, echo: true, suffix: 'end', logprobs: 2, n: 1, stop: 'x', user: 'u' },
    { prompt: ['Once'], logprobs: 0, stream: true, stream_options: { include_usage: true } },
    { prompt: ['One', 'Two'] },
    { prompt: [1, 2, 3] },
    { prompt: [[1, 2], [3]] },
    { prompt: null },
  ])('gives a caller’s own %j back', (fields) => {
    const body = { model: 'm', ...fields };
    const call = { method: 'POST', path: '/v1/completions', query: {}, headers: {}, body } as const;
    const parsed = openAiCompletions.inbound.parseRequest(call);
    expect(openAiCompletions.outbound.renderRequest(parsed, quirks)).toMatchObject({
      value: { body },
      losses: [],
    });
  });
});
