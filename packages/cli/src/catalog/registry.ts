/** The commands that look at a registry, and those by which people keep one. */
import type { CommandSpec, FlagSpec, WordSpec } from '../line/command-spec.ts';
import { folderFlag, registryFlag } from './shared-flags.ts';

const providerWord: WordSpec = {
  name: 'PROVIDER',
  about: 'as the registry names it, such as openai',
  completes: 'provider',
};

const providerFlag: FlagSpec = {
  name: 'provider',
  value: 'NAME',
  repeats: true,
  about: 'only of this provider',
  completes: 'provider',
};

const broken = [3, 'a file of the registry is wrong'] as const;

const statsSpec: CommandSpec = {
  name: 'stats',
  about: 'Counts the models of each provider, and how much is known of them.',
  details: [
    'Priced is a model that has the prices which its kind of work needs: input and output for conversations, input for embeddings. Retired models are counted apart, and in nothing else.',
  ],
  flags: [registryFlag],
  examples: [{ line: 'keelson registry stats', about: 'totals, with where and when it was read' }],
  exitCodes: [broken],
  load: () => import('../commands/registry/stats.ts'),
};

const sourcesSpec: CommandSpec = {
  name: 'sources',
  about: 'Lists where the rows of each provider were read, and when.',
  flags: [providerFlag, registryFlag],
  examples: [{ line: 'keelson registry sources --provider openai', about: 'who says what OpenAI costs' }],
  exitCodes: [broken],
  load: () => import('../commands/registry/sources.ts'),
};

const validateSpec: CommandSpec = {
  name: 'validate',
  about: 'Tells everything that is wrong with registry files, their digests among it.',
  details: [
    'What no command would go by is an error. What may not be published all the same is a warning: a missing digest or date, a row without a source, or one that leaves something unsaid.',
  ],
  words: [
    {
      name: 'PATH',
      about: 'a file, a folder with its archived versions, or an address, instead of what is used here',
      isOptional: true,
      completes: 'file',
    },
  ],
  flags: [
    {
      name: 'max-age',
      value: 'DAYS',
      kind: 'count',
      about: 'how old current files may be; one that does not say is too old',
    },
    { name: 'strict', about: 'warnings fail as well: for files that are to be published' },
    registryFlag,
  ],
  examples: [
    { line: 'keelson registry validate ./registry --strict', about: 'before it is published' },
    { line: 'keelson registry validate --max-age 90', about: 'whether what is used here is new enough' },
  ],
  exitCodes: [[3, 'something is wrong with them']],
  load: () => import('../commands/registry/validate.ts'),
};

const exportSpec: CommandSpec = {
  name: 'export',
  about: 'Writes the registry as a table for people and spreadsheets, or as JSON.',
  details: ['What is not known is empty, never 0.'],
  flags: [
    {
      name: 'format',
      value: 'FORMAT',
      choices: ['markdown', 'json', 'csv'],
      about: 'markdown (the usual), json or csv',
    },
    {
      name: 'output',
      value: 'FILE',
      about: 'written as a whole or not at all; otherwise it is printed',
      completes: 'file',
    },
    providerFlag,
    registryFlag,
  ],
  examples: [
    { line: 'keelson registry export --format csv --output models.csv', about: 'for a spreadsheet' },
  ],
  exitCodes: [broken],
  load: () => import('../commands/registry/export.ts'),
};

const draftSpec: CommandSpec = {
  name: 'draft',
  about: 'Drafts a change of a registry that you keep, out of facts that somebody has read.',
  details: [
    'Facts are a list of rows with `provider` and `model_name`, or a registry file; a field that is null or absent says nothing. Nothing is published: a draft waits until somebody has reviewed it. A provider that the folder does not have begins as Keelson brings it along.',
  ],
  words: [providerWord],
  flags: [
    { name: 'facts', value: 'FILE', about: 'the facts, as JSON', completes: 'file' },
    { name: 'source', value: 'NAME', about: 'where they were read, such as the page of prices' },
    { name: 'date', value: 'DAY', about: 'when they were read, such as 2026-11-21 (today)' },
    folderFlag,
  ],
  examples: [
    {
      line: "keelson registry draft deepseek --facts facts.json --source 'DeepSeek, page of prices'",
      about: 'what somebody has read today',
    },
  ],
  load: () => import('../commands/registry/draft.ts'),
};

const draftsSpec: CommandSpec = {
  name: 'drafts',
  about: 'Lists the drafts that wait, and whether somebody has approved them.',
  flags: [folderFlag],
  load: () => import('../commands/registry/drafts.ts'),
};

const reviewSpec: CommandSpec = {
  name: 'review',
  about: 'Shows what a draft would change, field by field, and takes down that a person approves it.',
  details: [
    'On a terminal it asks. Elsewhere nothing is approved without --accept-all. An approval is of exactly what was shown: when the draft or the file changes afterwards, it counts no more.',
  ],
  words: [providerWord],
  flags: [
    { name: 'accept-all', about: 'approves without asking' },
    { name: 'yes', short: 'y', about: 'the same' },
    { name: 'models', value: 'NAMES', repeats: true, about: 'approves only these models, `provider:model`' },
    { name: 'by', value: 'NAME', about: 'who approves, instead of the name of whoever is logged in' },
    folderFlag,
  ],
  examples: [
    { line: 'keelson registry review deepseek', about: 'look, and decide' },
    { line: 'keelson registry review deepseek --accept-all --by Ada', about: 'without being asked' },
  ],
  exitCodes: [[1, 'it was not approved']],
  load: () => import('../commands/registry/review.ts'),
};

const promoteSpec: CommandSpec = {
  name: 'promote',
  about: 'Publishes an approved draft: the next version, its archive and the manifest.',
  details: ['What nobody has reviewed is refused. A version that was published is never written over.'],
  words: [providerWord],
  flags: [folderFlag],
  examples: [{ line: 'keelson registry promote deepseek', about: 'after its review' }],
  exitCodes: [[3, 'it was not reviewed, or something has changed since']],
  load: () => import('../commands/registry/promote.ts'),
};

export const registrySpec: CommandSpec = {
  name: 'registry',
  about: 'Looks at registries of models, and keeps one.',
  commands: [
    statsSpec,
    sourcesSpec,
    validateSpec,
    exportSpec,
    draftSpec,
    draftsSpec,
    reviewSpec,
    promoteSpec,
  ],
};
