/** A file that cannot be parsed cannot be judged, so it is a problem of its own instead of passing unseen. */
import { createReport, type FileRule } from '../rule.ts';

const report = createReport('parses');

export const parsesRule: FileRule = (file) =>
  file.parseErrors
    .slice(0, 1)
    .map(({ message, offset }) => report(file, offset, `cannot be parsed (${message}); correct the syntax.`));
