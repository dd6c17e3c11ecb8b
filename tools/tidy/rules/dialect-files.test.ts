import { describe, expect, it } from 'vitest';
import { dialectFiles } from '../floor-plan.ts';
import { complaintsAbout, expectCaught, type Files, source } from '../planted-tree.ts';

const folder = 'packages/core/src/dialects/alpha-chat';
const text = source('export const value = 1;');

function dialectWith(names: readonly string[]): Files {
  return Object.fromEntries(names.map((name) => [`${folder}/${name}.ts`, text]));
}

const listIt = 'say so, with the reason, in `shape` of tools/tidy/floor-plan.ts.';
const clean = {
  ...dialectWith(dialectFiles),
  [`${folder}/parts.ts`]: text,
  [`${folder}/wire.test.ts`]: '',
  [`${folder}/__fixtures__/case.ts`]: '',
  'packages/core/src/dialects/index.ts': text,
};

describe('dialect files', () => {
  it.each(dialectFiles)('catches a dialect without %s', (name) => {
    const rest = dialectWith(dialectFiles.filter((file) => file !== name));
    expect(complaintsAbout(rest)).toEqual([
      `${folder}/index.ts:1: dialect \`alpha-chat\` has no \`${name}.ts\`; every dialect has the same files: add it, or ${listIt}`,
    ]);
  });

  it('catches a file that no other dialect would have', () => {
    expectCaught({
      clean,
      planted: { [`${folder}/magic.ts`]: text },
      says: [
        `${folder}/magic.ts:1: \`magic.ts\` is no name that dialects share; move it into a file that every dialect has, or ${listIt}`,
      ],
    });
  });

  it('accepts what the plan says about a dialect, as long as it is true', () => {
    const shape = { 'alpha-chat': { without: ['parse-stream'], besides: ['magic'], because: 'It embeds.' } };
    const files = dialectWith([...dialectFiles.filter((name) => name !== 'parse-stream'), 'magic']);
    expect(complaintsAbout(files, { shape })).toEqual([]);
    expect(complaintsAbout(dialectWith(dialectFiles), { shape })).toEqual([
      `${folder}/index.ts:1: dialect \`alpha-chat\` has no \`magic.ts\`; every dialect has the same files: add it, or ${listIt}`,
      `${folder}/parse-stream.ts:1: \`parse-stream.ts\` is no name that dialects share; move it into a file that every dialect has, or ${listIt}`,
    ]);
    const others = Object.fromEntries(
      dialectFiles.map((name) => [`packages/core/src/dialects/beta-chat/${name}.ts`, text]),
    );
    expect(complaintsAbout(others, { shape })).toEqual([
      'tools/tidy/floor-plan.ts:1: `shape` speaks of dialect `alpha-chat`, which does not exist; remove the entry.',
    ]);
  });
});
