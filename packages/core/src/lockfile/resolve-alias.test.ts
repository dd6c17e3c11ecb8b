// Names become models by one rule each, with what was locked of them; what is unknown is an error with a suggestion.
import { expect, test } from 'vitest';
import { smallRegistry } from './__fixtures__/small-registry.ts';
import { applyDefaults } from './apply-defaults.ts';
import { lockModels } from './edit-lockfile.ts';
import { loadPackages } from './load-packages.ts';
import { parseLockfile } from './parse-lockfile.ts';
import { chooseProfile } from './profiles.ts';
import { hasAlias, listAliases, requireAliases, resolveAlias } from './resolve-alias.ts';

const registry = smallRegistry();
const lockfile = parseLockfile(`version = 1
[extends]
packages = ["libA", "gone"]
[profiles.default]
registry_versions = { acme = 1 }
[profiles.default.aliases]
fast = ["acme:small", "other:mid"]
"libA:shorten" = ["other:mid"]
[profiles.default.aliases.smart]
models = [{ match = "acme:*", min_context = 150000, prefer = "dearest" }, "acme:large"]
defaults = { temperature = 0.2, max_tokens = 500, reasoning = "low" }
[profiles.prod]
inherits = "default"
[profiles.prod.aliases]
fast = ["acme:large"]
[profiles.local.aliases]
fast = ["ollama:llama3.3:latest"]
`);

const packages = loadPackages(lockfile, (name) =>
  name === 'libA'
    ? 'version = "1.0"\n[[bindings]]\nalias = "summarizer"\nmodel = "acme:small"\n[[bindings]]\nalias = "shorten"\nmodel = "acme:small"\n'
    : undefined,
);

const references = (name: string, profile?: string): string[] =>
  resolveAlias(lockfile, name, {
    registry,
    packages: packages.packages,
    ...(profile && { profile }),
  }).targets.map(({ reference }) => reference);

function errorOf(run: () => unknown): { message: string; hint: string; code: string } {
  try {
    run();
  } catch (error) {
    return error as { message: string; hint: string; code: string };
  }
  throw new Error('Nothing was thrown.');
}

test('a profile decides, and inherits what it does not say', () => {
  expect(references('fast')).toEqual(['acme:small', 'other:mid']);
  expect(references('fast', 'prod')).toEqual(['acme:large']);
  expect(references('fast', 'local')).toEqual(['ollama:llama3.3:latest']);
  const smart = resolveAlias(lockfile, 'smart', { profile: 'prod', registry });
  expect(smart).toMatchObject({ profile: 'prod', definedIn: 'default' });
  expect(smart.defaults).toEqual({ temperature: 0.2, maxTokens: 500, reasoning: { effort: 'low' } });
});

test('the environment chooses the profile, our variable before that of LLMRing', () => {
  expect(chooseProfile(lockfile)).toEqual({ name: 'default', origin: 'default_profile' });
  expect(chooseProfile(lockfile, undefined, { LLMRING_PROFILE: 'prod', KEELSON_PROFILE: '' })).toEqual({
    name: 'prod',
    origin: 'LLMRING_PROFILE',
  });
  const both = { LLMRING_PROFILE: 'prod', KEELSON_PROFILE: 'local' };
  expect(chooseProfile(lockfile, undefined, both)).toEqual({ name: 'local', origin: 'KEELSON_PROFILE' });
  expect(chooseProfile(lockfile, 'default', both)).toEqual({ name: 'default', origin: 'asked' });
});

test('an unknown profile is an error that says who named it, and is never created', () => {
  const error = errorOf(() => chooseProfile(lockfile, undefined, { KEELSON_PROFILE: 'prd' }));
  expect(error.message).toBe('The lockfile has no profile `prd`, which `KEELSON_PROFILE` names.');
  expect(error.hint).toBe('Did you mean `prod`?');
  expect(errorOf(() => references('fast', 'x')).hint).toBe('Profiles are default, prod, local.');
});

test('an unknown alias is an error with a suggestion', () => {
  expect(errorOf(() => references('smrt'))).toMatchObject({
    code: 'model_not_found',
    hint: 'Did you mean `smart`?',
  });
  expect(errorOf(() => references('libA:sumarizer')).hint).toBe('Did you mean `libA:summarizer`?');
});

test("a package's alias is found in its lockfile, and an own entry of that name wins", () => {
  expect(references('libA:summarizer')).toEqual(['acme:small']);
  expect(references('libA:shorten')).toEqual(['other:mid']);
  expect(resolveAlias(lockfile, 'libA:summarizer', { packages: packages.packages }).package).toBe('libA');
  expect(listAliases(lockfile, { packages: packages.packages })).toEqual([
    'fast',
    'libA:shorten',
    'smart',
    'libA:summarizer',
  ]);
});

test('a package without a lockfile is told, and its aliases are errors that say what to do', () => {
  expect(packages.missing).toEqual([{ package: 'gone', says: 'The package `gone` brings no lockfile.' }]);
  expect(errorOf(() => references('gone:any')).hint).toBe('Install `gone`, or bind `gone:any` yourself.');
});

test('a model that is named itself is split at the first colon', () => {
  const { targets, definedIn } = resolveAlias(lockfile, 'ollama:llama3.3:latest');
  expect(targets).toEqual([
    { reference: 'ollama:llama3.3:latest', provider: 'ollama', model: 'llama3.3:latest' },
  ]);
  expect(definedIn).toBeUndefined();
});

test('a constraint chooses by the registry until it is locked, and then never again', () => {
  expect(references('smart')).toEqual(['acme:large']);
  const { dropped } = resolveAlias(lockfile, 'smart', { registry });
  expect(dropped.map(({ says }) => says)).toEqual(['chooses `acme:large`, which comes earlier in the pool']);
  expect(resolveAlias(lockfile, 'smart').dropped[0]?.says).toBe('was never locked');
  const locked = lockModels(lockfile, registry, { profile: 'default' });
  const dearer = smallRegistry({
    'acme:small': { context_window_tokens: 900_000, dollars_per_million_tokens_output: 99 },
  });
  expect(resolveAlias(locked, 'smart', { registry: dearer }).targets[0]?.reference).toBe('acme:large');
  const alone = parseLockfile('version = 1\n[profiles.default.aliases]\na = [{ match = "x:*" }]\n');
  expect(errorOf(() => resolveAlias(alone, 'a', { registry })).message).toContain(
    'no model of the registry fits',
  );
});

test('a pinned model is called by its dated name and priced by what was locked, whatever the registry says', () => {
  const locked = lockModels(lockfile, registry);
  const dearer = smallRegistry({ 'acme:large': { dollars_per_million_tokens_input: 30 } }, 2);
  const [target] = resolveAlias(locked, 'fast', { profile: 'prod', registry: dearer }).targets;
  expect(target).toMatchObject({ reference: 'acme:large', model: 'large-20260501', registryVersion: 1 });
  expect(target?.prices?.rates.input).toBe(3_000_000_000_000n);
  const [unlocked] = resolveAlias(lockfile, 'fast', { profile: 'prod', registry }).targets;
  expect(target?.priceVersion).toBe(unlocked?.priceVersion);
  expect(target?.priceVersion).toMatch(/^acme:large@1#[0-9a-f]{16}$/);
});

test('prices of another registry version than the locked one are not taken for those', () => {
  const [target] = resolveAlias(lockfile, 'acme:large', { registry: smallRegistry({}, 2) }).targets;
  expect(target).toMatchObject({ registryVersion: 1 });
  expect(target?.prices).toBeUndefined();
});

test('libraries learn of everything that is missing at once', () => {
  expect(() => requireAliases(lockfile, ['fast', 'smart'])).not.toThrow();
  const error = errorOf(() =>
    requireAliases(lockfile, ['fast', 'deep', 'wide'], { profile: 'prod', asker: 'libX' }),
  );
  expect(error.message).toBe('libX needs aliases that the profile `prod` does not have: `deep`, `wide`.');
  expect(error.hint).toContain('keelson bind deep PROVIDER:MODEL --profile prod');
  expect([hasAlias(lockfile, 'smart', { profile: 'prod' }), hasAlias(lockfile, 'nope')]).toEqual([
    true,
    false,
  ]);
});

test('defaults fill what the caller left open and change nothing else', () => {
  const { defaults } = resolveAlias(lockfile, 'smart', { registry });
  const bare = { model: 'smart', turns: [] };
  expect(applyDefaults(bare, defaults)).toEqual({
    ...bare,
    sampling: { temperature: 0.2 },
    maxOutputTokens: 500,
    reasoning: { effort: 'low' },
  });
  const said = {
    ...bare,
    sampling: { temperature: 0, topP: 0.5 },
    maxOutputTokens: 9,
    reasoning: { budgetTokens: 0 },
  };
  expect(applyDefaults(said, defaults)).toEqual(said);
  expect(applyDefaults(bare, {})).toEqual(bare);
});
