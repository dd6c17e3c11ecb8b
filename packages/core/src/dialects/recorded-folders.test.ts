/** Every recording is held against exactly one format, or listed with the reason why it is not. */
import { describe, expect, it } from 'vitest';
import { judges } from './__fixtures__/judges/index.ts';
import { plainFormats } from './__fixtures__/plain-formats.ts';
import { hasCorpus, type Recording, readFolder, recordedFolders } from './__fixtures__/recorded-traffic.ts';
import { unspokenFormats } from './__fixtures__/unspoken-formats.ts';

interface Claim {
  readonly by: string;
  readonly folders: RegExp;
  readonly isIt: ((recording: Recording) => boolean) | undefined;
}

const claims: readonly Claim[] = [
  ...Object.entries(judges).map(([by, { folders, isOurs }]) => ({ by, folders, isIt: isOurs })),
  ...plainFormats.map(({ dialect, folders, isOurs }) => ({ by: dialect.name, folders, isIt: isOurs })),
  ...unspokenFormats.map(({ folder, isIt, reason }) => ({
    by: reason,
    folders: new RegExp(`^${folder}$`),
    isIt,
  })),
];

const folders = recordedFolders(/^(?!index\.jsonl$|README\.md$)/);

describe.skipIf(!hasCorpus)('every folder of recorded traffic', () => {
  it('is there to be counted', () => {
    expect(folders.length).toBeGreaterThan(60);
  });

  it.each(folders)('%s: each recording has one format, or a reason', (folder) => {
    const claiming = claims.filter((claim) => claim.folders.test(folder));
    const whole = claiming.filter(({ isIt }) => isIt === undefined);
    // A folder of which someone claims all need not be read.
    if (claiming.length === 1 && whole.length === 1) return;
    expect(claiming.length, 'nobody claims it').toBeGreaterThan(0);
    const wrong = readFolder(folder).flatMap((recording) => {
      const by = claiming.filter(({ isIt }) => isIt?.(recording) ?? true).map((claim) => claim.by);
      return by.length === 1 ? [] : [{ file: recording.file, by }];
    });
    expect(wrong).toEqual([]);
  });

  it.each(unspokenFormats)('$folder: there is something of which it is said: $reason', ({ folder, isIt }) => {
    if (isIt === undefined) expect(folders).toContain(folder);
    else expect(readFolder(folder).some(isIt)).toBe(true);
  });
});
