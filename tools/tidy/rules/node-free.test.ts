import { describe, it } from 'vitest';
import { expectCaught, source } from '../planted-tree.ts';

const json = 'packages/core/src/json/index.ts';
const sdk = 'packages/sdk/src/index.ts';
const clean = {
  [json]: source(
    'export const bytes = new TextEncoder().encode("Buffer");',
    'export const read = (value: { process: number }) => ({ require: value.process });',
    'export const exports = { process: 1, module: 2 }.process;',
  ),
  'packages/core/src/json/parse.test.ts':
    "import 'node:fs';\nexport const where = process.cwd() + Buffer.from('x');\n",
  [sdk]: source('export const wait = () => new Promise((done) => setTimeout(done, 1));'),
  'packages/engine/src/index.ts': source("import 'node:fs';", 'export const cwd = process.cwd();'),
};
const without = (name: string, floor: string, instead: string): string =>
  `\`${name}\` exists only in Node, and \`${floor}\` must run without it; ${instead}.`;
const needsClock = (name: string): string =>
  `\`${name}\` needs a clock, and \`core\` has none; return a value and let the engine wait.`;

describe('node-free floors', () => {
  it('catches Node modules, with and without their prefix', () => {
    expectCaught({
      clean,
      planted: {
        [json]: source(
          "import { createHash } from 'node:crypto';",
          "import 'fs/promises';",
          'export { createHash };',
        ),
        [sdk]: source("export const load = () => import('node:fs');"),
        'apps/console/src/main.tsx': source(
          "import type { Readable } from 'node:stream';",
          'export type Stream = Readable;',
        ),
      },
      says: [
        `apps/console/src/main.tsx:2: ${without('node:stream', 'console', 'take what you need as an argument, or move this code into engine')}`,
        `${json}:2: ${without('node:crypto', 'core', 'take what you need as an argument, or move this code into engine')}`,
        `${json}:3: ${without('fs/promises', 'core', 'take what you need as an argument, or move this code into engine')}`,
        `${sdk}:2: ${without('node:fs', 'sdk', 'take what you need as an argument, or move this code into engine')}`,
      ],
    });
  });

  it("catches Node's globals and, in core, timers", () => {
    expectCaught({
      clean,
      planted: {
        [json]: source(
          'export const text = Buffer.from("x").toString();',
          'export const folder = __dirname;',
          'export const later = { setTimeout };',
          'export const soon = () => globalThis.setTimeout;',
          'export const old = require;',
        ),
        [sdk]: source('export const isNode = typeof process !== "undefined";'),
      },
      says: [
        `${json}:2: ${without('Buffer', 'core', 'use Uint8Array and TextEncoder')}`,
        `${json}:3: ${without('__dirname', 'core', 'take the text as an argument')}`,
        `${json}:4: ${needsClock('setTimeout')}`,
        `${json}:5: ${needsClock('setTimeout')}`,
        `${json}:6: ${without('require', 'core', 'use `import`')}`,
        `${sdk}:2: ${without('process', 'sdk', 'take what you need as an argument')}`,
      ],
    });
  });
});
