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

export const allowances: readonly Allowance[] = [];
