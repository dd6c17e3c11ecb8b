/** What a text may say, what it means, and that everything that is wrong with it is told with its line and column. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables in files are written so.
import { expect, test } from 'vitest';
import { describeProblem } from './problem.ts';
import { readConfiguration } from './read-configuration.ts';

const environment = {
  PORT: '4200',
  NAME: 'chat',
  SWITCH: 'false',
  EMPTY: '',
  SECRET: 'canary-in-a-variable',
};

async function read(text: string, file = 'f.yaml') {
  const outcome = await readConfiguration(file, text, environment);
  if ('problems' in outcome) throw new Error(outcome.problems.map(describeProblem).join('\n'));
  return outcome;
}

async function problemsOf(text: string): Promise<string[]> {
  const outcome = await readConfiguration('f.yaml', text, environment);
  return 'problems' in outcome ? outcome.problems.map(describeProblem) : [];
}

test('YAML and JSON say the same, and each value knows its line', async () => {
  const yaml = await read('# mine\nserver:\n  port: 4200\n  corsOrigins: ["*"]\naliases:\n  chat: [a:b]\n');
  const json = await read(
    '{"server": {"port": 4200, "corsOrigins": ["*"]},\n "aliases": {"chat": ["a:b"]}}',
    'f.json',
  );
  expect(json.content).toEqual(yaml.content);
  expect(yaml.places.get('server.port')).toEqual({ line: 3, column: 3 });
  expect(yaml.places.get('aliases.chat')).toEqual({ line: 6, column: 3 });
  expect(json.places.get('aliases.chat')).toEqual({ line: 2, column: 14 });
});

test('variables are put in, become numbers and switches where those are wanted, and are shown by name', async () => {
  const text = [
    'server: { port: "${PORT}", host: "${HOST:-127.0.0.1}", checkProviders: "${SWITCH}", stopSeconds: "${EMPTY:-7}" }',
    'aliases: { $${x}: ["a:${NAME}-$${NAME}"] }',
  ].join('\n');
  const { content, shown } = await read(text.replace('$${x}:', 'x:'));
  expect(content.server).toEqual({ port: 4200, host: '127.0.0.1', checkProviders: false, stopSeconds: 7 });
  expect(content.aliases?.x?.targets).toEqual([{ model: 'a:chat-${NAME}' }]);
  expect(shown.server).toMatchObject({ port: '${PORT}', host: '${HOST:-127.0.0.1}' });
});

test('anchors are followed', async () => {
  const { content } = await read('aliases:\n  a: &all [m:1, m:2]\n  b: *all\n');
  expect(content.aliases?.b).toEqual(content.aliases?.a);
});

const wrong: readonly [name: string, text: string, ...told: RegExp[]][] = [
  ['nothing', '', /^f\.yaml:1:1: is empty/],
  ['only comments', '# nothing yet\n\n', /^f\.yaml:1:1: is empty/],
  ['a list', '- a\n', /^f\.yaml:1:1: must hold names/],
  [
    'an unknown field',
    'log:\n  levle: info\n',
    /^f\.yaml:2:3: `log` has no field `levle`\. Did you mean `level`\?$/,
  ],
  [
    'an unknown part',
    'server: {}\nbugdets: []\n',
    /^f\.yaml:2:1: has no field `bugdets`\. Did you mean `budgets`\?$/,
  ],
  ['a wrong type', 'server:\n  port: many\n', /^f\.yaml:2:3: `server\.port` is wrong: .*expected number/],
  [
    'a number that is too large',
    'server:\n  port: 70000\n',
    /^f\.yaml:2:3: `server\.port` is wrong: too big/,
  ],
  ['one of a few', 'log: { level: loud }\n', /^f\.yaml:1:8: `log\.level` is wrong: .*"debug"/],
  [
    'several',
    'server: { port: x }\nlog: { level: y }\n',
    /^f\.yaml:1:11: `server\.port`/,
    /^f\.yaml:2:8: `log\.level`/,
  ],
  ['a key twice', 'log:\n  level: info\n  level: warn\n', /^f\.yaml:3:3: `log\.level` is there twice/],
  ['a key twice in JSON', '{"log": {},\n "log": {}}', /^f\.yaml:2:2: `log` is there twice/],
  [
    'a variable that is not set',
    'server:\n  host: ${NONE}\n',
    /^f\.yaml:2:3: `server\.host` needs the variable NONE/,
  ],
  ['an empty variable', 'server: { host: "${EMPTY}" }\n', /needs the variable EMPTY/],
  ['half a variable', 'server: { host: "${PORT" }\n', /^f\.yaml:1:11: .*names no variable/],
  [
    'a variable between braces',
    'server: { port: ${PORT} }\n',
    /^f\.yaml:1:\d+: cannot be read: .*needs quotes/,
  ],
  ['no YAML', 'server: [\n  a\nb: {\n', /^f\.yaml:\d+:\d+: cannot be read: /],
  ['several documents', 'log: {}\n---\nlog: {}\n', /^f\.yaml:2:1: holds several documents/],
  ['a tag', 'log:\n  level: !!js/function "x"\n', /^f\.yaml:2:\d+: has a tag/],
  ['a prototype', '{"__proto__": {"log": {}}}', /^f\.yaml:1:2: has the name `__proto__`/],
  ['a constructor', 'aliases:\n  constructor: [a:b]\n', /^f\.yaml:2:3: `aliases` has the name `constructor`/],
  [
    'a key that is a list',
    'aliases:\n  ? [a]\n  : [a:b]\n',
    /^f\.yaml:2:5: `aliases` has a name that is no text/,
  ],
  [
    'an anchor within itself',
    'aliases: &a\n  x: *a\n',
    /^f\.yaml:2:3: `aliases\.x` names an anchor that it is itself/,
  ],
  [
    'an anchor that is not there',
    'aliases:\n  x: *a\n',
    /^f\.yaml:2:3: `aliases\.x` names an anchor that is not there/,
  ],
  [
    'merged keys',
    'log: &l { level: info }\nmetrics:\n  <<: *l\n',
    /^f\.yaml:3:3: `metrics` has no field `<<`/,
  ],
  ['infinity', 'server: { port: .inf }\n', /^f\.yaml:1:11: `server\.port` is no number/],
  ['deep brackets', '['.repeat(100_000), /nested too deeply/],
  [
    'deep mappings',
    Array.from({ length: 100 }, (_, at) => `${' '.repeat(at)}a:`).join('\n'),
    /nested too deeply/,
  ],
  ['a zero byte', 'log: {}\0', /zero byte/],
  ['too much text', `# ${'x'.repeat(300_000)}\nlog: {}`, /longer than 256 kB/],
  [
    'a key of a provider',
    'providers:\n  openai:\n    key: my-own-key\n',
    /^f\.yaml:3:5: `providers\.openai\.key` must name where the secret is/,
  ],
  [
    'a key in a header',
    'providers:\n  openai:\n    headers: { X-Api-Key: abc }\n',
    /^f\.yaml:3:16: .*must name where the secret is/,
  ],
  [
    'a password in an address',
    'database: { url: "postgres://me:pass@db/k" }\n',
    /^f\.yaml:1:13: `database\.url` must be an address without a password/,
  ],
  [
    'a user in an address',
    'providers: { a: { form: openai, baseUrl: "https://u:p@h" } }\n',
    /`providers\.a\.baseUrl` must be an address/,
  ],
  [
    'a wrong reference',
    'metrics: { key: "env:NO-NAME" }\n',
    /^f\.yaml:1:12: `metrics\.key` is no usable reference: .*env:NAME/,
  ],
  [
    'a secret in a comment',
    'log: {}\n# sk-abcdefghijklmnopqrstuvwxyz0123\n',
    /^f\.yaml:2:3: holds what looks like a secret/,
  ],
  [
    'no form',
    'providers:\n  opnai: {}\n',
    /^f\.yaml:2:3: `providers\.opnai` is the name of no form.*Did you mean `openai`/,
  ],
  [
    'a wrong form',
    'providers:\n  a: { form: opnai }\n',
    /^f\.yaml:2:8: `providers\.a\.form` names no form\. Did you mean `openai`/,
  ],
  [
    'an origin with a path',
    'server:\n  corsOrigins:\n    - https://a.example/\n',
    /^f\.yaml:3:7: `server\.corsOrigins\[0\]` must be an origin/,
  ],
  [
    'a network that is none',
    'server: { trustedProxies: [10.0.0.0/99] }\n',
    /`server\.trustedProxies\[0\]` must be an address/,
  ],
  [
    'Redis without an address',
    'cache: { store: redis }\n',
    /^f\.yaml:1:10: `cache\.store` is `redis`, which needs/,
  ],
  [
    'an alias without targets',
    'aliases:\n  a: { targts: [] }\n',
    /^f\.yaml:2:\d+: /,
    /Did you mean `targets`/,
  ],
  [
    'a budget that is negative',
    'budgets:\n  - { id: a, scope: workspace, subject: w, measure: requests, window: day, limit: -1 }\n',
    /^f\.yaml:2:76: `budgets\[0\]\.limit` .*whole number/,
  ],
  [
    'a budget twice',
    'budgets:\n  - &b { id: a, scope: key, subject: w, measure: requests, window: day, limit: 1 }\n  - *b\n',
    /`budgets\[1\]\.id` there is another/,
  ],
  [
    'an unknown field of a budget',
    'budgets:\n  - { id: a, scope: key, subject: w, measure: requests, windw: day, limit: 1 }\n',
    /`budgets\[0\]` has no field `windw`\. Did you mean `window`/,
  ],
];

test.each(wrong)('%s is told with its place', async (_, text, ...told) => {
  const problems = await problemsOf(text);
  for (const each of told) expect(problems).toContainEqual(expect.stringMatching(each));
  // Every problem has a place, and one mistake is not told over and over.
  for (const problem of problems) expect(problem).toMatch(/^f\.yaml:\d+:\d+: .*[.?]$/);
  expect(problems.length).toBeLessThanOrEqual(told.length);
});

test('no message holds a secret, be it in the file or in a variable', async () => {
  const own =
    'providers: { openai: { key: canary-in-the-file, headers: { authorization: canary-in-the-file } } }';
  const filled =
    'server: { port: "${SECRET}", corsOrigins: ["${SECRET}"] }\nlog: { level: "${SECRET}" }\nmetrics: { key: "${SECRET}" }';
  const said = [...(await problemsOf(own)), ...(await problemsOf(filled))];
  expect(said).toHaveLength(6);
  expect(said.join()).not.toContain('canary');
});

test('anchors that multiply are refused quickly', async () => {
  const lines = Array.from({ length: 40 }, (_, at) => `x${at}: &x${at} [${`*x${at - 1},`.repeat(9)}]`);
  const before = performance.now();
  expect(await problemsOf(`x: &x-1 [a,b]\n${lines.join('\n')}\n`)).toContainEqual(
    expect.stringMatching(/holds more than 50000 values/),
  );
  expect(performance.now() - before).toBeLessThan(3000);
});

test('as many names as fit are read quickly', async () => {
  const text = `aliases:\n${Array.from({ length: 9000 }, (_, at) => `  a${at}: [m:x]`).join('\n')}\n`;
  const before = performance.now();
  const { content } = await read(text);
  expect(Object.keys(content.aliases ?? {})).toHaveLength(9000);
  expect(performance.now() - before).toBeLessThan(4000);
});
