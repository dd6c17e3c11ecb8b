import { EventStreamCodec } from '@smithy/eventstream-codec';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32 } from './crc32.ts';
import { createEventstreamReader, createEventstreamWriter } from './eventstream.ts';
import type { Frame } from './frame.ts';
import { concat, cut, describeFraming, read, utf8, write } from './framing.contract.ts';

const oracle = new EventStreamCodec((bytes) => new TextDecoder().decode(bytes as Uint8Array), utf8);
const wellFormed = fc.string({ unit: 'grapheme' });
const eventName = fc.oneof(wellFormed, fc.constantFrom('chunk', 'metadata', 'throttlingException', 'error'));
const oneMessage = write(createEventstreamWriter(), [{ event: 'chunk', data: '{"bytes":"eyJhIjoxfQ=="}' }]);

describeFraming({
  framing: 'eventstream',
  frame: fc.oneof(fc.record({ data: wellFormed }), fc.record({ event: eventName, data: fc.json() })),
  tokens: [
    oneMessage,
    oneMessage.subarray(0, 12),
    oneMessage.subarray(12),
    Uint8Array.of(0, 0, 0, 16),
    'x',
    '\0',
  ],
  createBoundedReader: createEventstreamReader,
});

type Headers = Parameters<typeof oracle.encode>[0]['headers'];

const allTypes: Headers = {
  true: { type: 'boolean', value: true },
  false: { type: 'boolean', value: false },
  byte: { type: 'byte', value: -7 },
  short: { type: 'short', value: 512 },
  integer: { type: 'integer', value: 70_000 },
  binary: { type: 'binary', value: Uint8Array.of(1, 2, 3) },
  timestamp: { type: 'timestamp', value: new Date(1_700_000_000_000) },
  uuid: { type: 'uuid', value: '12345678-1234-1234-1234-123456789abc' },
  ':message-type': { type: 'string', value: 'event' },
  ':event-type': { type: 'string', value: 'contentBlockDelta' },
};

function text(entries: Record<string, string>): Headers {
  return Object.fromEntries(
    Object.entries(entries).map(([name, value]) => [name, { type: 'string', value }]),
  );
}

function encode(headers: Headers, body: string): Uint8Array {
  return oracle.encode({ headers, body: utf8(body) });
}

/** A message with a header block of any bytes, and checksums that are right. */
function seal(headerBlock: Uint8Array, lengths: { total?: number; headers?: number } = {}): Uint8Array {
  const message = new Uint8Array(16 + headerBlock.length);
  const view = new DataView(message.buffer);
  view.setUint32(0, lengths.total ?? message.length);
  view.setUint32(4, lengths.headers ?? headerBlock.length);
  view.setUint32(8, crc32(message.subarray(0, 8)));
  message.set(headerBlock, 12);
  view.setUint32(message.length - 4, crc32(message.subarray(0, -4)));
  return message;
}

function readAll(...messages: Uint8Array[]): ReturnType<typeof read> {
  return read(createEventstreamReader(), messages);
}

describe('event-stream reader against @smithy/eventstream-codec', () => {
  it('steps over headers of all ten types', () => {
    const long = concat([Uint8Array.of(1, 0x6c, 5), new Uint8Array(8)]);
    const bytes = encode(allTypes, '{"a":1}');
    const expected: Frame[] = [{ event: 'contentBlockDelta', data: '{"a":1}' }];
    for (const size of [1, 5, 16, 1_000]) {
      expect(read(createEventstreamReader(), cut(bytes, [size])).frames).toEqual(expected);
    }
    expect(readAll(seal(long))).toEqual({ frames: [{ data: '' }] });
  });

  it('maps exceptions and errors', () => {
    const exception = text({ ':message-type': 'exception', ':exception-type': 'throttlingException' });
    const error = text({
      ':message-type': 'error',
      ':error-code': 'InternalError',
      ':error-message': 'Oh "no"',
    });
    expect(readAll(encode(exception, '{"message":"slow"}'), encode(error, ''))).toEqual({
      frames: [
        { event: 'throttlingException', data: '{"message":"slow"}' },
        { event: 'error', data: '{"code":"InternalError","message":"Oh \\"no\\""}' },
      ],
    });
  });

  it('takes a message without type as an event and keeps nameless exceptions and errors', () => {
    const nameless = ['exception', 'error'].map((kind) => encode(text({ ':message-type': kind }), '{}'));
    expect(readAll(encode({}, '{}'), ...nameless).frames).toEqual([
      { data: '{}' },
      { event: 'Exception', data: '{}' },
      { event: 'error', data: '{"code":"","message":""}' },
    ]);
  });

  it('reads what the codec writes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(wellFormed, fc.json())),
        fc.integer({ min: 1, max: 90 }),
        (list, size) => {
          const frames = list.map(([event, data]) => ({ event, data }));
          const bytes = concat(
            frames.map(({ event, data }) =>
              encode(text({ ':message-type': 'event', ':event-type': event }), data),
            ),
          );
          expect(read(createEventstreamReader(), cut(bytes, [size]))).toEqual({ frames });
        },
      ),
    );
  });
});

describe('event-stream writer against @smithy/eventstream-codec', () => {
  it.each<[frame: Frame, headers: Record<string, string>]>([
    [{ data: '{}' }, { ':message-type': 'event' }],
    [
      { event: 'messageStart', data: '{"é":1}' },
      { ':message-type': 'event', ':event-type': 'messageStart' },
    ],
    [
      { event: 'throttlingException', data: '{}' },
      { ':message-type': 'exception', ':exception-type': 'throttlingException' },
    ],
  ])('writes %j', (frame, headers) => {
    const message = oracle.decode(createEventstreamWriter().push(frame));
    expect(message.headers).toEqual(text({ ...headers, ':content-type': 'application/json' }));
    expect(new TextDecoder().decode(message.body)).toBe(frame.data);
  });

  it('refuses an event name that no header can hold', () => {
    expect(() => createEventstreamWriter().push({ event: 'x'.repeat(40_000), data: '' })).toThrow(
      'is too long',
    );
  });
});

describe('event-stream damage', () => {
  const start = oneMessage.length;

  it('finds every single wrong byte, after the frames before it', () => {
    for (let index = 0; index < oneMessage.length; index += 1) {
      const damaged = oneMessage.slice();
      damaged[index]! ^= 0x01;
      const { frames, failure } = readAll(concat([oneMessage, damaged]));
      expect(frames).toHaveLength(1);
      expect(failure).toMatchObject({ code: 'invalid_response', details: { position: start } });
    }
  });

  it.each<[what: string, message: Uint8Array, says: string]>([
    ['a length below the smallest', seal(new Uint8Array(0), { total: 15 }), 'claims to be 15 bytes long'],
    [
      'an absurd length',
      seal(new Uint8Array(0), { total: 0xffff_ffff }),
      'claims 4294967295 bytes where 67108864',
    ],
    [
      'headers longer than the message',
      seal(new Uint8Array(4), { headers: 5 }),
      'claims headers longer than itself',
    ],
    [
      'headers past their bound',
      seal(new Uint8Array(131_073)),
      'claims 131073 bytes where 131072 are allowed',
    ],
    [
      'an unknown message type',
      encode(text({ ':message-type': 'poem' }), ''),
      'has an unknown `:message-type`',
    ],
  ])('refuses %s', (_what, message, says) => {
    const { failure } = readAll(message);
    expect(failure).toMatchObject({ code: 'invalid_response', details: { position: 0 } });
    expect(failure?.message).toContain(says);
  });

  it.each<[what: string, block: number[], position: number]>([
    ['an unknown value type', [1, 0x61, 10], 14],
    ['a name that runs out', [9, 0x61], 13],
    ['a value that runs out', [1, 0x61, 7, 0, 9, 0x62], 17],
    ['a length that runs out', [1, 0x61, 7, 0], 15],
    ['a type that is missing', [1, 0x61], 14],
  ])('refuses a header with %s', (_what, block, position) => {
    const { failure } = readAll(oneMessage, seal(Uint8Array.from(block)));
    expect(failure).toMatchObject({ code: 'invalid_response', details: { position: start + position } });
  });

  it.each([1, 11, 12, 13, 40])('says that the stream was cut after %i bytes of a message', (length) => {
    const { frames, failure } = readAll(oneMessage, oneMessage.subarray(0, length));
    expect(frames).toHaveLength(1);
    expect(failure).toEqual({
      code: 'stream_interrupted',
      message: `The stream ended at byte ${start + length}, inside the event-stream message that begins at byte ${start}.`,
      details: { position: start + length },
    });
  });
});
