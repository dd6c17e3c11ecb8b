/**
 * The floor plan as data: floors, their rooms and who may import whom. It repeats section 2 of docs/architecture.md
 * and nothing else in the repository does; change both in the same commit. Rules read it and never decide again.
 */

type FloorName = 'core' | 'engine' | 'sdk' | 'server' | 'simulator' | 'cli' | 'console';

export interface Floor {
  readonly name: FloorName;
  readonly packageName: string;
  readonly folder: string;
  readonly mayImport: readonly FloorName[];
  /** Floors that may be imported only by `import()` or as types: they are not always installed. */
  readonly onlyWhenAsked?: readonly FloorName[];
  /** Floors that tests may import besides. */
  readonly testsMayImport?: readonly FloorName[];
  /** True where the code must run in browsers and edge runtimes, so neither `node:` nor Node's globals exist. */
  readonly runsWithoutNode: boolean;
  /** Where it may use Node after all: an entry point of its own, which nothing else imports. */
  readonly nodeFolder?: string;
  /** A file under `src` whose static imports must not reach another floor, because it decides the cold start. */
  readonly coldStart?: string;
  /** Rooms, lowest first. Rooms on one line do not import each other. Without a list, the floor has no rooms. */
  readonly rooms?: readonly (readonly string[])[];
}

const coreRooms = [
  // Below its neighbours of section 2's first line, because a malformed document or frame is a KeelsonError.
  ['errors'],
  ['json', 'framing'],
  ['message'],
  ['dialects', 'registry', 'receipts', 'blocks', 'own-format'],
  ['lockfile', 'accounts'],
];

const engineRooms = [
  ['observability'],
  ['storage', 'secrets', 'lockfile', 'passing'],
  ['providers', 'vectors', 'workflow'],
  ['cache', 'receipts', 'limits', 'registry'],
  ['routing'],
  ['calls'],
  ['tools', 'agents', 'repricing', 'changes', 'sync'],
  ['blocks'],
  ['flows'],
  ['tasks'],
  // Puts the rooms together.
  ['engine'],
  // An engine of what stands around it.
  ['open-local-engine'],
  ['open-local-flows'],
];

const serverRooms = [
  ['http'],
  ['auth', 'configuration'],
  ['access'],
  ['gateway', 'admin', 'realtime'],
  ['routes', 'app', 'start'],
];

export const floors: readonly Floor[] = [
  {
    name: 'core',
    packageName: '@keelson/core',
    folder: 'packages/core',
    mayImport: [],
    runsWithoutNode: true,
    rooms: coreRooms,
  },
  {
    name: 'engine',
    packageName: '@keelson/engine',
    folder: 'packages/engine',
    mayImport: ['core'],
    testsMayImport: ['simulator'],
    runsWithoutNode: false,
    rooms: engineRooms,
  },
  {
    name: 'sdk',
    packageName: '@keelson/sdk',
    folder: 'packages/sdk',
    mayImport: ['core'],
    onlyWhenAsked: ['engine'],
    testsMayImport: ['simulator'],
    runsWithoutNode: true,
    nodeFolder: 'packages/sdk/src/node/',
  },
  {
    name: 'server',
    packageName: '@keelson/server',
    folder: 'packages/server',
    mayImport: ['engine', 'core'],
    testsMayImport: ['simulator'],
    runsWithoutNode: false,
    rooms: serverRooms,
  },
  {
    name: 'simulator',
    packageName: '@keelson/simulator',
    folder: 'packages/simulator',
    mayImport: ['core'],
    runsWithoutNode: false,
  },
  {
    name: 'cli',
    packageName: 'keelson',
    folder: 'packages/cli',
    mayImport: ['simulator', 'server', 'engine', 'sdk', 'core'],
    runsWithoutNode: false,
    coldStart: 'packages/cli/src/main.ts',
  },
  {
    name: 'console',
    packageName: '@keelson/console',
    folder: 'apps/console',
    mayImport: ['sdk', 'core'],
    runsWithoutNode: true,
  },
];

export const dialectsFolder = 'packages/core/src/dialects';

/** The files of every dialect folder, so that a diff of two folders is a lesson. */
export const dialectFiles = [
  'wire',
  'render-request',
  'parse-request',
  'parse-response',
  'render-response',
  'parse-stream',
  'render-stream',
  'usage',
  'finish-reason',
  'error',
  'index',
] as const;

/** Where one of those would grow too long, its parts move out under these names, the same in every dialect. */
export const optionalDialectFiles = [
  'options',
  'host',
  'parts',
  'tools',
  'tool-calls',
  'rendering',
  'reasoning',
  'assistant',
  'names',
  'schemas',
  'quirks',
  'media',
  'citations',
  'skim-response',
  'stream-state',
  'stream-reasoning',
  'stream-tool-calls',
  'stream-end',
  'version-1-request',
  'version-1-answer',
  'version-1-stream',
  'purpose',
  'inputs',
  'vectors',
] as const;

/** How one dialect's folder differs from the rest, and why it must. */
export interface DialectShape {
  readonly without?: readonly string[];
  readonly besides?: readonly string[];
  readonly because: string;
}

const withoutStreams: DialectShape = {
  without: ['parse-stream', 'render-stream', 'finish-reason'],
  because: 'Its calls are answered at once: there is no stream, and no model that stops.',
};

/** By the name of the dialect's folder. */
export const shape: Readonly<Record<string, DialectShape>> = {
  'openai-embeddings': withoutStreams,
  'cohere-embed': withoutStreams,
  'gemini-embed': withoutStreams,
  'ollama-embed': withoutStreams,
  'cohere-rerank': withoutStreams,
};
