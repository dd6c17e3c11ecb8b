// Secrets are found in what others wrote: whole, cut off, several times, escaped; other text stays as it is.
import { expect, test } from 'vitest';
import { Redactor } from './index.ts';

const key = 'sk-proj-abcdefghij/KLMNOP+qrstuv"w=';
const redactor = new Redactor([key, 'short-key', 'none']);

test.each([
  [`Incorrect API key: ${key}.`, 'Incorrect API key: [secret].'],
  [`${key}${key}, ${key}`, '[secret][secret], [secret]'],
  ['Your key sk-proj-abcd… is wrong', 'Your key [secret]… is wrong'],
  ['Your key sk-proj-abcdefgh***uv is wrong', 'Your key [secret]***uv is wrong'],
  [JSON.stringify({ message: `Key ${key}` }), '{"message":"Key [secret]"}'],
  [JSON.stringify(key).replaceAll('/', '\\/'), '"[secret]"'],
  [`?key=${encodeURIComponent(key)}&x=1`, '?key=[secret]&x=1'],
  ['Bearer short-key', 'Bearer [secret]'],
  ['Eleven characters, sk-proj-abc, are anybody’s', 'Eleven characters, sk-proj-abc, are anybody’s'],
  ['short-ke none', 'short-ke none'],
  ['', ''],
])('%s', (text, clean) => {
  expect(redactor.redact(text)).toBe(clean);
});

test('what is fetched later is known as well, and the oldest of it is forgotten', () => {
  const growing = new Redactor([]);
  for (let index = 0; index < 40; index += 1) growing.keep(`${100 + index}-fetched-token`);
  growing.keep('none');
  expect(growing.redact('none')).toBe('none');
  expect(growing.redact('a 139-fetched-token')).toBe('a [secret]');
  expect(growing.redact('a 100-fetched-token')).toBe('a 100-fetched-token');
});

test('a text that is all beginnings is read in time', () => {
  const text = 'sk-proj-abcd'.repeat(50_000);
  expect(redactor.redact(text)).toBe('[secret]'.repeat(50_000));
});
