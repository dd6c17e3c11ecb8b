import { describe, expect, it } from 'vitest';
import { isValidFor } from './opaque.ts';

const state = { dialect: 'a', value: 'secret' };

describe('opaque state', () => {
  it.each([
    ['the dialect that made it', state, { dialect: 'a' }, true],
    ['another dialect', state, { dialect: 'b' }, false],
    ['the provider that made it', { ...state, provider: 'p' }, { dialect: 'a', provider: 'p' }, true],
    ['another provider of the dialect', { ...state, provider: 'p' }, { dialect: 'a', provider: 'q' }, false],
    [
      'the same provider in another dialect',
      { ...state, provider: 'p' },
      { dialect: 'b', provider: 'p' },
      false,
    ],
    ['a provider nobody named', { ...state, provider: 'p' }, { dialect: 'a' }, true],
    ['a provider when its maker is unknown', state, { dialect: 'a', provider: 'q' }, true],
    ['any model of the family', { ...state, model: 'old' }, { dialect: 'a' }, true],
  ])('is for %s: %j to %j is %s', (_who, opaque, destination, expected) => {
    expect(isValidFor(opaque, destination)).toBe(expected);
  });
});
