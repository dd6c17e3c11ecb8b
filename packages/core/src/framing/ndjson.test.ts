import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cut, describeFraming, read, utf8, write } from './framing.contract.ts';
import { createNdjsonReader, createNdjsonWriter } from './ndjson.ts';

describeFraming({
  framing: 'ndjson',
  frame: fc.record({ data: fc.json() }),
  tokens: ['{"a":1}', '"', '{', '}', '\n', '\r\n', '\r', ' ', '\uFEFF', 'é😀', Uint8Array.of(0xff)],
  createBoundedReader: createNdjsonReader,
});

describe('NDJSON', () => {
  it('reads LF and CRLF lines, skips blank ones, and takes a last line without a line break', () => {
    const text = '\uFEFF{"a":1}\r\n\n \t\r\n{"b":\r2}\n{"c":"é"}';
    for (const size of [1, 2, 100]) {
      expect(read(createNdjsonReader(), cut(utf8(text), [size]))).toEqual({
        frames: [{ data: '{"a":1}' }, { data: '{"b":\r2}' }, { data: '{"c":"é"}' }],
      });
    }
  });

  it('gives a line as soon as it ends', () => {
    const reader = createNdjsonReader();
    expect(reader.push(utf8('{}\n{'))).toEqual([{ data: '{}' }]);
    expect(reader.push(utf8('}\n'))).toEqual([{ data: '{}' }]);
  });

  it('refuses a line without end', () => {
    expect(read(createNdjsonReader(10), [utf8(`{}\n${'x'.repeat(11)}`)])).toEqual({
      frames: [{ data: '{}' }],
      failure: {
        code: 'invalid_response',
        message: 'The line that begins at byte 3 is longer than 10 bytes.',
        details: { position: 3, limit: 10 },
      },
    });
  });

  it('writes each document on one line', () => {
    const bytes = write(createNdjsonWriter(), [{ data: '{\r\n  "a": 1\n}' }, { data: '2' }]);
    expect(new TextDecoder().decode(bytes)).toBe('{   "a": 1 }\n2\n');
  });
});
