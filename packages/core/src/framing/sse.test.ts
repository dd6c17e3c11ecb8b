import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { framingBounds } from './bounds.ts';
import type { Frame } from './frame.ts';
import { chunkSizes, cut, describeFraming, read, utf8, write } from './framing.contract.ts';
import { createSseReader, createSseWriter } from './sse.ts';

const grammar = [
  'data',
  'event',
  'id',
  'retry',
  'x',
  ':',
  ': ',
  ' ',
  '\n',
  '\r',
  '\r\n',
  '\n\n',
  '\uFEFF',
  'é😀',
  '{}',
];
const tokens = [...grammar, 'data: a', 'event: b', Uint8Array.of(0xf0, 0x9f), Uint8Array.of(0xff)];
const wellFormed = fc.string({ unit: 'grapheme' });

describeFraming({
  framing: 'sse',
  frame: fc.oneof(
    fc.record({ data: wellFormed.map((text) => text.replaceAll('\r', '\n')) }),
    fc.record({
      event: wellFormed.map((text) => `${text.replace(/[\r\n]/g, '')}.`),
      data: fc.oneof(fc.json(), fc.constant('a\n\n b:\n')),
    }),
  ),
  tokens,
  createBoundedReader: createSseReader,
});

function readText(text: string): Frame[] {
  return read(createSseReader(), [utf8(text)]).frames;
}

describe('SSE reader', () => {
  it.each<[what: string, text: string, frames: Frame[]]>([
    ['LF', 'data: a\n\ndata: b\n\n', [{ data: 'a' }, { data: 'b' }]],
    ['CRLF', 'event: e\r\ndata: a\r\n\r\n', [{ event: 'e', data: 'a' }]],
    ['CR', 'event: e\rdata: a\r\rdata: b\r\r', [{ event: 'e', data: 'a' }, { data: 'b' }]],
    [
      'all three mixed',
      'data: a\r\ndata: b\ndata: c\r\r\ndata: d\n\r\n',
      [{ data: 'a\nb\nc' }, { data: 'd' }],
    ],
    ['several data lines', 'data: a\ndata:\ndata: b\n\n', [{ data: 'a\n\nb' }]],
    ['no space, one space, two spaces', 'data:a\ndata: b\ndata:  c\n\n', [{ data: 'a\nb\n c' }]],
    ['comments', ': OPENROUTER PROCESSING\n\n:\ndata: a\n: ping\n\n', [{ data: 'a' }]],
    ['a byte order mark', '\uFEFFdata: a\n\n', [{ data: 'a' }]],
    ['only the first byte order mark', '\uFEFF\uFEFFdata: a\n\ndata: \uFEFFb\n\n', [{ data: '\uFEFFb' }]],
    ['id and retry, ignored', 'id: 1\nretry: 5\nid\nretry\ndata: a\n\n', [{ data: 'a' }]],
    ['unknown fields and field names in other cases', 'data: a\nDATA: b\ndatax: c\nfoo\n\n', [{ data: 'a' }]],
    ['empty data', 'data:\n\ndata\n\ndata: \n\n', [{ data: '' }, { data: '' }, { data: '' }]],
    ['an event without data, which is none', 'event: ping\n\ndata: a\n\n', [{ data: 'a' }]],
    [
      'an event name that a later one replaces',
      'event: a\nevent: b\ndata: c\n\n',
      [{ event: 'b', data: 'c' }],
    ],
    [
      'an empty event name',
      'event: a\nevent\ndata: c\n\nevent:\ndata: d\n\n',
      [{ data: 'c' }, { data: 'd' }],
    ],
    [
      'no blank line at the end',
      'data: a\n\nevent: e\ndata: b\n',
      [{ data: 'a' }, { event: 'e', data: 'b' }],
    ],
    ['no line break at the end', 'data: a\n\ndata: b', [{ data: 'a' }, { data: 'b' }]],
    ['a CR at the end', 'data: a\r', [{ data: 'a' }]],
    ['nothing', '', []],
    ['only keep-alives', ': a\n\n\n: b', []],
  ])('reads %s', (_what, text, frames) => {
    for (const size of [1, 2, 3, 1_000]) {
      expect(read(createSseReader(), cut(utf8(text), [size]))).toEqual({ frames });
    }
  });

  it('gives an event at its blank line, also when a CR leaves open whether a LF follows', () => {
    const reader = createSseReader();
    expect(reader.push(utf8('data: a\r\n\r'))).toEqual([{ data: 'a' }]);
    expect(reader.push(new Uint8Array(0))).toEqual([]);
    expect(reader.push(utf8('\ndata: b\r'))).toEqual([]);
    expect(reader.push(utf8('\n'))).toEqual([]);
    expect(reader.push(utf8('\r'))).toEqual([{ data: 'b' }]);
    expect(reader.push(utf8('data: c\rx'))).toEqual([]);
    expect(reader.push(utf8('\n\n'))).toEqual([{ data: 'c' }]);
    expect(reader.end()).toEqual([]);
  });

  it('replaces invalid UTF-8 and joins characters that were cut', () => {
    const bytes = Uint8Array.from([...utf8('data: é😀'), 0xff, 0xe2, 0x82, ...utf8('\n\n')]);
    for (const size of [1, 2, 3, 100]) {
      expect(read(createSseReader(), cut(bytes, [size])).frames).toEqual([{ data: 'é😀\uFFFD\uFFFD' }]);
    }
  });

  it('agrees with eventsource-parser on any text and any cut', () => {
    const text = fc.array(fc.constantFrom(...grammar, 'data: a\n', 'event: b\n', 'id: 7\n'), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(text, chunkSizes, (parts, sizes) => {
        const joined = `data: first\n\n${parts.join('')}`;
        const expected: Frame[] = [];
        const oracle = createParser({
          onEvent: ({ event, data }) => expected.push(event === undefined ? { data } : { event, data }),
        });
        oracle.feed(joined);
        oracle.feed('\n\n');
        expect(read(createSseReader(), cut(utf8(joined), sizes))).toEqual({ frames: expected });
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a body that is no SSE', () => {
  it.each([
    '{"error":{"message":"no"}}',
    '[{\n  "error": {\n    "code": 400\n  }\n}]\n',
    '\n   \r\n\r\n{"error":\r\n "x"}\r\n',
    ': OPENROUTER PROCESSING\n\n{"a":1}',
  ])('comes out as one frame when it is JSON: %j', (text) => {
    const { frames } = read(createSseReader(), cut(utf8(text), [5]));
    expect(frames).toHaveLength(1);
    expect(JSON.parse(frames[0]!.data)).toEqual(JSON.parse(text.replace(/^:.*\n/, '')));
  });

  it('is forgotten as soon as a field shows that this is SSE', () => {
    expect(readText('{"a":1}\ndata: b\n\n')).toEqual([{ data: 'b' }]);
    expect(readText('retry: 1\n{"a":1}')).toEqual([]);
  });

  it.each([
    '<html>Bad gateway</html>',
    '{"cut":',
    '"text"',
    '12',
    'dat',
    ' x',
  ])('is an error otherwise: %j', (text) => {
    expect(read(createSseReader(), [utf8(text)])).toEqual({
      frames: [],
      failure: {
        code: 'invalid_response',
        message: 'The body is neither an event stream nor a JSON document.',
        details: { position: 0, expected: 'lines that begin with `data:`' },
      },
    });
  });

  it('is white space, and no more', () => {
    expect(read(createSseReader(), [utf8(' \n  \n\t\r\n')])).toEqual({ frames: [] });
  });

  it('is not kept without bound', () => {
    const limit = framingBounds.maxStrayCharacters;
    const text = `{"a":"${'x'.repeat(limit)}"}`;
    expect(read(createSseReader(), [utf8(text)]).failure?.details).toMatchObject({ position: 0, limit });
  });
});

describe('SSE bounds', () => {
  it('names the byte at which a line began that is too long', () => {
    const text = `data: é\n\n: ${'x'.repeat(100)}`;
    const details = { position: 10, limit: 50 };
    expect(read(createSseReader(50), [utf8(text)])).toMatchObject({
      frames: [{ data: 'é' }],
      failure: { details },
    });
  });

  it('names the line with which an event grows too large', () => {
    const text = `data: a\n\n${'data: 12345678\n'.repeat(4)}data: b\n\n`;
    const { failure } = read(createSseReader(30), [utf8(text)]);
    expect(failure).toEqual({
      code: 'invalid_response',
      message: 'The event grows past 30 bytes with the line that begins at byte 54.',
      details: { position: 54, limit: 30 },
    });
  });

  it('counts each event anew', () => {
    const text = 'data: 12345\n\n'.repeat(50);
    expect(read(createSseReader(20), [utf8(text)])).toEqual({
      frames: new Array(50).fill({ data: '12345' }),
    });
  });

  it('gives the frames before the failure first, and then the failure again and again', () => {
    const reader = createSseReader(20);
    expect(reader.push(utf8(`data: a\n\ndata: ${'b'.repeat(30)}`))).toEqual([{ data: 'a' }]);
    expect(() => reader.push(utf8('x'))).toThrow('longer than 20 bytes');
    expect(() => reader.end()).toThrow('longer than 20 bytes');
  });
});

describe('SSE writer', () => {
  it('writes the event name only when there is one, and one line of data per line', () => {
    const frames = [{ data: 'a' }, { event: 'e', data: 'b\nc' }, { event: '', data: '' }];
    const text = new TextDecoder().decode(write(createSseWriter(), frames));
    expect(text).toBe('data: a\n\nevent: e\ndata: b\ndata: c\n\ndata: \n\n');
  });

  it('writes CR and CRLF in data as line breaks', () => {
    const bytes = write(createSseWriter(), [{ data: 'a\rb\r\nc' }]);
    expect(read(createSseReader(), [bytes]).frames).toEqual([{ data: 'a\nb\nc' }]);
  });

  it('refuses an event name that would forge another field', () => {
    expect(() => createSseWriter().push({ event: 'a\ndata: forged', data: '' })).toThrow(
      'holds a line break',
    );
  });
});
