import { describe, expect, it } from 'vitest';
import { type ChatMessage, fold } from '../../message/index.ts';
import { type BoundDialect, eventsOf, framesOf, throughBytes } from '../__fixtures__/bound-dialect.ts';
import { bare } from '../__fixtures__/meaning.ts';
import { fixtureNames, foldFixture, readFrames } from '../__fixtures__/read-fixture.ts';
import { bedrockConverse } from './index.ts';

const folder = new URL('./__fixtures__/', import.meta.url);
const dialect: BoundDialect = bedrockConverse;
const request = { model: 'm', turns: [] };
const read = (name: string): ChatMessage => foldFixture(dialect, folder, `${name}.eventstream.ndjson`);

const text = (value: string) => ({ type: 'text', text: value });
const ours = (value: string) => ({ dialect: 'bedrock-converse', value });

const stories: readonly (readonly [name: string, parts: readonly object[], stop: string])[] = [
  ['text', [text('Hello 😀')], 'stop'],
  [
    'tool-call-parallel',
    [
      text('Let me look.'),
      { type: 'tool-call', id: 'tooluse_a', name: 'weather', arguments: '{"city": "Berlin"}' },
      { type: 'tool-call', id: 'tooluse_b', name: 'time', arguments: '{"zone":"CET"}' },
    ],
    'tool-calls',
  ],
  [
    'tool-call-without-arguments',
    [{ type: 'tool-call', id: 'tooluse_a', name: 'now', arguments: '{}' }],
    'tool-calls',
  ],
  [
    'reasoning-signed',
    [{ type: 'reasoning', text: 'Two and two.', opaque: ours('c2ln') }, text('4')],
    'stop',
  ],
  [
    'reasoning-redacted',
    [{ type: 'reasoning', text: '', redacted: true, opaque: ours('ZW5j') }, text('4')],
    'stop',
  ],
  [
    'citations',
    [
      {
        ...text('Cats purr.'),
        citations: [
          { kind: 'characters', citedText: 'cats purr', document: 0, title: 'Cats', start: 3, end: 12 },
        ],
      },
    ],
    'stop',
  ],
  [
    'hosted-tool',
    [
      {
        type: 'tool-call',
        id: 'tooluse_a',
        name: 'nova_code_interpreter',
        arguments: '{"snippet":"1+1"}',
        hosted: 'server_tool_use',
      },
      {
        type: 'native',
        dialect: 'bedrock-converse',
        value: {
          toolResult: {
            toolUseId: 'tooluse_a',
            type: 'nova_code_interpreter_result',
            status: 'success',
            content: [{ json: { stdOut: '2' } }],
          },
        },
      },
      text('2'),
    ],
    'stop',
  ],
  ['metadata-missing', [text('Hi')], 'length'],
  ['unknown-events', [text('Hi')], 'content-filter'],
];

describe('a Converse stream', () => {
  it.each(stories)('is read: %s', (name, parts, stop) => {
    const message = read(name);
    expect(message.error).toBeUndefined();
    expect(message.parts.map(bare)).toEqual(parts);
    expect(message.stop.unified).toBe(stop);
  });

  it('tells caches, time and what the provider did besides', () => {
    const { usage, facts, stop } = read('cache-usage');
    expect(usage).toMatchObject({
      input: { total: 113, uncached: 3, cacheRead: 40, cacheWrite: 70, cacheWrite5m: 20, cacheWrite1h: 50 },
      output: { total: 5 },
      durations: { latency: 12_000_000 },
    });
    expect(facts).toMatchObject({ latency: 'optimized', tier: 'flex', trace: expect.anything() });
    expect(stop).toMatchObject({ unified: 'stop-sequence', sequence: 'END' });
  });

  it.each([
    ['throttled-mid-stream', 'rate_limited', 'throttlingException'],
    ['model-error-mid-stream', 'provider_error', 'modelStreamErrorException'],
    ['interrupted', 'stream_interrupted', 'modelStreamErrorException'],
  ])('that breaks off keeps what had come and says why: %s', (name, code, event) => {
    const message = read(name);
    expect(message.parts.map(bare)).toEqual([text('Hel')]);
    expect(message.error?.code).toBe(code);
    const events = eventsOf(dialect, readFrames(folder, `${name}.eventstream.ndjson`));
    expect(framesOf(dialect, events, request).frames.at(-1)?.event).toBe(event);
  });

  it.each(fixtureNames(folder))('comes out as it came in: %s', (name) => {
    const events = eventsOf(dialect, readFrames(folder, name));
    const { frames, losses } = framesOf(dialect, events, request);
    expect(losses).toEqual([]);
    const again = fold(eventsOf(dialect, throughBytes(dialect, frames, 11)));
    const { error, ...message } = fold(events);
    // The format has no word for an interruption, but an error stays one.
    const { error: toldError, ...told } = again;
    expect([told, toldError !== undefined]).toEqual([message, error !== undefined]);
  });
});
