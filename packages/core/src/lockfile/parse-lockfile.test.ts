// A broken lockfile is told with every problem, each at its line and column, with what was probably meant.
import { expect, test } from 'vitest';
import { maxLockfileLength } from './bounds.ts';
import { LockfileError } from './lock-problem.ts';
import { parseLockfile, validateLockfile } from './parse-lockfile.ts';

const told = (text: string, fileName?: string): string[] =>
  validateLockfile(text, fileName).map(({ line, column, says, hint }) =>
    [`${line ?? '-'}:${column ?? '-'}`, says, hint ?? ''].join(' ').trim(),
  );

test('short and long spellings of an alias mean the same', () => {
  const short = parseLockfile(`version = 1
[profiles.default.aliases]
one = "openai:gpt-5"
two = ["openai:gpt-5"]
three = { models = ["openai:gpt-5"] }
[profiles.default.aliases.four]
models = ["openai:gpt-5"]
`);
  const aliases = short.profiles.get('default')?.aliases;
  expect([...(aliases ?? [])]).toEqual(
    ['one', 'two', 'three', 'four'].map((name) => [name, { models: ['openai:gpt-5'] }]),
  );
});

test('all problems are told at once, in their order, with their places', () => {
  const text = `version = 1
default_profil = "default"

[profiles.default]
inherit = "prod"
[profiles.default.registry_versions]
openai = "twelve"

[profiles.default.aliases]
fast = ["gpt-5", "openai:gpt-5", "openai:gpt-5"]
none = []
smart = [
  { match = "anthropic", min_contxt = 5 },
  "anthropic:*",
]
[profiles.default.aliases.deep]
models = ["openai:o3"]
defaults = { temperature = 9, reasoning = "hgih" }
[profiles.default.pins."openai:gpt-5".prices]
dollars_per_million_tokens_inputs = 3
`;
  expect(told(text)).toEqual([
    '2:1 `default_profil` is not known here. Did you mean `default_profile`?',
    '5:1 `profiles.default.inherit` is not known here. Did you mean `inherits`?',
    '7:1 `profiles.default.registry_versions.openai` must be a whole number from 1.',
    '10:9 `profiles.default.aliases.fast[0]` is `gpt-5`, which is no model. Write `provider:model`, such as `openai:gpt-5`.',
    '10:34 `profiles.default.aliases.fast[2]` names `openai:gpt-5` twice.',
    '11:1 `profiles.default.aliases.none` is empty. Name at least one model.',
    '13:5 `profiles.default.aliases.smart[0].match` must say which models. Write `provider:*`, `provider:beginning*` or `*`.',
    '13:26 `profiles.default.aliases.smart[0].min_contxt` is not known here. Did you mean `min_context`?',
    '14:3 `profiles.default.aliases.smart[1]` holds a `*`. Write `{ match = "anthropic:*" }` to choose among models.',
    '18:14 `profiles.default.aliases.deep.defaults.temperature` must be a number from 0 to 2.',
    '18:31 `profiles.default.aliases.deep.defaults.reasoning` must be one of none, minimal, low, medium, high, xhigh, max. Did you mean `high`?',
    '20:1 `profiles.default.pins."openai:gpt-5".prices.dollars_per_million_tokens_inputs` is no price that is known here. Lock the file again.',
  ]);
});

test('text that is no TOML is told where it stops to be', () => {
  expect(told('version = 1\n[profiles.default\n')[0]).toMatch(/^2:\d+ This is not valid TOML: /);
  expect(told('version = 1\nversion = 1\n')[0]).toMatch(/^2:\d+ This is not valid TOML: /);
  expect(told('{ "version": 1,\n "profiles": {} ')[0]).toMatch(/^2:\d+ The lockfile is not valid JSON/);
});

test('the error says the file, line and column, and holds every problem', () => {
  let caught: unknown;
  try {
    parseLockfile('version = 1\n[profiles.default.aliases]\nfast = 5\nslow = 6\n', 'sub/keelson.lock');
  } catch (error) {
    caught = error;
  }
  expect(caught).toBeInstanceOf(LockfileError);
  expect((caught as LockfileError).code).toBe('configuration_invalid');
  expect((caught as LockfileError).problems).toHaveLength(2);
  expect((caught as LockfileError).message).toContain(
    'sub/keelson.lock:3:1: `profiles.default.aliases.fast` must be',
  );
});

test('a newer format says which Keelson reads it, and nothing else of it is judged', () => {
  expect(told('version = 2\nminimum_keelson = "0.9.0"\nwhatever = 1\n')).toEqual([
    '1:1 `version` is 2, but this Keelson reads lockfiles up to version 1. Use Keelson 0.9.0 or newer, which reads this file.',
  ]);
  expect(told('version = 3\n')[0]).toContain('Use a newer Keelson');
});

test('an llmring.lock under our name is told what to do', () => {
  expect(told('version = "1.0"\n[profiles.default]\n')[0]).toContain('keelson lock migrate');
  expect(told('')[0]).toContain('has no `version`');
});

test('profiles inherit from existing ones and never in a circle', () => {
  const text = `version = 1
default_profile = "prd"
[profiles.prod]
inherits = "stagin"
[profiles.staging]
inherits = "dev"
[profiles.dev]
inherits = "staging"
[profiles.self]
inherits = "self"
[profiles.outside]
inherits = "dev"
`;
  expect(told(text)).toEqual([
    '2:1 `default_profile` names `prd` as the default profile, which does not exist. Did you mean `prod`?',
    '4:1 `profiles.prod.inherits` names the profile `stagin`, which does not exist. Did you mean `staging`?',
    '6:1 `profiles.staging.inherits` goes in a circle: staging → dev → staging. Take `inherits` from one of them.',
    '8:1 `profiles.dev.inherits` goes in a circle: dev → staging → dev. Take `inherits` from one of them.',
    '10:1 `profiles.self.inherits` goes in a circle: self → self. Take `inherits` from one of them.',
  ]);
});

test('files that are huge or deep are refused by name', () => {
  expect(told(`# ${'x'.repeat(maxLockfileLength)}`)[0]).toMatch(
    /^-:- The file has \d+ characters; a lockfile may have/,
  );
  const deep = `version = 1\nmetadata.a = ${'['.repeat(40)}${']'.repeat(40)}\n`;
  expect(told(deep)).toHaveLength(1);
  const headers = `version = 1\n[metadata.${'a.'.repeat(60)}a]\n`;
  expect(told(headers)[0]).toContain('nested too deeply');
  expect(told(`{"version": 1, "metadata": ${'['.repeat(40)}${']'.repeat(40)}}`)[0]).toContain(
    'nested too deeply',
  );
});

test('names of the language are names like others', () => {
  const lockfile = parseLockfile(
    'version = 1\n[profiles.default.aliases]\n__proto__ = ["a:b"]\nconstructor = ["a:c"]\n',
  );
  expect([...(lockfile.profiles.get('default')?.aliases.keys() ?? [])]).toEqual(['__proto__', 'constructor']);
});

test('packages have digests only if they are extended', () => {
  const text =
    'version = 1\n[profiles.default]\n[extends]\npackages = ["a", "a:b"]\n[extends.digests]\nb = "v1:00"\na = "sha"\n';
  expect(told(text).map((line) => line.split(' ')[0])).toEqual(['4:18', '6:1', '7:1']);
});

test('problems in JSON have their places too', () => {
  const text =
    '{\n  "version": 1,\n  "profiles": { "default": { "aliases": {\n    "fast": ["nope"]\n  } } }\n}';
  expect(told(text)).toEqual([
    '4:14 `profiles.default.aliases.fast[0]` is `nope`, which is no model. Write `provider:model`, such as `openai:gpt-5`.',
  ]);
});
