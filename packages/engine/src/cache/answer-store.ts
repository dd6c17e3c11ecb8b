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

/** What has expired and was not asked for again may be among them. */
export interface HeldAnswers {
  readonly entries: number;
  readonly bytes: number;
}

export interface AnswerStore {
  readonly name: 'memory' | 'database' | 'redis';
  /** What has expired may still be there: whoever asks judges that. Fails rather than waits when it cannot be reached. */
  get(key: AnswerKey): Uint8Array | undefined | Promise<Uint8Array | undefined>;
  /** In place of what was there. */
  set(key: AnswerKey, sealed: Uint8Array, lifetime: Lifetime): void | Promise<void>;
  remove(key: AnswerKey): void | Promise<void>;
  /** What it holds of these workspaces; undefined where counting would take too long. */
  measure(workspaces: readonly string[]): Promise<HeldAnswers | undefined>;
  /** Forgets all answers of these workspaces, or of every one; how many these were. */
  forget(workspaces: readonly string[] | 'all'): Promise<number>;
  close(): Promise<void>;
}
