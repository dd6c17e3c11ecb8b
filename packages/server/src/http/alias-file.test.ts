// Aliases from a file: they come over the ones that are there, and whatever is wrong is told with the file's name, all at once.
import { openEngine, providerForms } from '@keelson/engine';
import { afterEach, expect, test } from 'vitest';
import { applyAliasFile } from './alias-file.ts';
import { SettingError } from './settings.ts';

const defaults = { fast: ['simulator:fast'], smart: ['simulator:smart'] };
const address = 'http://127.0.0.1:1';
const engine = openEngine({
  providers: [{ name: 'simulator', form: providerForms.get('simulator')!, address }],
  aliases: defaults,
});
afterEach(() => engine.routing.setAliases({ aliases: defaults }));

const apply = (text: string | undefined): unknown =>
  applyAliasFile({ path: '/etc/a.json', text }, defaults, engine);
const targetOf = (model: string): string =>
  engine.routing.explain({
    endpoint: 'chat',
    model,
    dialect: 'openai-chat',
    isStream: false,
    bodyLength: 1,
    keyId: 'k',
    tags: {},
    facts: () => {
      throw new Error('Nobody asks.');
    },
  }).candidates[0]?.model ?? '';

test('they come over the defaults, name by name', () => {
  apply('{"aliases":{"fast":["simulator:mine"],"more":{"targets":["simulator:b"],"retries":0}}}');
  expect(engine.routing.aliases).toEqual(['fast', 'smart', 'more']);
  expect(['fast', 'smart', 'more'].map(targetOf)).toEqual([
    'simulator:mine',
    'simulator:smart',
    'simulator:b',
  ]);
});

test.each([
  [undefined, ['cannot be read']],
  ['', ['position 0']],
  ['{"aliases": {fast: []}}', ['position 13']],
  ['[]', ['the table']],
  ['{"aliases": 1}', ['`aliases`']],
  ['{"aliasses": {}}', ['aliasses', 'Did you mean `aliases`?']],
  [
    '{"aliases":{"a":{"target":["simulator:a"]},"b":{"targets":["simulator:b"],"hegde":true}}}',
    ['`aliases.a`', 'Did you mean `targets`?', '`aliases.b`', 'Did you mean `hedge`?'],
  ],
  [
    '{"aliases":{"a":["simulater:a"],"b":["opnai:b"]}}',
    ['`aliases.a', 'Did you mean `simulator`?', '`aliases.b'],
  ],
])('%s is refused', (text, told) => {
  let thrown: unknown;
  try {
    apply(text);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(SettingError);
  for (const part of ['KEELSON_ALIASES', '/etc/a.json', ...told]) expect(String(thrown)).toContain(part);
  expect(engine.routing.aliases).toEqual(['fast', 'smart']);
});
