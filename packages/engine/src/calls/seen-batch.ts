/** What is known of a batch and of whoever made it, between the call that tells of it and its settling. */
import type { JsonObject } from '@keelson/core';
import type { Identity } from './asked-call.ts';

/** A batch as its provider described it just now. */
export interface SeenBatch {
  readonly workspace: string;
  readonly id: string;
  readonly object: JsonObject;
}

/** Whose a thing is, as it is kept with it. */
export interface ThingOwner {
  readonly identity: Identity;
  readonly tags: Readonly<Record<string, string>>;
}
