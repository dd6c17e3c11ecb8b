import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBedrockChunksReader, createBedrockChunksWriter } from './bedrock-chunks.ts';
import { createEventstreamReader, createEventstreamWriter } from './eventstream.ts';
import type { Frame } from './frame.ts';
import { describeFraming, read, write } from './framing.contract.ts';

const wellFormed = fc.string({ unit: 'grapheme' });
const oneChunk = write(createBedrockChunksWriter(), [{ data: '{"type":"ping"}' }]);
const bare = (payload: string) => write(createEventstreamWriter(), [{ event: 'chunk', data: payload }]);

describeFraming({
  framing: 'bedrock-chunks',
  frame: fc.oneof(
    fc.record({ data: wellFormed }),
    fc.record({
      event: fc.constantFrom('throttlingException', 'modelStreamErrorException'),
      data: fc.json(),
    }),
  ),
  tokens: [
    oneChunk,
    oneChunk.subarray(0, 12),
    oneChunk.subarray(12),
    bare('{}'),
    bare('{"bytes":"ew=="}'),
    'x',
  ],
  createBoundedReader: createBedrockChunksReader,
});

describe('chunks of Bedrock', () => {
  const readAll = (bytes: Uint8Array) => read(createBedrockChunksReader(), [bytes]);

  it('hold the text of an event as base64 in a message `chunk`', () => {
    const frames: Frame[] = [{ event: 'message_stop', data: '{"type":"message_stop","text":"é"}' }];
    const [message] = read(createEventstreamReader(), [write(createBedrockChunksWriter(), frames)]).frames;
    expect(message?.event).toBe('chunk');
    const { bytes } = JSON.parse(message?.data ?? '') as { bytes: string };
    expect(Buffer.from(bytes, 'base64').toString()).toBe(frames[0]?.data);
  });

  it('are read whatever padding stands beside the bytes, and other messages as they are', () => {
    const text = Buffer.from('{"a":1}').toString('base64');
    expect(readAll(bare(`{"p":"abcdef","bytes":"${text}"}`)).frames).toEqual([{ data: '{"a":1}' }]);
    const exception: Frame = { event: 'throttlingException', data: '{"message":"Slow."}' };
    expect(readAll(write(createEventstreamWriter(), [exception])).frames).toEqual([exception]);
  });

  it('without bytes are the provider’s mistake, told after what came before', () => {
    for (const payload of ['{}', '[', '{"bytes":1}', '{"bytes":"*"}']) {
      const { frames, failure } = readAll(Uint8Array.from([...oneChunk, ...bare(payload)]));
      expect(frames).toEqual([{ data: '{"type":"ping"}' }]);
      expect(failure).toMatchObject({ code: 'invalid_response', details: { field: 'bytes' } });
    }
  });
});
