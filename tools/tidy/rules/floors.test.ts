import { describe, it } from 'vitest';
import { expectCaught, source } from '../planted-tree.ts';

const engineIndex = 'packages/engine/src/index.ts';
const clean = {
  'packages/core/src/index.ts': source('export const core = 1;'),
  [engineIndex]: source("export { core } from '@keelson/core';"),
  'packages/engine/src/calls/index.ts': source(
    "import type { core } from '@keelson/core';",
    'export type Core = typeof core;',
  ),
  'packages/engine/src/calls/call.test.ts': "import '@keelson/simulator';\n",
  'packages/sdk/src/index.ts': source("export const open = () => import('@keelson/engine');"),
  'journeys/first.test.ts': "import '@keelson/server';\nimport 'keelson';\n",
};

describe('floors', () => {
  it('catches a floor that imports a higher one', () => {
    expectCaught({
      clean,
      planted: {
        'packages/core/src/index.ts': source(
          "export * from '@keelson/engine';",
          "export type { Sdk } from '@keelson/sdk';",
        ),
      },
      says: [
        'packages/core/src/index.ts:2: `@keelson/engine` is not declared; add it to `dependencies` of packages/core/package.json, or use what is there.',
        'packages/core/src/index.ts:2: `core` may not import `@keelson/engine` (it may import nothing of ours); take what you need as an argument, or move this code to a higher floor.',
        'packages/core/src/index.ts:3: `@keelson/sdk` is not declared; add it to `dependencies` of packages/core/package.json, or use what is there.',
        'packages/core/src/index.ts:3: `core` may not import `@keelson/sdk` (it may import nothing of ours); take what you need as an argument, or move this code to a higher floor.',
      ],
    });
  });

  it('catches an import of a neighbour that only tests may make', () => {
    expectCaught({
      clean,
      planted: {
        'packages/engine/package.json': '{"dependencies":{"@keelson/core":"1","@keelson/simulator":"1"}}',
        [engineIndex]: source('', "export const fake = () => import('@keelson/simulator');"),
      },
      says: [
        `${engineIndex}:3: \`engine\` may not import \`@keelson/simulator\` (it may import \`core\`); take what you need as an argument, or move this code to a higher floor.`,
      ],
    });
  });

  it('catches a test that imports what its floor may not', () => {
    expectCaught({
      clean,
      planted: { 'packages/engine/src/calls/call.test.ts': "\nimport { app } from '@keelson/server';\n" },
      says: [
        'packages/engine/src/calls/call.test.ts:2: `engine` may not import `@keelson/server` (it may import `core`); take what you need as an argument, or move this code to a higher floor.',
      ],
    });
  });

  it('lets journeys, and nobody else, reach the fixtures of a package', () => {
    const read = "import '../packages/core/src/__fixtures__/limits.ts';\n";
    expectCaught({
      clean,
      planted: {
        'packages/core/src/__fixtures__/limits.ts': source('export const limits = [];'),
        'journeys/first.test.ts': read,
        'bench/first.ts': source(read),
      },
      says: [
        'bench/first.ts:2: `../packages/core/src/__fixtures__/limits.ts` leaves the package by path; import from `@keelson/core`.',
      ],
    });
  });

  it('catches another package reached by path, from floors and from the root', () => {
    expectCaught({
      clean,
      planted: {
        [engineIndex]: source("export { core } from '../../core/src/index.ts';"),
        'journeys/first.test.ts': "import '../packages/server/src/app.ts';\n",
        'packages/cli/src/run.ts': source("import '../../../tools/start.ts';"),
      },
      says: [
        'journeys/first.test.ts:1: `../packages/server/src/app.ts` leaves the package by path; import from `@keelson/server`.',
        'packages/cli/src/run.ts:2: `../../../tools/start.ts` leaves the package by path; move what is shared into a package.',
        `${engineIndex}:2: \`../../core/src/index.ts\` leaves the package by path; import from \`@keelson/core\`.`,
      ],
    });
  });

  it('catches an optional floor that is loaded always', () => {
    expectCaught({
      clean,
      planted: {
        'packages/sdk/src/index.ts': source("import { run } from '@keelson/engine';", 'export { run };'),
      },
      says: [
        'packages/sdk/src/index.ts:2: `engine` is optional for `sdk`; load it with `import()` where it is asked for, or import only types.',
      ],
    });
  });

  it('catches a package that imports itself by name, and a package that nobody planned', () => {
    expectCaught({
      clean,
      planted: {
        [engineIndex]: source("import '@keelson/engine';"),
        'journeys/first.test.ts': "import '@keelson/gateway';\n",
      },
      says: [
        'journeys/first.test.ts:1: `@keelson/gateway` is no package of the floor plan; correct the name, or add the floor to tools/tidy/floor-plan.ts and docs/architecture.md.',
        'journeys/first.test.ts:1: `@keelson/gateway` is not declared; add it to `devDependencies` of package.json.',
        `${engineIndex}:2: \`@keelson/engine\` is not declared; add it to \`dependencies\` of packages/engine/package.json, or use what is there.`,
        `${engineIndex}:2: \`engine\` imports itself by name; use the relative path of the file.`,
      ],
    });
  });
});
