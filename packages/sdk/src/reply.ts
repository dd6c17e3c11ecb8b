/** What an answer of a server is to whoever reads it, whether it came over a wire or out of this process. */

/** An answer as it comes. */
export interface Reply {
  readonly isGood: boolean;
  readonly status: number;
  readonly isStream: boolean;
  /** Which Keelson answers, where it says so. */
  readonly version?: string | undefined;
  text(): Promise<string>;
  pieces(): AsyncIterable<Uint8Array>;
}
