/** Streams in the shape of the vendor's, and what they mean. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { BoundDialect } from '../__fixtures__/bound-dialect.ts';
import { fixtureNames, foldFixture } from '../__fixtures__/read-fixture.ts';
import { geminiGenerate } from './index.ts';

const folder = new URL('__fixtures__/', import.meta.url);
const read = (name: string) => foldFixture(geminiGenerate as unknown as BoundDialect, folder, `${name}.sse`);
const opaque = (value: string) => ({ dialect: 'gemini-generate', value });

describe('gemini-generate streams', () => {
  it('are written down with the line ends of the vendor', () => {
    for (const name of fixtureNames(folder)) {
      const text = readFileSync(new URL(name, folder), 'utf8');
      expect(text.replaceAll('\r\n', ''), name).not.toMatch(/[\r\n]/);
    }
  });

  it('joins the words of one part and counts thoughts as output', () => {
    const { parts, stop, usage, facts } = read('thinking-signed');
    expect(parts).toEqual([
      { type: 'reasoning', text: 'Wind, tide.' },
      { type: 'text', text: 'We sail.', opaque: opaque('c2lnbmF0dXJl') },
    ]);
    expect(stop).toEqual({ unified: 'stop', raw: 'STOP' });
    expect(usage).toMatchObject({
      input: { total: 8, text: 8 },
      output: { total: 25, reasoning: 20 },
      total: 33,
    });
    expect(facts).toEqual({ id: 'resp_1', model: 'gemini-made-up' });
  });

  it('makes up the ids of calls and ends with them', () => {
    const { parts, stop } = read('tool-call-parallel');
    expect(parts).toMatchObject([
      { id: 'call_resp_1_0', name: 'weather', arguments: '{"city":"Kiel"}', opaque: opaque('Zmlyc3Q=') },
      { id: 'call_resp_1_1', name: 'weather', arguments: '{"city":"Bergen"}' },
    ]);
    expect(stop.unified).toBe('tool-calls');
  });

  it('puts arguments together that come in pieces', () => {
    expect(read('tool-call-pieces').parts).toMatchObject([
      { id: 'c1', name: 'weather', arguments: '{"city":"Kiel","days":[2]}' },
    ]);
  });

  it('cites the pages that the answer is grounded on', () => {
    const { parts, details } = read('grounded');
    expect(parts).toMatchObject([
      {
        citations: [
          {
            kind: 'url',
            url: 'https://a.example/ship',
            citedText: 'It was launched in 1869.',
            start: 0,
            end: 24,
          },
        ],
      },
    ]);
    expect(Object.keys(details ?? {})).toEqual(['groundingMetadata']);
  });

  it.each([
    ['blocked-prompt', 'content-filter', 'PROHIBITED_CONTENT'],
    ['blocked-answer', 'content-filter', 'SAFETY'],
  ])('tells why %s has no answer', (name, unified, raw) => {
    expect(read(name).stop).toEqual({ unified, raw });
  });

  it.each([
    ['interrupted', 'stream_interrupted'],
    ['error-mid-stream', 'provider_overloaded'],
  ])('keeps what came before %s', (name, code) => {
    const { parts, error } = read(name);
    expect(parts).toEqual([{ type: 'text', text: 'We sail' }]);
    expect(error?.code).toBe(code);
  });
});
