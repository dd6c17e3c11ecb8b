// A profile that is shared means elsewhere what it meant where it came from.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryLockfile } from './__fixtures__/arbitrary-lockfile.ts';
import { digestLockfile } from './digest.ts';
import { bindAlias } from './edit-lockfile.ts';
import { lockfileData } from './lock-data.ts';
import {
  changeProfileAlone,
  digestProfile,
  documentOfProfile,
  joinProfiles,
  parseProfileDocument,
} from './one-profile.ts';

const carried = (document: unknown): unknown => JSON.parse(JSON.stringify(document));

test('whatever a profile says survives the way there and back, taken alone or out of the whole file', () => {
  fc.assert(
    fc.property(arbitraryLockfile, (lockfile) => {
      for (const name of lockfile.profiles.keys()) {
        const digest = digestProfile(lockfile, name);
        const alone = parseProfileDocument(carried(documentOfProfile(lockfile, name)), name);
        expect(digestProfile(alone, name)).toBe(digest);
        expect(documentOfProfile(alone, name)).toEqual(documentOfProfile(lockfile, name));
        const fromWhole = parseProfileDocument(carried(lockfileData(lockfile)), name);
        expect(digestLockfile(fromWhole)).toBe(digest);
      }
    }),
    { numRuns: 60 },
  );
});

test('all profiles of a file make the same file again', () => {
  fc.assert(
    fc.property(arbitraryLockfile, (lockfile) => {
      const parts = [...lockfile.profiles.keys()].map((name) =>
        parseProfileDocument(carried(documentOfProfile(lockfile, name)), name),
      );
      expect(digestLockfile(joinProfiles(parts, lockfile.defaultProfile))).toBe(digestLockfile(lockfile));
    }),
    { numRuns: 40 },
  );
});

const document = {
  version: 1,
  profiles: { dev: { inherits: 'default', aliases: { fast: { models: ['a:b'] } } } },
};

test('a profile may inherit from one that is elsewhere, and be changed so', () => {
  const lockfile = parseProfileDocument(document, 'dev');
  expect([...lockfile.profiles.keys()]).toEqual(['dev']);
  const changed = changeProfileAlone(lockfile, 'dev', (whole) =>
    bindAlias(whole, 'deep', { models: ['c:d'] }, 'dev'),
  );
  expect(documentOfProfile(changed, 'dev')).toMatchObject({
    profiles: { dev: { inherits: 'default', aliases: { fast: {}, deep: { models: ['c:d'] } } } },
  });
});

describe('refused is', () => {
  test.each<[string, unknown, string, string]>([
    ['a newer format', { version: 2, minimum_keelson: '9.1.0', whatever: 1 }, 'dev', 'up to version 1'],
    ['an older one', { version: '1.0', profiles: {} }, 'dev', 'lock migrate'],
    ['a profile that is not there', document, 'prod', 'has no profile `prod`'],
    ['a name that only objects know', document, 'constructor', 'has no profile'],
    ['an unknown entry', { ...document, profiles: { dev: { aliasses: {} } } }, 'dev', 'aliasses'],
    ['itself as ancestor', { version: 1, profiles: { dev: { inherits: 'dev' } } }, 'dev', 'circle'],
    ['a name with a line break', { version: 1, profiles: { 'a\nb': {} } }, 'a\nb', 'must have a name'],
    ['text', 'version = 1', 'dev', 'has no `version`'],
    ['nothing', null, 'dev', 'has no `version`'],
  ])('%s', (_, given, name, said) => {
    let error: unknown;
    try {
      parseProfileDocument(given, name);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: 'configuration_invalid' });
    const { message, hint } = error as { message: string; hint: string };
    expect(`${message} ${hint}`).toContain(said);
  });
});
