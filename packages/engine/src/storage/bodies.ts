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
  /** In one transaction. What is there already stays as it is. */
  insert(bodies: readonly CallBodies[]): Promise<void>;
  find(callId: string): Promise<CallBodies | undefined>;
}

export function createBodies(db: Kysely<Schema>, gaps: EngineGaps): Bodies {
  const insert = async (bodies: readonly CallBodies[]): Promise<void> => {
    await gaps.prepareDays(
      db,
      bodies.map(({ callId }) => startOfDay(timeOfId(callId))),
    );
    await db
      .insertInto('bodies')
      .values(
        bodies.map(({ callId, request, response }) => ({
          call_id: callId,
          request: toOptionalText(request),
          response: toOptionalText(response),
        })),
      )
      .onConflict((conflict) => conflict.column('call_id').doNothing())
      .execute();
  };
  return {
    insert: async (bodies) => {
      try {
        await insert(bodies);
      } catch (error) {
        // Retention may have removed a day that this process had prepared.
        if (!gaps.isMissingDay(error)) throw error;
        await insert(bodies);
      }
    },
    find: async (callId) => {
      const row = await db.selectFrom('bodies').selectAll().where('call_id', '=', callId).executeTakeFirst();
      return row && { callId, ...known({ request: row.request, response: row.response }) };
    },
  };
}
