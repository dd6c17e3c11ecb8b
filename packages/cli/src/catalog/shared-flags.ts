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
  about: 'a registry file, or a folder of them, that comes over what Keelson brings along',
  completes: 'file',
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
