import { describe, expect, it } from 'vitest';
import { KeelsonError } from '../errors/index.ts';
import {
  bodyValue,
  hasErrorBody,
  headerOf,
  looseBodyValue,
  openBody,
  retryAfterHeaders,
  retryAfterMs,
} from './wire-body.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('the body of a call or reply', () => {
  it.each([
    ['a value', { a: 1 }],
    ['text', '{"a":1}'],
    ['bytes', utf8('{"a":1}')],
    ['text after keep-alive white space', '\n\n   \r\n{"a":1}'],
    ['bytes with a byte order mark', utf8('\uFEFF{"a":1}')],
  ])('may be %s', (_what, body) => {
    expect(bodyValue(body)).toEqual({ a: 1 });
    expect(openBody(body, 'strict').number('a')).toBe(1);
  });

  it('that is no JSON is refused with its position', () => {
    expect(() => bodyValue('{"a":')).toThrow(/position 5/);
    expect(() => openBody('<html>', 'strict')).toThrow(KeelsonError);
  });

  it('is text to whoever reads it loosely', () => {
    expect(looseBodyValue('<html>Bad gateway</html>')).toBe('<html>Bad gateway</html>');
    expect(looseBodyValue(utf8('<html>'))).toBe('<html>');
    expect(looseBodyValue(' {"a":1}')).toEqual({ a: 1 });
    expect(looseBodyValue(Uint8Array.of(0xff, 0x7b))).toBe('\uFFFD{');
  });

  it('has an error only when the field says something', () => {
    expect([{ error: { message: 'x' } }, { error: 'x' }].map(hasErrorBody)).toEqual([true, true]);
    expect([{ error: null }, {}, null, 'error', []].map(hasErrorBody)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('headers', () => {
  it('are found in any case', () => {
    expect(headerOf({ 'retry-after': '1' }, 'retry-after')).toBe('1');
    expect(headerOf({ 'Retry-After': '2' }, 'retry-after')).toBe('2');
    expect(headerOf({}, 'retry-after')).toBeUndefined();
  });

  it.each<[headers: Record<string, string>, ms: number | undefined]>([
    [{ 'retry-after': '3' }, 3000],
    [{ 'Retry-After': '0.5' }, 500],
    [{ 'retry-after-ms': '250', 'retry-after': '9' }, 250],
    [{ 'retry-after-ms': 'soon', 'retry-after': '9' }, 9000],
    [{ 'retry-after-ms': '-5' }, undefined],
    [{ 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' }, undefined],
    [{ 'retry-after': '-1' }, undefined],
    [{ 'retry-after': '' }, undefined],
    [{}, undefined],
  ])('%j ask to wait for %s ms', (headers, ms) => {
    expect(retryAfterMs(headers)).toBe(ms);
  });

  it('say a wait in whole seconds and in milliseconds, so that it reads back', () => {
    expect(retryAfterHeaders(undefined)).toEqual({});
    expect(retryAfterHeaders(1500)).toEqual({ 'retry-after': '2', 'retry-after-ms': '1500' });
    for (const ms of [0, 1, 999, 1000, 60_000]) expect(retryAfterMs(retryAfterHeaders(ms))).toBe(ms);
  });
});
