// Lockfiles are changed by making new ones; what is locked is what the registry said then.
import { expect, test } from 'vitest';
import { smallRegistry } from './__fixtures__/small-registry.ts';
import { digestLockfile } from './digest.ts';
import { bindAlias, createLockfile, lockModels, unbindAlias } from './edit-lockfile.ts';
import { parseLockfile } from './parse-lockfile.ts';
import { renderLockfile } from './render-lockfile.ts';

const registry = smallRegistry();
const fresh = createLockfile(new Map([['fast', { models: ['acme:small-latest'] }]]), ['default', 'prod']);
const locked = lockModels(fresh, registry, { lockedAt: '2026-11-21' });

test('a new lockfile has one profile with aliases, and others that inherit from it', () => {
  expect(renderLockfile(fresh)).toBe(`version = 1
minimum_keelson = "0.1.0"
default_profile = "default"

[profiles.default]

[profiles.default.aliases]
fast = ["acme:small-latest"]

[profiles.prod]
inherits = "default"
`);
});

test('a pin holds the card, prices, abilities, limits and hash of its model', () => {
  const profile = locked.profiles.get('default');
  expect(Object.fromEntries(profile?.registryVersions ?? [])).toEqual({ acme: 1 });
  expect(profile?.pins.get('acme:small-latest')).toEqual({
    card: 'acme:small',
    registryVersion: 1,
    contextWindow: 128_000,
    maxOutput: 8_000,
    abilities: ['function_calling'],
    prices: { dollars_per_million_tokens_input: 0.5, dollars_per_million_tokens_output: 2 },
    contentHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    lockedAt: '2026-11-21',
  });
});

test('a model that the registry does not know is locked as such', () => {
  const local = lockModels(bindAlias(fresh, 'local', { models: ['ollama:llama3.3:latest'] }), registry);
  expect(local.profiles.get('default')?.pins.get('ollama:llama3.3:latest')).toEqual({ isUnlisted: true });
});

test('of several dated editions none is guessed', () => {
  const two = smallRegistry({
    'acme:large-20260601': {
      dollars_per_million_tokens_input: 3,
      dollars_per_million_tokens_output: 15,
      dollars_per_million_tokens_cache_read: 0.3,
    },
  });
  const bound = bindAlias(fresh, 'deep', { models: ['acme:large'] });
  expect(lockModels(bound, registry).profiles.get('default')?.pins.get('acme:large')?.model).toBe(
    'large-20260501',
  );
  expect(lockModels(bound, two).profiles.get('default')?.pins.get('acme:large')?.model).toBeUndefined();
});

test('locking again changes no byte, also on another day', () => {
  const text = renderLockfile(locked);
  expect(renderLockfile(lockModels(locked, registry, { lockedAt: '2027-01-01', refresh: true }))).toBe(text);
});

test('binding another alias leaves locked prices alone; only a refresh takes new ones over', () => {
  const dearer = smallRegistry({ 'acme:small': { dollars_per_million_tokens_input: 9 } }, 2);
  const bound = bindAlias(locked, 'deep', { models: ['acme:large'] });
  const price = (lockfile: typeof locked): unknown =>
    lockfile.profiles.get('default')?.pins.get('acme:small-latest')?.prices?.dollars_per_million_tokens_input;
  const added = lockModels(bound, dearer);
  expect(price(added)).toBe(0.5);
  expect(added.profiles.get('default')?.pins.get('acme:large')?.registryVersion).toBe(2);
  expect(price(lockModels(bound, dearer, { refresh: true }))).toBe(9);
});

test('binding replaces the pool and keeps the rest; unbinding takes its pins along', () => {
  const bound = bindAlias(locked, 'fast', { models: ['acme:large'], defaults: { maxTokens: 5 } });
  const again = bindAlias(bound, 'fast', { models: ['acme:small'] });
  expect(again.profiles.get('default')?.aliases.get('fast')).toEqual({
    models: ['acme:small'],
    defaults: { maxTokens: 5 },
  });
  const gone = unbindAlias(locked, 'fast');
  expect(gone.profiles.get('default')?.pins.size).toBe(0);
  expect(() => unbindAlias(locked, 'fsat')).toThrow('does not bind `fsat` itself');
  expect(() => unbindAlias(locked, 'fast', 'prod')).toThrow('It inherits from `default`.');
  expect(() => bindAlias(locked, 'fast', { models: ['acme:small'] }, 'nope')).toThrow(
    'has no profile `nope`',
  );
});

test('what could not be read again is refused before it is written', () => {
  expect(() => bindAlias(locked, 'fast', { models: ['small'] })).toThrow(
    '`profiles.default.aliases.fast[0]` is `small`, which is no model',
  );
  expect(() => bindAlias(locked, 'two words', { models: ['acme:small'] })).toThrow('without blanks');
  expect(() => lockModels(bindAlias(locked, 'x', { models: [{ match: 'none:*' }] }), registry)).toThrow(
    'No model of the registry fits `none:*`',
  );
});

test('a package is locked by the digest of its lockfile', () => {
  const own = parseLockfile('version = 1\n[profiles.default.aliases]\na = ["acme:small"]\n');
  const user = parseLockfile('version = 1\nextends = { packages = ["libA"] }\n[profiles.default]\n');
  const withPackage = lockModels(user, registry, { packages: new Map([['libA', own]]) });
  expect(withPackage.packageDigests.get('libA')).toBe(digestLockfile(own));
});
