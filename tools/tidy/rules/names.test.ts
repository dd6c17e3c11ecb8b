import { describe, expect, it } from 'vitest';
import { complaintsAbout, expectCaught, source } from '../planted-tree.ts';

const text = source('export const value = 1;');
const drawer = (name: string): string =>
  `\`${name}\` names a drawer for everything; name what is inside, and move each part to the room that owns its noun.`;
const clean = {
  'tools/usage-data.ts': text,
  'tools/database.ts': text,
  'tools/base-url.ts': text,
  'tools/vite.config.ts': text,
  'tools/types.d.ts': text,
  'tools/__fixtures__/Odd_Name.ts': text,
  '.github/actions/run-all.mjs': text,
};

describe('names', () => {
  it.each([
    'utils',
    'util',
    'helpers',
    'helper',
    'manager',
    'service',
    'common',
    'misc',
    'base',
    'data',
    'info',
    'string-utils',
    'budget-manager',
  ])('catches %s as a file and as a folder', (name) => {
    expectCaught({
      clean,
      planted: { [`tools/${name}.ts`]: text, [`bench/${name}/a.ts`]: text, [`bench/${name}/b.ts`]: text },
      says: [`bench/${name}/a.ts:1: ${drawer(`bench/${name}`)}`, `tools/${name}.ts:1: ${drawer(name)}`],
    });
  });

  it('catches tests named after drawers', () => {
    expect(complaintsAbout({ 'tools/utils.test.ts': '' })).toEqual([
      `tools/utils.test.ts:1: ${drawer('utils')}`,
    ]);
  });

  it.each([
    'renderRequest.ts',
    'Render.tsx',
    'render_request.ts',
    'render.Request.ts',
  ])('catches %s', (name) => {
    expectCaught({
      clean,
      planted: { [`tools/${name}`]: text },
      says: [
        `tools/${name}:1: \`${name}\` is not kebab-case; rename it after its main export, such as \`render-request.ts\`.`,
      ],
    });
  });

  it('catches a folder that is not kebab-case', () => {
    expectCaught({
      clean,
      planted: { 'tools/MyTool/run.ts': text },
      says: ['tools/MyTool/run.ts:1: the folder `tools/MyTool` is not kebab-case; rename it.'],
    });
  });
});
