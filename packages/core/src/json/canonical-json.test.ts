// RFC 8785: the examples of the document itself, what is refused, and stability.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KeelsonError } from '../errors/index.ts';
import { canonicalJson } from './canonical-json.ts';

/** Appendix B: the bits of a double and its text. */
const numbers: readonly (readonly [string, string])[] = [
  ['0000000000000000', '0'],
  ['8000000000000000', '0'],
  ['0000000000000001', '5e-324'],
  ['8000000000000001', '-5e-324'],
  ['7fefffffffffffff', '1.7976931348623157e+308'],
  ['ffefffffffffffff', '-1.7976931348623157e+308'],
  ['4340000000000000', '9007199254740992'],
  ['c340000000000000', '-9007199254740992'],
  ['4430000000000000', '295147905179352830000'],
  ['44b52d02c7e14af5', '9.999999999999997e+22'],
  ['44b52d02c7e14af6', '1e+23'],
  ['44b52d02c7e14af7', '1.0000000000000001e+23'],
  ['444b1ae4d6e2ef4e', '999999999999999700000'],
  ['444b1ae4d6e2ef4f', '999999999999999900000'],
  ['444b1ae4d6e2ef50', '1e+21'],
  ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
  ['3eb0c6f7a0b5ed8d', '0.000001'],
  ['41b3de4355555553', '333333333.3333332'],
  ['41b3de4355555554', '333333333.33333325'],
  ['41b3de4355555555', '333333333.3333333'],
  ['41b3de4355555556', '333333333.3333334'],
  ['41b3de4355555557', '333333333.33333343'],
  ['becbf647612f3696', '-0.0000033333333333333333'],
  ['43143ff3c1cb0959', '1424953923781206.2'],
];

function doubleOf(bits: string): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(`0x${bits}`));
  return view.getFloat64(0);
}

function refusalOf(value: unknown): KeelsonError {
  try {
    canonicalJson(value);
  } catch (error) {
    if (KeelsonError.is(error)) return error;
    throw error;
  }
  throw new Error('expected a refusal');
}

const cyclic = (): unknown => {
  const value: Record<string, unknown> = { list: [] };
  (value.list as unknown[]).push(value);
  return value;
};

const deep = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));

describe('canonicalJson', () => {
  test.each(numbers)('the double %s is written %s', (bits, text) => {
    expect(canonicalJson(doubleOf(bits))).toBe(text);
  });

  test('the example of section 3.2.2', () => {
    const input = {
      numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(input)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  test('names are sorted by UTF-16 units, as in section 3.2.3', () => {
    const input = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    const order = [...canonicalJson(input).matchAll(/:"([A-Z][a-z]+)/g)].map((match) => match[1]);
    expect(order).toEqual(['Carriage', 'One', 'Control', 'Latin', 'Euro', 'Emoji', 'Hebrew']);
  });

  test('reading and writing again changes nothing', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('fields that are undefined count as absent, and shared parts are not cycles', () => {
    const shared = { x: 1 };
    expect(canonicalJson({ b: undefined, a: [shared, shared] })).toBe('{"a":[{"x":1},{"x":1}]}');
  });

  test('__proto__ is a field like any other', () => {
    expect(canonicalJson(JSON.parse('{"b":1,"__proto__":{"a":1}}'))).toBe('{"__proto__":{"a":1},"b":1}');
  });

  test.each<[string, unknown, string]>([
    ['NaN', { a: [1, Number.NaN] }, 'a[1]'],
    ['Infinity', Number.POSITIVE_INFINITY, 'value'],
    ['a lone surrogate', { a: { b: 'x\ud83d' } }, 'a.b'],
    ['a lone surrogate in a name', { 'x\udc00': 1 }, 'x\udc00'],
    ['undefined', undefined, 'value'],
    ['undefined in a list', { a: [undefined] }, 'a[0]'],
    // biome-ignore lint/suspicious/noSparseArray: holes are what is tested.
    ['a hole in a list', [1, , 2], '[1]'],
    ['a function', { run: () => 1 }, 'run'],
    ['a symbol', [Symbol('x')], '[0]'],
    ['a bigint', { n: 1n }, 'n'],
    ['a date', { at: new Date(0) }, 'at'],
    ['a map', new Map([['a', 1]]), 'value'],
    ['a boxed number', [Object(1)], '[0]'],
    ['a cycle', cyclic(), 'list[0]'],
  ])('%s is refused', (_, value, field) => {
    const error = refusalOf(value);
    expect(error.code).toBe('invalid_request');
    expect(error.details.field).toBe(field);
  });

  test('nesting is bounded', () => {
    expect(canonicalJson(deep(1_000))).toHaveLength(2_000);
    expect(refusalOf(deep(1_001)).details.limit).toBe(1_000);
    expect(refusalOf(deep(100_000)).code).toBe('invalid_request');
  });

  test('any value gives a text or a refusal', () => {
    fc.assert(
      fc.property(
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withSparseArray: true,
          withNullPrototype: true,
        }),
        (value) => {
          try {
            return typeof canonicalJson(value) === 'string';
          } catch (error) {
            return KeelsonError.is(error) && error.code === 'invalid_request';
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
