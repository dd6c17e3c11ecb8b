/** The commands about receipts and the keys that sign them. */
import type { CommandSpec, FlagSpec } from '../line/command-spec.ts';
import { databaseFlags, serverFlags } from './shared-flags.ts';

const fileFlag: FlagSpec = { name: 'file', value: 'FILE', about: 'reads this export', completes: 'file' };
const sourceFlags: readonly FlagSpec[] = [fileFlag, ...serverFlags, ...databaseFlags];
const makingFlags: readonly FlagSpec[] = [...serverFlags, ...databaseFlags];

const placeFlags: readonly FlagSpec[] = [
  { name: 'workspace', value: 'NAME', about: 'only of this workspace' },
  { name: 'organisation', value: 'NAME', about: 'only of this organisation' },
];

const periodFlags: readonly FlagSpec[] = [
  { name: 'start', value: 'TIME', about: 'only those of then or later: a day (2026-11-01, UTC) or a moment' },
  { name: 'end', value: 'TIME', about: 'only those of before then' },
];

const limitFlag: FlagSpec = { name: 'limit', value: 'COUNT', kind: 'count', about: 'so many at most (50)' };

const outputFlag: FlagSpec = {
  name: 'output',
  value: 'FILE',
  about: 'writes it there, whole or not at all, instead of to the output',
  completes: 'file',
};

const selectionFlags: readonly FlagSpec[] = [
  { name: 'receipt', value: 'ID', repeats: true, about: 'this receipt, or that of the call of this id' },
  ...periodFlags,
  { name: 'since-last', about: 'all that no statement covers yet' },
  ...placeFlags,
  { name: 'description', value: 'TEXT', about: 'what it is for; signed with it' },
  { name: 'tag', value: 'TAG', repeats: true, about: 'a word to find it by; signed with it' },
];

const where =
  'Receipts are read from --file, from a gateway (--server or KEELSON_SERVER_URL), or else from the database that a gateway on this machine has (KEELSON_DATA, KEELSON_DATABASE_URL).';

const makingExamples = [
  {
    line: 'keelson receipts issue --since-last --description "November" --tag finance',
    about: 'all since the last statement',
  },
  { line: 'keelson receipts issue --start 2026-11-01 --end 2026-12-01', about: 'a month' },
];

const listSpec: CommandSpec = {
  name: 'list',
  about: 'Lists receipts, the newest first.',
  details: [where],
  flags: [...periodFlags, ...placeFlags, limitFlag, ...sourceFlags],
  load: () => import('../commands/receipts/list.ts'),
};

const showSpec: CommandSpec = {
  name: 'show',
  about: 'Shows a receipt; with --json also what proves it, as `receipts verify` takes it.',
  details: [where],
  words: [{ name: 'ID', about: 'of the receipt, or of its call' }],
  flags: sourceFlags,
  load: () => import('../commands/receipts/show.ts'),
};

const verifySpec: CommandSpec = {
  name: 'verify',
  about:
    'Verifies receipts: every signature, hash, chain and statement. A file needs no server and no database.',
  details: [
    'Takes exports (lines or JSON), receipts with their proof, and folders of these. Without any, all receipts of the server or of the database here are verified.',
    'Give it keys and anchors that you have kept yourself: by its own keys a file only agrees with itself.',
  ],
  words: [{ name: 'FILE', about: 'a file or a folder', isOptional: true, repeats: true, completes: 'file' }],
  flags: [
    {
      name: 'keys',
      value: 'FILE',
      about: 'the public keys that you trust, as `keys show` gives them',
      completes: 'file',
    },
    {
      name: 'anchor',
      value: 'FILE',
      repeats: true,
      about: 'heads that were published, as `receipts heads export` gives them',
      completes: 'file',
    },
    {
      name: 'partial',
      about: 'allows that it begins late or has only some of the receipts: one month, one tenant',
    },
    ...makingFlags,
  ],
  examples: [
    {
      line: 'keelson receipts verify receipts.jsonl --keys keys.json --anchor heads.json',
      about: 'by keys and heads of your own',
    },
  ],
  exitCodes: [[1, 'something is wrong with them']],
  load: () => import('../commands/receipts/verify.ts'),
};

export const exportFlags = (formats: string): readonly FlagSpec[] => [
  { name: 'format', value: 'FORMAT', choices: ['jsonl', 'json', 'csv'], about: formats },
  outputFlag,
  ...periodFlags,
  ...placeFlags,
  ...sourceFlags,
];

const exportSpec: CommandSpec = {
  name: 'export',
  about: 'Exports receipts with all that proves them.',
  details: [where, 'A table (csv) is for people and programs that count; it proves nothing.'],
  flags: exportFlags('jsonl (the usual), json or csv'),
  examples: [
    {
      line: 'keelson receipts export --start 2026-11-01 --output november.jsonl',
      about: 'since the first of November',
    },
  ],
  load: () => import('../commands/receipts/export.ts'),
};

const headsSpec: CommandSpec = {
  name: 'heads',
  about: 'The signed heads by which receipts are chained.',
  usual: 'list',
  commands: [
    {
      name: 'list',
      about: 'Lists the newest head of each log, or all heads.',
      details: [where],
      flags: [{ name: 'all', about: 'all of them' }, ...sourceFlags],
      load: () => import('../commands/receipts/list-heads.ts'),
    },
    {
      name: 'export',
      about:
        'Gives the newest heads for publishing (an anchor): no receipt up to them can be changed or cut off later.',
      details: [where],
      flags: [outputFlag, ...sourceFlags],
      examples: [
        {
          line: 'keelson receipts heads export --output heads.json',
          about: 'to be kept where nobody can change it',
        },
      ],
      load: () => import('../commands/receipts/export-heads.ts'),
    },
  ],
};

const reconcileSpec: CommandSpec = {
  name: 'reconcile',
  about:
    'Compares receipts with what OpenAI or Anthropic says was used, day by day, model by model, to the token.',
  details: [
    'Takes what their usage and cost APIs answer (pages of buckets, as JSON), and the CSV that their dashboards export.',
    where,
  ],
  flags: [
    {
      name: 'usage',
      value: 'FILE',
      repeats: true,
      about: "the provider's statement; several may be given",
      completes: 'file',
    },
    {
      name: 'provider',
      value: 'NAME',
      repeats: true,
      about: 'what the provider is called in receipts (openai or anthropic)',
    },
    {
      name: 'map',
      value: 'THEIRS=OURS',
      repeats: true,
      about: "a key, workspace or project of the provider's and the workspace here that uses it",
    },
    { name: 'only', value: 'THEIRS', repeats: true, about: 'only what this key, workspace or project used' },
    { name: 'tolerance', value: 'TOKENS', kind: 'count', about: 'what a figure may differ by (0)' },
    { name: 'tolerance-percent', value: 'PERCENT', kind: 'number', about: 'the same in percent (0)' },
    {
      name: 'tolerance-dollars',
      value: 'DOLLARS',
      kind: 'number',
      about: 'what the cost of a day may differ by (0.01)',
    },
    ...sourceFlags,
  ],
  examples: [
    { line: 'keelson receipts reconcile --usage usage.json', about: 'the answer of a usage API' },
    {
      line: 'keelson receipts reconcile --usage nov.csv --map proj_1=web --map proj_2=batch',
      about: 'by workspace',
    },
  ],
  exitCodes: [
    [0, 'they agree'],
    [1, 'they do not'],
  ],
  load: () => import('../commands/receipts/reconcile.ts'),
};

export const receiptsSpec: CommandSpec = {
  name: 'receipts',
  about: 'Lists, verifies and exports receipts, and makes statements over many of them.',
  commands: [
    listSpec,
    showSpec,
    verifySpec,
    exportSpec,
    headsSpec,
    reconcileSpec,
    {
      name: 'preview',
      about: 'Shows what a statement over many receipts would say, and makes none.',
      flags: [...selectionFlags, ...makingFlags],
      load: () => import('../commands/receipts/preview.ts'),
    },
    {
      name: 'uncertified',
      about: 'Lists receipts that no statement covers yet.',
      flags: [...placeFlags, limitFlag, ...makingFlags],
      load: () => import('../commands/receipts/uncertified.ts'),
    },
    {
      name: 'issue',
      about: 'Makes a statement over many receipts: a receipt itself, signed and chained like all others.',
      details: [
        'Choose receipts by --receipt, by --start and --end, or with --since-last. In a database of this machine it is signed with the key of its folder.',
      ],
      flags: [...selectionFlags, ...makingFlags],
      examples: makingExamples,
      load: () => import('../commands/receipts/issue.ts'),
    },
  ],
};

export const keysSpec: CommandSpec = {
  name: 'keys',
  about: 'The keys that receipts are signed with. No private key is ever printed.',
  commands: [
    {
      name: 'generate',
      about: 'Makes a new key in a file that only its owner can read.',
      details: [
        'Without --output it becomes the key of the data folder, where there is none yet. A key for a store of secrets is written into a file with --output; KEELSON_RECEIPT_KEY then says where it is kept, such as `vault:secret/keelson#receipt_key` or `file:/run/secrets/receipt-key`.',
      ],
      flags: [
        {
          name: 'output',
          value: 'FILE',
          about: 'writes it there; a file that is there already is never written over',
          completes: 'file',
        },
        ...databaseFlags.slice(0, 1),
      ],
      load: () => import('../commands/keys/generate.ts'),
    },
    {
      name: 'rotate',
      about:
        'Puts a new key in place of the one in the data folder. The old one ends a little later, and stays beside it.',
      details: ['A gateway that runs takes up the new key within ten seconds.'],
      flags: [
        {
          name: 'overlap',
          value: 'SECONDS',
          kind: 'count',
          about: 'how long the old one is good still, 30 at least (60)',
        },
        ...databaseFlags,
      ],
      load: () => import('../commands/keys/rotate.ts'),
    },
    {
      name: 'show',
      about: 'Shows the public keys with their periods, for whoever verifies.',
      details: [where],
      flags: [
        {
          name: 'format',
          value: 'FORMAT',
          choices: ['text', 'pem', 'jwk'],
          about: 'text (the usual), pem or jwk (a set of JSON Web Keys)',
        },
        outputFlag,
        ...sourceFlags,
      ],
      examples: [{ line: 'keelson keys show --json > keys.json', about: 'to be kept where you trust it' }],
      load: () => import('../commands/keys/show.ts'),
    },
  ],
};
