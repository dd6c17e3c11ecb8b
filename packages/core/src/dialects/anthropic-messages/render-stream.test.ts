/** Events of other formats as a Messages stream, which has one block after the other. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../json/index.ts';
import { type ChatEvent, type ChatRequest, sealState } from '../../message/index.ts';
import { eventsOf, framesOf } from '../__fixtures__/bound-dialect.ts';
import { readFrames } from '../__fixtures__/read-fixture.ts';
import { dialects } from '../index.ts';

const dialect = dialects['anthropic-messages'];
const chatFixtures = new URL('../openai-chat/__fixtures__/', import.meta.url);
const request: ChatRequest = { model: 'm', turns: [] };
const start: ChatEvent = { type: 'message-start', dialect: 'elsewhere', facts: { id: 'a', model: 'm' } };
const end: ChatEvent = { type: 'message-end', stop: { unified: 'stop' } };

function render(events: readonly ChatEvent[]) {
  const { frames, losses } = framesOf(dialect, [start, ...events, end], request);
  return {
    wire: frames.map(({ data }) => JSON.parse(data) as JsonObject),
    order: frames.map(({ event }) => event),
    told: losses.map(({ action, field }) => `${action} ${field}`),
  };
}

describe('a Messages stream of events', () => {
  it('names every frame after its type, and has one beginning and one end', () => {
    const { wire, order } = render([
      { type: 'text-start', index: 0 },
      { type: 'text-delta', index: 0, text: 'Hello' },
      { type: 'text-end', index: 0 },
    ]);
    expect(order).toEqual([
      'message_start',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    expect(wire.map(({ type }) => type)).toEqual(order);
  });

  it('lets a part wait that begins while another is open', () => {
    const { wire } = render([
      { type: 'tool-call-start', index: 0, id: 'a', name: 'f' },
      { type: 'tool-call-start', index: 1, id: 'b', name: 'g' },
      { type: 'tool-call-delta', index: 1, arguments: '{"b":1}' },
      { type: 'tool-call-delta', index: 0, arguments: '{"a":1}' },
      { type: 'tool-call-end', index: 1 },
      { type: 'tool-call-end', index: 0 },
    ]);
    const blocks = wire.filter(({ type }) => String(type).startsWith('content_block'));
    expect(blocks.map(({ type, index }) => `${type} ${index}`)).toEqual([
      'content_block_start 0',
      'content_block_delta 0',
      'content_block_stop 0',
      'content_block_start 1',
      'content_block_delta 1',
      'content_block_stop 1',
    ]);
    expect(blocks[1]).toMatchObject({ delta: { partial_json: '{"a":1}' } });
    expect(blocks[4]).toMatchObject({ delta: { partial_json: '{"b":1}' } });
  });

  it('sends free text as an object, which is what clients read', () => {
    const { wire, told } = render([
      { type: 'tool-call-start', index: 0, id: 'a', name: 'sql', custom: true },
      { type: 'tool-call-delta', index: 0, arguments: 'SELECT "' },
      { type: 'tool-call-delta', index: 0, arguments: 'x"\n' },
      { type: 'tool-call-end', index: 0 },
    ]);
    const pieces = wire.map(
      ({ delta }) => (delta as { partial_json?: string } | undefined)?.partial_json ?? '',
    );
    expect(JSON.parse(pieces.join(''))).toEqual({ input: 'SELECT "x"\n' });
    expect(told).toHaveLength(1);
  });

  it('tells a refusal as text, and says so', () => {
    const { wire, told } = render([
      { type: 'refusal-start', index: 0 },
      { type: 'refusal-delta', index: 0, text: 'No.' },
      { type: 'refusal-end', index: 0 },
    ]);
    expect(wire[2]).toMatchObject({ delta: { type: 'text_delta', text: 'No.' } });
    expect(told).toEqual(['emulated message.refusal']);
  });

  it('says when a citation came too late for its text', () => {
    const { wire, told } = render([
      { type: 'text-start', index: 0 },
      { type: 'text-delta', index: 0, text: 'Cats.' },
      { type: 'text-end', index: 0 },
      { type: 'source', index: 0, citation: { kind: 'url', url: 'https://a' } },
    ]);
    expect(JSON.stringify(wire)).not.toContain('citations_delta');
    expect(told).toEqual(['dropped message.parts[0].citations']);
  });

  it('seals the state of others, so that the caller can hand it back', () => {
    const opaque = { dialect: 'elsewhere', value: 'c2VjcmV0' };
    const { wire, told } = render([
      { type: 'reasoning-start', index: 0, redacted: true },
      { type: 'reasoning-end', index: 0, opaque },
      { type: 'tool-call-start', index: 1, id: 'c', name: 'f' },
      { type: 'tool-call-end', index: 1, opaque },
    ]);
    const data = sealState(opaque, dialect.name);
    const ofCall = sealState({ ...opaque, ofCall: true }, dialect.name);
    const starts = wire.filter(({ type }) => type === 'content_block_start');
    expect(starts.map((start) => start.content_block)).toEqual([
      { type: 'redacted_thinking', data },
      { type: 'tool_use', id: 'c', name: 'f', input: {} },
      { type: 'redacted_thinking', data: ofCall },
    ]);
    expect(told).toEqual([]);
  });

  it('gives one answer of several, and says so once', () => {
    const chat = dialects['openai-chat'];
    const { frames, losses } = framesOf(
      dialect,
      eventsOf(chat, readFrames(chatFixtures, 'two-choices.sse')),
      request,
    );
    const texts = frames.map(
      ({ data }) => (JSON.parse(data) as { delta?: { text?: string } }).delta?.text ?? '',
    );
    expect(texts.join('')).toBe('a');
    expect(losses.filter(({ field }) => field === 'alternatives')).toHaveLength(1);
  });

  it('ends with the error, and says nothing after it', () => {
    const chat = dialects['openai-chat'];
    const { frames } = framesOf(
      dialect,
      eventsOf(chat, readFrames(chatFixtures, 'error-in-stream.sse')),
      request,
    );
    expect(frames.at(-1)?.event).toBe('error');
    expect(JSON.parse(frames.at(-1)?.data ?? '')).toMatchObject({
      type: 'error',
      error: { type: 'overloaded_error', message: 'Overloaded, try later.' },
    });
    expect(frames.filter(({ event }) => event === 'message_stop')).toEqual([]);
  });
});
