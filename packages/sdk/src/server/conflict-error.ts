/** Somebody else was first: what is there now, and how it differs from what was to be there. */
import { KeelsonError, type LockChange } from '@keelson/core';
import type { GetProfileAnswer } from './server-operations.ts';

interface Conflict {
  readonly profile: string;
  readonly theirs: GetProfileAnswer | undefined;
  readonly changes: readonly LockChange[];
}

/** Its message says who changed what since the revision that the request was based on. */
export class ConflictError extends KeelsonError {
  readonly profile: string;
  /** The newest revision: what the next push is to be based on, once it was looked at. */
  readonly revision: number;
  /** What is there now; undefined where it was removed, or could not be read. */
  readonly theirs: GetProfileAnswer | undefined;
  /** What would have to change in what was pushed, so that it were what is there; `says` is for people. */
  readonly changes: readonly LockChange[];

  constructor(error: KeelsonError, { profile, theirs, changes }: Conflict) {
    const { hint, details, cause } = error;
    super('conflict', error.message, { hint, details, cause });
    this.profile = profile;
    this.revision = theirs?.revision ?? Number(details.expected ?? 0);
    this.theirs = theirs;
    this.changes = changes;
  }
}
