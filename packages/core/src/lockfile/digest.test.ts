// The digest names the meaning of a lockfile: nothing else may change it, and every change of meaning must.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbitraryLockfile } from './__fixtures__/arbitrary-lockfile.ts';
import { digestLockfile } from './digest.ts';
import type { Lockfile } from './lockfile.ts';
import { parseLockfile } from './parse-lockfile.ts';
import { renderLockfile } from './render-lockfile.ts';

const reversed = <Value>(map: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> =>
  new Map([...map].toReversed());

function shuffled(lockfile: Lockfile): Lockfile {
  return {
    ...lockfile,
    packages: lockfile.packages.toReversed(),
    profiles: new Map(
      [...reversed(lockfile.profiles)].map(([name, profile]) => [
        name,
        {
          ...profile,
          aliases: reversed(profile.aliases),
          pins: new Map(
            [...reversed(profile.pins)].map(([key, pin]) => [key, { ...pin, lockedAt: '1999-01-01' }]),
          ),
          registryVersions: reversed(profile.registryVersions),
          description: 'Something else',
        },
      ]),
    ),
    createdAt: '1999-01-01',
    updatedAt: '2000-01-01',
    metadata: { owner: 'somebody' },
  };
}

test('order, times, descriptions, metadata and comments mean nothing', () => {
  fc.assert(
    fc.property(arbitraryLockfile, (lockfile) => {
      const digest = digestLockfile(lockfile);
      expect(digest).toMatch(/^v1:[0-9a-f]{64}$/);
      expect(digestLockfile(shuffled(lockfile))).toBe(digest);
      const text = renderLockfile(lockfile).replaceAll('\n[', '\n# A comment.\n[');
      expect(digestLockfile(parseLockfile(text))).toBe(digest);
    }),
    { numRuns: 150 },
  );
});

const text = `version = 1
extends = { packages = ["libA"] }
[profiles.default]
registry_versions = { openai = 3 }
[profiles.default.aliases.fast]
models = ["openai:a", "openai:b", { match = "x:*", needs = ["vision", "audio"], locked = "x:y" }]
defaults = { temperature = 0.2 }
[profiles.default.pins."openai:a"]
registry_version = 3
abilities = ["vision"]
prices = { dollars_per_million_tokens_input = 1 }
[profiles.dev]
inherits = "default"
`;

test('whatever means something changes the digest', () => {
  const digest = digestLockfile(parseLockfile(text));
  const changes: [string, string][] = [
    ['"openai:a", "openai:b"', '"openai:b", "openai:a"'],
    ['locked = "x:y"', 'locked = "x:z"'],
    ['temperature = 0.2', 'temperature = 0.3'],
    ['openai = 3', 'openai = 4'],
    ['abilities = ["vision"]', 'abilities = []'],
    ['tokens_input = 1', 'tokens_input = 2'],
    ['inherits = "default"', ''],
    ['["libA"]', '["libB"]'],
    ['version = 1\n', 'version = 1\ndefault_profile = "dev"\n'],
    ['.fast]', '.quick]'],
  ];
  const digests = changes.map(([from, to]) => {
    expect(text).toContain(from);
    return digestLockfile(parseLockfile(text.replace(from, to)));
  });
  expect(new Set([digest, ...digests]).size).toBe(changes.length + 1);
  expect(digestLockfile(parseLockfile(text.replace('"vision", "audio"', '"audio", "vision"')))).toBe(digest);
});

test('the digest of a published file never changes', () => {
  expect(digestLockfile(parseLockfile(text))).toBe(
    'v1:7e012e07d0115aaf35dfcfbd22e6d083c245d4b6d9f7dd179b3372db8d72b407',
  );
});
