/** How long each step of a call to a provider may take. */
export interface Timeouts {
  readonly connectMs: number;
  readonly firstByteMs: number;
  readonly betweenChunksMs: number;
  readonly totalMs: number;
}

export const defaultTimeouts: Timeouts = {
  connectMs: 10_000,
  // Models that think before they speak take minutes.
  firstByteMs: 600_000,
  betweenChunksMs: 120_000,
  totalMs: 3_600_000,
};
