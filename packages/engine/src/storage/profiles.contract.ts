/** What every storage does with profiles that people share; a part of the contract of storage. */
import { describe, expect, it } from 'vitest';
import { noon } from './__fixtures__/call-records.ts';
import type { Storage } from './open-storage.ts';
import type { ProfileRevision } from './profiles.ts';

const make = (name: string, revision: number, more: Partial<ProfileRevision> = {}): ProfileRevision => ({
  workspace: 'shared',
  name,
  revision,
  digest: `v1:${'d'.repeat(64)}`,
  content: { version: 1, profiles: { [name]: { aliases: { "quote'\0": { models: ['a:b'] } } } } },
  at: noon,
  by: 'key_1',
  ...more,
});

export function describeProfiles(storageNow: () => Storage): void {
  describe('profiles', () => {
    it('take each revision once, whoever comes first, and give it back as it was', async () => {
      const { profiles } = storageNow();
      const first = make('default', 1, { lockfileDigest: 'v1:whole', client: 'keelson/1.0.0' });
      expect(await profiles.append(first)).toBe(true);
      const both = await Promise.all(['one', 'two'].map((by) => profiles.append(make('default', 2, { by }))));
      expect(both.filter(Boolean)).toHaveLength(1);
      expect(await profiles.find('shared', 'default')).toEqual(
        make('default', 2, { by: both[0] ? 'one' : 'two' }),
      );
      expect(await profiles.findRevision('shared', 'default', 1)).toEqual(first);
      expect(await profiles.find('elsewhere', 'default')).toBeUndefined();
      expect(await profiles.findRevision('shared', 'default', 3)).toBeUndefined();
    });

    it('are listed by name, the newest of each, without those that were removed', async () => {
      const { profiles } = storageNow();
      const workspace = 'listed';
      for (const name of ['prod', 'dev', 'gone'])
        for (const revision of [1, 2]) await profiles.append(make(name, revision, { workspace }));
      const { content: _, ...removal } = make('gone', 3, { workspace, digest: '' });
      await profiles.append(removal);
      const names = async (more: object = {}) =>
        (await profiles.list({ workspace, limit: 10, ...more })).map(({ name, revision }) => [
          name,
          revision,
        ]);
      expect(await names()).toEqual([
        ['dev', 2],
        ['prod', 2],
      ]);
      expect(await names({ after: 'dev' })).toEqual([['prod', 2]]);
      expect(await names({ isDescending: true, limit: 1 })).toEqual([['prod', 2]]);
      expect(await profiles.find(workspace, 'gone')).toEqual(removal);
    });

    it('keep the last fifty revisions', async () => {
      const { profiles } = storageNow();
      for (let revision = 1; revision <= 53; revision++) await profiles.append(make('long', revision));
      expect(await profiles.findRevision('shared', 'long', 3)).toBeUndefined();
      expect(await profiles.findRevision('shared', 'long', 4)).toBeDefined();
      const history = await profiles.history({ workspace: 'shared', name: 'long', before: 53, limit: 2 });
      expect(history.map(({ revision }) => revision)).toEqual([52, 51]);
    });
  });
}
