/** Flags that every command has. */
import type { FlagSpec } from './command-spec.ts';

export const generalFlags: readonly FlagSpec[] = [
  { name: 'json', about: 'prints one JSON value, also for an error' },
  {
    name: 'color',
    value: 'WHEN',
    choices: ['auto', 'always', 'never'],
    about: 'colours: auto (only on a terminal, and not with NO_COLOR), always or never',
  },
  { name: 'help', short: 'h', about: 'explains the command' },
  { name: 'version', short: 'V', about: 'prints the version' },
];
