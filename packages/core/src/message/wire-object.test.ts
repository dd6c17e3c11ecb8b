import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeelsonError } from '../errors/index.ts';
import { type JsonObject, setField } from '../json/index.ts';
import { anyJson, anyJsonObject } from './__fixtures__/arbitrary-message.ts';
import { applyAnnotations } from './annotations.ts';
import { WireObject } from './wire-object.ts';

const kinds = ['string', 'number', 'boolean', 'list', 'strings', 'record', 'json', 'object'] as const;
type Kind = (typeof kinds)[number];

const samples: Readonly<Record<Kind, JsonObject[string]>> = {
  string: 'text',
  number: 1.5,
  boolean: false,
  list: [1, null],
  strings: ['a', 'b'],
  record: { a: 1 },
  json: [{ a: null }],
  object: { a: 1 },
};

/** One value of each shape that the kind must not take. */
const strangers: Readonly<Record<Kind, readonly unknown[]>> = {
  string: [1, true, [], {}],
  number: ['1', true, [], {}, Number.NaN, Number.POSITIVE_INFINITY],
  boolean: ['true', 0, [], {}],
  list: ['a', 1, true, {}],
  strings: ['a', 1, [1], ['a', null], {}],
  record: ['a', 1, []],
  json: [],
  object: ['a', 1, []],
};

function caught(run: () => unknown): KeelsonError {
  try {
    run();
  } catch (thrown) {
    if (KeelsonError.is(thrown)) return thrown;
    throw thrown;
  }
  throw new Error('Nothing was thrown.');
}

describe('a wire object', () => {
  it.each(kinds)('reads a %s, and undefined where it is absent or null', (kind) => {
    const wire = WireObject.open({ there: samples[kind], empty: null }, '', 'strict');
    const value = wire[kind]('there');
    expect(value instanceof WireObject ? { a: value.number('a') } : value).toEqual(samples[kind]);
    expect(wire[kind]('empty')).toBeUndefined();
    expect(wire[kind]('missing')).toBeUndefined();
  });

  it.each(
    kinds.flatMap((kind) => strangers[kind].map((value) => [kind, value] as const)),
  )('strictly refuses as a %s what is %j, and names the field', (kind, value) => {
    const wire = WireObject.open({ inner: { field: value } }, '', 'strict').object('inner');
    const error = caught(() => wire?.[kind]('field'));
    expect(error.code).toBe('invalid_request');
    expect(error.details.field).toBe('inner.field');
    expect(error.message).toContain('`inner.field`');
  });

  it.each(
    kinds.flatMap((kind) => strangers[kind].map((value) => [kind, value] as const)),
  )('leniently leaves among the unknown what is no %s: %j', (kind, value) => {
    const wire = WireObject.open({ field: value }, '', 'lenient');
    expect(wire[kind]('field')).toBeUndefined();
    expect(wire.annotations('d').extensions).toEqual({ d: { field: value } });
  });

  it.each([
    ['strict', 'invalid_request'],
    ['lenient', 'invalid_response'],
  ] as const)('read %s is refused as %s when it is no object', (reading, code) => {
    for (const value of [null, undefined, 'text', 5, [], Number.NaN, true]) {
      const error = caught(() => WireObject.open(value, '', reading));
      expect(error.code).toBe(code);
      expect(error.details.field).toBe('body');
    }
    expect(caught(() => WireObject.open(1, 'messages[3]', reading)).details.field).toBe('messages[3]');
  });

  it('names a missing field by its whole path', () => {
    const wire = WireObject.open({ a: {} }, 'messages[0]', 'strict').object('a');
    const error = caught(() => wire?.required('b', wire.string('b')));
    expect(error.message).toBe('`messages[0].a.b` is missing.');
    expect(error.details.field).toBe('messages[0].a.b');
  });

  it('remembers what nobody asked for, nulls and empty objects, by path', () => {
    const body = {
      known: 1,
      odd: 2,
      none: null,
      sub: { known: 'x', odd: [], none: null },
      hollow: {},
      'a/b~c': 3,
    };
    const wire = WireObject.open(body, '', 'strict');
    wire.number('known');
    wire.string('none');
    const sub = wire.object('sub');
    sub?.string('known');
    sub?.string('none');
    wire.object('hollow');
    expect(wire.annotations('d', { layout: 'list' })).toEqual({
      extensions: { d: { odd: 2, 'sub/odd': [], 'a~1b~0c': 3 } },
      spelling: { dialect: 'd', nulls: ['none', 'sub/none'], empty: ['hollow'], forms: { layout: 'list' } },
    });
  });

  it('has nothing to remember when everything was read', () => {
    const wire = WireObject.open({ type: 'x', a: 1, b: 2 }, '', 'strict');
    expect(wire.constant('type', 'x')).toBe(true);
    wire.number('a');
    wire.consume('b');
    expect(wire.annotations('d', {})).toEqual({});
  });

  it('keeps a constant that is not the expected one', () => {
    const wire = WireObject.open({ type: 'y' }, '', 'strict');
    expect(wire.constant('type', 'x')).toBe(false);
    expect(wire.annotations('d').extensions).toEqual({ d: { type: 'y' } });
  });

  it('looks without asking', () => {
    const wire = WireObject.open({ a: 1 }, '', 'strict');
    expect(wire.peek('a')).toBe(1);
    expect([wire.has('a'), wire.has('b'), wire.peek('b')]).toEqual([true, false, undefined]);
    expect(wire.annotations('d').extensions).toEqual({ d: { a: 1 } });
  });

  it('carries a field called `__proto__` as a field', () => {
    const body = JSON.parse('{"__proto__":{"polluted":true},"sub":{"__proto__":1}}') as JsonObject;
    const wire = WireObject.open(body, '', 'strict');
    wire.object('sub');
    const back: Record<string, JsonObject[string]> = { sub: {} };
    applyAnnotations(back, wire.annotations('d'), 'd');
    expect(JSON.stringify(back)).toBe('{"sub":{"__proto__":1},"__proto__":{"polluted":true}}');
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('gives back what was not read, whatever it was, through its annotations', () => {
    fc.assert(
      fc.property(anyJsonObject, anyJsonObject, fc.string(), anyJson, (body, inner, name, value) => {
        const whole: Record<string, JsonObject[string]> = { ...body, inner };
        setField(whole, name, value);
        const wire = WireObject.open(whole, '', 'lenient');
        wire.object('inner');
        const back: Record<string, JsonObject[string]> = {};
        applyAnnotations(back, wire.annotations('d'), 'd');
        expect(back).toEqual(whole);
      }),
    );
  });
});
