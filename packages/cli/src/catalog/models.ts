/** The commands that read the registry. */
import type { CommandSpec, FlagSpec } from '../line/command-spec.ts';
import { constraintFlags, lockfileFlag, profileFlag, registryFlag, strictCostFlag } from './shared-flags.ts';

const selection: readonly FlagSpec[] = [
  { name: 'provider', value: 'NAME', repeats: true, about: 'only of this provider', completes: 'provider' },
  ...constraintFlags,
  { name: 'all', about: 'also those that are retired or will be' },
  {
    name: 'sort',
    value: 'BY',
    choices: ['name', 'price', 'context', 'date'],
    about: 'name (the usual), price, context or date',
  },
  registryFlag,
];

const modelWord = {
  name: 'MODEL',
  about: '`provider:model`, or an alias of the lockfile',
  completes: 'model',
} as const;

const show: Omit<CommandSpec, 'name'> = {
  about: 'Shows all that is known of a model: limits, prices, abilities, and since when.',
  words: [modelWord],
  flags: [profileFlag, lockfileFlag, registryFlag],
  load: () => import('../commands/info.ts'),
};

export const infoSpec: CommandSpec = { name: 'info', ...show };

export const modelsSpec: CommandSpec = {
  name: 'models',
  about: 'Lists, finds and compares models.',
  usual: 'list',
  commands: [
    {
      name: 'list',
      about: 'Lists models with context and prices.',
      flags: selection,
      examples: [
        {
          line: 'keelson models list --provider anthropic --sort price',
          about: 'what Anthropic has, the cheapest first',
        },
      ],
      load: () => import('../commands/models/list.ts'),
    },
    { name: 'show', ...show },
    {
      name: 'search',
      about: 'Finds models by parts of their names.',
      words: [{ name: 'TEXT', about: 'parts of a name; all must be in it', repeats: true }],
      flags: selection,
      examples: [{ line: 'keelson models search sonnet 4', about: 'all whose names hold both' }],
      load: () => import('../commands/models/list.ts'),
    },
    {
      name: 'compare',
      about: 'Puts models side by side, with what a call would cost.',
      words: [{ ...modelWord, repeats: true }],
      flags: [
        { name: 'input-tokens', value: 'TOKENS', kind: 'count', about: 'of the call (1000)' },
        { name: 'output-tokens', value: 'TOKENS', kind: 'count', about: 'of the call (1000)' },
        profileFlag,
        lockfileFlag,
        registryFlag,
      ],
      examples: [
        {
          line: 'keelson models compare openai:gpt-5.4-mini anthropic:claude-haiku-4-5 --input-tokens 20000',
          about: 'which is cheaper',
        },
      ],
      load: () => import('../commands/models/compare.ts'),
    },
  ],
};

export const providersSpec: CommandSpec = {
  name: 'providers',
  about: 'Lists providers, the variables that hold their keys, and whether they are set.',
  flags: [{ name: 'set', about: 'only those that are set up here' }, registryFlag],
  load: () => import('../commands/providers.ts'),
};

export const explainSpec: CommandSpec = {
  name: 'explain',
  about: 'Tells where a call to an alias or a model would go, in which order, and why. Asks nobody.',
  words: [{ name: 'ALIAS', about: 'an alias or `provider:model`', completes: 'alias' }],
  flags: [
    { name: 'input-tokens', value: 'TOKENS', kind: 'count', about: 'how long the call is (1000)' },
    { name: 'output-tokens', value: 'TOKENS', kind: 'count', about: 'how long its answer may get (1000)' },
    {
      name: 'with',
      value: 'WHAT',
      repeats: true,
      choices: ['tools', 'images', 'documents', 'audio', 'schema', 'reasoning'],
      about: 'what the call has: tools, images, documents, audio, schema or reasoning',
    },
    { name: 'dialect', value: 'NAME', about: 'the format in which it is asked (openai-chat)' },
    strictCostFlag,
    profileFlag,
    lockfileFlag,
    registryFlag,
  ],
  examples: [
    { line: 'keelson explain fast --with tools --with images', about: 'a call with tools and a picture' },
  ],
  load: () => import('../commands/explain.ts'),
};
