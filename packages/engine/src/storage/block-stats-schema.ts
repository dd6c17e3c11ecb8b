/** The tables of statistics of blocks, in the types of schema.ts. */

export interface BlockStatsRow {
  workspace: string;
  block_key: string;
  /** Its first millisecond. */
  day: number;
  /** Of what `stats` is. */
  form: number;
  /** JSON. */
  stats: string;
  /** Of its last change; of its workspace, no lower one becomes visible after it. */
  version: number;
}

export interface BlockStatsTables {
  block_stats: BlockStatsRow;
  block_stats_heads: { workspace: string; version: number };
  /** `batch` is the last that was written of a process. */
  block_stats_writers: { id: string; batch: number; written_at: number };
}
