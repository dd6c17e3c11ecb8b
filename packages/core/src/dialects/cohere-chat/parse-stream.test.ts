import { describe, expect, it } from 'vitest';
import type { Json } from '../../json/index.ts';
import { type ChatMessage, fold } from '../../message/index.ts';
import { type BoundDialect, eventsOf, framesOf, throughBytes } from '../__fixtures__/bound-dialect.ts';
import { bare } from '../__fixtures__/meaning.ts';
import { fixtureNames, foldFixture, readFrames } from '../__fixtures__/read-fixture.ts';
import { cohereChat } from './index.ts';

const folder = new URL('./__fixtures__/', import.meta.url);
const dialect: BoundDialect = cohereChat;
const request = { model: 'm', turns: [] };
const read = (name: string): ChatMessage => foldFixture(dialect, folder, name);
const text = (value: string) => ({ type: 'text', text: value });
const call = (id: string, name: string, input: string) => ({ type: 'tool-call', id, name, arguments: input });

const stories: readonly (readonly [name: string, parts: readonly object[], stop: string])[] = [
  ['text.sse', [text('Good morning')], 'stop'],
  ['thinking.sse', [{ type: 'reasoning', text: 'They greet.' }, text('Hello')], 'stop'],
  [
    'tool-plan-parallel.sse',
    [text('I will ask both.'), call('call_a', 'weather', '{"city":"Oslo"}'), call('call_b', 'time', '{}')],
    'tool-calls',
  ],
  ['tool-call-without-arguments.sse', [call('call_a', 'now', '')], 'tool-calls'],
  ['logprobs.sse', [text('Hi there')], 'stop'],
  ['done-missing.sse', [text('Hello')], 'stop'],
  ['start-missing.sse', [text('Hello')], 'stop'],
  ['timeout.sse', [text('Hel')], 'error'],
  ['unknown-events.sse', [text('Hello')], 'stop'],
  ['version-1-text.ndjson', [text('Good morning')], 'stop'],
  ['version-1-tool-call.ndjson', [call('call_g1_0', 'weather', '{"city":"Oslo"}')], 'stop'],
];

const failures: readonly (readonly [name: string, code: string])[] = [
  ['interrupted.sse', 'stream_interrupted'],
  ['error-at-end.sse', 'provider_error'],
  ['error-body.sse', 'provider_error'],
];

describe('streams of chats', () => {
  it.each(stories)('%s', (name, parts, stop) => {
    const message = read(name);
    expect(bare(message.parts)).toEqual(parts);
    expect(message.stop.unified).toBe(stop);
    expect(message.error).toBeUndefined();
  });

  it.each(failures)('%s ends in an error after what had come', (name, code) => {
    const message = read(name);
    expect(bare(message.parts)).toEqual([text('Hel')]);
    expect(message.error?.code).toBe(code);
  });

  it('covers every fixture', () => {
    const covered = [...stories, ...failures].map(([name]) => name);
    expect([...covered, 'citations.sse'].sort()).toEqual(fixtureNames(folder).sort());
  });

  it('reads citations: an address where a source has one', () => {
    const [part] = read('citations.sse').parts;
    expect(part?.type === 'text' && part.citations).toMatchObject([
      { kind: 'native', start: 6, end: 15, citedText: '4 degrees' },
      { kind: 'url', url: 'https://weather.example/oslo', title: 'Oslo', start: 0, end: 2 },
    ]);
  });

  it('counts what was read and what is billed apart', () => {
    const { usage } = read('text.sse');
    expect(usage).toMatchObject({
      input: { total: 70, uncached: 6, cacheRead: 64 },
      output: { total: 5 },
      billed: { input_tokens: 4, output_tokens: 2 },
    });
  });

  it('takes a piece of several tokens for one that is as likely as all of them', () => {
    expect(bare(read('logprobs.sse').logprobs as unknown as Json)).toEqual({
      content: [
        { token: 'Hi', logprob: -0.5, ids: [12] },
        { token: ' there', logprob: -0.75, ids: [3, 4] },
      ],
    });
  });

  it.each(
    [...stories.map(([name]) => name), 'citations.sse'].filter((name) => name.endsWith('.sse')),
  )('means the same after another rendering: %s', (name) => {
    const events = eventsOf(dialect, readFrames(folder, name));
    const { frames, losses } = framesOf(dialect, events, request);
    const again = fold(eventsOf(dialect, throughBytes(dialect, frames, 7)));
    expect(bare(again as unknown as Json)).toEqual(bare(fold(events) as unknown as Json));
    expect(losses).toEqual([]);
  });
});
