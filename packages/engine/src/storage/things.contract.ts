/** What every storage does with things that lie at providers; one suite, run on each. */
import { describe, expect, it } from 'vitest';
import type { Storage } from './open-storage.ts';
import type { Thing } from './things.ts';

export function describeThings(open: () => Storage): void {
  describe('things at providers', () => {
    const at = 1_800_000_000_000;
    const owner = { identity: { keyId: 'k', workspace: 'things' }, tags: { a: 'b\0' } };
    const thing = (id: string, more: Partial<Thing> = {}): Thing => ({
      ...{ workspace: 'things', id, kind: 'file', provider: 'openai', owner, createdAt: at },
      ...{ object: { id, purpose: 'batch' }, measure: [{ model: 'm' }], ...more },
    });

    it('are found in their workspace only, and stay whose they are', async () => {
      const { things } = open();
      await things.keep(thing('file-1'));
      await things.keep(thing('file-1', { provider: 'another' }));
      expect(await things.find('things', 'file-1')).toEqual(thing('file-1'));
      expect(await things.find('elsewhere', 'file-1')).toBeUndefined();
      await things.describe('elsewhere', 'file-1', { id: 'stolen' });
      await things.remove('elsewhere', 'file-1');
      await things.describe('things', 'file-1', { id: 'file-1', status: 'seen' });
      expect((await things.find('things', 'file-1'))?.object).toEqual({ id: 'file-1', status: 'seen' });
      await things.remove('things', 'file-1');
      expect(await things.find('things', 'file-1')).toBeUndefined();
    });

    it('are listed by pages in both directions, those of one moment too', async () => {
      const { things } = open();
      const ids = ['p1', 'p2', 'p3', 'p4', 'p5'];
      for (const [index, id] of ids.entries())
        await things.keep(thing(id, { workspace: 'pages', createdAt: at + Math.floor(index / 2) }));
      const { object: _, ...undescribed } = thing('p6', { workspace: 'pages' });
      await things.keep(undescribed);
      await things.keep(thing('p7', { workspace: 'pages', kind: 'batch' }));
      for (const isOldestFirst of [true, false]) {
        const seen: string[] = [];
        for (let after: string | undefined; ; after = seen.at(-1)) {
          const asked = { workspace: 'pages', kind: 'file', limit: 2, isOldestFirst } as const;
          const page = await things.list({ ...asked, ...(after !== undefined && { after }) });
          if (page.length === 0) break;
          seen.push(...page.map(({ id }) => id));
        }
        expect(seen).toEqual(isOldestFirst ? ids : ids.toReversed());
      }
      expect(await things.list({ workspace: 'pages', kind: 'file', limit: 9, provider: 'none' })).toEqual([]);
    });

    it('are settled by one of all who want to, under one id', async () => {
      const { things } = open();
      await things.keep(thing('batch-1', { kind: 'batch', workspace: 'claims' }));
      const claim = (callId: string, now: number) =>
        things.claim({ workspace: 'claims', id: 'batch-1', callId, now, until: now + 100 });
      const claims = await Promise.all(['c1', 'c2', 'c3'].map((id) => claim(id, at)));
      const [won, ...others] = claims.filter((each) => each !== undefined);
      expect(others).toEqual([]);
      expect(await claim('late', at + 101)).toBe(won);
      await things.release('claims', 'batch-1');
      expect(await claim('later', at)).toBe(won);
      expect(await things.listOpen('claims', 'batch')).toHaveLength(1);
      await things.settle('claims', 'batch-1', at);
      expect(await things.listOpen('claims', 'batch')).toEqual([]);
      expect(await claim('never', at + 1000)).toBeUndefined();
    });
  });
}
