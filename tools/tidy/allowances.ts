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

export const allowances: readonly Allowance[] = [
  {
    rule: 'sizes',
    file: 'packages/sdk/src/server/server-operations.ts',
    reason: 'It is generated of the description of the API, and nobody writes in it.',
  },
];
