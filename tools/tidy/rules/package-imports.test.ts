import { describe, it } from 'vitest';
import { expectCaught, source } from '../planted-tree.ts';

const index = 'packages/engine/src/index.ts';
const clean = {
  'packages/engine/package.json':
    '{"dependencies":{"@keelson/core":"1","pino":"1"},"peerDependencies":{"@scope/peer":"1"},"optionalDependencies":{"ioredis":"1"}}',
  [index]: source(
    "import 'node:fs';",
    "import 'pino/transport';",
    "import type {} from '@scope/peer/types';",
    "export const open = () => import('ioredis');",
    "export * from '@keelson/core/schema';",
  ),
  'packages/engine/src/calls/call.test.ts': "import 'vitest';\nimport '@keelson/core';\n",
  'bench/relay.ts': source("import 'vitest';", "import '@keelson/server';", "import './relay-client.ts';"),
  'bench/relay-client.ts': source('export const client = 1;'),
};

describe('package imports', () => {
  it('catches a reach into a package, from sources, tests and the root', () => {
    expectCaught({
      clean,
      planted: {
        [index]: source("export * from '@keelson/core/src/json/index.ts';"),
        'packages/engine/src/calls/call.test.ts': "import '@keelson/core/dist/index.js';\n",
        'bench/relay.ts': source("import 'keelson/src/main.ts';"),
      },
      says: [
        'bench/relay.ts:2: `keelson/src/main.ts` reaches into `keelson`; import from `keelson` and export there what you need.',
        'packages/engine/src/calls/call.test.ts:1: `@keelson/core/dist/index.js` reaches into `@keelson/core`; import from `@keelson/core` and export there what you need.',
        `${index}:2: \`@keelson/core/src/json/index.ts\` reaches into \`@keelson/core\`; import from \`@keelson/core\` and export there what you need.`,
      ],
    });
  });

  it('catches a package that nobody declared, by its name and without the rest', () => {
    expectCaught({
      clean,
      planted: {
        [index]: source(
          "import type { Pool } from 'undici/types';",
          "export const load = () => import('@smithy/core/deep');",
        ),
        'packages/engine/src/calls/call.test.ts': "import 'fast-check';\n",
        'bench/relay.ts': source("const client = require('portkey');", 'export { client };'),
      },
      says: [
        'bench/relay.ts:2: `portkey` is not declared; add it to `devDependencies` of package.json.',
        "packages/engine/src/calls/call.test.ts:1: `fast-check` is not declared; add it to `devDependencies` of the root's package.json, for tests only.",
        `${index}:2: \`undici\` is not declared; add it to \`dependencies\` of packages/engine/package.json, or use what is there.`,
        `${index}:3: \`@smithy/core\` is not declared; add it to \`dependencies\` of packages/engine/package.json, or use what is there.`,
      ],
    });
  });

  it('catches a source that lives on what only tests have', () => {
    expectCaught({
      clean,
      planted: { [index]: source("import 'vitest';") },
      says: [
        `${index}:2: \`vitest\` is not declared; add it to \`dependencies\` of packages/engine/package.json, or use what is there.`,
      ],
    });
  });
});
