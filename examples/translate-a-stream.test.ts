/** The example does what docs/dialects.md says, and the page shows the example's own lines. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { recorded, translate } from './translate-a-stream.ts';

const request = { model: 'm', messages: [{ role: 'user' as const, content: 'hi' }], stream: true };

it('translates the request and the stream', () => {
  const { call, losses, push, end } = translate(request);
  expect(call.body).toMatchObject({
    model: 'm',
    messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }],
  });
  expect(losses.map(({ field, action }) => [field, action])).toEqual([['maxOutputTokens', 'emulated']]);
  const text = [...push(recorded), ...end()].map((bytes) => new TextDecoder().decode(bytes)).join('');
  const chunks = text.split('\n\n').filter((event) => event.startsWith('data: {'));
  const deltas = chunks.map(
    (event) => JSON.parse(event.slice('data: '.length)) as { choices: { delta: { content?: string } }[] },
  );
  expect(deltas.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe('A keelson holds.');
  expect(text.trimEnd().endsWith('data: [DONE]')).toBe(true);
});

it('runs as a program', () => {
  const printed = execFileSync(
    process.execPath,
    [new URL('translate-a-stream.ts', import.meta.url).pathname],
    { encoding: 'utf8' },
  );
  expect(printed).toContain('Lost: sampling.seed dropped');
  expect(printed).toContain('data: [DONE]');
});

it('is what docs/dialects.md shows', () => {
  const page = readFileSync(new URL('../docs/dialects.md', import.meta.url), 'utf8');
  const shown = /```ts\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const source = readFileSync(new URL('translate-a-stream.ts', import.meta.url), 'utf8');
  const lines = shown.split('\n').map((line) => line.trim());
  expect(lines.length).toBeGreaterThan(10);
  for (const line of lines) expect(source).toContain(line);
});
