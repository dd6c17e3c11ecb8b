/** What every storage does with the credentials of providers; a part of the contract of storage. */
import { describe, expect, it } from 'vitest';
import { noon } from './__fixtures__/call-records.ts';
import type { SealedCredential } from './credentials.ts';
import type { Storage } from './open-storage.ts';

const sealed = 'ks1.0011223344556677.c2VhbGVk';

const make = (id: string, more: Partial<SealedCredential> = {}): SealedCredential => ({
  id,
  organisation: 'acme',
  provider: 'openai',
  name: id,
  sealed,
  sealedWith: '0011223344556677',
  weight: 1,
  state: 'active',
  createdAt: noon,
  createdBy: 'key_1',
  version: 1,
  ...more,
});

function withoutSecret({ sealed: _, ...rest }: SealedCredential): object {
  return rest;
}

export function describeCredentials(storageNow: () => Storage): void {
  describe('credentials of providers', () => {
    const whole = make('cred_a', {
      workspace: 'research',
      weight: 7,
      coolDownUntil: noon + 1,
      lastUsedAt: noon + 2,
      lastFailedAt: noon + 3,
      lastFailure: 'rate_limited',
      rotatedAt: noon + 4,
      rotatedBy: 'key_2',
    });
    const plain = make('cred_b');

    it('are listed without their secrets, and by whose they are', async () => {
      const { credentials } = storageNow();
      await credentials.insert(whole);
      await credentials.insert(plain);
      const listed = await credentials.list();
      expect(listed).toEqual([whole, plain].map(withoutSecret));
      expect(JSON.stringify(listed)).not.toContain('sealed"');
      expect(await credentials.find('cred_a')).toEqual(withoutSecret(whole));
      expect(await credentials.find('cred_missing')).toBeUndefined();
      for (const [filter, ids] of [
        [{ organisation: 'acme' }, ['cred_a', 'cred_b']],
        [{ organisation: 'other' }, []],
        [{ organisation: 'acme', workspace: 'research' }, ['cred_a']],
        [{ provider: 'openai', workspace: '' }, ['cred_b']],
        [{ provider: 'anthropic' }, []],
      ] as const) {
        expect((await credentials.list(filter)).map(({ id }) => id)).toEqual(ids);
      }
    });

    it('are handed with their secrets to whoever sends calls', async () => {
      const { credentials } = storageNow();
      expect(await credentials.listSealed()).toEqual([whole, plain]);
      expect(await credentials.findSealed('cred_a')).toEqual(whole);
    });

    it('have names of their own within a workspace and provider', async () => {
      const { credentials } = storageNow();
      const conflict = { code: 'conflict' };
      await expect(credentials.insert(make('cred_a'))).rejects.toMatchObject(conflict);
      await expect(credentials.insert(make('cred_c', { name: 'cred_b' }))).rejects.toMatchObject(conflict);
      await credentials.insert(make('cred_c', { name: 'cred_b', provider: 'mistral' }));
      await credentials.insert(make('cred_d', { name: 'cred_b', workspace: 'research' }));
      await credentials.insert(make('cred_e', { name: 'cred_b', organisation: 'other' }));
    });

    it('take another name, unless it is taken', async () => {
      const { credentials } = storageNow();
      await credentials.insert(make('cred_x', { provider: 'jina' }));
      await credentials.insert(make('cred_y', { provider: 'jina' }));
      const taken = credentials.change('cred_y', { name: 'cred_x', weight: 9 });
      await expect(taken).rejects.toMatchObject({ code: 'conflict' });
      expect(await credentials.find('cred_y')).toMatchObject({ name: 'cred_y', weight: 1, version: 1 });
      expect(await credentials.change('cred_y', { name: 'cred_z', weight: 9 })).toBe(true);
      expect(await credentials.find('cred_y')).toMatchObject({ name: 'cred_z', weight: 9, version: 2 });
      expect(await credentials.change('cred_y', { name: 'cred_z' })).toBe(true);
      expect(await credentials.change('cred_missing', { name: 'x' })).toBe(false);
      for (const id of ['cred_x', 'cred_y']) await credentials.remove(id);
    });

    it('change, and tell it by their version and the mark of all', async () => {
      const { credentials } = storageNow();
      const mark = await credentials.readMark();
      expect(await credentials.readMark()).toBe(mark);
      expect(await credentials.change('cred_c', { weight: 3, state: 'disabled' })).toBe(true);
      expect(await credentials.find('cred_c')).toMatchObject({ weight: 3, state: 'disabled', version: 2 });
      expect((await credentials.listSealed()).map(({ id }) => id)).not.toContain('cred_c');
      expect(await credentials.readMark()).not.toBe(mark);
      expect(await credentials.change('cred_missing', { weight: 3 })).toBe(false);
    });

    it('are rotated: another secret, no cool-down, and by whom', async () => {
      const { credentials } = storageNow();
      const rotation = { sealed: 'new', sealedWith: 'ff', at: noon + 9, by: 'key_9' };
      expect(await credentials.rotate('cred_a', rotation)).toBe(true);
      const { coolDownUntil: _, lastFailure: __, ...rest } = whole;
      expect(await credentials.findSealed('cred_a')).toEqual({
        ...rest,
        sealed: 'new',
        sealedWith: 'ff',
        rotatedAt: noon + 9,
        rotatedBy: 'key_9',
        version: 2,
      });
      expect(await credentials.rotate('cred_missing', rotation)).toBe(false);
    });

    it('keep the newest use and failure, and only a cool-down is a change', async () => {
      const { credentials } = storageNow();
      const mark = await credentials.readMark();
      await credentials.noteUses([
        { id: 'cred_b', usedAt: noon + 20 },
        { id: 'cred_a', usedAt: noon + 30 },
        { id: 'cred_missing', usedAt: noon },
      ]);
      await credentials.noteUses([{ id: 'cred_b', usedAt: noon + 10 }]);
      expect(await credentials.find('cred_b')).toMatchObject({ lastUsedAt: noon + 20, version: 1 });
      expect(await credentials.readMark()).toBe(mark);
      const failure = { id: 'cred_b', failure: 'rate_limited' };
      await credentials.noteUses([{ ...failure, failedAt: noon + 25, coolDownUntil: noon + 99 }]);
      await credentials.noteUses([
        { ...failure, failedAt: noon + 21, failure: 'older', coolDownUntil: noon + 50 },
      ]);
      expect(await credentials.find('cred_b')).toMatchObject({
        lastFailedAt: noon + 25,
        lastFailure: 'rate_limited',
        coolDownUntil: noon + 99,
        version: 2,
      });
      expect(await credentials.readMark()).not.toBe(mark);
      // It failed before it was rotated.
      await credentials.noteUses([
        { ...failure, id: 'cred_a', failedAt: noon + 8, coolDownUntil: noon + 99 },
      ]);
      expect((await credentials.find('cred_a'))?.coolDownUntil).toBeUndefined();
    });

    it('are encrypted anew in parts, unless somebody has changed them since', async () => {
      const { credentials } = storageNow();
      expect(await credentials.listMasterKeys()).toEqual(['0011223344556677', 'ff']);
      const first = await credentials.listSealedOtherwise({ than: 'ff', limit: 2 });
      expect(first.map(({ id }) => id)).toEqual(['cred_b', 'cred_c']);
      const [b] = first;
      expect(await credentials.reseal('cred_b', 99, { sealed: 'x', sealedWith: 'ff' })).toBe(false);
      expect(await credentials.reseal('cred_b', b!.version, { sealed: 'anew', sealedWith: 'ff' })).toBe(true);
      expect(await credentials.findSealed('cred_b')).toMatchObject({
        sealed: 'anew',
        sealedWith: 'ff',
        version: 3,
      });
      const rest = await credentials.listSealedOtherwise({ than: 'ff', after: 'cred_c', limit: 9 });
      expect(rest.map(({ id }) => id)).toEqual(['cred_d', 'cred_e']);
    });

    it('are removed with their secrets, and their names are free', async () => {
      const { credentials } = storageNow();
      const mark = await credentials.readMark();
      expect(await credentials.remove('cred_b')).toBe(true);
      expect(await credentials.remove('cred_b')).toBe(false);
      expect(await credentials.find('cred_b')).toBeUndefined();
      expect(await credentials.findSealed('cred_b')).toBeUndefined();
      expect(await credentials.change('cred_b', { state: 'active' })).toBe(false);
      expect(await credentials.readMark()).not.toBe(mark);
      expect((await credentials.list()).map(({ id }) => id)).toEqual([
        'cred_a',
        'cred_c',
        'cred_d',
        'cred_e',
      ]);
      await credentials.insert(make('cred_f', { name: 'cred_b' }));
      expect(await credentials.listMasterKeys()).toEqual(['0011223344556677', 'ff']);
    });
  });
}
