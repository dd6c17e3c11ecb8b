/** The commands that ask a server: sharing profiles, what was used, registration, and the server itself. */
import type { CommandSpec, FlagSpec } from '../line/command-spec.ts';
import { exportFlags } from './receipts.ts';
import { lockfileFlag, profileFlag, serverFlags } from './shared-flags.ts';

const yesFlag: FlagSpec = { name: 'yes', short: 'y', about: 'does not ask' };
const dryFlag: FlagSpec = { name: 'dry-run', about: 'only shows what would happen' };
const profilesFlag: FlagSpec = { ...profileFlag, repeats: true };
const toFileFlag: FlagSpec = {
  name: 'to-file',
  value: 'PATH',
  about: 'writes the secret there, for its owner alone, and not to the output',
  completes: 'file',
};
const placeFlags: readonly FlagSpec[] = [
  { name: 'workspace', value: 'NAME', about: 'of this project, instead of that of the key' },
  { name: 'organisation', value: 'NAME', about: 'of this organisation, instead of that of the key' },
];
const periodFlags: readonly FlagSpec[] = [
  { name: 'from', value: 'TIME', about: 'since then: a day (2026-11-01, UTC) or a moment' },
  { name: 'to', value: 'TIME', about: 'until before then' },
];
const limitFlag = (usual: number): FlagSpec => ({
  name: 'limit',
  value: 'COUNT',
  kind: 'count',
  about: `so many at most (${usual})`,
});
const missing = [3, 'no server is set, or the lockfile is broken or was changed by others'] as const;

export const pushSpec: CommandSpec = {
  name: 'push',
  about: 'Shares profiles of the lockfile through a server.',
  details: [
    'It shows what would change there, and on a terminal asks first. A push is based on what was last pulled or pushed from here: where others were first it is refused, tells what differs, and changes nothing.',
  ],
  flags: [
    profilesFlag,
    { name: 'all', about: 'every profile of the lockfile' },
    { name: 'force', about: 'takes the place of whatever others have pushed' },
    dryFlag,
    yesFlag,
    lockfileFlag,
    ...serverFlags,
  ],
  examples: [
    { line: 'keelson push --dry-run', about: 'what it would change there' },
    { line: 'keelson push --profile default --profile prod --yes', about: 'for a script' },
  ],
  exitCodes: [[1, 'the answer was no'], missing],
  load: () => import('../commands/push.ts'),
};

export const pullSpec: CommandSpec = {
  name: 'pull',
  about:
    'Takes profiles that are shared through a server into the lockfile, which is made where there is none.',
  details: [
    'It shows what would change here, and on a terminal asks first. A profile takes the place of the one here, pins included. With --merge, aliases that only are here stay; where both have one, the shared one counts. A profile that it inherits from is pulled as well, where it is not here.',
  ],
  flags: [
    profilesFlag,
    { name: 'all', about: 'every profile that is shared' },
    { name: 'merge', about: 'keeps aliases that only are here' },
    dryFlag,
    yesFlag,
    lockfileFlag,
    ...serverFlags,
  ],
  examples: [{ line: 'keelson pull --merge', about: 'the aliases of the team beside your own' }],
  exitCodes: [[1, 'the answer was no'], missing],
  load: () => import('../commands/pull.ts'),
};

export const statsSpec: CommandSpec = {
  name: 'stats',
  about: 'Tells what was used and what it cost: through the gateway, and elsewhere as far as it was told of.',
  flags: [
    {
      name: 'by',
      value: 'WHAT',
      repeats: true,
      choices: ['model', 'alias', 'origin', 'provider', 'workspace', 'day', 'week', 'month'],
      about: 'a table by model, alias, origin, provider, workspace, day, week or month',
    },
    ...periodFlags,
    { name: 'verbose', about: 'tables by day, model, alias and origin' },
    ...placeFlags,
    ...serverFlags,
  ],
  examples: [{ line: 'keelson stats --by model --from 2026-11-01', about: 'the most expensive first' }],
  exitCodes: [[3, 'no server is set']],
  load: () => import('../commands/stats.ts'),
};

export const exportSpec: CommandSpec = {
  name: 'export',
  about: 'Exports receipts into a file: keelson_receipts.json, unless another one is named.',
  details: ['The same as `keelson receipts export`, with the name and the defaults that LLMRing had.'],
  flags: exportFlags('json (the usual), jsonl or csv'),
  load: () => import('../commands/export.ts'),
};

export const registerSpec: CommandSpec = {
  name: 'register',
  about: 'Asks a server for an organisation, a project in it and a key.',
  details: [
    'Whoever runs the server decides whether anybody may (KEELSON_REGISTRATION). On a terminal the command asks for what is not said.',
  ],
  flags: [
    { name: 'email', value: 'ADDRESS', about: 'where you get mail' },
    { name: 'org', value: 'NAME', about: 'the name of your organisation' },
    { name: 'project-name', value: 'NAME', about: 'the name of your first project' },
    { name: 'accept-terms', about: 'accepts the terms of whoever runs the server' },
    { name: 'non-interactive', about: 'never asks' },
    toFileFlag,
    ...serverFlags.filter(({ name }) => name !== 'key'),
  ],
  exitCodes: [[3, 'no server is set']],
  load: () => import('../commands/register.ts'),
};

const initSpec: CommandSpec = {
  name: 'init',
  about: 'Writes which server is used, and where its key is, into the settings.',
  details: [
    'The server is asked first whether it is well and takes the key. The key itself is never taken from the line: name where it is, or write `-` and give it on standard input.',
  ],
  flags: [
    { name: 'project', about: 'into the file of the project, not that of the user' },
    { name: 'force', about: 'puts it in the place of another server' },
    { name: 'skip-health-check', about: 'does not ask the server' },
    ...serverFlags,
  ],
  examples: [
    {
      line: 'keelson server init --server https://keelson.example.com --key env:TEAM_KEY',
      about: 'for a team',
    },
  ],
  exitCodes: [[3, 'another server is set']],
  configuration: 'shown',
  load: () => import('../commands/server/init.ts'),
};

const logsSpec: CommandSpec = {
  name: 'logs',
  about: 'Lists the calls that the server has recorded, the newest first.',
  flags: [
    limitFlag(50),
    { name: 'offset', value: 'COUNT', kind: 'count', about: 'leaves out so many' },
    { name: 'alias', value: 'NAME', about: 'only of this alias', completes: 'alias' },
    { name: 'model', value: 'NAME', about: 'only those that this model answered, without its provider' },
    { name: 'provider', value: 'NAME', about: 'only of this provider', completes: 'provider' },
    { name: 'origin', value: 'NAME', about: 'only those that this program told of' },
    {
      name: 'outcome',
      value: 'WHICH',
      choices: ['answered', 'failed', 'refused', 'aborted'],
      about: 'answered, failed, refused or aborted',
    },
    ...periodFlags,
    {
      name: 'format',
      value: 'FORMAT',
      choices: ['table', 'json', 'csv'],
      about: 'table (the usual), json or csv',
    },
    { name: 'output', value: 'FILE', about: 'writes it there, as json or csv', completes: 'file' },
    ...placeFlags,
    ...serverFlags,
  ],
  load: () => import('../commands/server/logs.ts'),
};

const keyWord = { name: 'KEY', about: 'its id, as `server key list` tells it' } as const;

const keySpec: CommandSpec = {
  name: 'key',
  about: 'The keys of the server: who may use it, and for what.',
  usual: 'list',
  commands: [
    {
      name: 'create',
      about: 'Makes a key, and tells its secret once.',
      words: [{ name: 'NAME', about: 'what people call it' }],
      flags: [
        {
          name: 'role',
          value: 'ROLE',
          about: 'what it may do: project (the usual), viewer, developer and others',
        },
        {
          name: 'scope',
          value: 'PERMISSION',
          repeats: true,
          about: 'in place of a role, such as receipts:read',
        },
        { name: 'model', value: 'NAME', repeats: true, about: 'only these aliases and models' },
        { name: 'expires', value: 'TIME', about: 'from when on it is refused' },
        toFileFlag,
        ...placeFlags,
        ...serverFlags,
      ],
      examples: [
        { line: 'keelson server key create ada --to-file ada.key', about: 'for a program of a project' },
      ],
      load: () => import('../commands/server/key/create.ts'),
    },
    {
      name: 'list',
      about: 'Lists keys, without their secrets.',
      flags: [
        {
          name: 'state',
          value: 'STATE',
          choices: ['active', 'revoked', 'expired'],
          about: 'only active, revoked or expired ones',
        },
        limitFlag(200),
        ...placeFlags,
        ...serverFlags,
      ],
      load: () => import('../commands/server/key/list.ts'),
    },
    {
      name: 'rotate',
      about: 'Makes a new key in place of another, and tells its secret once. Both are good for a while.',
      words: [keyWord],
      flags: [
        {
          name: 'overlap',
          value: 'SECONDS',
          kind: 'count',
          about: 'how long both are good; a day when left out, 0 for at once',
        },
        toFileFlag,
        ...placeFlags,
        ...serverFlags,
      ],
      load: () => import('../commands/server/key/rotate.ts'),
    },
    {
      name: 'revoke',
      about: 'Ends a key for good.',
      words: [keyWord],
      flags: [yesFlag, ...placeFlags, ...serverFlags],
      exitCodes: [[1, 'the answer was no']],
      load: () => import('../commands/server/key/revoke.ts'),
    },
  ],
};

export const serverSpec: CommandSpec = {
  name: 'server',
  about: 'Sets which server is used, and shows what it knows.',
  commands: [
    initSpec,
    {
      name: 'status',
      about: 'Tells whether the server answers, which version it is, and what the key may do there.',
      flags: serverFlags,
      load: () => import('../commands/server/status.ts'),
    },
    logsSpec,
    {
      name: 'conversations',
      about: 'Lists the conversations that the server keeps, or the messages of one.',
      words: [{ name: 'ID', about: 'the conversation whose messages are shown', isOptional: true }],
      flags: [limitFlag(50), ...placeFlags, ...serverFlags],
      load: () => import('../commands/server/conversations.ts'),
    },
    keySpec,
  ],
};
