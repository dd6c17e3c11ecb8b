/** What is wrong with a lockfile, with its place, and the error that carries all of it. */
import { KeelsonError } from '../errors/index.ts';

export interface LockProblem {
  /** Counted from one. Left out where the file as a whole is meant. */
  readonly line?: number;
  readonly column?: number;
  /** Such as `profiles.default.aliases.fast`. */
  readonly path: string;
  readonly says: string;
  /** What to do, or what was probably meant. */
  readonly hint?: string;
}

const mostTold = 20;

/** `keelson.lock:3:14: …`, as editors and terminals understand it. */
export function describeProblem(problem: LockProblem, fileName: string): string {
  const { line, column, says, hint } = problem;
  const place = line === undefined ? fileName : `${fileName}:${line}:${column ?? 1}`;
  return `${place}: ${says}${hint === undefined ? '' : ` ${hint}`}`;
}

export interface LockfileErrorOptions {
  readonly fileName: string;
  readonly cause?: unknown;
}

/** A lockfile that cannot be used. `problems` holds every one that was found; the message tells the first of them. */
export class LockfileError extends KeelsonError {
  readonly problems: readonly LockProblem[];
  readonly fileName: string;

  constructor(problems: readonly LockProblem[], { fileName, cause }: LockfileErrorOptions) {
    const told = problems.slice(0, mostTold).map((problem) => describeProblem(problem, fileName));
    const more = problems.length > told.length ? [`… and ${problems.length - told.length} more.`] : [];
    const [first] = problems;
    super('configuration_invalid', [...told, ...more].join('\n'), {
      hint: first?.hint ?? 'Correct what is named; docs/lockfile.md describes the file.',
      details: { field: first?.path ?? '' },
      cause,
    });
    this.problems = problems;
    this.fileName = fileName;
  }
}

/** As they stand in the file. */
export const inOrder = (problems: readonly LockProblem[]): LockProblem[] =>
  problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
