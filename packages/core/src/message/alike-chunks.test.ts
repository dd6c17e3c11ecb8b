// Which chunks are told by their looks, and above all which are not.
import { describe, expect, it } from 'vitest';
import { AlikeChunks } from './alike-chunks.ts';

const encoder = new TextEncoder();
const bytes = (text: string) => encoder.encode(text);
const chat = (text: string, rest = '') =>
  `data: {"id":"c1","created":1790000000,"choices":[{"index":0,"delta":{"content":${JSON.stringify(text)}},"finish_reason":null}]${rest}}\n\n`;
const said = (text: string) => ({ type: 'text-delta', choice: 0, index: 0, text }) as const;

function knowing(...chunks: readonly (readonly [chunk: string, text: string])[]): AlikeChunks {
  const alike = new AlikeChunks();
  for (const [chunk, text] of chunks) alike.learn(bytes(chunk), said(text));
  return alike;
}

const isKnown = (alike: AlikeChunks, chunk: string) => alike.endOf(bytes(chunk), 0) === bytes(chunk).length;

describe('AlikeChunks', () => {
  it('knows nothing before it was taught', () => {
    expect(new AlikeChunks().endOf(bytes(chat('a')), 0)).toBe(-1);
  });

  it('knows a chunk that says another text, counts its characters, and stops at its end', () => {
    const alike = knowing([chat(' keel'), ' keel']);
    const both = bytes(chat(' Kiel — 船') + chat(''));
    const end = alike.endOf(both, 0);
    expect([end, alike.characters]).toEqual([bytes(chat(' Kiel — 船')).length, 9]);
    expect([alike.endOf(both, end), alike.characters]).toEqual([both.length, 0]);
  });

  it.each([
    ['an escape', chat('a "b"')],
    ['a line break in the text', chat('a\nb')],
    ['a raw control character', chat('a').replace('"a"', '"a\u0001"')],
    ['an end', chat('a').replace('null', '"stop"')],
    ['another field', chat('a', ',"usage":{"prompt_tokens":1}')],
    ['an error', 'data: {"error":{"message":"a"}}\n\n'],
    ['another place', chat('a').replace('"index":0', '"index":1')],
    ['another creation time, never seen to change', chat('a').replace('1790000000', '1790000001')],
    ['a frame that has not ended', chat('a').slice(0, -1)],
    ['less than a frame', 'da'],
    ['damage', chat('a').replace('}]}', '}]')],
    ['a text that never ends', chat('a').replace('"a"', '"a')],
  ])('leaves %s to a parser', (_, chunk) => {
    expect(isKnown(knowing([chat('keel'), 'keel']), chunk)).toBe(false);
  });

  it('lets a value differ that was seen to differ', () => {
    const padded = (text: string, count: number, padding: string) =>
      chat(text, `,"sequence":${count},"obfuscation":"${padding}"`);
    const alike = knowing([padded('a', 1, 'xy'), 'a'], [padded('bc', 2, 'z'), 'bc']);
    expect(isKnown(alike, padded('ship', 12, 'q1w2'))).toBe(true);
    expect(alike.characters).toBe(4);
    for (const number of ['', '-1', '07', '1e3', '"1"', '1.5'])
      expect(
        isKnown(alike, padded('ship', 1, '').replace('"sequence":1', `"sequence":${number}`)),
        number,
      ).toBe(false);
  });

  it.each([
    '"usage":{"completion_tokens":1}',
    '"x_groq":{"usage":{}}',
    '"eval_count":3',
    '"usage" : [1]',
  ])('learns nothing of a chunk that counts: %s', (field) => {
    const counting = (text: string) => chat(text, `,${field}`);
    expect(isKnown(knowing([counting('a'), 'a'], [counting('b'), 'b']), counting('c'))).toBe(false);
  });

  it('is not disturbed by a count that is null, nor by a text about counts', () => {
    const silent = (text: string) => chat(text, ',"usage":null');
    expect(isKnown(knowing([silent('a'), 'a']), silent('b'))).toBe(true);
    expect(isKnown(knowing([chat('{"usage":1}'), '{"usage":1}']), chat('b'))).toBe(true);
  });

  it('forgets a pattern when another kind of chunk says text', () => {
    const alike = knowing([chat('a'), 'a'], [chat('b', ',"more":true'), 'b']);
    expect(isKnown(alike, chat('a'))).toBe(false);
    expect(isKnown(alike, chat('c', ',"more":true'))).toBe(true);
  });

  it('learns nothing of a chunk in which the text cannot be found, nor of events that are no text', () => {
    const alike = new AlikeChunks();
    alike.learn(bytes(chat('a')), said('b'));
    expect(isKnown(alike, chat('a'))).toBe(false);
    alike.learn(bytes(chat('a')), { type: 'tool-call-delta', choice: 0, index: 0, arguments: 'a' });
    expect(isKnown(alike, chat('a'))).toBe(false);
  });
});
