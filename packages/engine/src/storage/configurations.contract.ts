/** What every storage does with the configurations that were in force; a part of the contract of storage. */
import { describe, expect, it } from 'vitest';
import { noon } from './__fixtures__/call-records.ts';
import type { StoredConfiguration } from './configurations.ts';
import type { Storage } from './open-storage.ts';

const make = (number: number, by = 'file', text = 'log: {}\n'): StoredConfiguration => ({
  number,
  at: noon,
  by,
  digest: 'd'.repeat(64),
  changes: [{ path: 'log.level', before: 'warn', after: 'info' }],
  text,
});

export function describeConfigurations(storageNow: () => Storage): void {
  describe('configurations', () => {
    it('keeps them in a line, and of two with one number only the first', async () => {
      const { configurations } = storageNow();
      expect(await configurations.append(make(1))).toBe(true);
      expect(await configurations.append(make(1, 'late'))).toBe(false);
      const both = await Promise.all(['one', 'two'].map((by) => configurations.append(make(2, by))));
      expect(both.filter(Boolean)).toHaveLength(1);
      const [newest, first] = await configurations.list({ limit: 10 });
      expect(newest).toEqual(make(2, both[0] ? 'one' : 'two'));
      expect(first).toEqual(make(1));
      expect(await configurations.list({ limit: 10, before: 2 })).toEqual([first]);
      expect(await configurations.list({ limit: 1 })).toEqual([newest]);
    });

    it('gives one back as it was written, and withdraws only the newest', async () => {
      const { configurations } = storageNow();
      const text = 'aliases: { "größe": [a:b] } # 你好\n';
      await configurations.append(make(11, 'key_1', text));
      await configurations.append(make(12));
      await configurations.withdraw(11);
      expect((await configurations.find(11))?.text).toBe(text);
      await configurations.withdraw(12);
      expect(await configurations.find(12)).toBeUndefined();
      expect(await configurations.append(make(12))).toBe(true);
    });
  });
}
