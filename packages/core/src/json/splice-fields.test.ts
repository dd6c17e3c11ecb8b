// Fields are changed in place: what is read afterwards is the object with those fields, and nothing else has moved.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { spliceFields } from './splice-fields.ts';

test.each([
  ['{"model":"fast","n":1}', '{"model":"gpt","n":1}'],
  [
    '{ "n" : [1, {"model": "inner"}], "model" : "fast" }',
    '{ "n" : [1, {"model": "inner"}], "model" : "gpt" }',
  ],
  ['{"text":"\\"model\\": \\\\","model":null}', '{"text":"\\"model\\": \\\\","model":"gpt"}'],
  ['{}', '{"model":"gpt"}'],
  [' {\n} ', ' {\n"model":"gpt"} '],
  ['{"n":1}\n', '{"n":1,"model":"gpt"}\n'],
])('%s', (text, expected) => {
  expect(spliceFields(text, { model: '"gpt"' })).toBe(expected);
});

test('several fields are replaced and added at once', () => {
  const text = '{"stream":true,"model":"fast"}';
  expect(spliceFields(text, { model: '"m"', stream_options: '{"a":1}', stream: 'false' })).toBe(
    '{"stream":false,"model":"m","stream_options":{"a":1}}',
  );
});

test.each([
  ['{"metadata":{"a":1},"n":1}', '{"n":1}'],
  ['{ "n" : 1 , "metadata" : {"a":[1,2]} }', '{ "n" : 1 }'],
  ['{"n":1, "metadata":{}, "m":2}', '{"n":1, "m":2}'],
  ['{"metadata":{}}', '{}'],
  ['{"n":1}', '{"n":1}'],
  ['{"n":1,"user":"x","metadata":{}}', '{"n":1}'],
  ['{"metadata":{},"user":"x"}', '{}'],
])('what is undefined is taken out of %s', (text, expected) => {
  expect(spliceFields(text, { metadata: undefined, user: undefined })).toBe(expected);
});

test('a field may be added where another was all there was', () => {
  expect(spliceFields('{"a":1}', { a: undefined, model: '"m"' })).toBe('{"model":"m"}');
});

test.each([
  '{"model":"a","model":"b"}',
  '{"mod\\u0065l":"b","model":"a"}',
])('what two readers might read differently is not touched: %s', (text) => {
  expect(spliceFields(text, { model: '"m"' })).toBeUndefined();
});

test('whatever the object, it reads as itself with the field', () => {
  const object = fc.dictionary(fc.string(), fc.jsonValue());
  const spaces = fc.constantFrom(undefined, 1, '\t');
  fc.assert(
    fc.property(object, fc.jsonValue(), spaces, (value, model, space) => {
      const text = JSON.stringify(value, undefined, space);
      const spliced = spliceFields(text, { model: JSON.stringify(model) });
      if (spliced === undefined) return Object.keys(value).some((key) => JSON.stringify(key).includes('\\'));
      expect(JSON.parse(spliced)).toEqual(JSON.parse(JSON.stringify({ ...value, model })));
      return true;
    }),
  );
});

test('whatever the object, it reads as itself without the fields', () => {
  const value = fc.record(
    { a: fc.jsonValue(), model: fc.jsonValue(), b: fc.jsonValue(), user: fc.jsonValue() },
    { requiredKeys: [] },
  );
  const shuffled = fc.tuple(value, fc.nat()).map(([object, turn]) => {
    const entries = Object.entries(object);
    const at = turn % Math.max(1, entries.length);
    return Object.fromEntries([...entries.slice(at), ...entries.slice(0, at)]);
  });
  fc.assert(
    fc.property(shuffled, fc.constantFrom(undefined, 1, '\t'), (object, space) => {
      const spliced = spliceFields(JSON.stringify(object, undefined, space), {
        model: undefined,
        user: undefined,
      });
      const { model: _model, user: _user, ...rest } = object;
      expect(JSON.parse(spliced ?? '')).toEqual(JSON.parse(JSON.stringify(rest)));
    }),
  );
});
