// Which tests exist and how they run. What a test needs from outside (the recorded traffic) is named here once.
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

const root = import.meta.dirname;
const corpus = process.env.KEELSON_CORPUS ?? resolve(root, '../shared/corpus/wire');

export default defineConfig({
  test: {
    env: {
      ...(existsSync(corpus) && { KEELSON_CORPUS: corpus }),
      // Programs that tests start from their sources compile them once and not each time, which halves their start.
      NODE_COMPILE_CACHE: resolve(root, 'node_modules/.cache/keelson/test-code'),
    },
    // On a busy machine a second is not long: a process that starts in one may take ten of them.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 15_000 } },
    // Many tests wait for something most of their time.
    maxWorkers: availableParallelism() + 1,
    projects: [
      {
        extends: true,
        // Nothing there touches what a process shares, so that its files need no process each.
        test: { name: 'pure', include: ['packages/core/src/**/*.test.ts'], isolate: false },
      },
      {
        extends: true,
        test: {
          name: 'real',
          include: [
            'packages/*/src/**/*.test.ts',
            'apps/*/src/**/*.test.ts',
            'tools/**/*.test.ts',
            'journeys/**/*.test.ts',
            'bench/**/*.test.ts',
            'proofs/**/*.test.ts',
            'examples/**/*.test.ts',
          ],
          exclude: ['**/node_modules/**', 'packages/core/**'],
          globalSetup: ['tools/postgres/global-setup.ts'],
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts', 'apps/*/src/**/*.ts', 'tools/**/*.ts'],
      exclude: ['**/*.test.ts', '**/*.contract.ts', '**/__fixtures__/**'],
      reporter: ['text-summary', 'lcov', 'json-summary'],
    },
  },
});
