import { describe, expect, it } from 'vitest';
import { complaintsAbout, expectCaught, source } from '../planted-tree.ts';

const path = 'packages/core/src/message/fold.ts';
const parser = 'packages/core/src/message/parse-stream.ts';

/** Code of exactly this many lines, from `open` to `close`. */
function lines(count: number, open: string, close: string): string {
  return [open, ...Array.from({ length: count - 2 }, (_, index) => `  // Line ${index}.`), close].join('\n');
}

const fileOf = (count: number): string => source(lines(count - 1, 'export const table = [', '];'));

describe('sizes', () => {
  it('catches a file over 450 lines', () => {
    expectCaught({
      clean: { [path]: fileOf(450) },
      planted: { [path]: fileOf(451) },
      says: [`${path}:1: the file has 451 lines, 450 is the limit; split it by what its parts are about.`],
    });
  });

  it.each([
    ['fold', 'export function fold() {', '}'],
    ['fold', 'export const fold = () => {', '};'],
    ['fold', 'export const fold = async function () {', '};'],
    ['fold', 'export const folds = { fold() {', '} };'],
    ['fold', 'export class Fold { fold = () => {', '}; }'],
    ['fold', 'export class Fold { fold() {', '} }'],
    ['this function', '[1].map(() => {', '});'],
  ])('catches a long %s as %s', (name, open, close) => {
    expectCaught({
      clean: { [path]: source('', lines(60, open, close)) },
      planted: { [path]: source('', lines(61, open, close)) },
      says: [`${path}:3: \`${name}\` has 61 lines, 60 is the limit; cut it into named steps.`],
    });
  });

  it('is stricter with stream parsers', () => {
    expectCaught({
      clean: { [parser]: source(lines(40, 'export function push() {', '}')) },
      planted: { [parser]: source(lines(41, 'export function push() {', '}')) },
      says: [
        `${parser}:2: \`push\` has 41 lines, 40 is the limit in a stream parser; cut it into named steps.`,
      ],
    });
  });

  it('lets tests be as long as they need', () => {
    const test = 'packages/core/src/message/fold.test.ts';
    const text = lines(500, 'export function everything() {', '}');
    expect(complaintsAbout({ [test]: text })).toEqual([]);
    expect(complaintsAbout({ [path]: source(text) })).toHaveLength(2);
  });

  it('accepts an allowance, for that function only, until nothing needs it', () => {
    const allowance = { rule: 'sizes', file: path, subject: 'fold', reason: 'A table of events.' } as const;
    const long = lines(61, 'export function fold() {', '}');
    const excuses = { allowances: [allowance] };
    expect(complaintsAbout({ [path]: source(long) }, excuses)).toEqual([]);
    expect(complaintsAbout({ [path]: source(long, long.replace('fold', 'unfold')) }, excuses)).toEqual([
      `${path}:63: \`unfold\` has 61 lines, 60 is the limit; cut it into named steps.`,
    ]);
    expect(complaintsAbout({ [path]: source('export const fold = 1;') }, excuses)).toEqual([
      `tools/tidy/allowances.ts:1: nothing needs the allowance of \`sizes\` for \`fold\` in ${path} any more; remove it.`,
    ]);
  });
});
