import { describe, expect, it } from 'vitest';
import { type ChatMessage, fold, type Part } from '../../message/index.ts';
import { type BoundDialect, eventsOf, framesOf, throughBytes } from '../__fixtures__/bound-dialect.ts';
import { bare } from '../__fixtures__/meaning.ts';
import { fixtureNames, foldFixture, readFrames } from '../__fixtures__/read-fixture.ts';
import { anthropicMessages } from './index.ts';

const folder = new URL('./__fixtures__/', import.meta.url);
const dialect: BoundDialect = anthropicMessages;
const request = { model: 'm', turns: [] };
const read = (name: string): ChatMessage => foldFixture(dialect, folder, `${name}.sse`);

const text = (value: string) => ({ type: 'text', text: value });
const native = (value: object) => ({ type: 'native', dialect: 'anthropic-messages', value });
const ours = (value: string) => ({ dialect: 'anthropic-messages', value });

const stories: readonly (readonly [name: string, parts: readonly object[], stop: string])[] = [
  ['text', [text('Hello 😀')], 'stop'],
  ['ping-everywhere', [text('Hello')], 'stop'],
  [
    'tool-call-parallel',
    [
      text('Let me look.'),
      { type: 'tool-call', id: 'toolu_a', name: 'weather', arguments: '{"city": "Berlin"}' },
      { type: 'tool-call', id: 'toolu_b', name: 'time', arguments: '{"zone":"CET"}' },
    ],
    'tool-calls',
  ],
  [
    'tool-call-without-arguments',
    [{ type: 'tool-call', id: 'toolu_a', name: 'now', arguments: '{}' }],
    'tool-calls',
  ],
  ['thinking-signed', [{ type: 'reasoning', text: 'Two and two.', opaque: ours('c2ln') }, text('4')], 'stop'],
  [
    'thinking-redacted',
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
          { kind: 'url', citedText: 'purr', url: 'https://example.com', title: 'Cats', opaque: ours('ZW5j') },
        ],
      },
    ],
    'stop',
  ],
  [
    'server-tool',
    [
      {
        type: 'tool-call',
        id: 'srvtoolu_a',
        name: 'web_search',
        arguments: '{"query":"cats"}',
        hosted: 'server_tool_use',
      },
      native({
        type: 'web_search_tool_result',
        tool_use_id: 'srvtoolu_a',
        content: [
          {
            type: 'web_search_result',
            url: 'https://example.com',
            title: 'Cats',
            encrypted_content: 'ZW5j',
            page_age: null,
          },
        ],
      }),
      text('Cats.'),
    ],
    'stop',
  ],
  ['cache-usage', [text('Hello')], 'stop'],
  ['stop-sequence', [text('Hello')], 'stop-sequence'],
  ['refused', [text('I cannot.')], 'refusal'],
  ['message-stop-missing', [text('Hello')], 'stop'],
  ['unknown-events', [text('Hello')], 'stop'],
  ['native-block-grows', [native({ type: 'compaction', content: 'So far: cats.' }), text('Hello')], 'stop'],
  ['container', [text('Hello')], 'stop'],
  ['error-mid-stream', [text('Hel')], 'unknown'],
  ['interrupted', [text('Hel')], 'unknown'],
];

describe('a Messages stream', () => {
  it('has a story for every fixture', () => {
    expect(stories.map(([name]) => `${name}.sse`).sort()).toEqual(fixtureNames(folder).sort());
  });

  it.each(stories)('reads %s', (name, parts, stop) => {
    const message = read(name);
    expect(bare(message.parts)).toEqual(bare(parts) as Part[]);
    expect(message.stop.unified).toBe(stop);
    expect(message.error === undefined).toBe(stop !== 'unknown');
  });

  it.each(
    stories.filter(([name]) => name !== 'error-mid-stream' && name !== 'interrupted'),
  )('means the same after it was rendered in this format again: %s', (name) => {
    const message = read(name);
    const events = eventsOf(dialect, readFrames(folder, `${name}.sse`));
    const { frames, losses } = framesOf(dialect, events, request);
    for (const size of [1, 50]) {
      const again = fold(eventsOf(dialect, throughBytes(dialect, frames, size)));
      expect(bare(again.parts)).toEqual(bare(message.parts));
      expect(again.stop).toEqual(message.stop);
      expect(bare(again.usage)).toEqual(bare(message.usage));
      expect(again.facts).toEqual(message.facts);
    }
    expect(losses).toEqual([]);
  });

  it('counts usage from beginning and end together, caches beside the rest', () => {
    expect(read('cache-usage').usage).toMatchObject({
      input: { total: 142, uncached: 12, cacheRead: 100, cacheWrite: 30, cacheWrite5m: 10, cacheWrite1h: 20 },
      output: { total: 20 },
      tier: 'standard',
    });
    expect(read('thinking-signed').usage?.output).toEqual({ total: 20, reasoning: 15, text: 5 });
    expect(read('server-tool').usage?.toolUnits).toEqual({ web_search_requests: 1 });
    expect(read('text').usage?.input).toEqual({ total: 12, uncached: 12 });
  });

  it('tells why the answer ended, in the words of the vendor as well', () => {
    expect(read('stop-sequence').stop).toEqual({
      unified: 'stop-sequence',
      raw: 'stop_sequence',
      sequence: 'END',
    });
    expect(read('refused').stop).toEqual({
      unified: 'refusal',
      raw: 'refusal',
      refusal: { type: 'refusal', category: 'cyber', explanation: 'No.' },
    });
  });

  it('tells what is known of the answer, early and late', () => {
    expect(read('container').facts).toEqual({
      id: 'msg_1',
      model: 'model-1-2026',
      container: { id: 'container_1', expires_at: '2026-11-21T00:00:00Z' },
    });
  });

  it('says which error a stream ended in', () => {
    expect(read('error-mid-stream').error).toMatchObject({
      code: 'provider_overloaded',
      message: 'Overloaded',
      details: { providerRequestId: 'req_1' },
    });
    expect(read('interrupted').error?.code).toBe('stream_interrupted');
  });

  it('takes an error body that is no event for an error', () => {
    const { error } = fold(
      eventsOf(dialect, [{ data: '{"error":{"type":"api_error","message":"Broken."}}' }]),
    );
    expect(error).toMatchObject({ code: 'provider_error', message: 'Broken.' });
  });

  it.each([
    ['a negative index', -1],
    ['an index that is no number', 'x'],
    ['an index beyond the bound', 10_000],
    ['a fraction', 0.5],
    ['no index', undefined],
  ])('ends in an error at a block with %s', (_what, index) => {
    const block = { type: 'content_block_start', index, content_block: { type: 'text', text: '' } };
    const { error } = fold(eventsOf(dialect, [{ data: JSON.stringify(block) }]));
    expect(error?.code).toBe('invalid_response');
  });

  it('ends in an error at a block that begins twice', () => {
    const block = { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } };
    const frame = { data: JSON.stringify(block) };
    expect(fold(eventsOf(dialect, [frame, frame])).error?.code).toBe('invalid_response');
  });
});
