/** Where sealed answers are kept: the contract of every store. A store looks into nothing and may forget anything. */

/** The workspace comes first, so that no store can mix up what belongs to different ones. */
export interface AnswerKey {
  readonly workspace: string;
  /** Of all that changes an answer, the workspace included. */
  readonly hash: string;
}

/** How long a store may keep what it is given, for stores that forget by themselves. */
export interface Lifetime {
  /** Milliseconds since 1970. */
  readonly keptAt: number;
  readonly expiresAt: number;
}

export interface AnswerStore {
  readonly name: 'memory' | 'database' | 'redis';
  /** What has expired may still be there: whoever asks judges that. Fails rather than waits when it cannot be reached. */
  get(key: AnswerKey): Uint8Array | undefined | Promise<Uint8Array | undefined>;
  /** In place of what was there. */
  set(key: AnswerKey, sealed: Uint8Array, lifetime: Lifetime): void | Promise<void>;
  remove(key: AnswerKey): void | Promise<void>;
  close(): Promise<void>;
}
