import { describe, expect, it } from 'vitest';
import { isValidFor, openState, sealState } from './opaque.ts';

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

describe('sealed state', () => {
  const foreign = { dialect: 'b', provider: 'größe', model: 'm', value: '\u{1F600}/+==' };

  it('goes through a place of another family and comes back as it was', () => {
    const sealed = sealState(foreign, 'a');
    expect(sealed).toMatch(/^[A-Za-z0-9+/]+=*$/);
    expect(sealed).not.toContain(foreign.value);
    expect(openState(sealed, 'a')).toEqual(foreign);
    const call = { ...state, ofCall: true };
    expect(openState(sealState(call, 'a'), 'a')).toEqual(call);
    const long = { ...foreign, value: 'x'.repeat(1_000_000) };
    expect(openState(sealState(long, 'a'), 'a')).toEqual(long);
  });

  it('is not needed at home', () => {
    expect(sealState(state, 'a')).toBe('secret');
    expect(openState('secret', 'a')).toEqual(state);
  });

  it('that is damaged is taken for what it may be: a state of the place where it stood', () => {
    const sealed = sealState(foreign, 'a');
    for (const damaged of [sealed.slice(0, -8), `${sealed}!`, btoa('keelson1:[1]'), btoa('keelson1:{}')]) {
      expect(openState(damaged, 'a')).toEqual({ dialect: 'a', value: damaged });
    }
  });
});
