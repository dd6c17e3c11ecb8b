/** The commands around the lockfile. */
import type { CommandSpec } from '../line/command-spec.ts';
import {
  constraintFlags,
  formatFlag,
  lockfileFlag,
  profileFlag,
  registryFlag,
  serverFlags,
  strictCostFlag,
  usageFlag,
} from './shared-flags.ts';

const initSpec: CommandSpec = {
  name: 'init',
  about: 'Makes a keelson.lock, with aliases for the providers whose keys are there.',
  details: [
    'The aliases (fast, balanced, deep and others) are computed from the registry. Without any key the file has none, and `keelson bind` makes them.',
  ],
  flags: [
    {
      name: 'file',
      value: 'PATH',
      about: 'where it is made, instead of ./keelson.lock',
      completes: 'file',
    },
    {
      name: 'profiles',
      value: 'NAMES',
      repeats: true,
      about: 'its profiles; all others inherit from the first',
    },
    {
      name: 'providers',
      value: 'NAMES',
      repeats: true,
      about: 'providers that aliases are made for, instead of those whose keys are there',
      completes: 'provider',
    },
    { name: 'local', value: 'MODEL', repeats: true, about: 'a model that runs here, for the alias `local`' },
    { name: 'force', about: 'replaces a lockfile that is there; a copy of it stays beside it' },
    registryFlag,
  ],
  examples: [
    { line: 'keelson lock init', about: 'aliases for the keys that are there' },
    {
      line: 'keelson lock init --profiles default,dev,prod --local ollama:llama3.3',
      about: 'three profiles',
    },
  ],
  load: () => import('../commands/lock/init.ts'),
};

const validateSpec: CommandSpec = {
  name: 'validate',
  about: 'Reads a lockfile and tells everything that is wrong with it, with line and column.',
  words: [{ name: 'FILE', about: 'the lockfile', isOptional: true, completes: 'file' }],
  exitCodes: [[3, 'the lockfile is broken']],
  load: () => import('../commands/lock/validate.ts'),
};

const checkSpec: CommandSpec = {
  name: 'check',
  about: 'Tells whether what was locked still holds: for continuous integration.',
  details: [
    'Compares every pin with the registry. A retired model, a risen price, a lost ability, a smaller limit and a model that was never locked are errors; so is a registry that cannot be read.',
  ],
  flags: [
    {
      name: 'max-rise',
      value: 'PERCENT',
      kind: 'number',
      about: 'by how much a price may rise before it is an error (0)',
    },
    { ...profileFlag, repeats: true, about: 'only this profile' },
    {
      name: 'max-registry-age',
      value: 'DAYS',
      kind: 'count',
      about: 'how old the registry of a locked model may be; one that does not say is too old',
    },
    strictCostFlag,
    usageFlag,
    formatFlag,
    { name: 'strict', about: 'warnings fail as well' },
    lockfileFlag,
    registryFlag,
  ],
  examples: [
    { line: 'keelson lock check', about: 'fails when anything that was locked does not hold any more' },
    {
      line: 'keelson lock check --max-rise 10 --usage usage.json --format markdown',
      about: 'as a comment on a pull request, with amounts',
    },
  ],
  exitCodes: [
    [0, 'all of it holds'],
    [1, 'something does not'],
    [3, 'the lockfile cannot be read'],
  ],
  load: () => import('../commands/lock/check.ts'),
};

const diffSpec: CommandSpec = {
  name: 'diff',
  about: 'Tells what a change of the lockfile means for calls and for the bill.',
  details: [
    'Without BEFORE: what `keelson lock bump` would change. With BEFORE: the way from there to the lockfile, or to AFTER.',
  ],
  words: [
    { name: 'BEFORE', about: 'a lockfile', isOptional: true, completes: 'file' },
    {
      name: 'AFTER',
      about: 'another one, instead of the one that is found',
      isOptional: true,
      completes: 'file',
    },
  ],
  flags: [
    { name: 'base', value: 'REVISION', about: 'BEFORE is the lockfile in this revision of Git' },
    usageFlag,
    formatFlag,
    { name: 'exit-code', about: 'ends with 1 where the files mean different things' },
    profileFlag,
    lockfileFlag,
    registryFlag,
  ],
  examples: [
    { line: 'keelson lock diff', about: 'what locking again would change' },
    {
      line: 'keelson lock diff --base origin/main --usage usage.json --format markdown',
      about: 'what a branch changes, priced',
    },
  ],
  exitCodes: [[1, 'with --exit-code: the files mean different things']],
  load: () => import('../commands/lock/diff.ts'),
};

const bumpSpec: CommandSpec = {
  name: 'bump',
  about: 'Locks: chooses models anew and takes over what the registry says of them now.',
  flags: [
    { name: 'only-new', about: 'locks only what is not locked yet' },
    { name: 'dry-run', about: 'tells what would change, and changes nothing' },
    usageFlag,
    { ...profileFlag, about: 'only this profile' },
    lockfileFlag,
    registryFlag,
  ],
  examples: [{ line: 'keelson lock bump --dry-run', about: 'look first' }],
  load: () => import('../commands/lock/bump.ts'),
};

const migrateSpec: CommandSpec = {
  name: 'migrate',
  about: 'Makes a keelson.lock of an llmring.lock, and reports what became of each entry.',
  details: ['The old file stays, with a copy beside it. A file that is there is never overwritten.'],
  words: [
    { name: 'FROM', about: 'the llmring.lock, instead of the nearest', isOptional: true, completes: 'file' },
  ],
  flags: [
    {
      name: 'to',
      value: 'PATH',
      about: 'the new file, instead of keelson.lock beside the old',
      completes: 'file',
    },
    { name: 'no-pin', about: 'pins no models' },
    registryFlag,
  ],
  load: () => import('../commands/lock/migrate.ts'),
};

const digestSpec: CommandSpec = {
  name: 'digest',
  about: 'Prints what receipts call this lockfile: the hash of what it means.',
  flags: [{ name: 'legacy', about: 'what LLMRing calls its file, of an llmring.lock' }, lockfileFlag],
  load: () => import('../commands/lock/digest.ts'),
};

const explainLockSpec: CommandSpec = {
  name: 'explain',
  about: 'Tells which lockfile and which profile apply here, why, and what is in them.',
  flags: [profileFlag, lockfileFlag],
  load: () => import('../commands/lock/explain.ts'),
};

const chatSpec: CommandSpec = {
  name: 'chat',
  about: 'Advises which models to bind, by the registry, and proposes bindings as diffs.',
  details: [
    'On a terminal the command alone begins a conversation; `/help` in it tells the rest. A question on the line, or on standard input, is answered once. Nothing is written unless you confirm it, or write `--yes`.',
    'A model is asked by the keys that are here, or by a gateway: `--server`, or the setting `server.url`. The call is paid for like any other. Text of the model is shown without anything that could change the terminal.',
  ],
  words: [{ name: 'QUESTION', about: 'what you want to know', isOptional: true, repeats: true }],
  flags: [
    {
      name: 'model',
      short: 'm',
      value: 'MODEL',
      about: 'whom to ask: `provider:model` or an alias',
      completes: 'model',
    },
    ...serverFlags,
    { name: 'local', about: 'asks by the keys that are here, even where a gateway is set' },
    { name: 'yes', short: 'y', about: 'writes what is proposed' },
    profileFlag,
    lockfileFlag,
    registryFlag,
  ],
  examples: [
    { line: 'keelson lock chat', about: 'a conversation' },
    {
      line: 'keelson lock chat "bind vision to the cheapest model that sees, up to 5 dollars" --json',
      about: 'the proposal as data',
    },
  ],
  exitCodes: [[4, 'no key is here, or it is refused']],
  isServer: true,
  load: () => import('../commands/lock/chat.ts'),
};

export const lockSpec: CommandSpec = {
  name: 'lock',
  about: 'Makes, checks and compares lockfiles.',
  commands: [
    initSpec,
    validateSpec,
    checkSpec,
    diffSpec,
    bumpSpec,
    migrateSpec,
    digestSpec,
    explainLockSpec,
    chatSpec,
  ],
};

export const bindSpec: CommandSpec = {
  name: 'bind',
  about: 'Gives an alias its models, in the order in which they are tried, and pins them.',
  details: [
    'A model is `provider:model`. A pattern such as `anthropic:*` takes the model that fits the limits; quote it, or the shell may. Where no lockfile is found, one is made here.',
  ],
  words: [
    { name: 'ALIAS', about: 'the name that callers use', completes: 'alias' },
    { name: 'MODEL', about: 'a model or a pattern; several with commas', repeats: true, completes: 'model' },
  ],
  flags: [
    ...constraintFlags,
    {
      name: 'prefer',
      value: 'WHICH',
      choices: ['cheapest', 'dearest', 'newest', 'longest_context'],
      about: 'which of those that fit: cheapest (the usual), dearest, newest or longest_context',
    },
    { name: 'temperature', value: 'NUMBER', kind: 'number', about: 'for requests that name none' },
    { name: 'top-p', value: 'NUMBER', kind: 'number', about: 'for requests that name none' },
    { name: 'max-tokens', value: 'TOKENS', kind: 'count', about: 'for requests that name none' },
    {
      name: 'reasoning',
      value: 'EFFORT',
      about: 'for requests that name none: a word from none to max, or a number of tokens',
    },
    { name: 'description', value: 'TEXT', about: 'for people' },
    { name: 'no-pin', about: 'binds without pinning' },
    { name: 'any', about: 'takes models that the registry does not know' },
    profileFlag,
    lockfileFlag,
    registryFlag,
  ],
  examples: [
    {
      line: 'keelson bind fast openai:gpt-5.4-mini,anthropic:claude-haiku-4-5',
      about: 'two models in order',
    },
    {
      line: "keelson bind smart 'anthropic:*' --min-context 200000 --max-cost 30 --needs vision",
      about: 'whichever fits',
    },
  ],
  load: () => import('../commands/bind.ts'),
};

export const unbindSpec: CommandSpec = {
  name: 'unbind',
  about: 'Takes an alias away, with the pins that only it needed.',
  words: [{ name: 'ALIAS', about: 'the alias', completes: 'alias' }],
  flags: [profileFlag, lockfileFlag],
  load: () => import('../commands/unbind.ts'),
};

export const aliasesSpec: CommandSpec = {
  name: 'aliases',
  about: 'Lists the aliases of a profile with their models and locked prices.',
  flags: [profileFlag, lockfileFlag],
  load: () => import('../commands/aliases.ts'),
};

export const profilesSpec: CommandSpec = {
  name: 'profiles',
  about: 'Lists the profiles of the lockfile, and which of them applies.',
  flags: [lockfileFlag],
  load: () => import('../commands/profiles.ts'),
};
