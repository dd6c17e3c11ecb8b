/** The commands that show and change settings. */
import type { CommandSpec, FlagSpec } from '../line/command-spec.ts';

const projectFlag: FlagSpec = {
  name: 'project',
  about: 'the file of the project (keelson.config.yaml here, or KEELSON_CONFIG), not that of the user',
};

const originFlag: FlagSpec = { name: 'origin', about: 'also tells where each value comes from' };

const settingWord = {
  name: 'SETTING',
  about: 'its path, such as `profile`',
  completes: 'setting',
} as const;

const broken = [3, 'a file has an error; the old one stays as it was'] as const;

const showSpec: CommandSpec = {
  name: 'show',
  about: 'Shows the settings that hold here, out of all layers.',
  details: ['Of a secret it shows where it is, never the secret.'],
  words: [{ ...settingWord, isOptional: true, about: 'only this one, or all that begin with it' }],
  flags: [originFlag],
  examples: [{ line: 'keelson config show --origin', about: 'with file and line, or the variable' }],
  configuration: 'shown',
  load: () => import('../commands/config/show.ts'),
};

const getSpec: CommandSpec = {
  name: 'get',
  about: 'Prints one value, and nothing else.',
  words: [settingWord],
  flags: [originFlag],
  exitCodes: [[1, 'it is not set']],
  configuration: 'shown',
  load: () => import('../commands/config/get.ts'),
};

const setSpec: CommandSpec = {
  name: 'set',
  about: 'Writes a value into a file, and leaves all else in it as it is.',
  details: [
    'The file is that of the user, which is made where there is none. Numbers, switches and lists are read as such: `4200`, `true`, `a,b`.',
    'A secret is never taken from the line, where others can read it. Name where it is (`env:NAME`, `file:PATH`), or write `-` and give it on standard input: it is then kept in a file of its own, which the setting names.',
  ],
  words: [settingWord, { name: 'VALUE', about: 'the value, or `-` to read it from standard input' }],
  flags: [projectFlag],
  examples: [
    { line: 'keelson config set profile staging', about: 'the profile that applies' },
    { line: 'keelson config set server.key env:TEAM_KEY', about: 'where the key is' },
  ],
  exitCodes: [[...broken]],
  configuration: 'shown',
  load: () => import('../commands/config/set.ts'),
};

const unsetSpec: CommandSpec = {
  name: 'unset',
  about: 'Takes a value out of a file.',
  words: [settingWord],
  flags: [projectFlag],
  exitCodes: [[1, 'it was not there'], [...broken]],
  configuration: 'shown',
  load: () => import('../commands/config/unset.ts'),
};

const pathSpec: CommandSpec = {
  name: 'path',
  about: 'Tells where settings and everything else are kept.',
  words: [
    {
      name: 'WHICH',
      about: 'prints only this path: user, project, data or cache',
      isOptional: true,
      choices: ['user', 'project', 'data', 'cache'],
    },
  ],
  examples: [{ line: 'keelson config path user', about: 'for scripts' }],
  configuration: 'shown',
  load: () => import('../commands/config/path.ts'),
};

const editSpec: CommandSpec = {
  name: 'edit',
  about: 'Opens a file in your editor (VISUAL or EDITOR), and takes it over where nothing is wrong with it.',
  details: ['Where something is, the old file stays, and what you wrote is kept beside it.'],
  flags: [projectFlag],
  exitCodes: [[...broken]],
  configuration: 'shown',
  load: () => import('../commands/config/edit.ts'),
};

const validateSpec: CommandSpec = {
  name: 'validate',
  about: 'Tells everything that is wrong with the files of settings, with line and column.',
  words: [
    {
      name: 'FILE',
      about: 'another file, instead of those that count here',
      isOptional: true,
      completes: 'file',
    },
  ],
  exitCodes: [[3, 'something is wrong']],
  configuration: 'shown',
  load: () => import('../commands/config/validate.ts'),
};

export const configSpec: CommandSpec = {
  name: 'config',
  about: 'Shows and changes settings.',
  details: [
    '`keelson config --show` and `keelson config --set SETTING VALUE` are the same as `show` and `set`.',
  ],
  usual: 'show',
  asFlags: ['show', 'get', 'set', 'path', 'edit', 'validate'],
  commands: [showSpec, getSpec, setSpec, unsetSpec, pathSpec, editSpec, validateSpec],
};
