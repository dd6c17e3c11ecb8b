// The guard and the safe setter.
import { describe, expect, test } from 'vitest';
import { isJsonObject, type Json, setField } from './json.ts';

describe('isJsonObject', () => {
  test.each([
    [{}, true],
    [{ a: 1 }, true],
    [Object.create(null), true],
    [[], false],
    [null, false],
    ['{}', false],
    [1, false],
    [undefined, false],
  ])('%j is %s', (value, expected) => {
    expect(isJsonObject(value)).toBe(expected);
  });
});

describe('setField', () => {
  test('a field called __proto__ becomes an own field and changes no prototype', () => {
    const target: Record<string, Json> = {};
    setField(target, '__proto__', { polluted: true });
    expect(Object.keys(target)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(target)).toBe(Object.prototype);
    expect(target.polluted).toBeUndefined();
    expect(JSON.stringify(target)).toBe('{"__proto__":{"polluted":true}}');
  });

  test('a second value replaces the first', () => {
    const target: Record<string, number> = {};
    for (const name of ['a', '__proto__']) {
      setField(target, name, 1);
      setField(target, name, 2);
    }
    expect(JSON.stringify(target)).toBe('{"a":2,"__proto__":2}');
  });
});
