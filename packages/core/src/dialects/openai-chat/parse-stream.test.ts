import { describe, expect, it } from 'vitest';
import { bounds, type ChatMessage, fold, type Part, textOf } from '../../message/index.ts';
import { type BoundDialect, eventsOf, framesOf, throughBytes } from '../__fixtures__/bound-dialect.ts';
import { bare } from '../__fixtures__/meaning.ts';
import { fixtureNames, foldFixture, readFrames } from '../__fixtures__/read-fixture.ts';
import { openAiChat } from './index.ts';

const folder = new URL('./__fixtures__/', import.meta.url);
const dialect: BoundDialect = openAiChat;
const request = { model: 'm', turns: [] };
const read = (name: string): ChatMessage => foldFixture(dialect, folder, `${name}.sse`);

const text = (value: string) => ({ type: 'text', text: value });
const thought = (value: string, more: object = {}) => ({ type: 'reasoning', text: value, ...more });
const weather = { type: 'tool-call', id: 'call_a', name: 'weather', arguments: '{"city":"Berlin"}' };
const time = { type: 'tool-call', id: 'call_b', name: 'time', arguments: '{"zone":"CET"}' };

const stories: readonly (readonly [name: string, parts: readonly object[], stop: string])[] = [
  ['text', [text('Hello 😀')], 'stop'],
  ['tool-call-parallel', [weather, time], 'tool-calls'],
  ['tool-call-interleaved', [weather, time], 'tool-calls'],
  ['tool-call-index-reused', [weather, time], 'tool-calls'],
  ['tool-call-index-missing', [weather, time], 'tool-calls'],
  ['tool-call-arguments-before-name', [weather], 'tool-calls'],
  ['tool-call-arguments-object', [weather], 'tool-calls'],
  [
    'tool-call-custom',
    [{ type: 'tool-call', id: 'call_a', name: 'sql', arguments: 'SELECT 1', custom: true }],
    'tool-calls',
  ],
  ['function-call-legacy', [{ ...weather, id: 'call_weather' }], 'tool-calls'],
  ['text-then-tool-call', [text('Let me look.'), { ...weather, arguments: '{}' }], 'tool-calls'],
  ['reasoning-content', [thought('Two and two.'), text('4')], 'stop'],
  ['reasoning-plain', [thought('Two and two.'), text('4')], 'stop'],
  ['reasoning-in-two-fields', [thought('Two and two.'), text('4')], 'stop'],
  [
    'reasoning-details-signed',
    [thought('Hmm.', { opaque: { dialect: 'anthropic-messages', value: 'c2ln' } }), text('4')],
    'stop',
  ],
  [
    'reasoning-details-encrypted',
    [thought('', { redacted: true, opaque: { dialect: 'openai-responses', value: 'ZW5j' } }), text('4')],
    'stop',
  ],
  ['content-list', [thought('Hm.'), text('Hello')], 'stop'],
  ['done-missing', [text('Hello')], 'stop'],
  ['comments', [text('Hello')], 'stop'],
  ['refusal', [{ type: 'refusal', text: 'I cannot.' }], 'stop'],
  ['azure-filter-first', [text('Hello')], 'stop'],
  ['usage-in-x-groq', [text('Hello')], 'stop'],
  ['usage-repeated', [text('Hello')], 'stop'],
  ['unknown-fields', [text('Hello')], 'stop'],
  ['logprobs', [text('hi')], 'stop'],
  ['two-choices', [text('a')], 'stop'],
  [
    'thought-signature',
    [{ ...weather, arguments: '{}', opaque: { dialect: 'gemini-generate', value: 'c2ln' } }],
    'tool-calls',
  ],
  [
    'annotations',
    [
      {
        ...text('Cats [1].'),
        citations: [{ kind: 'url', url: 'https://example.com', title: 'Cats', start: 5, end: 8 }],
      },
    ],
    'stop',
  ],
  [
    'audio',
    [
      {
        type: 'audio',
        source: { kind: 'base64', data: 'AAAABBBB' },
        id: 'audio_1',
        transcript: 'Hello',
        expiresAt: 1_760_000_100,
      },
    ],
    'stop',
  ],
  ['interrupted', [text('Hel')], 'unknown'],
  ['error-in-stream', [text('Hel')], 'unknown'],
  ['error-with-choice', [], 'unknown'],
];

describe('a chat completion stream', () => {
  it('has a story for every fixture', () => {
    expect(stories.map(([name]) => `${name}.sse`).sort()).toEqual(fixtureNames(folder).sort());
  });

  it.each(stories)('reads %s', (name, parts, stop) => {
    const message = read(name);
    expect(bare(message.parts)).toEqual(parts as Part[]);
    expect(message.stop.unified).toBe(stop);
    expect(message.error === undefined).toBe(stop !== 'unknown');
  });

  it.each(
    stories.filter(([name]) => !name.startsWith('error') && name !== 'interrupted'),
  )('means the same after it was rendered in this format again: %s', (name) => {
    const message = read(name);
    const events = eventsOf(dialect, readFrames(folder, `${name}.sse`));
    const { frames, losses } = framesOf(dialect, events, request);
    for (const size of [1, 50]) {
      const again = fold(eventsOf(dialect, throughBytes(dialect, frames, size)));
      expect(bare(again.parts)).toEqual(bare(message.parts));
      expect(again.stop).toEqual(message.stop);
      expect(bare(again.usage)).toEqual(bare(message.usage));
    }
    expect(losses).toEqual([]);
  });

  it('tells what is known of the answer', () => {
    const { facts } = read('text');
    expect(facts).toEqual({
      id: 'chatcmpl-1',
      model: 'model-1-2026',
      createdAt: 1_760_000_000,
      systemFingerprint: 'fp_1',
    });
    expect(read('azure-filter-first').facts).toMatchObject({ id: 'chatcmpl-1', model: 'model-1-2026' });
  });

  it('counts usage wherever a host puts it, in buckets that exclude each other', () => {
    const counted = {
      input: { total: 30, uncached: 20, cacheRead: 10 },
      output: { total: 20, reasoning: 5 },
      total: 50,
    };
    expect(read('text').usage).toMatchObject(counted);
    expect(read('done-missing').usage).toMatchObject(counted);
    expect(read('usage-in-x-groq').usage).toMatchObject({
      input: { total: 3 },
      output: { total: 4 },
      total: 7,
    });
    expect(read('usage-repeated').usage).toMatchObject({ output: { total: 3 }, total: 6 });
    expect(read('comments').usage).toBeUndefined();
  });

  it('gives a text as it comes, not at the end', () => {
    const parser = dialect.outbound.createStreamParser(dialect.quirks);
    const [, first, second] = readFrames(folder, 'text.sse');
    parser.push(first!);
    expect(parser.push(second!)).toEqual([{ type: 'text-delta', index: 0, text: 'lo' }]);
  });

  it('keeps the answers apart when there are several', () => {
    const { alternatives = [] } = read('two-choices');
    expect(alternatives.map((choice) => [textOf(choice), choice.stop.unified])).toEqual([['AB', 'length']]);
  });

  it('collects the probabilities of all pieces', () => {
    const { logprobs } = read('logprobs');
    expect(logprobs?.content?.map(({ token, logprob, bytes }) => [token, logprob, bytes])).toEqual([
      ['h', -0.5, [104]],
      ['i', -0.5, [104]],
    ]);
    expect(logprobs?.content?.[0]?.top).toHaveLength(1);
  });

  it('keeps what it does not know for callers of the same format', () => {
    const { frames } = framesOf(
      dialect,
      eventsOf(dialect, readFrames(folder, 'unknown-fields.sse')),
      request,
    );
    const sent = frames.map(({ data }) => data).join('\n');
    expect(sent).toContain('"warmth":3');
    expect(sent).toContain('"mood":"calm"');
  });

  it('says which error a stream ended in', () => {
    expect(read('error-in-stream').error).toMatchObject({
      code: 'provider_overloaded',
      message: 'Overloaded, try later.',
    });
    expect(read('error-with-choice').error).toMatchObject({
      code: 'rate_limited',
      message: 'Rate limit exceeded.',
    });
    expect(read('interrupted').error?.code).toBe('stream_interrupted');
  });

  it('ends in an error when a chunk is no JSON, and listens no more', () => {
    const parser = dialect.outbound.createStreamParser(dialect.quirks);
    const [error] = parser.push({ data: '{"id":' });
    expect(error).toMatchObject({ type: 'error', error: { code: 'invalid_response' } });
    expect(parser.push({ data: '[DONE]' })).toEqual([]);
    expect(parser.end()).toEqual([]);
  });

  it('ends in an error when there are more parts than any answer has', () => {
    const parser = dialect.outbound.createStreamParser(dialect.quirks);
    const chunk = (delta: object) => ({ data: JSON.stringify({ choices: [{ index: 0, delta }] }) });
    const pair = [chunk({ reasoning_content: 'a' }), chunk({ content: 'b' })];
    const events = Array.from({ length: bounds.streamedParts / 2 + 1 }, () => pair).flat();
    const told = events.flatMap((frame) => parser.push(frame));
    expect(told.filter(({ type }) => type.endsWith('-start') && type !== 'message-start')).toHaveLength(
      bounds.streamedParts,
    );
    expect(told.at(-1)).toMatchObject({ type: 'error', error: { code: 'invalid_response' } });
  });
});
