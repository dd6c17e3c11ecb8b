/** Core says `unknown` at its borders and parses it once: the type `any` occurs nowhere in it, tests included. */
import { createReport, type FileRule } from '../rule.ts';
import { placesOf } from '../syntax.ts';

const report = createReport('no-any');

export const noAnyRule: FileRule = (file) => {
  if (!file.path.startsWith('packages/core/')) return [];
  return placesOf(file.syntax, 'TSAnyKeyword').map(({ node }) =>
    report(
      file,
      node.start,
      'the type `any` switches checking off; use `unknown` and parse it, or name the type.',
    ),
  );
};
