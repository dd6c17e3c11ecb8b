/**
 * Places where a rule about sizes or words does not apply, each with its reason. Only those rules can be excused: a
 * trespass between floors cannot. An allowance that nothing needs any more is itself a problem.
 */

export interface Allowance {
  readonly rule: 'sizes' | 'repository-words';
  readonly file: string;
  /** The function or word that is excused; without it, the file as a whole. */
  readonly subject?: string;
  readonly reason: string;
}

/** Written in pieces, because this file is judged as well. */
const rootOfRun = ['', 'root', ''].join('/');
const pathOfRun = 'The path of a node in a run begins with the name of its first block, which is `root`.';

export const allowances: readonly Allowance[] = [
  {
    rule: 'repository-words',
    file: 'packages/engine/src/blocks/run-journal.ts',
    subject: rootOfRun,
    reason: pathOfRun,
  },
  {
    rule: 'repository-words',
    file: 'packages/engine/src/blocks/composites.test.ts',
    subject: rootOfRun,
    reason: pathOfRun,
  },
  {
    rule: 'repository-words',
    file: 'packages/engine/src/blocks/contract.test.ts',
    subject: rootOfRun,
    reason: pathOfRun,
  },
  {
    rule: 'repository-words',
    file: 'packages/engine/src/blocks/flows/read-flow-text.test.ts',
    subject: rootOfRun,
    reason: pathOfRun,
  },
];
