/** Events of other formats as a chat completion stream. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../json/index.ts';
import type { ChatRequest } from '../../message/index.ts';
import { eventsOf, framesOf } from '../__fixtures__/bound-dialect.ts';
import { readFrames } from '../__fixtures__/read-fixture.ts';
import { dialects } from '../index.ts';

const dialect = dialects['openai-chat'];
const fixtures = new URL('../anthropic-messages/__fixtures__/', import.meta.url);
const request: ChatRequest = { model: 'm', turns: [], answer: { createdAt: 5 } };

interface Chunk {
  readonly id: string;
  readonly usage?: JsonObject;
  readonly choices: readonly {
    readonly delta: Readonly<Record<string, unknown>>;
    readonly finish_reason: string | null;
  }[];
}

/** A Messages stream, told to a caller of this format. */
function translate(name: string, more: Partial<ChatRequest> = {}) {
  const events = eventsOf(dialects['anthropic-messages'], readFrames(fixtures, `${name}.sse`));
  const { frames, losses } = framesOf(dialect, events, { ...request, ...more });
  const data = frames.map((frame) => frame.data);
  const chunks = data.filter((each) => each !== '[DONE]').map((each) => JSON.parse(each) as Chunk);
  return {
    data,
    chunks,
    deltas: chunks.flatMap(({ choices }) => choices?.map(({ delta }) => delta) ?? []),
    told: losses.map(({ action, field }) => `${action} ${field}`),
  };
}

describe('a chat completion stream of a Messages answer', () => {
  it('begins with the role, ends with the reason and `[DONE]`, and names itself in every chunk', () => {
    const { data, chunks, deltas } = translate('text');
    expect(deltas[0]).toEqual({ role: 'assistant', content: '' });
    expect(deltas.slice(1, 3)).toEqual([{ content: 'Hel' }, { content: 'lo 😀' }]);
    expect(chunks.at(-1)?.choices[0]).toMatchObject({ delta: {}, finish_reason: 'stop' });
    expect(data.at(-1)).toBe('[DONE]');
    for (const chunk of chunks) {
      expect(chunk).toMatchObject({
        id: 'msg_1',
        object: 'chat.completion.chunk',
        created: 5,
        model: 'model-1-2026',
      });
    }
  });

  it('tells usage in a chunk of its own to whoever asks', () => {
    const { chunks } = translate('cache-usage', { streamOptions: { usage: true } });
    expect(chunks.at(-1)).toMatchObject({
      choices: [],
      usage: {
        prompt_tokens: 142,
        completion_tokens: 20,
        total_tokens: 162,
        prompt_tokens_details: { cached_tokens: 100, cache_write_tokens: 30 },
      },
    });
    expect(chunks.filter(({ usage }) => usage)).toHaveLength(1);
  });

  it('numbers the calls and sends their arguments as they come', () => {
    const { deltas } = translate('tool-call-parallel');
    const calls = deltas.flatMap(({ tool_calls: pieces }) => (pieces as JsonObject[] | undefined) ?? []);
    expect(calls).toEqual([
      { index: 0, id: 'toolu_a', type: 'function', function: { name: 'weather', arguments: '' } },
      { index: 0, function: { arguments: '{"city": "Ber' } },
      { index: 0, function: { arguments: 'lin"}' } },
      { index: 1, id: 'toolu_b', type: 'function', function: { name: 'time', arguments: '' } },
      { index: 1, function: { arguments: '{"zone":"CET"}' } },
    ]);
  });

  it('sends an empty object for a call without arguments', () => {
    const { deltas } = translate('tool-call-without-arguments');
    const pieces = deltas.flatMap(
      ({ tool_calls: calls }) => (calls as { function: { arguments: string } }[]) ?? [],
    );
    expect(pieces.map((piece) => piece.function.arguments).join('')).toBe('{}');
  });

  it('gives reasoning in the field that clients show and in the one that can be sent back', () => {
    const { deltas } = translate('thinking-signed');
    expect(deltas.map(({ reasoning_content: shown }) => shown ?? '').join('')).toBe('Two and two.');
    const details = deltas.flatMap(({ reasoning_details: each }) => (each as JsonObject[] | undefined) ?? []);
    expect(details.map(({ text }) => text ?? '').join('')).toBe('Two and two.');
    expect(details.at(-1)).toMatchObject({ signature: 'c2ln', format: 'anthropic-claude-v1', index: 0 });
  });

  it('leaves out what the provider did by itself, and says so', () => {
    const { deltas, told } = translate('server-tool');
    expect(deltas.map(({ content }) => content ?? '').join('')).toBe('Cats.');
    expect(deltas.some((delta) => 'tool_calls' in delta)).toBe(false);
    expect(told).toEqual(expect.arrayContaining(['dropped message.parts[0]']));
  });

  it('cites addresses only', () => {
    const { deltas, told } = translate('citations');
    const cited = deltas.flatMap(({ annotations }) => (annotations as JsonObject[] | undefined) ?? []);
    expect(cited).toEqual([
      { type: 'url_citation', url_citation: { url: 'https://example.com', title: 'Cats' } },
    ]);
    expect(told).toContain('dropped message.citations');
    expect(JSON.stringify(deltas)).not.toContain('ZW5j');
  });

  it.each([
    ['error-mid-stream', 'Overloaded'],
    ['interrupted', 'ended before'],
  ])('ends with the error and without `[DONE]`: %s', (name, words) => {
    const { data } = translate(name);
    expect(data.at(-1)).toContain('"error"');
    expect(data.at(-1)).toContain(words);
    expect(data).not.toContain('[DONE]');
  });
});
