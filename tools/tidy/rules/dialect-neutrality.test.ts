import { describe, it } from 'vitest';
import { expectCaught, source } from '../planted-tree.ts';

const path = 'packages/core/src/dialects/known-words.ts';
const clean = {
  [path]: source(
    '// https://docs.vendor.example.com/messages is where the format is described.',
    "export const words = ['https://', 'data:image/png;base64,', 'gpt-4.1', 'author', 'bear'];",
    "export const types = ['type.googleapis.com/google.rpc.ErrorInfo', 'https://json-schema.org/draft'];",
    'export const isRemote = (url: string) => url.startsWith(`https://`);',
  ),
  'packages/core/src/dialects/known-words.test.ts': "export const url = 'https://api.vendor.com/v1';\n",
  'packages/engine/src/providers/index.ts': source("export const host = 'https://api.vendor.com';"),
};
const noHost = (host: string): string =>
  `a dialect knows no host (\`${host}\`); base URLs belong to the provider in engine/src/providers.`;
const noKey = (name: string): string =>
  `a dialect knows no keys (\`${name}\`); authentication belongs to the provider in engine/src/providers or to server/src/auth.`;

describe('dialect neutrality', () => {
  it('catches hosts, with and without their scheme', () => {
    expectCaught({
      clean,
      planted: {
        [path]: source(
          "export const url = 'https://api.openai.com/v1/chat';",
          "export const host = 'generativelanguage.googleapis.com';",
          // biome-ignore lint/suspicious/noTemplateCurlyInString: the planted code holds the placeholder.
          'export const local = (port: number) => `http://localhost:${port}/v1`;',
        ),
      },
      says: [
        `${path}:2: ${noHost('https://api.openai.com')}`,
        `${path}:3: ${noHost('generativelanguage.googleapis.com')}`,
        `${path}:4: ${noHost('http://localhost')}`,
      ],
    });
  });

  it('catches headers that carry keys, however they are written', () => {
    expectCaught({
      clean,
      planted: {
        [path]: source(
          "export const names = ['Authorization', 'x-api-key'];",
          'export const read = (headers: { authorization: string }) => headers.authorization;',
          "export const write = (key: string) => ({ authorization: key, other: 'Bearer x' });",
        ),
      },
      says: [
        `${path}:2: ${noKey('Authorization')}`,
        `${path}:2: ${noKey('x-api-key')}`,
        `${path}:3: ${noKey('authorization')}`,
        `${path}:4: ${noKey('Bearer x')}`,
        `${path}:4: ${noKey('authorization')}`,
      ],
    });
  });
});
