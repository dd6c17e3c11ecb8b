/** What every storage does with the management of keys: changes that others hear of, roles, pages; a part of its contract. */
import { describe, expect, it } from 'vitest';
import { noon } from './__fixtures__/call-records.ts';
import type { KeyListing, KeyRecord } from './keys.ts';
import type { Storage } from './open-storage.ts';

const organisation = 'keyed';
const workspaces = ['keyed a', 'keyed b'] as const;

/** Two keys are made in each moment; every third is revoked, every fifth ends at noon. */
const made: readonly KeyRecord[] = Array.from({ length: 24 }, (_, index) => ({
  id: `keyed_${String.fromCharCode(97 + index)}`,
  organisation,
  workspace: workspaces[index % 2]!,
  name: index === 7 ? '100%_Búho \\ Nr. 7' : `Key ${index}`,
  secretSha256: `keyed secret ${index}`,
  prefix: `ks_keyed${index}`,
  createdAt: noon + Math.floor(index / 2),
  ...(index % 3 === 0 && { revokedAt: noon + 50 }),
  ...(index % 5 === 0 && { expiresAt: noon + 100 }),
}));

export function describeKeys(storageNow: () => Storage): void {
  describe('the management of keys', () => {
    const read = async (listing: Partial<KeyListing>): Promise<string[]> => {
      const ids: string[] = [];
      for (let after: KeyListing['after']; ; ) {
        const whole = { organisation, now: noon + 100, limit: 5, newestFirst: true, ...listing };
        const page = await storageNow().keys.page({ ...whole, ...(after && { after }) });
        expect(page.keys.length).toBeLessThanOrEqual(whole.limit);
        ids.push(...page.keys.map(({ id }) => id));
        if (page.next === undefined) return ids;
        after = page.next;
      }
    };
    const idsWhere = (matches: (index: number) => boolean): string[] =>
      made.filter((_, index) => matches(index)).map(({ id }) => id);

    it('lists them page by page, in either order', async () => {
      for (const key of made) await storageNow().keys.insert(key);
      const all = made.map(({ id }) => id);
      expect(await read({ newestFirst: false })).toEqual(all);
      expect(await read({})).toEqual(all.toReversed());
      expect(await read({ limit: 24 })).toEqual(all.toReversed());
      const everyone = await read({ organisation: undefined as never, limit: 500 });
      expect(everyone.length).toBeGreaterThan(all.length);
      expect(await read({ organisation: 'nobody' })).toEqual([]);
    });

    it('tells where several of them stand', async () => {
      const found = await storageNow().keys.placesOf([made[0]!.id, made[1]!.id, 'nobody']);
      expect([...found]).toEqual([
        [made[0]!.id, { organisation, workspace: workspaces[0] }],
        [made[1]!.id, { organisation, workspace: workspaces[1] }],
      ]);
    });

    it.each([
      [{ workspace: 'keyed b' }, (index: number) => index % 2 === 1],
      [{ state: 'revoked' }, (index: number) => index % 3 === 0],
      [{ state: 'expired' }, (index: number) => index % 3 !== 0 && index % 5 === 0],
      [{ state: 'active' }, (index: number) => index % 3 !== 0 && index % 5 !== 0],
      [{ state: 'active', now: noon + 99 }, (index: number) => index % 3 !== 0],
      [
        { state: 'active', workspace: 'keyed a' },
        (index: number) => index % 3 !== 0 && index % 5 !== 0 && index % 2 === 0,
      ],
      [{ search: 'key 1' }, (index: number) => index === 1 || (index >= 10 && index < 20)],
      [{ search: '%_b' }, (index: number) => index === 7],
      [{ search: '\\ nr' }, (index: number) => index === 7],
      [{ search: '%' }, (index: number) => index === 7],
      [{ search: 'keyed_c' }, (index: number) => index === 2],
      [{ search: 'ks_keyed3' }, (index: number) => index === 3],
      [{ search: "x' or 1=1 --" }, () => false],
    ] as const)('lists only what matches %o', async (listing, matches) => {
      expect(await read({ ...listing, newestFirst: false })).toEqual(idsWhere(matches));
      expect(await read(listing)).toEqual(idsWhere(matches).reverse());
    });

    it('changes what is said, removes what is null, and leaves the rest', async () => {
      const { keys } = storageNow();
      const [key] = made as [KeyRecord];
      const change = {
        name: 'new',
        scopes: ['keys:read'],
        models: ['fast'],
        addresses: ['::1'],
        role: 'auditor',
      };
      expect(await keys.update(key.id, change, noon)).toEqual({ ...key, ...change });
      const next = { scopes: null, models: null, addresses: null, expiresAt: null };
      const { expiresAt: _, ...endless } = key;
      expect(await keys.update(key.id, next, noon)).toEqual({ ...endless, name: 'new', role: 'auditor' });
      expect(await keys.update(key.id, { role: null, expiresAt: noon + 7 }, noon)).toEqual({
        ...endless,
        name: 'new',
        expiresAt: noon + 7,
      });
      expect(await keys.find(key.id)).toMatchObject({ expiresAt: noon + 7 });
      expect(await keys.update('key_missing', { name: 'x' }, noon)).toBeUndefined();
    });

    it('hands role and reach on when a key is rotated', async () => {
      const { keys } = storageNow();
      const admin = {
        ...made[1]!,
        id: 'admin_1',
        secretSha256: 'admin 1',
        role: 'owner',
        reach: 'installation',
      } as const;
      await keys.insert(admin);
      expect(await keys.find('admin_1')).toEqual(admin);
      const { role: _, reach: __, ...plain } = admin;
      const successor = { ...plain, id: 'admin_2', secretSha256: 'admin 2' };
      await keys.rotate('admin_1', { successor, overlapUntil: noon + 9, at: noon });
      expect(await keys.find('admin_2')).toEqual({ ...admin, ...successor, rotatedFrom: 'admin_1' });
    });

    it('tells what has changed since a version, which a use is not', async () => {
      const { keys } = storageNow();
      const all = await keys.changedSince(0);
      expect(all.keys).toHaveLength((await keys.list()).length);
      expect(await keys.changedSince(all.version)).toEqual({ keys: [], version: all.version });
      const id = made[2]!.id;
      await keys.noteUses([{ id, at: noon + 1 }]);
      expect(await keys.changedSince(all.version)).toEqual({ keys: [], version: all.version });
      const changes = [
        () => keys.update(id, { name: 'again' }, noon),
        () => keys.revoke(id, noon),
        () => keys.insert({ ...made[4]!, id: 'late_1', secretSha256: 'late 1' }),
        () =>
          keys.rotate('late_1', {
            successor: { ...made[4]!, id: 'late_2', secretSha256: 'late 2' },
            overlapUntil: noon,
            at: noon - 1,
          }),
      ];
      let { version } = all;
      const heard: string[][] = [];
      for (const change of changes) {
        await change();
        const changed = await keys.changedSince(version);
        expect(changed.version).toBeGreaterThan(version);
        heard.push(changed.keys.map((key) => key.id));
        version = changed.version;
      }
      expect(heard).toEqual([[id], [id], ['late_1'], ['late_1', 'late_2']]);
    });

    it('shows no change late to whoever follows while many write', async () => {
      const { keys } = storageNow();
      const heard = new Set<string>();
      let { version } = await keys.changedSince(0);
      let isDone = false;
      const follow = async (): Promise<void> => {
        do {
          const changed = await keys.changedSince(version);
          for (const { id } of changed.keys) heard.add(id);
          version = changed.version;
        } while (!isDone);
      };
      const following = follow();
      const ids = Array.from({ length: 60 }, (_, index) => `crowd_${index}`);
      await Promise.all(ids.map((id) => keys.insert({ ...made[0]!, id, secretSha256: id })));
      isDone = true;
      await following;
      const { keys: late } = await keys.changedSince(version);
      for (const { id } of late) heard.add(id);
      expect([...heard].toSorted()).toEqual(ids.toSorted());
    });
  });
}
