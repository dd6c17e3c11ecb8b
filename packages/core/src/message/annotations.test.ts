import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../json/index.ts';
import { annotated } from './__fixtures__/arbitrary-message.ts';
import { applyAnnotations, escapeSegment, formOf, isSpelledBy, mergeAnnotations } from './annotations.ts';

function apply(
  wire: Record<string, Json>,
  ...[node, dialect]: [Parameters<typeof applyAnnotations>[1], string]
) {
  applyAnnotations(wire, node, dialect);
  return wire;
}

describe('annotations on a rendered object', () => {
  it('add unknown fields, also inside objects that were not rendered', () => {
    const node = { extensions: { d: { a: 1, 'b/c': 2, 'x~1y/z~0': 3 } } };
    expect(apply({ b: { k: 0 } }, node, 'd')).toEqual({ a: 1, b: { k: 0, c: 2 }, 'x/y': { 'z~': 3 } });
  });

  it('are nothing to another dialect', () => {
    const node = { extensions: { d: { a: 1 } }, spelling: { dialect: 'd', nulls: ['n'], empty: ['e'] } };
    expect(apply({ k: 0 }, node, 'other')).toEqual({ k: 0 });
    expect(apply({ k: 0 }, undefined, 'd')).toEqual({ k: 0 });
  });

  it('put nulls and empty objects only where nothing stands', () => {
    const node = { spelling: { dialect: 'd', nulls: ['a', 'b', 's/n'], empty: ['e', 'f'] } };
    expect(apply({ a: 1, f: { k: 0 } }, node, 'd')).toEqual({
      a: 1,
      b: null,
      s: { n: null },
      e: {},
      f: { k: 0 },
    });
  });

  it('do not force a field into what is no object', () => {
    expect(
      apply({ a: [1], b: 'x', c: null }, { extensions: { d: { 'a/k': 1, 'b/k': 1, 'c/k': 1 } } }, 'd'),
    ).toEqual({
      a: [1],
      b: 'x',
      c: null,
    });
  });

  it('never reach a prototype', () => {
    const wire = apply(
      {},
      { extensions: { d: { '__proto__/polluted': 1, 'constructor/prototype/polluted': 1 } } },
      'd',
    );
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect(Object.keys(wire)).toEqual(['__proto__', 'constructor']);
  });

  it('escape a segment so that it is one segment again', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom('a/b', '~1', '~0', '/', '~', '')), (name) => {
        const segment = escapeSegment(name);
        expect(segment).not.toContain('/');
        expect(Object.keys(apply({}, { extensions: { d: { [segment]: 1 } } }, 'd'))).toEqual([name]);
      }),
    );
  });
});

describe('spelling', () => {
  const node = { spelling: { dialect: 'd', forms: { content: 'list' } } };

  it('is told only to the dialect that wrote it', () => {
    expect(formOf(node, 'd', 'content')).toBe('list');
    expect(formOf(node, 'd', 'other')).toBeUndefined();
    expect(formOf(node, 'e', 'content')).toBeUndefined();
    expect(formOf(undefined, 'd', 'content')).toBeUndefined();
    expect([isSpelledBy(node, 'd'), isSpelledBy(node, 'e'), isSpelledBy({}, 'd')]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('two annotations of one node', () => {
  it('join, the later winning field by field', () => {
    const first = {
      extensions: { d: { a: 1, b: 1 }, e: { x: 1 } },
      spelling: { dialect: 'd', nulls: ['n'], forms: { p: '1', q: '1' } },
    };
    const second = {
      extensions: { d: { b: 2 } },
      spelling: { dialect: 'd', empty: ['m'], forms: { q: '2' } },
    };
    expect(mergeAnnotations(first, second)).toEqual({
      extensions: { d: { a: 1, b: 2 }, e: { x: 1 } },
      spelling: { dialect: 'd', nulls: ['n'], empty: ['m'], forms: { p: '1', q: '2' } },
    });
  });

  it('of different dialects keep the later spelling whole', () => {
    const later = { spelling: { dialect: 'e', forms: { p: '2' } } };
    expect(mergeAnnotations({ spelling: { dialect: 'd', forms: { p: '1' } } }, later)).toEqual(later);
  });

  it('are the one there is when the other is empty', () => {
    fc.assert(
      fc.property(annotated, (notes) => {
        expect(mergeAnnotations(notes, {})).toEqual(notes);
        expect(mergeAnnotations({}, notes)).toEqual(notes);
      }),
    );
  });
});
