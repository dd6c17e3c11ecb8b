/** Flags that several commands have in common. */
import type { FlagSpec } from '../line/command-spec.ts';

export const lockfileFlag: FlagSpec = {
  name: 'lockfile',
  value: 'PATH',
  about: 'the lockfile, instead of the nearest one going up from here',
  completes: 'file',
};

export const profileFlag: FlagSpec = {
  name: 'profile',
  short: 'p',
  value: 'NAME',
  about: 'the profile, instead of KEELSON_PROFILE or the default one of the lockfile',
  completes: 'profile',
};

export const registryFlag: FlagSpec = {
  name: 'registry',
  value: 'PATH',
  about:
    'a registry that comes over what Keelson brings along: a file, a folder, file:// or https://; instead of KEELSON_REGISTRY',
  completes: 'file',
};

export const folderFlag: FlagSpec = {
  name: 'folder',
  value: 'PATH',
  about: 'the folder in which the registry is kept (the one of KEELSON_REGISTRY, otherwise ./registry)',
  completes: 'file',
};

export const strictCostFlag: FlagSpec = {
  name: 'strict-cost',
  about: 'a model without a known price is an error; so does KEELSON_STRICT_COST=1',
};

export const usageFlag: FlagSpec = {
  name: 'usage',
  value: 'FILE',
  about: 'a month of usage by alias as JSON, so that changes are told in dollars a month',
  completes: 'file',
};

export const formatFlag: FlagSpec = {
  name: 'format',
  value: 'FORMAT',
  choices: ['text', 'markdown'],
  about: 'text for a terminal (the usual), or markdown for a comment on a pull request',
};

export const constraintFlags: readonly FlagSpec[] = [
  { name: 'min-context', value: 'TOKENS', kind: 'count', about: 'the smallest context window' },
  { name: 'min-output', value: 'TOKENS', kind: 'count', about: 'the shortest longest answer' },
  {
    name: 'max-cost',
    value: 'DOLLARS',
    kind: 'number',
    about: 'what a million tokens may cost at most, of input as of output',
  },
  {
    name: 'needs',
    value: 'ABILITY',
    repeats: true,
    about: 'an ability that it must have, such as vision',
    completes: 'ability',
  },
];

/** How a command finds a server; `--server` and `--key` go before what is set. */
export const serverFlags: readonly FlagSpec[] = [
  {
    name: 'server',
    value: 'URL',
    about: 'asks this server: KEELSON_SERVER_URL, the setting server.url, or LLMRING_SERVER_URL',
  },
  {
    name: 'key',
    value: 'REFERENCE',
    about: 'where its key is, such as env:NAME or file:PATH: KEELSON_API_KEY, server.key, or LLMRING_API_KEY',
  },
  {
    name: 'insecure',
    about: 'lets the key go over http to another machine, where all on the way can read it',
  },
];

/** Which database a command reads itself. */
export const databaseFlags: readonly FlagSpec[] = [
  {
    name: 'data',
    value: 'FOLDER',
    about: 'where a gateway here keeps everything: KEELSON_DATA',
    completes: 'file',
  },
  { name: 'database-url', value: 'URL', about: 'a PostgreSQL server: KEELSON_DATABASE_URL' },
];
