// A difference says what changes for calls, and what a month of them costs before and after.
import { expect, test } from 'vitest';
import { smallRegistry } from './__fixtures__/small-registry.ts';
import { diffLockfiles } from './diff-lockfiles.ts';
import { bindAlias, createLockfile, lockModels, unbindAlias } from './edit-lockfile.ts';
import { costOfMonth } from './month-cost.ts';
import { parseLockfile } from './parse-lockfile.ts';
import { renderLockfile } from './render-lockfile.ts';

const registry = smallRegistry();
const before = lockModels(
  createLockfile(
    new Map([
      ['fast', { models: ['acme:small'] }],
      ['deep', { models: ['acme:large'] }],
    ]),
    ['default', 'prod'],
  ),
  registry,
);

const month = { calls: 10_000, inputTokens: 50_000_000, outputTokens: 4_000_000 };

test('files that mean the same have no difference, whatever they look like', () => {
  const text = renderLockfile(before).replace(
    'version = 1',
    'version = 1\nupdated_at = "2026-12-01" # later',
  );
  expect(diffLockfiles(before, parseLockfile(text))).toMatchObject({ same: true, changes: [], costs: [] });
});

test('another model is told, and what it costs a month', () => {
  const after = lockModels(bindAlias(before, 'fast', { models: ['acme:large', 'acme:small'] }), registry);
  const diff = diffLockfiles(before, after, {
    usage: new Map([
      ['fast', month],
      ['deep', month],
    ]),
  });
  expect(diff.same).toBe(false);
  expect(diff.changes).toEqual([
    {
      kind: 'pool_changed',
      profile: 'default',
      alias: 'fast',
      before: 'acme:small',
      after: 'acme:large, acme:small',
      says: '`fast` is acme:large, acme:small instead of acme:small.',
    },
  ]);
  // 50 x $0.5 + 4 x $2 = $33; 50 x $3 + 4 x $15 = $210.
  expect(diff.costs).toEqual([
    { alias: 'fast', before: '33', after: '210', difference: '177', unpriced: [] },
    { alias: 'deep', before: '210', after: '210', difference: '0', unpriced: [] },
  ]);
  expect(diff.monthDifference).toBe('177');
});

test('a bump tells prices, abilities, limits and versions', () => {
  const later = smallRegistry(
    {
      'acme:large': {
        dollars_per_million_tokens_input: 2.4,
        supports_vision: null,
        supports_audio: true,
        context_window_tokens: 400_000,
      },
    },
    2,
  );
  const after = lockModels(before, later, { refresh: true });
  const diff = diffLockfiles(before, after, { usage: new Map([['deep', month]]) });
  expect(diff.changes.map(({ kind, says }) => `${kind}: ${says}`)).toEqual([
    'registry_version_changed: The registry of `acme` counts in version 2 instead of 1.',
    'model_pinned: `acme:large` is called as `acme:large` instead of `large-20260501`.',
    'price_changed: The price of `acme:large` changes: input $3 → $2.4 a million tokens.',
    'ability_gained: `acme:large` can do `audio` now.',
    'ability_lost: `acme:large` cannot do `vision` any more.',
    'limit_changed: The context window of `acme:large` is 400000 instead of 200000 tokens.',
  ]);
  expect(diff.costs[0]).toMatchObject({ before: '210', after: '180', difference: '-30' });
  expect(diff.monthDifference).toBe('-30');
});

test('a model that is locked for the first time, or no more, is told; one that comes with its alias is not', () => {
  const open = parseLockfile(
    'version = 1\n[profiles.default.aliases]\ndeep = ["acme:large"]\n[profiles.prod]\ninherits = "default"\n',
  );
  const locked = lockModels(open, registry);
  const told = (from: typeof open, to: typeof open) =>
    diffLockfiles(from, to).changes.map(({ kind, says }) => `${kind}: ${says}`);
  expect(told(open, locked)).toEqual([
    'registry_version_changed: The registry of `acme` counts in version 1 instead of none.',
    'model_locked: `acme:large` is locked now, and called as `large-20260501`.',
  ]);
  expect(told(locked, open)[1]).toBe('model_unlocked: `acme:large` is not locked any more.');
  const bound = lockModels(bindAlias(locked, 'fast', { models: ['acme:small'] }), registry);
  expect(told(locked, bound)).toEqual(['alias_added: `fast` is new: acme:small.']);
});

test('what is not priced is told as such, and makes no sum', () => {
  const after = lockModels(bindAlias(before, 'fast', { models: ['ollama:llama3.3'] }), registry);
  const diff = diffLockfiles(before, after, {
    usage: new Map([
      ['fast', month],
      ['deep', month],
    ]),
  });
  expect(diff.costs[0]).toEqual({ alias: 'fast', before: '33', unpriced: ['after'] });
  expect(diff.monthDifference).toBeUndefined();
});

test('aliases, defaults, profiles and packages', () => {
  const bound = bindAlias(unbindAlias(before, 'deep'), 'fast', {
    models: ['acme:small'],
    defaults: { temperature: 0 },
  });
  const own = bindAlias(bound, 'fast', { models: ['acme:large'] }, 'prod');
  const after = parseLockfile(
    renderLockfile(own).replace(
      'default_profile = "default"',
      'default_profile = "prod"\nextends.packages = ["libA"]\n[profiles.dev]',
    ),
  );
  expect(diffLockfiles(before, after).changes.map(({ says }) => says)).toEqual([
    'The default profile is `prod` instead of `default`.',
    'The profile `dev` is new.',
    'Aliases of the package `libA` can be used.',
    'Requests to `fast` get {"temperature":0} instead of {}.',
    '`deep` is gone; it was acme:large.',
    '`fast` is acme:large instead of acme:small.',
  ]);
  expect(diffLockfiles(after, before).changes.map(({ kind }) => kind)).toEqual([
    'default_profile_changed',
    'profile_removed',
    'package_removed',
    'defaults_changed',
    'alias_added',
    'pool_changed',
  ]);
});

test('long context is decided by the usual call of the month, not by the sum', () => {
  const prices = registry.cards.get('other:mid')?.prices;
  const short = { calls: 1000, inputTokens: 10_000_000, outputTokens: 1_000_000 };
  expect(costOfMonth(short, prices)).toEqual({ status: 'priced', nanoDollars: 14_000_000_000 });
  const long = { ...short, calls: 50 };
  expect(costOfMonth(long, prices)).toEqual({ status: 'priced', nanoDollars: 28_000_000_000 });
});
