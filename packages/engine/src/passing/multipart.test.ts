// Forms with files: read where they are whole, refused where two readers might read them differently, and never changed but for
// the one field that is meant.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fieldNamed, fieldsOf, readMultipart, replaceField } from './multipart.ts';

const type = 'multipart/form-data; boundary=b';

interface Given {
  readonly name: string;
  readonly content: Uint8Array;
  readonly isFile: boolean;
}

function write(parts: readonly Given[], boundary = 'b'): Buffer {
  const pieces = parts.map(({ name, content, isFile }) =>
    Buffer.concat([
      Buffer.from(
        `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${isFile ? '; filename="f"' : ''}\r\n\r\n`,
      ),
      content,
      Buffer.from('\r\n'),
    ]),
  );
  return Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]);
}

test('whatever the contents, each part is found to the byte, and only the named one changes', () => {
  const boundary = 'a-boundary-that-nothing-holds';
  const part = fc.record({
    name: fc.constantFrom('file', 'prompt', 'model'),
    content: fc.uint8Array({ maxLength: 200 }),
    isFile: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.uniqueArray(part, { selector: ({ name }) => name }), (parts) => {
      const form = readMultipart(write(parts, boundary), `multipart/form-data; boundary="${boundary}"`);
      const read = form.parts.map(({ start, end }) => form.bytes.subarray(start, end));
      expect(read.map((bytes) => [...bytes])).toEqual(parts.map(({ content }) => [...content]));
      const changed = replaceField(form, 'model', 'another');
      const expected = parts.map((each) =>
        each.name === 'model' ? { ...each, content: Buffer.from('another') } : each,
      );
      expect(changed.equals(write(expected, boundary))).toBe(true);
    }),
  );
});

test('whatever the bytes, they are read or refused as wrong', () => {
  const pieces = fc.constantFrom(
    '--b',
    '--b--',
    '\r\n',
    '\r\n\r\n',
    'content-disposition: form-data; name="a"',
    '"',
    'x',
    ' ',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 20 }), (some) => {
      const bytes = Buffer.from(some.join(''));
      try {
        const { parts } = readMultipart(bytes, type);
        for (const { start, end } of parts) expect(start <= end && end <= bytes.length).toBe(true);
      } catch (error) {
        expect(error).toMatchObject({ code: 'invalid_request' });
      }
    }),
  );
});

describe('fields', () => {
  const text = (name: string, content: string): Given => ({
    name,
    content: Buffer.from(content),
    isFile: false,
  });

  test('are told as text, files are not', () => {
    const form = readMultipart(
      write([text('prompt', 'blüe'), { name: 'file', content: Buffer.from('x'), isFile: true }]),
      type,
    );
    expect(fieldsOf(form)).toEqual({ prompt: 'blüe' });
    expect(fieldNamed(form, 'absent')).toBeUndefined();
  });

  test('that stand twice are refused', () => {
    const form = readMultipart(write([text('model', 'a'), text('model', 'b')]), type);
    expect(() => fieldNamed(form, 'model')).toThrow('several fields `model`');
  });

  test('with two dispositions in one part are refused', () => {
    const head = 'content-disposition: form-data; name="model"\r\nContent-Disposition: form-data; name="x"';
    expect(() => readMultipart(Buffer.from(`--b\r\n${head}\r\n\r\na\r\n--b--`), type)).toThrow('several');
  });

  test('are no more than anybody needs', () => {
    const many = Array.from({ length: 201 }, (_, at) => text(`f${at}`, ''));
    expect(() => readMultipart(write(many), type)).toThrow('more than 200 parts');
  });
});
