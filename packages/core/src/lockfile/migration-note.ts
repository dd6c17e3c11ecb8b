/** What became of one entry of an `llmring.lock`. */

export interface MigrationNote {
  /** `renamed` and `moved` keep what was said, `dropped` does not, `advice` says what to look at. */
  readonly kind: 'renamed' | 'moved' | 'dropped' | 'advice';
  readonly path: string;
  readonly says: string;
}
