import { describe, expect, it } from 'vitest';
import { fold, textOf } from '../../message/index.ts';
import { allDialects, type BoundDialect, eventsOf, framesOf } from '../__fixtures__/bound-dialect.ts';
import { bare } from '../__fixtures__/meaning.ts';
import { fixtureNames, foldFixture, readFrames } from '../__fixtures__/read-fixture.ts';

const folder = new URL('./__fixtures__/', import.meta.url);
const dialect = allDialects.find(({ name }) => name === 'openai-responses') as BoundDialect;
const request = { model: 'm', turns: [] };
const read = (name: string) => foldFixture(dialect, folder, `${name}.sse`);

describe('a Responses stream', () => {
  it('keeps every digest of the reasoning, and its state, in one part', () => {
    const [reasoning] = read('reasoning-summary').parts;
    expect(reasoning).toMatchObject({
      type: 'reasoning',
      text: 'First.\n\nThen.',
      summary: true,
      opaque: { dialect: 'openai-responses', value: 'c3RhdGU=' },
    });
  });

  it('keeps calls apart that come at the same time', () => {
    const { parts, stop } = read('tool-call-interleaved');
    expect(parts).toMatchObject([
      { id: 'call_1', arguments: '{"a":1}' },
      { id: 'call_2', arguments: '{"a":2}' },
    ]);
    expect(stop.unified).toBe('tool-calls');
  });

  it.each([
    ['output-missing-at-end', 'Hello'],
    ['items-only-at-end', 'Hello'],
    ['incomplete', 'Hel'],
    ['hosted-call', 'Found.'],
    ['interrupted', 'Hello'],
    ['error-in-stream', 'Hel'],
    ['failed', 'Hel'],
  ])('of `%s` tells %j once', (name, text) => {
    expect(textOf(read(name))).toBe(text);
  });

  it.each([
    ['interrupted', 'stream_interrupted'],
    ['error-in-stream', 'provider_error'],
    ['failed', 'rate_limited'],
  ])('of `%s` ends with `%s`', (name, code) => {
    expect(read(name).error?.code).toBe(code);
  });

  it('tells all counts', () => {
    expect(read('text').usage).toMatchObject({
      input: { total: 12, uncached: 6, cacheRead: 4, cacheWrite: 2, cacheWrite30m: 2, cacheWrite12h: 0 },
      output: { total: 9, reasoning: 3 },
      total: 21,
    });
  });

  it.each(fixtureNames(folder))('is the same message when it is streamed again: %s', (name) => {
    const events = eventsOf(dialect, readFrames(folder, name));
    const before = fold(events);
    const after = fold(eventsOf(dialect, framesOf(dialect, events, request).frames));
    expect(bare(after.parts)).toEqual(bare(before.parts));
    expect(after.facts).toEqual(before.facts);
    expect(after.error?.code).toBe(
      before.error?.code === 'stream_interrupted' ? 'provider_error' : before.error?.code,
    );
  });
});
