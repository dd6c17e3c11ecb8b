// The check turns red for whatever would surprise somebody later, with the amount; and for whatever it could not look at.
import { expect, test } from 'vitest';
import { smallRegistry } from './__fixtures__/small-registry.ts';
import { type CheckOptions, checkLockfile } from './check-lockfile.ts';
import { digestLockfile } from './digest.ts';
import { bindAlias, createLockfile, lockModels } from './edit-lockfile.ts';
import { parseLockfile } from './parse-lockfile.ts';

const locked = lockModels(
  createLockfile(
    new Map([
      ['fast', { models: ['acme:small'] }],
      ['deep', { models: ['acme:large', 'ollama:llama3.3:latest'] }],
      ['wide', { models: [{ match: '*', minContext: 500_000, maxCost: 5, needs: ['vision'] }] }],
    ]),
    ['default', 'prod'],
  ),
  smallRegistry(),
);

const told = (changes: Parameters<typeof smallRegistry>[0], options: CheckOptions = {}): string[] =>
  checkLockfile(locked, { registry: smallRegistry(changes), ...options }).findings.map(
    ({ severity, code, says }) => `${severity} ${code} ${says}`,
  );

test('nothing has changed', () => {
  const result = checkLockfile(locked, { registry: smallRegistry() });
  expect(result).toEqual({
    ok: true,
    digest: digestLockfile(locked),
    profiles: ['default', 'prod'],
    pinsChecked: 4,
    findings: [],
  });
});

test('a price rise is told with its amount, in percent and in dollars a month', () => {
  const usage = new Map([
    ['deep', { calls: 1000, inputTokens: 20_000_000, cachedTokens: 5_000_000, outputTokens: 1_000_000 }],
  ]);
  const registry = smallRegistry({ 'acme:large': { dollars_per_million_tokens_input: 3.6 } });
  const result = checkLockfile(locked, { registry, usage, maxRisePercent: 10 });
  expect(result.ok).toBe(false);
  expect(result.findings).toEqual([
    {
      code: 'price_rise',
      severity: 'error',
      profile: 'default',
      alias: 'deep',
      reference: 'acme:large',
      field: 'dollars_per_million_tokens_input',
      before: 3,
      after: 3.6,
      risePercent: 20,
      monthDollars: '9',
      says: 'The price of `acme:large` changed: input $3 → $3.6 a million tokens (+20 %, 10 % are allowed). That is $9 more a month.',
      hint: 'If you accept it, run `keelson lock bump`.',
    },
  ]);
  const allowed = checkLockfile(locked, { registry, maxRisePercent: 20 });
  expect([allowed.ok, allowed.findings[0]?.severity]).toEqual([true, 'warning']);
});

test('prices that fall, appear, vanish or are free no longer', () => {
  expect(told({ 'acme:small': { dollars_per_million_tokens_output: 1 } })).toEqual([
    'note price_fall The price of `acme:small` changed: output $2 → $1 a million tokens.',
  ]);
  expect(told({ 'acme:small': { dollars_per_million_tokens_cache_read: 0.1 } })).toEqual([
    'warning price_new The price of `acme:small` changed: cache read $unknown → $0.1 a million tokens.'.replace(
      '$unknown',
      'unknown',
    ),
  ]);
  expect(told({ 'acme:small': { dollars_per_million_tokens_output: null } })).toEqual([
    'error price_unknown The price of `acme:small` changed: output $2 → unknown a million tokens.',
  ]);
  expect(told({ 'other:mid': { long_context_threshold_tokens: 50_000 } })).toEqual([
    'error price_rise The price of `other:mid` changed: long context threshold tokens 100000 → 50000 (+100 %, 0 % are allowed).',
  ]);
});

test('a retirement is told with the date and what to take instead', () => {
  const registry = smallRegistry({ 'acme:small': { is_active: false, deprecated_date: '2026-12-01' } });
  const { ok, findings } = checkLockfile(locked, { registry });
  expect(ok).toBe(false);
  expect(findings[0]).toMatchObject({
    code: 'model_retired',
    severity: 'error',
    alias: 'fast',
    says: '`acme:small` of `fast` is retired since 2026-12-01.',
    hint: 'The newest of its family is `acme:large`.',
  });
});

test('a dated edition that was pinned counts as its model', () => {
  expect(told({ 'acme:large-20260501': { is_active: false } })).toEqual([
    'error model_retired `acme:large-20260501` of `deep` is retired.',
  ]);
});

test('a deprecation warns, a model that is gone fails', () => {
  expect(told({ 'acme:small': { is_deprecated: true } })).toEqual([
    'warning model_deprecated `acme:small` of `fast` is deprecated.',
  ]);
  expect(told({ 'acme:small': null })).toEqual([
    'error model_unknown `acme:small` of `fast` is in the registry no longer.',
  ]);
});

test('a lost capability fails, whether it is denied or just not known any more', () => {
  expect(told({ 'acme:large': { supports_thinking: false, supports_vision: null } })).toEqual([
    'error capability_lost `acme:large` of `deep` can no longer do `thinking`.',
    'error capability_lost `acme:large` of `deep` is no longer known to do `vision`.',
  ]);
});

test('a smaller context fails; a larger one is only another card', () => {
  expect(told({ 'acme:small': { context_window_tokens: 64_000 } })).toEqual([
    'error limit_shrunk The context window of `acme:small` was 128000 tokens and is 64000 now.',
  ]);
  expect(told({ 'acme:small': { context_window_tokens: 256_000 } })[0]).toContain('note card_changed');
});

test('a model that no longer fits its constraint fails', () => {
  expect(told({ 'other:mid': { dollars_per_million_tokens_output: 6 } }, { maxRisePercent: 100 })).toEqual([
    'warning price_rise The price of `other:mid` changed: output $4 → $6 a million tokens (+50 %).',
    'error constraint_broken `other:mid` was chosen for `wide`, but costs $6 a million tokens of output, more than $5 now.',
  ]);
});

test('a registry that cannot be read fails the check', () => {
  expect(checkLockfile(locked)).toMatchObject({
    ok: false,
    pinsChecked: 0,
    findings: [{ code: 'registry_unreadable' }],
  });
  const unreadable = [{ provider: 'acme', says: 'connection refused' }];
  const result = checkLockfile(locked, { registry: smallRegistry(), unreadable });
  expect(result.ok).toBe(false);
  expect(result.findings.map(({ says }) => says)).toEqual([
    'The registry of `acme` could not be read: connection refused',
  ]);
});

test('an unknown profile fails, with a suggestion', () => {
  expect(checkLockfile(locked, { registry: smallRegistry(), profiles: ['prd'] })).toMatchObject({
    ok: false,
    profiles: [],
    findings: [{ code: 'profile_unknown', hint: 'Did you mean `prod`?' }],
  });
});

test('what was never locked fails', () => {
  const bound = bindAlias(locked, 'new', { models: ['acme:small-latest', { match: 'acme:*' }] }, 'prod');
  expect(
    checkLockfile(bound, { registry: smallRegistry() }).findings.map(
      ({ says, profile }) => `${profile}: ${says}`,
    ),
  ).toEqual([
    'prod: `acme:small-latest` of `new` is not locked.',
    'prod: The constraint `acme:*` of `new` is not locked.',
  ]);
});

test('a newer registry is a note, an older one a warning, and neither fails', () => {
  const newer = checkLockfile(locked, { registry: smallRegistry({}, 4) });
  expect([newer.ok, ...newer.findings.map(({ code, provider }) => `${code} ${provider}`)]).toEqual([
    true,
    'registry_behind acme',
    'registry_behind other',
  ]);
  const ahead = lockModels(locked, smallRegistry({}, 4), { refresh: true });
  expect(checkLockfile(ahead, { registry: smallRegistry() }).findings[0]).toMatchObject({
    code: 'registry_older',
    severity: 'warning',
  });
});

test('packages that are missing, changed or hide a provider fail', () => {
  const own = parseLockfile('version = 1\n[profiles.default.aliases]\na = ["acme:small"]\n');
  const user = parseLockfile('version = 1\nextends = { packages = ["libA", "acme"] }\n[profiles.default]\n');
  const registry = smallRegistry();
  const both = new Map([
    ['libA', own],
    ['acme', own],
  ]);
  const codes = (lockfile: typeof user, packages: typeof both): string[] =>
    checkLockfile(lockfile, { registry, packages }).findings.map(
      (finding) => `${finding.code} ${finding.package}`,
    );
  expect(codes(user, new Map([['libA', own]]))).toEqual([
    'not_locked libA',
    'package_hides_provider acme',
    'package_missing acme',
  ]);
  const pinned = lockModels(user, registry, { packages: both });
  expect(codes(pinned, both)).toEqual(['package_hides_provider acme']);
  expect(
    codes(
      pinned,
      new Map([
        ['acme', own],
        ['libA', bindAlias(own, 'a', { models: ['acme:large'] })],
      ]),
    ),
  ).toContain('package_changed libA');
});
