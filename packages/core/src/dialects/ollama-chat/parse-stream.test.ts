import { describe, expect, it } from 'vitest';
import type { ChatMessage } from '../../message/index.ts';
import { type BoundDialect, eventsOf } from '../__fixtures__/bound-dialect.ts';
import { bare } from '../__fixtures__/meaning.ts';
import { fixtureNames, foldFixture, readFrames } from '../__fixtures__/read-fixture.ts';
import { ollamaChat } from './index.ts';

const folder = new URL('./__fixtures__/', import.meta.url);
const dialect: BoundDialect = ollamaChat;
const read = (name: string): ChatMessage => foldFixture(dialect, folder, `${name}.ndjson`);
const text = (value: string) => ({ type: 'text', text: value });
const berlin = { type: 'tool-call', name: 'weather', arguments: '{"city":"Berlin"}' };

const stories: readonly (readonly [name: string, parts: readonly object[], stop: string])[] = [
  ['text', [text('Hello 😀')], 'stop'],
  ['thinking', [{ type: 'reasoning', text: 'Two and two.' }, text('4')], 'stop'],
  [
    'tool-calls',
    [
      text('Let me look.'),
      { ...berlin, id: 'call_a' },
      { type: 'tool-call', id: 'call_b', name: 'time', arguments: '{}' },
    ],
    'tool-calls',
  ],
  ['tool-call-without-id', [{ ...berlin, id: 'call_20261001120000123456789_0' }], 'tool-calls'],
  ['length', [text('Once')], 'length'],
  ['counts-missing', [text('Hello')], 'stop'],
  ['logprobs', [text('Hello')], 'stop'],
  ['error-in-stream', [text('Hel')], 'unknown'],
  ['interrupted', [text('Hel')], 'unknown'],
  ['malformed', [text('Hel')], 'unknown'],
  ['unknown-fields', [text('Hello')], 'stop'],
];

describe('a streamed chat', () => {
  it('has a story for every fixture', () => {
    expect(stories.map(([name]) => `${name}.ndjson`).sort()).toEqual(fixtureNames(folder).sort());
  });

  it.each(stories)('is understood: %s', (name, parts, stop) => {
    const message = read(name);
    expect(bare(message.parts)).toEqual(parts);
    expect(message.stop.unified).toBe(stop);
  });

  it('tells counts and durations of its last line', () => {
    const { usage, facts } = read('text');
    expect(usage).toMatchObject({
      input: { total: 12, uncached: 12 },
      output: { total: 5 },
      durations: { total_duration: 9000, eval_duration: 5000 },
    });
    expect(facts).toEqual({ model: 'qwen3', createdAt: 1790856000 });
    expect(read('counts-missing').usage).toBeUndefined();
  });

  it.each([
    ['error-in-stream', 'provider_error'],
    ['interrupted', 'stream_interrupted'],
    ['malformed', 'invalid_response'],
  ])('that fails ends in an error: %s', (name, code) => {
    expect(read(name).error?.code).toBe(code);
  });

  it('gives the same message as the whole answer does', () => {
    const events = eventsOf(dialect, readFrames(folder, 'tool-calls.ndjson'));
    const message = read('tool-calls');
    const { value } = dialect.inbound.renderResponse(message, { model: 'm', turns: [] });
    const whole = dialect.outbound.parseResponse({ status: 200, headers: {}, body: value });
    expect(events.at(-1)?.type).toBe('message-end');
    expect(whole.filter(({ type }) => type === 'tool-call-start')).toMatchObject([
      { id: 'call_a' },
      { id: 'call_b' },
    ]);
  });
});
