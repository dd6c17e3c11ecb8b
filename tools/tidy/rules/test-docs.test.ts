import { describe, expect, it } from 'vitest';
import { complaintsAbout, expectCaught, source } from '../planted-tree.ts';

const tests = source("it('adds', () => {});\nit.each([1])('takes %s away', () => {});");
const clean = {
  'packages/core/src/sum.test.ts': tests,
  'packages/core/src/sum.contract.ts': tests,
  'docs/page.md':
    '`core/src/sum.test.ts` "adds", "takes %s away"\nand `../packages/core/src/sum.contract.ts`\n"adds".',
  'notes.md': '`core/src/gone.test.ts` "adds"',
};

describe('test docs', () => {
  it('catches a file that is not there and titles that no test has', () => {
    expectCaught({
      clean,
      planted: {
        'docs/deep/other.md':
          '# Other\n\n| 1 | `core/src/gone.test.ts` "adds" |\n| 2 | `core/src/sum.test.ts` "adds", "doubles" |',
      },
      says: [
        'docs/deep/other.md:3: There is no `core/src/gone.test.ts`; correct the page.',
        'docs/deep/other.md:4: `core/src/sum.test.ts` has no test "doubles"; correct the page.',
      ],
    });
  });

  it('takes the end of a path where no title is named', () => {
    expect(complaintsAbout({ ...clean, 'docs/page.md': '`sum.test.ts`, `src/sum.test.ts`' })).toEqual([]);
  });
});
