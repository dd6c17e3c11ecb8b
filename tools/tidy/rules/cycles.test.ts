import { describe, it } from 'vitest';
import { expectCaught, source } from '../planted-tree.ts';

const room = 'packages/core/src/json';
const clean = {
  [`${room}/index.ts`]: source(
    "export * from './parse.ts';",
    "export * from './render.ts';",
    "export * from './shape.ts';",
  ),
  [`${room}/parse.ts`]: source("import './shape.ts';", "export const late = () => import('./index.ts');"),
  [`${room}/render.ts`]: source("import './shape.ts';"),
  [`${room}/shape.ts`]: source('export const shape = 1;'),
};
const move = 'move what they share into a file that imports none of them.';

describe('cycles', () => {
  it('catches a long cycle and writes it down from its first file', () => {
    expectCaught({
      clean,
      planted: {
        [`${room}/parse.ts`]: source('', "import './render.ts';"),
        [`${room}/shape.ts`]: source("export * from './parse.ts';"),
      },
      says: [
        `${room}/parse.ts:3: import cycle: ${room}/parse.ts -> ${room}/render.ts -> ${room}/shape.ts -> ${room}/parse.ts; ${move}`,
      ],
    });
  });

  it('catches a cycle of types only, and one through the index', () => {
    expectCaught({
      clean,
      planted: {
        [`${room}/parse.ts`]: source(
          "import type { shape } from './index.ts';",
          'export type Shape = typeof shape;',
        ),
        'bench/one.ts': source("import './two.ts';"),
        'bench/two.ts': source("export type One = import('./one.ts').One;"),
      },
      says: [
        `bench/one.ts:2: import cycle: bench/one.ts -> bench/two.ts -> bench/one.ts; ${move}`,
        `${room}/index.ts:2: import cycle: ${room}/index.ts -> ${room}/parse.ts -> ${room}/index.ts; ${move}`,
      ],
    });
  });

  it('catches a file that imports itself, and two cycles that a third file joins one way', () => {
    expectCaught({
      clean,
      planted: {
        'bench/alone.ts': source("import './alone.ts';"),
        'bench/a.ts': source("import './b.ts';"),
        'bench/b.ts': source("import './a.ts';", "import './bridge.ts';"),
        'bench/bridge.ts': source("import './x.ts';"),
        'bench/x.ts': source("import './y.ts';"),
        'bench/y.ts': source("import './x.ts';"),
      },
      says: [
        `bench/a.ts:2: import cycle: bench/a.ts -> bench/b.ts -> bench/a.ts; ${move}`,
        `bench/alone.ts:2: import cycle: bench/alone.ts -> bench/alone.ts; ${move}`,
        `bench/x.ts:2: import cycle: bench/x.ts -> bench/y.ts -> bench/x.ts; ${move}`,
      ],
    });
  });
});
