import { describe, it } from 'vitest';
import { dialectFiles } from '../floor-plan.ts';
import { expectCaught, type Files, source } from '../planted-tree.ts';

const core = 'packages/core/src';
const engine = 'packages/engine/src';
const value = source('export const value = 1;');

function dialect(name: string): Files {
  return Object.fromEntries(dialectFiles.map((file) => [`${core}/dialects/${name}/${file}.ts`, value]));
}

const clean: Files = {
  [`${core}/index.ts`]: source("export * from './dialects/index.ts';", "export * from './json/index.ts';"),
  [`${core}/index.test.ts`]: "import './index.ts';\n",
  [`${core}/json/index.ts`]: source("export * from './parse-json.ts';"),
  [`${core}/json/parse-json.ts`]: source("import '../errors/index.ts';"),
  [`${core}/framing/index.ts`]: value,
  [`${core}/errors/index.ts`]: value,
  [`${core}/message/index.ts`]: source("import type {} from '../json/index.ts';"),
  [`${core}/message/fold.test.ts`]: "import '../framing/index.ts';\n",
  [`${core}/dialects/index.ts`]: source(
    "export * from './alpha-chat/index.ts';",
    "export * from './beta-chat/index.ts';",
  ),
  ...dialect('alpha-chat'),
  ...dialect('beta-chat'),
  [`${engine}/storage/index.ts`]: value,
  [`${engine}/routing/index.ts`]: value,
  [`${engine}/calls/index.ts`]: source("export * from '../routing/index.ts';"),
  'packages/server/src/app.ts': source("import './routes.ts';", "import './http/index.ts';"),
  'packages/server/src/routes.ts': value,
  'packages/server/src/http/index.ts': value,
  'packages/server/src/start.ts': source("import './app.ts';"),
};

describe('rooms', () => {
  it('catches a room that imports one above it or beside it', () => {
    expectCaught({
      clean,
      planted: {
        [`${engine}/storage/index.ts`]: source('', "import '../calls/index.ts';"),
        [`${core}/framing/index.ts`]: source("export type * from '../json/index.ts';"),
      },
      says: [
        `${core}/framing/index.ts:2: room \`framing\` may not import \`json\`, which is beside it; take a function as an argument instead, or move what is shared into a lower room.`,
        `${engine}/storage/index.ts:3: room \`storage\` may not import \`calls\`, which is above it; take a function as an argument instead, or move what is shared into a lower room.`,
      ],
    });
  });

  it('catches a room that imports what stands above all rooms', () => {
    expectCaught({
      clean,
      planted: {
        'packages/server/src/http/index.ts': source("export const app = () => import('../app.ts');"),
      },
      says: [
        'packages/server/src/http/index.ts:2: room `http` may not import `app`, which stands above all rooms; take a function as an argument instead, or move what is shared into a lower room.',
      ],
    });
  });

  it('catches a room entered by another way than its index, in tests too', () => {
    expectCaught({
      clean,
      planted: {
        [`${core}/index.ts`]: source("export * from './json/parse-json.ts';"),
        [`${core}/message/fold.test.ts`]: "import '../json/parse-json.ts';\n",
      },
      says: [
        `${core}/index.ts:2: \`index\` must enter \`json\` through its index.ts, not through \`json/parse-json.ts\`; export what you need there.`,
        `${core}/message/fold.test.ts:1: room \`message\` must enter \`json\` through its index.ts, not through \`json/parse-json.ts\`; export what you need there.`,
      ],
    });
  });

  it('catches a room that nobody planned', () => {
    expectCaught({
      clean,
      planted: { [`${core}/extras/index.ts`]: value, [`${core}/version.ts`]: value },
      says: ['extras/index.ts', 'version.ts'].map((path) => {
        const room = path.split(/[./]/)[0];
        return `${core}/${path}:1: \`${room}\` is no room of \`core\`; move the file into a room, or add the room to tools/tidy/floor-plan.ts and docs/architecture.md.`;
      }),
    });
  });

  it('catches dialects that know each other, and a dialect entered by a side door', () => {
    expectCaught({
      clean,
      planted: {
        [`${core}/dialects/alpha-chat/usage.ts`]: source('', '', "import '../beta-chat/index.ts';"),
        [`${core}/dialects/index.ts`]: source("export * from './beta-chat/wire.ts';"),
      },
      says: [
        `${core}/dialects/alpha-chat/usage.ts:4: dialect \`alpha-chat\` may not import dialect \`beta-chat\`; put what both need into core/message, or write it twice.`,
        `${core}/dialects/index.ts:2: \`dialects\` must enter \`beta-chat\` through its index.ts; export what you need there.`,
      ],
    });
  });
});
