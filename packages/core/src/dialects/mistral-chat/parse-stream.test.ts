import { describe, expect, it } from 'vitest';
import { type ChatMessage, fold } from '../../message/index.ts';
import { type BoundDialect, eventsOf, framesOf } from '../__fixtures__/bound-dialect.ts';
import { bare, seenParts } from '../__fixtures__/meaning.ts';
import { fixtureNames, foldFixture, readFrames } from '../__fixtures__/read-fixture.ts';
import { mistralChat } from './index.ts';

const folder = new URL('./__fixtures__/', import.meta.url);
const dialect: BoundDialect = mistralChat;
const read = (name: string): ChatMessage => foldFixture(dialect, folder, `${name}.sse`);

const text = (value: string) => ({ type: 'text', text: value });
const thought = (value: string) => ({ type: 'reasoning', text: value });
const weather = { type: 'tool-call', id: 'aB3dE6gH9', name: 'weather', arguments: '{"city":"Bern"}' };
const cite = (source: string) => ({ kind: 'search-result', source });

const stories: readonly (readonly [name: string, parts: readonly object[], stop: string])[] = [
  ['text', [text('Good day.')], 'stop'],
  ['thinking-then-text', [thought('Hm, a boat.'), text('It floats.')], 'stop'],
  [
    'thinking-signed',
    [
      { ...thought('Hm.'), opaque: { dialect: 'mistral-chat', value: 'c2ln' } },
      thought('More.'),
      text('Yes.'),
    ],
    'stop',
  ],
  [
    'tool-calls',
    [
      text('One moment.'),
      weather,
      { type: 'tool-call', id: 'zY8xW5vU2', name: 'time', arguments: '{"zone":"CET"}' },
    ],
    'tool-calls',
  ],
  ['tool-call-in-pieces', [weather], 'tool-calls'],
  [
    'tool-call-without-id',
    [{ type: 'tool-call', id: 'call_a1b2c3_0', name: 'weather', arguments: '' }],
    'tool-calls',
  ],
  [
    'references',
    [{ ...text('Bern is small'), citations: [cite('0'), cite('a')] }, text(' and old.')],
    'stop',
  ],
  ['model-length', [text('Hi th')], 'context-exceeded'],
];

describe('a stream of Mistral', () => {
  it.each(stories)('tells what `%s` says', (name, parts, stop) => {
    const message = read(name);
    expect(bare(message.parts)).toEqual(parts);
    expect(message.stop.unified).toBe(stop);
  });

  it('counts what the cache gave', () => {
    const { usage } = read('cached-usage');
    expect(usage).toMatchObject({ input: { total: 9, cacheRead: 4, uncached: 5 }, tier: 'standard' });
  });

  it('keeps several answers apart', () => {
    const { parts, alternatives } = read('two-choices');
    expect(bare(parts)).toEqual([text('ac')]);
    expect(bare(alternatives?.[0]?.parts)).toEqual([text('bd')]);
  });

  it('tells an error after what had come', () => {
    const message = read('error-in-stream');
    expect(bare(message.parts)).toEqual([text('Hal')]);
    expect(message.error?.code).toBe('provider_unavailable');
    expect(read('interrupted').error?.code).toBe('stream_interrupted');
  });

  it.each(fixtureNames(folder))('says %s the same when it is rendered and read again', (name) => {
    const events = eventsOf(dialect, readFrames(folder, name));
    const again = eventsOf(dialect, framesOf(dialect, events, { model: 'm', turns: [] }).frames);
    expect(seenParts(fold(again).parts)).toEqual(seenParts(fold(events).parts));
    expect(fold(again).stop).toEqual(fold(events).stop);
  });
});
