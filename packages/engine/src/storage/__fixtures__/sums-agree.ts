/** Whether the sums of usage say what the calls say: added up again by the database, and compared row by row. */
import { type Kysely, sql } from 'kysely';
import { expect } from 'vitest';
import type { Schema } from '../schema.ts';
import { tokenColumns } from '../usage-sums.ts';

const periods = { usage_hourly: 3_600_000, usage_daily: 86_400_000 };

/** Returns the number of calls. */
export async function expectSumsToAgree(db: Kysely<Schema>): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from calls`.execute(db);
  for (const [table, period] of Object.entries(periods)) {
    const tokens = tokenColumns.map((column) => `sum(coalesce(${column}, 0)) as ${column}`).join(', ');
    const again = await sql`select workspace, started_at - started_at % ${sql.lit(period)} as starts_at,
      coalesce(key_id, '') as key_id, coalesce(alias, '') as alias, coalesce(provider, '') as provider,
      coalesce(model, '') as model, outcome, count(*) as calls, count(error) as errors,
      sum(case cost_status when 'unpriced' then 1 else 0 end) as unpriced,
      sum(case cost_status when 'estimated' then 1 else 0 end) as estimated,
      sum(case when coalesce(${sql.raw(tokenColumns.join(', '))}) is null then 1 else 0 end) as uncounted,
      ${sql.raw(tokens)}, sum(coalesce(cost_nano_dollars, 0)) as cost_nano_dollars, sum(duration_us) as duration_us,
      sum(case cache when 'hit' then 1 else 0 end) as cache_hits,
      sum(coalesce(saved_nano_dollars, 0)) as saved_nano_dollars,
      sum(coalesce(saved_input_tokens, 0)) as saved_input_tokens,
      sum(coalesce(saved_output_tokens, 0)) as saved_output_tokens
      from calls group by 1, 2, 3, 4, 5, 6, 7`.execute(db);
    const kept = await sql`select * from ${sql.table(table)}`.execute(db);
    expect(kept.rows.map(normalize).toSorted()).toEqual(again.rows.map(normalize).toSorted());
  }
  return Number(rows[0]?.count);
}

/** Sums of whole numbers come as text from PostgreSQL. */
function normalize(row: unknown): string {
  const entries = Object.entries(row as object).map(([name, value]) => [name, String(value)]);
  return JSON.stringify(entries.toSorted());
}
