/** One thing wrong with the repository, where it is, and what to do about it, in a sentence for a person. */
export interface Problem {
  /** The rule's name: the name of its file under `rules/`. */
  readonly rule: string;
  /** Path from the root of the repository, with forward slashes. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** What is wrong and what to do instead. */
  readonly says: string;
  /** The function or word it is about, where an allowance may name it. */
  readonly subject?: string;
}

/** The line that the command prints: `file:line: what is wrong and what to do instead`. */
export function renderProblem(problem: Problem): string {
  return `${problem.file}:${problem.line}: ${problem.says}`;
}
