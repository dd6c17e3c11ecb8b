import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText } from './__fixtures__/arbitrary-message.ts';
import { decodeName, encodeName, isShortened, restoreName } from './tool-names.ts';

const roomy = { maxLength: Number.MAX_SAFE_INTEGER };
const strict = { maxLength: 64 };
const legalName = fc
  .array(
    fc.constantFrom('a', 'Z', '0', '-', '_', 'u', '_u', '_u002e_', '_u005f_', 'u002e_', '_u00', '_u005f'),
    {
      minLength: 1,
      maxLength: 8,
    },
  )
  .map((pieces) => pieces.join(''));
/** Names made of what the escape is made of, where an encoding would go wrong first. */
const trickyName = fc
  .array(
    fc.constantFrom('_', '_u', 'u', '002e', '005f', '.', '_u002e_', '_u005f_', ' ', 'é', '\ud800', '\udfff'),
    {
      maxLength: 8,
    },
  )
  .map((pieces) => pieces.join(''));
const anyName = fc.oneof(anyText, trickyName, legalName, fc.string({ maxLength: 300 }));

describe('names a format does not allow', () => {
  it.each([
    ['get_weather', 'get_weather'],
    ['get-weather_2', 'get-weather_2'],
    ['mcp.files/read', 'mcp_u002e_files_u002f_read'],
    ['two words', 'two_u0020_words'],
    ['wetter_für', 'wetter_f_u00fc_r'],
    ['😀', '_ud83d__ude00_'],
    ['\ud800', '_ud800_'],
    ['_u002e_', '_u005f_u002e_'],
    ['a_u', 'a_u'],
    ['_u0041_', '_u0041_'],
    ['_u005f_a', '_u005f_a'],
    ['_u005f.', '_u005f_u005f_u002e_'],
    ['_u005f_u002e_', '_u005f_u005f_u005f_u002e_'],
  ])('%j is sent as %j and comes back', (name, wire) => {
    expect(encodeName(name, strict)).toBe(wire);
    expect(decodeName(wire)).toBe(name);
  });

  it('are written with legal characters only, and come back, whatever they are', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const wire = encodeName(name, roomy);
        expect(wire).toMatch(/^[A-Za-z0-9_-]*$/);
        expect(decodeName(wire)).toBe(name);
      }),
      { numRuns: 5_000 },
    );
  });

  it('are handled in linear time, however long and strange they are', () => {
    const name = '_u005f'.repeat(200_000);
    expect(decodeName(encodeName(`${name}.`, roomy))).toBe(`${name}.`);
    expect(decodeName(encodeName('.'.repeat(500_000), roomy))).toHaveLength(500_000);
  });

  it('never meet: two names have two forms', () => {
    fc.assert(
      fc.property(anyName, anyName, (one, other) => {
        fc.pre(one !== other);
        expect(encodeName(one, roomy)).not.toBe(encodeName(other, roomy));
      }),
      { numRuns: 2_000 },
    );
  });

  it('leave legal names as they are, unless they could be read as an escape', () => {
    fc.assert(
      fc.property(legalName, (name) => {
        const wire = encodeName(name, roomy);
        if (decodeName(name) === name) expect(wire).toBe(name);
        else expect(wire).not.toBe(name);
      }),
      { numRuns: 2_000 },
    );
  });

  it('are the only forms there are: any legal name that is read is written the same again', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          legalName,
          trickyName.filter((name) => /^[A-Za-z0-9_-]+$/.test(name)),
        ),
        (wire) => {
          expect(encodeName(decodeName(wire), roomy)).toBe(wire);
        },
      ),
      { numRuns: 5_000 },
    );
  });
});

describe('names that are too long', () => {
  const longName = fc.oneof(
    fc.string({ unit: 'binary', minLength: 65, maxLength: 300 }),
    fc.nat().map((seed) => `${'long.name '.repeat(20)}${seed}`),
  );

  it('are cut to the limit, keep their head and are found again among the tools', () => {
    fc.assert(
      fc.property(longName, fc.array(anyName, { maxLength: 5 }), (name, others) => {
        const wire = encodeName(name, strict);
        expect(wire).toHaveLength(64);
        expect(wire).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(isShortened(wire)).toBe(true);
        expect(wire.startsWith(encodeName(name.slice(0, 5), roomy).slice(0, 5))).toBe(true);
        expect(restoreName(wire, [...others, name])).toBe(name);
        expect(restoreName(decodeName(wire), [...others, name])).toBe(name);
      }),
      { numRuns: 1_000 },
    );
  });

  it('stay apart although their heads are the same', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (one, other) => {
        fc.pre(one !== other);
        const long = 'x'.repeat(200);
        expect(encodeName(`${long}${one}`, strict)).not.toBe(encodeName(`${long}${other}`, strict));
      }),
    );
  });

  it('stay as they came when no tool fits', () => {
    const wire = encodeName('y'.repeat(100), strict);
    expect(restoreName(wire, ['y'.repeat(99), 'other'])).toBe(wire);
    expect(restoreName('short', ['y'.repeat(100)])).toBe('short');
  });

  it('do not take a name that only looks shortened for one', () => {
    const wire = 'report-h0123456789abc';
    expect(isShortened(wire)).toBe(true);
    expect(restoreName(wire, [wire, 'report'])).toBe(wire);
  });
});
