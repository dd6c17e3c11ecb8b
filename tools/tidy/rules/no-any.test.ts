import { describe, it } from 'vitest';
import { expectCaught, source } from '../planted-tree.ts';

const path = 'packages/core/src/json/index.ts';
const clean = {
  [path]: source(
    '// Any mention of any in prose, and `: any` in a string, is fine.',
    "export const any = { any: ': any' }.any;",
    'export const first = (all: Promise<unknown>[]) => Promise.any(all);',
  ),
  'packages/engine/src/index.ts': source('export const loose = (value: any) => value;'),
};
const says = 'the type `any` switches checking off; use `unknown` and parse it, or name the type.';

describe('no any', () => {
  it.each([
    'export const parse = (value: any) => value;',
    'export const parse = (value: unknown) => value as any;',
    'export const parse = (value: unknown) => <any>value;',
    'export type Loose = Record<string, any>;',
    'export type Loose = readonly any[];',
  ])('catches %s', (code) => {
    expectCaught({ clean, planted: { [path]: source(code) }, says: [`${path}:2: ${says}`] });
  });

  it('catches it in tests too', () => {
    const test = 'packages/core/src/json/parse.test.ts';
    expectCaught({
      clean: { [test]: 'export const value: unknown = 1;\n' },
      planted: { [test]: '\nexport const value: any = 1;\n' },
      says: [`${test}:2: ${says}`],
    });
  });
});
