/** Bodies of calls, which are kept only where somebody asked for it; apart from the calls, and gone when they go. */
import type { Kysely } from 'kysely';
import { known, toOptionalText } from './columns.ts';
import { startOfDay } from './days.ts';
import type { EngineGaps } from './engine-gaps.ts';
import { timeOfId } from './id-times.ts';
import type { Schema } from './schema.ts';

export interface CallBodies {
  readonly callId: string;
  readonly request?: string;
  readonly response?: string;
}

export interface Bodies {
  /** What is there already stays as it is. */
  insert(bodies: CallBodies): Promise<void>;
  find(callId: string): Promise<CallBodies | undefined>;
}

export function createBodies(db: Kysely<Schema>, gaps: EngineGaps): Bodies {
  return {
    insert: async ({ callId, request, response }) => {
      await gaps.prepareDays(db, [startOfDay(timeOfId(callId))]);
      await db
        .insertInto('bodies')
        .values({ call_id: callId, request: toOptionalText(request), response: toOptionalText(response) })
        .onConflict((conflict) => conflict.column('call_id').doNothing())
        .execute();
    },
    find: async (callId) => {
      const row = await db.selectFrom('bodies').selectAll().where('call_id', '=', callId).executeTakeFirst();
      return row && { callId, ...known({ request: row.request, response: row.response }) };
    },
  };
}
