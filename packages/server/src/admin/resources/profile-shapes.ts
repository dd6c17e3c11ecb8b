// What shared profiles are like over HTTP, and what is pushed.
import {
  anyObject,
  flag,
  integer,
  list,
  number,
  object,
  oneOf,
  optional,
  pageFields,
  type Schema,
  text,
  time,
} from '../contract/index.ts';

const long = { most: 1000 };
const digest = text('`v1:` and the SHA-256 of what it means; docs/lockfile.md says of what.', {
  pattern: '^v\\d+:[0-9a-f]{64}$',
});
export const revision = integer('From 1; every change counts one on.', { least: 1 });
const base = integer('The revision that it is based on; 0 for a new profile.', { least: 0 });
const client = text('What pushes it, with its version, such as `keelson/1.2.0`.', { least: 1 });

const facts = {
  name: text('What it is called.'),
  revision,
  digest: text(
    'Of the profile alone; of a file that has no other, that of the file. Empty where it was removed.',
  ),
  lockfile_digest: optional(text('Of the whole file that it was pushed from, as its pusher said.')),
  pushed_at: time('When; by the clock of the server.'),
  pushed_by: text('The key.'),
  client: optional(text('What it was pushed with.')),
};
export const summary = object({ ...facts, is_removed: flag('Whether this revision removed it.') });
export const whole = object({
  ...facts,
  lockfile: anyObject('A lockfile of this profile alone, as docs/lockfile.md describes it.'),
});

/** What is pushed is kept in its revision; the audit log says who pushed. */
const notAudited = <Value>({ json }: Schema<Value>): Schema<Value> => ({
  json: { ...json, writeOnly: true },
});

export const push = object({
  base_revision: base,
  lockfile: notAudited(
    anyObject(
      'A lockfile as data, such as `keelson lock show --json` prints it. Only the profile of the path is taken.',
    ),
  ),
  digest: optional(digest),
  lockfile_digest: optional(digest),
  force: optional(flag('Takes the place of whatever is there.')),
  client: optional(client),
});
export const removal = object({
  base_revision: optional(integer('Only where this is the newest.', { least: 1 })),
});
const constraint = object({
  match: text('`anthropic:*`, `openai:gpt-5*` or `*`.', long),
  min_context: optional(integer('Tokens.', { least: 0 })),
  min_output: optional(integer('Tokens.', { least: 0 })),
  max_cost: optional(number('Dollars per million tokens.', { least: 0 })),
  needs: optional(list('Abilities.', text('By the name of the registry.'))),
  prefer: optional(oneOf('Which of several.', ['cheapest', 'dearest', 'newest', 'longest_context'])),
  locked: optional(text('The model that was chosen.', long)),
});
const models = list(
  'In the order in which they are tried.',
  text('`provider:model`.', { least: 1, ...long }),
  {
    most: 100,
  },
);
const aliasName = text('Its name.', { least: 1 });
const binding = { description: optional(text('For people.', long)), models };
export const bind = object({ ...binding, base_revision: optional(base) });
export const bulk = object({
  aliases: list('Those that are bound; others stay as they are.', object({ name: aliasName, ...binding })),
  base_revision: optional(base),
});
export const resolved = object({
  name: aliasName,
  profile: text('The profile that was asked.'),
  defined_in: optional(text('The profile that it stands in, of those that are inherited.')),
  targets: list(
    'In the order in which they are tried.',
    object({
      reference: text('`provider:model`.', long),
      model: text('What the provider is asked for.', long),
    }),
  ),
  defaults: anyObject('What requests get where their caller leaves it open.'),
});
export const aliasEntry = object({
  name: aliasName,
  description: optional(text('For people.', { most: 100_000 })),
  models: list(
    'In the order in which they are tried.',
    object({ model: optional(text('`provider:model`.', long)), constraint: optional(constraint) }),
    { most: 10_000 },
  ),
});
const { limit, cursor, sort } = pageFields(['name', '-name']);
export const pages = object({ limit, cursor, sort });
export const history = object({ limit, cursor });

export const example = {
  version: 1,
  profiles: {
    default: { aliases: { fast: { models: ['openai:gpt-5-mini', 'anthropic:claude-haiku-4-5'] } } },
  },
};
