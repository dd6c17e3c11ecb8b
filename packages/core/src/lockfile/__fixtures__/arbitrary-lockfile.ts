/** Random lockfiles, with names and texts that are as awkward as the rules allow. */
import fc from 'fast-check';
import type { LockedAlias, LockedProfile, Lockfile, Pin, PoolEntry, RequestDefaults } from '../lockfile.ts';

const word = fc.stringMatching(/^[a-z][a-z0-9_-]{0,8}$/);
const awkward = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .filter((text) => /^[^\s\p{Cc}\p{Cs}]+$/u.test(text));
const profileName = fc.oneof(word, awkward.filter((text) => !text.includes(':')), fc.constant('__proto__'));
const aliasName = fc.oneof(word, awkward, fc.constantFrom('description', 'locked_at', 'models', '1', 'libA:deep'));
const reference = fc
  .tuple(fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,6}$/), fc.oneof(word, awkward, fc.constant('llama3.3:latest')))
  .map(([provider, model]) => `${provider}:${model}`)
  .filter((text) => !text.includes('*'));
const text = fc.string({ unit: 'grapheme', maxLength: 30 }).filter((each) => !/\p{Cs}/u.test(each));
const amount = fc.double({ min: 0, max: 1e9, noNaN: true }).map((value) => value + 0);
const date = fc.constantFrom('2026-08-18', '2026-11-21T10:00:00Z');

/** Leaves fields out rather than setting them to undefined. */
const some = <Fields extends object>(fields: { [Key in keyof Fields]: fc.Arbitrary<Fields[Key]> }) =>
  fc.record(fields, { requiredKeys: [] }) as fc.Arbitrary<Partial<Fields>>;

const constraint = fc
  .tuple(
    fc.constantFrom('*', 'anthropic:*', 'openai:gpt-5*'),
    some({
      minContext: fc.integer({ min: 1, max: 2_000_000 }),
      minOutput: fc.integer({ min: 1, max: 100_000 }),
      maxCost: amount,
      needs: fc.uniqueArray(word, { maxLength: 3 }),
      prefer: fc.constantFrom('cheapest' as const, 'dearest' as const, 'newest' as const, 'longest_context' as const),
      locked: reference,
    }),
  )
  .map(([match, rest]): PoolEntry => ({ match, ...rest }));

const defaults: fc.Arbitrary<RequestDefaults> = some({
  temperature: fc.double({ min: 0, max: 2, noNaN: true }).map((value) => value + 0),
  topP: fc.constantFrom(0.1, 1),
  maxTokens: fc.integer({ min: 1, max: 1e6 }),
  reasoning: fc.constantFrom({ effort: 'low' }, { budgetTokens: 2048 }),
}).filter((each) => Object.keys(each).length > 0);

const alias: fc.Arbitrary<LockedAlias> = fc
  .tuple(
    fc.uniqueArray(fc.oneof({ weight: 3, arbitrary: reference }, constraint), {
      minLength: 1,
      maxLength: 4,
      selector: (entry) => JSON.stringify(entry),
    }),
    some({ description: text, defaults }),
  )
  .map(([models, rest]) => ({ models, ...rest }));

const pin: fc.Arbitrary<Pin> = some({
  model: word,
  card: reference,
  registryVersion: fc.integer({ min: 1, max: 999 }),
  isUnlisted: fc.constant(true),
  contextWindow: fc.integer({ min: 1, max: 2_000_000 }),
  maxOutput: fc.integer({ min: 1, max: 200_000 }),
  abilities: fc.uniqueArray(word, { maxLength: 5 }).map((list) => list.toSorted()),
  prices: fc.record({
    dollars_per_million_tokens_input: fc.constantFrom(0, 0.15, 2.5, 3),
    dollars_per_thousand_units: fc.constantFrom({ web_search_requests: 10 }, { 'a b': 0.5 }),
  }),
  contentHash: fc.constant('0f'.repeat(32)),
  lockedAt: date,
});

const mapOf = <Value>(key: fc.Arbitrary<string>, value: fc.Arbitrary<Value>, most = 3) =>
  fc.uniqueArray(fc.tuple(key, value), { maxLength: most, selector: ([name]) => name }).map((list) => new Map(list));

const profile: fc.Arbitrary<LockedProfile> = fc
  .tuple(mapOf(word, fc.integer({ min: 1, max: 999 })), mapOf(aliasName, alias), mapOf(reference, pin), some({ description: text }))
  .map(([registryVersions, aliases, pins, rest]) => ({ registryVersions, aliases, pins, ...rest }));

const json = fc.dictionary(
  fc.oneof(word, awkward),
  fc.oneof(text, amount, fc.boolean(), fc.array(text, { maxLength: 3 }), fc.dictionary(word, amount, { maxKeys: 2 })),
  { maxKeys: 3, noNullPrototype: true },
);

/** The first profile is the default, and each of the others may inherit from the one before it. */
export const arbitraryLockfile: fc.Arbitrary<Lockfile> = fc
  .tuple(
    fc.uniqueArray(fc.tuple(profileName, profile, fc.boolean()), {
      minLength: 1,
      maxLength: 3,
      selector: ([name]) => name,
    }),
    fc.uniqueArray(word, { maxLength: 2 }),
    some({ createdAt: date, updatedAt: date, metadata: json }),
  )
  .map(([profiles, packages, rest]) => ({
    defaultProfile: profiles[0]?.[0] ?? '',
    packages,
    packageDigests: new Map(packages.slice(1).map((name) => [name, `v1:${'ab'.repeat(32)}`])),
    profiles: new Map(
      profiles.map(([name, each, doesInherit], index): [string, LockedProfile] => {
        const inherits = doesInherit ? profiles[index - 1]?.[0] : undefined;
        return [name, inherits === undefined ? each : { ...each, inherits }];
      }),
    ),
    ...rest,
  }));
