/** What every storage does with calls that others report; a part of the contract of storage. */
import { describe, expect, it } from 'vitest';
import { callRecord, noon } from './__fixtures__/call-records.ts';
import { dayMs, startOfDay } from './days.ts';
import type { Storage } from './open-storage.ts';
import type { ReportedCall } from './reported-calls.ts';

const call = (more: Partial<ReportedCall> = {}): ReportedCall => ({
  workspace: 'reported',
  origin: 'job',
  callId: 'call_1',
  at: noon,
  inputTokens: 10,
  outputTokens: 5,
  nanoDollars: 7,
  ...more,
});

export function describeReportedCalls(storageNow: () => Storage): void {
  describe('calls that are reported', () => {
    it('count once for each name that their origin gives them, also when they come at once', async () => {
      const { reported } = storageNow();
      const twice = await Promise.all(
        ['call_1', 'call_2'].map((callId) => reported.note(call({ callId, idAtOrigin: 'a\0' }))),
      );
      expect(new Set(twice).size).toBe(1);
      expect(await reported.note(call({ callId: 'call_3', idAtOrigin: 'a\0' }))).toBe(twice[0]);
      for (const more of [{ origin: 'other' }, { workspace: 'elsewhere' }])
        expect(await reported.note(call({ callId: 'call_4', idAtOrigin: 'a\0', ...more }))).toBe('call_4');
      for (const callId of ['call_5', 'call_6']) expect(await reported.note(call({ callId }))).toBe(callId);
      const from = startOfDay(noon);
      const question = {
        workspaces: ['reported'],
        from,
        to: from + dayMs,
        step: 'total',
        limit: 10,
      } as const;
      const sum = { startsAt: from, unpriced: 0 };
      expect(await reported.usage(question)).toEqual([
        { ...sum, origin: 'job', calls: 3, inputTokens: 30, outputTokens: 15, nanoDollars: 21n },
        { ...sum, origin: 'other', calls: 1, inputTokens: 10, outputTokens: 5, nanoDollars: 7n },
      ]);
      expect(await reported.usage({ ...question, workspaces: [] })).toEqual([]);
    });

    it('are summed by day, and say of how many no price is known', async () => {
      const { reported } = storageNow();
      const { nanoDollars: _, ...unpriced } = call({ workspace: 'days' });
      await reported.note(unpriced);
      await reported.note({ ...unpriced, nanoDollars: 3, at: noon + dayMs });
      const from = startOfDay(noon);
      const usage = await reported.usage({
        ...{ workspaces: ['days'], from, to: from + 2 * dayMs },
        ...{ step: 'day', limit: 10 },
      });
      expect(usage.map(({ startsAt, unpriced: u, nanoDollars }) => [startsAt, u, nanoDollars])).toEqual([
        [from, 1, 0n],
        [from + dayMs, 0, 3n],
      ]);
    });

    it('usage is summed by weeks and months as well', async () => {
      const { calls, usage } = storageNow();
      const workspace = 'periods';
      const at = (date: string) => Date.parse(`${date}T12:00:00Z`);
      const dates = ['2026-01-31', '2026-02-01', '2026-02-02', '2026-03-30'];
      const made = dates.flatMap((date) =>
        ['small', 'large'].map((model) => callRecord({ startedAt: at(date), workspace, model })),
      );
      await calls.insertBatch(made);
      const read = async (step: 'week' | 'month', more: object = {}) =>
        (
          await usage.read({
            ...{ from: startOfDay(at('2026-01-28')), to: startOfDay(at('2026-04-01')), step },
            ...{ only: { workspace }, ...more },
          })
        ).map(({ startsAt, calls: count, group }) => [
          new Date(startsAt).toISOString().slice(0, 10),
          count,
          group,
        ]);
      expect(await read('week')).toEqual([
        ['2026-01-26', 4, {}],
        ['2026-02-02', 2, {}],
        ['2026-03-30', 2, {}],
      ]);
      expect(await read('month', { by: ['model'], limit: 3 })).toEqual([
        ['2026-01-01', 1, { model: 'large' }],
        ['2026-01-01', 1, { model: 'small' }],
        ['2026-02-01', 2, { model: 'large' }],
      ]);
      const day = startOfDay(at('2026-02-02'));
      expect(await read('month', { from: day, to: day + dayMs })).toEqual([['2026-02-01', 2, {}]]);
      expect(await read('month', { most: 'calls', limit: 1 })).toEqual([['2026-02-01', 4, {}]]);
    });
  });
}
