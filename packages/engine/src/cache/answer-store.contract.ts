/** What every store of answers does, wherever it keeps them: one suite, run on each. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyOf } from './__fixtures__/kept-answers.ts';
import type { AnswerStore } from './answer-store.ts';

export interface OpenedStore {
  readonly store: AnswerStore;
  close(): Promise<void>;
}

export function describeAnswerStore(name: string, open: () => Promise<OpenedStore>): void {
  describe(`answers in ${name}`, () => {
    let opened: OpenedStore;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened?.close());

    const lifetime = () => ({ keptAt: Date.now(), expiresAt: Date.now() + 60_000 });
    const set = async (workspace: string, request: string, bytes: Uint8Array) =>
      opened.store.set(keyOf(workspace, request), bytes, lifetime());
    const get = async (workspace: string, request: string): Promise<number[] | undefined> => {
      const found = await opened.store.get(keyOf(workspace, request));
      return found && [...found];
    };

    it('come back byte for byte', async () => {
      const all = Uint8Array.from({ length: 256 }, (_, at) => at);
      await set('bytes', 'all', all);
      expect(await get('bytes', 'all')).toEqual([...all]);
      const part = all.subarray(100, 110);
      await set('bytes', 'part', part);
      expect(await get('bytes', 'part')).toEqual([...part]);
    });

    it('of a megabyte come back as well', async () => {
      const large = new Uint8Array(1024 * 1024).map((_, at) => at % 251);
      await opened.store.set(keyOf('large', 'one'), large, lifetime());
      const found = await opened.store.get(keyOf('large', 'one'));
      expect(found && Buffer.compare(found, large)).toBe(0);
    });

    it('that were never kept are not there', async () => {
      expect(await get('nobody', 'nothing')).toBeUndefined();
    });

    it('are replaced, removed, and removed once more', async () => {
      await set('changes', 'one', new Uint8Array([1]));
      await set('changes', 'two', new Uint8Array([2]));
      await set('changes', 'one', new Uint8Array([3, 3]));
      expect(await get('changes', 'one')).toEqual([3, 3]);
      await opened.store.remove(keyOf('changes', 'one'));
      await opened.store.remove(keyOf('changes', 'one'));
      expect(await get('changes', 'one')).toBeUndefined();
      expect(await get('changes', 'two')).toEqual([2]);
    });

    it('belong to one workspace, whatever it is called and even under one hash', async () => {
      const names = ['a', 'A', 'a:b', 'a\0b', 'a b', '', '*', '順風', 'x'.repeat(300)];
      const keys = names.map((workspace) => ({ workspace, hash: 'f'.repeat(64) }));
      await Promise.all(keys.map((key, at) => opened.store.set(key, new Uint8Array([at]), lifetime())));
      const found = await Promise.all(keys.map(async (key) => [...((await opened.store.get(key)) ?? [])]));
      expect(found).toEqual(names.map((_, at) => [at]));
      await opened.store.remove(keys[0]!);
      expect(await opened.store.get(keys[1]!)).toBeDefined();
    });

    it('are forgotten with all others of their workspaces, and only those', async () => {
      for (const [workspace, request] of [
        ['f1', 'a'],
        ['f1', 'b'],
        ['f2', 'a'],
        ['f', 'a'],
        ['f12', 'a'],
      ] as const)
        await set(workspace, request, new Uint8Array([1, 2, 3]));
      const before = await opened.store.measure(['f1', 'f2', 'nobody']);
      if (opened.store.name === 'redis') expect(before).toBeUndefined();
      else expect(before).toEqual({ entries: 3, bytes: 9 });
      expect(await opened.store.forget(['f1', 'f2', 'nobody'])).toBe(3);
      expect(await opened.store.forget(['f1', 'f2', 'nobody'])).toBe(0);
      expect([await get('f1', 'a'), await get('f1', 'b'), await get('f2', 'a')]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
      expect([await get('f', 'a'), await get('f12', 'a')]).toEqual([
        [1, 2, 3],
        [1, 2, 3],
      ]);
    });

    it('are all forgotten when nobody is named', async () => {
      await set('g1', 'a', new Uint8Array([1]));
      await set('g2', 'a', new Uint8Array([1]));
      expect(await opened.store.forget('all')).toBeGreaterThanOrEqual(2);
      expect(await opened.store.forget('all')).toBe(0);
      expect([await get('g1', 'a'), await get('g2', 'a')]).toEqual([undefined, undefined]);
    });

    it('are kept by many at once', async () => {
      const all = Array.from({ length: 200 }, (_, at) => at);
      await Promise.all(all.map((at) => set('many', String(at), new Uint8Array([at]))));
      const found = await Promise.all(all.map((at) => get('many', String(at))));
      expect(found).toEqual(all.map((at) => [at]));
    });
  });
}
