/** What every storage does with registrations; a part of the contract of storage. */
import { describe, expect, it } from 'vitest';
import { noon } from './__fixtures__/call-records.ts';
import type { Storage } from './open-storage.ts';
import type { Registration } from './registrations.ts';

const make = (name: string, more: Partial<Registration> = {}): Registration => ({
  id: `reg_${name}`,
  email: `${name}@example.com`,
  organisation: name,
  project: name,
  address: '::1',
  state: 'pending',
  secretSha256: 'a'.repeat(64),
  prefix: 'ks_abcde',
  tokenSha256: name.padEnd(64, '0'),
  message: 'a word',
  createdAt: noon,
  expiresAt: noon + 1000,
  ...more,
});

export function describeRegistrations(storageNow: () => Storage): void {
  describe('registrations', () => {
    it('hold an address and an organisation until they run out', async () => {
      const { registrations } = storageNow();
      await registrations.insert(make('one'));
      const taken = { code: 'conflict' };
      const other = { id: 'reg_two', tokenSha256: 'two' };
      await expect(
        registrations.insert(make('two', { ...other, email: 'one@example.com' })),
      ).rejects.toMatchObject(taken);
      await expect(
        registrations.insert(make('two', { ...other, organisation: 'one' })),
      ).rejects.toMatchObject(taken);
      expect(await registrations.find('reg_one')).toEqual(make('one'));
      const late = make('one', { id: 'reg_one_again', createdAt: noon + 1000 });
      await registrations.insert(late);
      expect(await registrations.find('reg_one')).toBeUndefined();
      expect(await registrations.findByToken(late.tokenSha256)).toEqual(late);
    });

    it('are decided once, and forget what was to be sent', async () => {
      const { registrations } = storageNow();
      await registrations.insert(make('three'));
      const decide = () =>
        registrations.decide('reg_three', { state: 'active', at: noon + 1, keyId: 'key_3' });
      expect((await Promise.all([decide(), decide()])).filter(Boolean)).toHaveLength(1);
      const { message: _, ...rest } = make('three', { state: 'active' });
      expect(await registrations.find('reg_three')).toEqual({ ...rest, decidedAt: noon + 1, keyId: 'key_3' });
      await registrations.reopen('reg_three');
      expect(await registrations.find('reg_three')).toEqual({ ...rest, state: 'pending' });
    });
  });
}
