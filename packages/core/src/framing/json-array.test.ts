import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cut, describeFraming, read, utf8, write } from './framing.contract.ts';
import { createJsonArrayReader, createJsonArrayWriter } from './json-array.ts';

describeFraming({
  framing: 'json-array',
  frame: fc.record({ data: fc.json() }),
  tokens: [
    '[',
    ']',
    '{',
    '}',
    ',',
    ':',
    '"',
    '\\',
    '\\"',
    '1',
    'null',
    ' ',
    '\r\n',
    '\uFEFF',
    '{"a":["]"]}',
    'é😀',
  ],
  createBoundedReader: createJsonArrayReader,
});

function framesOf(text: string, size: number): string[] {
  const { frames, failure } = read(createJsonArrayReader(), cut(utf8(text), [size]));
  expect(failure).toBeUndefined();
  return frames.map(({ data }) => data);
}

describe('JSON array reader', () => {
  it.each<[what: string, text: string, frames: string[]]>([
    [
      'elements on lines of their own',
      '[{\n "a": 1\n}\n,\r\n{"b":[{}]}\n]\n',
      ['{\n "a": 1\n}', '{"b":[{}]}'],
    ],
    [
      'brackets, quotes and escapes in strings',
      '[{"a":"]}\\"[{\\\\"},"\\\\","\\""]',
      ['{"a":"]}\\"[{\\\\"}', '"\\\\"', '"\\""'],
    ],
    ['numbers and literals', '[ 1,-2.5e3 ,true,false , null]', ['1', '-2.5e3', 'true', 'false', 'null']],
    ['nested arrays', '[[],[[1],[2]]]', ['[]', '[[1],[2]]']],
    ['an empty array', ' [ \n] ', []],
    ['one object', '\n{"error":{"code":400}}\n', ['{"error":{"code":400}}']],
    ['a byte order mark', '\uFEFF[1]', ['1']],
    ['characters of several bytes', '[{"é":"😀"}]', ['{"é":"😀"}']],
  ])('reads %s', (_what, text, frames) => {
    for (const size of [1, 2, 3, 7, 1_000]) expect(framesOf(text, size)).toEqual(frames);
  });

  it('gives an element as soon as it ends', () => {
    const reader = createJsonArrayReader();
    expect(reader.push(utf8('[{"a":1'))).toEqual([]);
    expect(reader.push(utf8('}'))).toEqual([{ data: '{"a":1}' }]);
    expect(reader.push(utf8(',{}'))).toEqual([{ data: '{}' }]);
  });

  it.each<[text: string, position: number, expected: string]>([
    ['<html>', 0, '`[` or `{`'],
    ['"text"', 0, '`[` or `{`'],
    ['[,1]', 1, 'a JSON value or `]`'],
    ['[1,]', 3, 'a JSON value'],
    ['[1 2]', 3, '`,` or `]`'],
    ['[{}}', 3, '`,` or `]`'],
    ['[] []', 3, 'the end of the body'],
    ['{} {}', 3, 'the end of the body'],
  ])('refuses %j at byte %i', (text, position, expected) => {
    expect(read(createJsonArrayReader(), [utf8(text)]).failure).toEqual({
      code: 'invalid_response',
      message: `Expected ${expected} at byte ${position} of the JSON array.`,
      details: { position, expected },
    });
  });

  it.each<[text: string, expected: string]>([
    ['', '`[` or `{`'],
    [' [', 'a JSON value or `]`'],
    ['[1', 'the rest of a JSON value'],
    ['[{"a":"', 'the rest of a JSON value'],
    ['{"a":1', 'the rest of a JSON value'],
    ['[{}', '`,` or `]`'],
    ['[{},', 'a JSON value'],
  ])('says that %j was cut off', (text, expected) => {
    const { failure } = read(createJsonArrayReader(), [utf8(text)]);
    expect(failure).toMatchObject({
      code: 'stream_interrupted',
      details: { position: text.length, expected },
    });
  });

  it('bounds an element and counts nesting without a stack', () => {
    const deep = `[${'['.repeat(100_000)}${']'.repeat(100_000)}]`;
    expect(framesOf(deep, 4_096)).toHaveLength(1);
    const { failure } = read(createJsonArrayReader(1_000), [utf8(`[1, ${deep}`)]);
    expect(failure).toEqual({
      code: 'invalid_response',
      message: 'The array element that begins at byte 4 is longer than 1000 bytes.',
      details: { position: 4, limit: 1_000 },
    });
  });
});

describe('JSON array writer', () => {
  it('writes an array that a JSON parser reads', () => {
    const bytes = write(createJsonArrayWriter(), [{ data: '{"a":1}' }, { data: '[]' }, { data: '2' }]);
    expect(new TextDecoder().decode(bytes)).toBe('[{"a":1},\n[],\n2]');
  });

  it('writes an empty array for an empty stream', () => {
    expect(new TextDecoder().decode(write(createJsonArrayWriter(), []))).toBe('[]');
  });
});
