import { describe, it } from 'vitest';
import { expectCaught, source } from '../planted-tree.ts';

const clean = {
  'packages/cli/src/main.ts': source("import './commands/serve.ts';"),
  'packages/cli/src/commands/serve.ts': source(
    "import type { Server } from '@keelson/server';",
    "export const serve = (): Promise<{ Server: Server }> => import('../serving.ts');",
  ),
  'packages/cli/src/serving.ts': source("export { Server } from '@keelson/server';"),
};

describe('cold start', () => {
  it('catches a floor that the entry loads through another file', () => {
    expectCaught({
      clean,
      planted: {
        'packages/cli/src/commands/serve.ts': source("import '../serving.ts';"),
        'packages/cli/src/main.ts': source("import './commands/serve.ts';", "import '@keelson/core';"),
      },
      says: [
        'packages/cli/src/main.ts:3: `@keelson/core` is loaded at every start, because packages/cli/src/main.ts reaches this file; load it with `import()` in the command that needs it.',
        'packages/cli/src/serving.ts:2: `@keelson/server` is loaded at every start, because packages/cli/src/main.ts reaches this file; load it with `import()` in the command that needs it.',
      ],
    });
  });
});
