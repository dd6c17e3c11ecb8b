/** What is removed after its time: calls with all that belongs to them, answers and conversations that have expired, statistics of blocks. Sums of calls stay. */
import type { Kysely } from 'kysely';
import type { Clock } from '../observability/index.ts';
import { sweepBlockStats } from './block-stats.ts';
import { startOfDay } from './days.ts';
import type { EngineGaps } from './engine-gaps.ts';
import type { Schema } from './schema.ts';

export interface Retention {
  /** Removes calls of whole days, in UTC, that ended before this time; so none goes early, and some stay up to a day longer. */
  sweep(limits: { readonly olderThan: number }): Promise<void>;
}

export function createRetention(db: Kysely<Schema>, gaps: EngineGaps, clock: Clock): Retention {
  return {
    sweep: async ({ olderThan }) => {
      await gaps.removeDaysBefore(db, startOfDay(olderThan), clock);
      await db.deleteFrom('responses').where('expires_at', '<=', clock.now()).execute();
      // Also where answers are kept elsewhere by now, and nobody trims them any more.
      await db.deleteFrom('cached_answers').where('expires_at', '<=', clock.now()).execute();
      await db.deleteFrom('conversation_messages').where('expires_at', '<=', clock.now()).execute();
      await db.deleteFrom('conversations').where('expires_at', '<=', clock.now()).execute();
      await db.deleteFrom('reported_calls').where('at', '<', olderThan).execute();
      await sweepBlockStats(db, clock.now());
    },
  };
}
