import { describe, expect, it } from 'vitest';
import { documentText } from './document-text.ts';

describe('the text of a document', () => {
  it('is read from text, from parts of text, and from bytes that are text', () => {
    expect(documentText({ kind: 'text', text: 'Hello' })).toBe('Hello');
    const parts = ['Hel', 'lo'].map((text) => ({ type: 'text', text }) as const);
    expect(documentText({ kind: 'parts', parts })).toBe('Hello');
    expect(documentText({ kind: 'base64', mediaType: 'text/plain', data: btoa('Hello') })).toBe('Hello');
  });

  it('is unknown for anything else', () => {
    const image = { type: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } } as const;
    expect(documentText({ kind: 'parts', parts: [{ type: 'text', text: 'a' }, image] })).toBeUndefined();
    expect(documentText({ kind: 'base64', mediaType: 'application/pdf', data: 'AAAA' })).toBeUndefined();
    expect(documentText({ kind: 'base64', mediaType: 'text/plain', data: '%' })).toBeUndefined();
    expect(documentText({ kind: 'url', url: 'https://example.com/a.txt' })).toBeUndefined();
  });
});
