// What is written says what was read, always in the same words, and comments stay where they belong.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbitraryLockfile } from './__fixtures__/arbitrary-lockfile.ts';
import { bindAlias } from './edit-lockfile.ts';
import { parseLockfile } from './parse-lockfile.ts';
import { renderLockfile } from './render-lockfile.ts';

test('parse, render, parse is the identity', () => {
  fc.assert(
    fc.property(arbitraryLockfile, (lockfile) => {
      const text = renderLockfile(lockfile);
      const again = parseLockfile(text);
      expect(again).toEqual(lockfile);
      expect(renderLockfile(again)).toBe(text);
      expect(renderLockfile(again, text)).toBe(text);
    }),
    { numRuns: 300 },
  );
});

const commented = `# Our models.
# Ask the platform team before changing prod.

version = 1 # the format
default_profile = "default"

# People try things here.
[profiles.default] # open to all
# Quick answers.
aliases.fast = [
  # first choice
  "anthropic:claude-haiku-4-5", # cheap
  "openai:gpt-5.4-mini",
  # nobody else
] # end of fast

[profiles.default.aliases.deep]
models = ["anthropic:claude-opus-5"]
[profiles.default.aliases.deep.defaults]
temperature = 0.2 # repeatable

# Money.
[profiles.prod]
inherits = "default" # for now

# That is all.
`;

test('comments stay with their entries, also when other entries change', () => {
  const changed = bindAlias(parseLockfile(commented), 'new', { models: ['openai:gpt-5.6'] });
  expect(renderLockfile(changed, commented)).toBe(`# Our models.
# Ask the platform team before changing prod.

version = 1 # the format
minimum_keelson = "0.1.0"
default_profile = "default"

# People try things here.
[profiles.default] # open to all

[profiles.default.aliases]
# Quick answers.
fast = [
  # first choice
  "anthropic:claude-haiku-4-5", # cheap
  "openai:gpt-5.4-mini",
  # nobody else
] # end of fast
new = ["openai:gpt-5.6"]

[profiles.default.aliases.deep]
models = ["anthropic:claude-opus-5"]

[profiles.default.aliases.deep.defaults]
temperature = 0.2 # repeatable

# Money.
[profiles.prod]
inherits = "default" # for now

# That is all.
`);
});

test('a comment goes with its model when the pool is put in another order or becomes a table', () => {
  const models = ['openai:gpt-5.4-mini', 'anthropic:claude-haiku-4-5'];
  const changed = bindAlias(parseLockfile(commented), 'fast', { models, defaults: { maxTokens: 10 } });
  expect(renderLockfile(changed, commented)).toContain(`# Quick answers.
[profiles.default.aliases.fast] # end of fast
models = [
  "openai:gpt-5.4-mini",
  # first choice
  "anthropic:claude-haiku-4-5", # cheap
  # nobody else
]
`);
});

test('writing a file again changes nothing of it', () => {
  const once = renderLockfile(parseLockfile(commented), commented);
  expect(renderLockfile(parseLockfile(once), once)).toBe(once);
  const crlf = once.replaceAll('\n', '\r\n');
  expect(renderLockfile(parseLockfile(crlf), crlf)).toBe(once);
});
