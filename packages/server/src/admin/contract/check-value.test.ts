// Values against schemas: what is refused and how that is said, and that a complete validator agrees.
import { type Schema as CompleteSchema, Validator } from '@cfworker/json-schema';
import { KeelsonError } from '@keelson/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  checkValue,
  flag,
  integer,
  list,
  named,
  nullable,
  number,
  object,
  oneOf,
  optional,
  text,
  time,
} from './index.ts';

const schema = object({
  name: text('A name.', { least: 1, most: 5 }),
  count: optional(integer('A count.', { least: 0, most: 10 })),
  share: optional(number('A share.', { least: 0, most: 1 })),
  kind: optional(nullable(oneOf('A kind.', ['one', 'other']))),
  isOn: optional(flag('A switch.')),
  tags: optional(list('Tags.', text('A tag.', { pattern: '^[a-z]+$' }), { most: 2 })),
  at: optional(time('A time.')),
  secret: optional(text('A secret.', { isSecret: true })),
  more: optional(named('More.', integer('A number.'), { most: 2 })),
}).json;

function refusal(value: unknown): string {
  try {
    checkValue(value, schema, 'body');
  } catch (error) {
    if (KeelsonError.is(error)) return `${error.message} ${error.hint} (${error.details.field})`;
    throw error;
  }
  return 'fits';
}

test.each<[unknown, string]>([
  [{ name: 'a' }, 'fits'],
  [{ name: 'a', kind: null, tags: ['x', 'y'], at: '2026-01-31T12:00:00Z', more: { a: 1 } }, 'fits'],
  [[], '`body` must be an object, not a list.'],
  [{}, '`body.name` is missing.'],
  [{ name: '' }, '`body.name` must have at least 1 characters.'],
  [{ name: 'longer' }, '`body.name` must have at most 5 characters.'],
  [{ name: 'a\nb' }, '`body.name` must not have line breaks'],
  [{ name: 'a', secret: 'a file\nwith lines' }, 'fits'],
  [{ name: 'a', secret: '\ud800' }, '`body.secret` must not have'],
  [{ name: '\ud800' }, '`body.name` must not have'],
  [{ name: 'a', count: 1.5 }, '`body.count` must be a whole number, not a number.'],
  [{ name: 'a', count: -1 }, '`body.count` must be at least 0.'],
  [{ name: 'a', share: 2 }, '`body.share` must be at most 1.'],
  [{ name: 'a', kind: 'none' }, '`body.kind` must be one of one, other'],
  [{ name: 'a', isOn: 'yes' }, '`body.isOn` must be true or false, not a text.'],
  [{ name: 'a', tags: ['x', 'Y'] }, '`body.tags[1]` must match ^[a-z]+$.'],
  [{ name: 'a', tags: ['x', 'y', 'z'] }, '`body.tags` must have at most 2 items.'],
  [{ name: 'a', at: 'yesterday' }, '`body.at` must be a time such as'],
  [{ name: 'a', at: '2026-13-31T12:00:00Z' }, '`body.at` must be a time such as'],
  [{ name: 'a', more: { a: 'x' } }, '`body.more.a` must be a whole number'],
  [{ name: 'a', cuont: 1 }, '`body.cuont` is not known. Did you mean `count`?'],
  [JSON.parse('{"name":"a","__proto__":{}}'), '`body.__proto__` is not known.'],
])('%j: %s', (value, said) => {
  expect(refusal(value)).toContain(said);
});

test('a complete validator lets through whatever is let through here, and refuses most of the rest', () => {
  const complete = new Validator(schema as CompleteSchema, '2020-12');
  const odd = fc.oneof(fc.string({ maxLength: 7 }), fc.integer({ min: -2, max: 12 }), fc.constant(null));
  const often = <Value>(good: fc.Arbitrary<Value>) => fc.oneof({ weight: 4, arbitrary: good }, odd);
  const value = fc.record(
    {
      name: often(fc.string({ minLength: 1, maxLength: 6 })),
      count: often(fc.integer({ min: 0, max: 11 })),
      share: often(fc.double({ min: 0, max: 1.5, noNaN: true })),
      kind: often(fc.constantFrom(null, 'one', 'other')),
      isOn: often(fc.boolean()),
      tags: often(fc.array(fc.constantFrom('a', 'b', 'C', 1), { maxLength: 3 })),
      at: often(fc.constantFrom('2026-01-31T12:00:00Z', '2026-01-31')),
      more: often(fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.integer(), { maxKeys: 3 })),
    },
    { requiredKeys: ['name'] },
  );
  let fitting = 0;
  fc.assert(
    fc.property(value, (one) => {
      const fits = refusal(one) === 'fits';
      if (fits) fitting += 1;
      // Characters that no name needs are refused here alone.
      const isOurs = JSON.stringify(one).includes('\\u');
      if (!isOurs) expect(complete.validate(one).valid).toBe(fits);
    }),
    { numRuns: 2000 },
  );
  expect(fitting).toBeGreaterThan(20);
});
