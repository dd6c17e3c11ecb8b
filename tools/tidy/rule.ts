/** The two shapes of a rule: one looks at a file at a time, the other at the whole tree. */
import type { Problem } from './problem.ts';
import type { ParsedFile, Repository, SourceFile, Tree } from './read-sources.ts';

export type FileRule = (file: ParsedFile, repository: Repository) => Problem[];
export type TreeRule = (tree: Tree) => Problem[];

/** Says what is wrong at an offset of a parsed file. */
export type Report = (file: SourceFile, offset: number, says: string) => Problem;

/** The reporter of one rule: `rule` is the name of its file. */
export function createReport(rule: string): Report {
  return (file, offset, says) => ({ rule, file: file.path, line: file.lineAt(offset), says });
}
