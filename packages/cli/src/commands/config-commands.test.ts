// `keelson config`, as a process: layers, origins, secrets, broken files, editors, and several processes at once.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { hasTerminal, onTerminal } from '../__fixtures__/pseudo-terminal.ts';
import { findKeelson, keelson, keelsonJson, makeFolder, removeFolder } from '../__fixtures__/run-keelson.ts';

vi.setConfig({ testTimeout: 90_000 });

const folders: string[] = [];
let folder = '';
let file = '';
beforeAll(() => void findKeelson(), 120_000);
beforeEach(() => {
  folder = makeFolder();
  folders.push(folder);
  file = join(folder, '.config/keelson/keelson.config.yaml');
});
afterAll(() => folders.forEach(removeFolder));

const run = (...words: string[]) => keelson(words, { folder });
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

function write(text: string): void {
  mkdirSync(join(folder, '.config/keelson'), { recursive: true });
  writeFileSync(file, text);
}

/** On standard input, which nothing else here has. */
function send(text: string, ...words: string[]): string {
  const env = { PATH: process.env.PATH, HOME: folder };
  return execFileSync(process.execPath, [findKeelson(), ...words], {
    cwd: folder,
    env,
    input: text,
    encoding: 'utf8',
  });
}

test('each value comes from the highest layer that has it, and --origin says from where', async () => {
  write('log:\n  level: error\n  bodies: all\n  retentionDays: 3\nprofile: mine\n');
  writeFileSync(join(folder, 'keelson.config.yaml'), 'log:\n  level: info\n  bodies: errors\n');
  writeFileSync(join(folder, '.env'), 'KEELSON_LOG_LEVEL=debug\nKEELSON_LOG_BODIES=none\n');
  const env = { KEELSON_LOG_LEVEL: 'silent' };
  const { data, code } = await keelsonJson(['config', 'show', '--origin'], { folder, env });
  const found = Object.fromEntries(data.settings.map(({ path, ...rest }: { path: string }) => [path, rest]));
  const project = join(folder, 'keelson.config.yaml');
  expect(found['log.level']).toEqual({
    value: 'silent',
    origin: { layer: 'environment', name: 'KEELSON_LOG_LEVEL' },
  });
  expect(found['log.bodies']).toMatchObject({
    value: 'none',
    origin: { layer: '.env', file: join(folder, '.env') },
  });
  expect(found['log.retentionDays']).toEqual({
    value: 3,
    origin: { layer: 'user file', file, line: 4, column: 3 },
  });
  expect(found['server.port']).toEqual({ value: 4100, origin: { layer: 'default' } });
  expect(code).toBe(0);
  expect(data.files).toEqual({ project, user: file });
  const { out } = await run('config', '--show', '--origin');
  expect(out).toMatch(/^profile +mine +.*keelson\.config\.yaml:5:1$/m);
});

test('set makes a file of its own for the user, reads numbers and lists, and keeps what is there', async () => {
  expect(await run('config', 'set', 'server.port', '4200')).toMatchObject({ code: 0, err: '' });
  expect([modeOf(file), modeOf(join(folder, '.config/keelson'))]).toEqual(['600', '700']);
  writeFileSync(file, '# Mine.\nserver:\n  port: 4200 # not 4100\n  trustedProxies: [ "10.0.0.0/8" ]\n');
  await run('config', '--set', 'server.trustedProxies', '10.0.0.0/8,127.0.0.1');
  await run('config', 'set', 'providers.office.form', 'openai-compatible');
  await run('config', 'set', 'aliases.office', '["office:any"]');
  const text = readFileSync(file, 'utf8');
  expect(text).toContain('# Mine.\nserver:\n  port: 4200 # not 4100\n');
  const { data } = await keelsonJson(['config', 'get', 'aliases.office'], { folder });
  expect(data).toEqual({ path: 'aliases.office', value: ['office:any'] });
  expect((await run('config', 'get', 'server.trustedProxies')).out).toBe('["10.0.0.0/8","127.0.0.1"]\n');
  expect(await run('config', 'unset', 'providers.office.form')).toMatchObject({ code: 0 });
  expect(readFileSync(file, 'utf8')).not.toContain('providers');
  expect(await run('config', 'unset', 'providers.office.form')).toMatchObject({ code: 1 });
  expect(readdirSync(join(folder, '.config/keelson'))).toEqual(['keelson.config.yaml']);
});

test('a file in JSON stays one, and a link stays a link', async () => {
  mkdirSync(join(folder, '.config/keelson'), { recursive: true });
  writeFileSync(join(folder, 'real.json'), '{"server":{"port":4200},"log":{}}');
  symlinkSync(join(folder, 'real.json'), join(folder, '.config/keelson/keelson.config.json'));
  await run('config', 'set', 'log.level', 'info');
  await run('config', 'unset', 'server.port');
  expect(JSON.parse(readFileSync(join(folder, 'real.json'), 'utf8'))).toEqual({ log: { level: 'info' } });
});

test('--project writes the file of the project, and tells when a variable says otherwise', async () => {
  const env = { KEELSON_LOG_LEVEL: 'error' };
  const set = ['config', 'set', 'log.level', 'info', '--project'];
  const { err, code } = await keelson(set, { folder, env });
  expect(code).toBe(0);
  expect(err).toContain('It changes nothing here: the variable KEELSON_LOG_LEVEL says what holds.');
  expect(readFileSync(join(folder, 'keelson.config.yaml'), 'utf8')).toBe('log:\n  level: info\n');
});

test('what cannot be set is refused, with what was meant, and changes nothing', async () => {
  const said = await Promise.all([
    run('config', 'set', 'server.prt', '1'),
    run('config', 'set', 'server.port', '99999'),
    run('config', 'set', 'server.port', 'many'),
    run('config', 'set', 'log.level', 'loud'),
    run('config', 'set', 'server.url', 'https://u:p@models.example.com'),
    run('config', 'set', 'aliases.__proto__', 'a:b'),
    run('config', 'get', 'sever.port'),
    run('config', 'path', 'nowhere'),
    run('config', '--st'),
  ]);
  expect(said.map(({ code }) => code)).toEqual(said.map(() => 2));
  expect(said.map(({ out }) => out).join('')).toBe('');
  expect(said[0]?.err).toContain('Did you mean `server.port`');
  expect(said[1]?.err).toContain('65535');
  expect(said[2]?.err).toContain('expected number');
  expect(said[3]?.err).toContain('"debug"');
  expect(readdirSync(join(folder, '.config/keelson'))).toEqual([]);
  expect(await run('config', 'get', 'server.url')).toMatchObject({
    code: 1,
    out: '',
    err: 'note: `server.url` is not set.\n',
  });
});

test('a secret is taken from standard input or named, never from the line, and never shown', async () => {
  const secret = 'correct horse battery staple';
  const refused = await Promise.all([
    run('config', 'set', 'server.key', secret),
    run('config', 'set', 'providers.openai.key', secret),
    run('config', 'set', 'database.url', `postgres://user:${secret.replaceAll(' ', '')}@db/keelson`),
    run('config', 'set', 'providers.office.headers.x-api-key', secret),
    run('config', 'set', 'log.level', 'sk-abcdefghijklmnopqrstuvwxyz'),
  ]);
  for (const { code, out, err } of refused) {
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).not.toMatch(/horse|abcdefghij/);
  }
  expect(refused[0]?.err).toContain('keelson config set server.key - < FILE');
  expect(await run('config', 'set', 'metrics.key', 'env:SCRAPE_KEY')).toMatchObject({ code: 0 });
  send(`${secret}\n`, 'config', 'set', 'server.key', '-');
  const kept = join(folder, '.config/keelson/secrets/server.key');
  expect(readFileSync(kept, 'utf8')).toBe(`${secret}\n`);
  expect(modeOf(kept)).toBe('600');
  const env = { KEELSON_KEY: secret };
  const shown = await keelson(['config', 'show', '--origin', '--json'], { folder, env });
  expect(shown.out).toContain(`file:${kept}`);
  expect(shown.out).toContain('env:KEELSON_KEY');
  expect(shown.out + readFileSync(file, 'utf8')).not.toContain('horse');
});

test('a broken file stops every command that needs it, with line and column, and is never overwritten', async () => {
  const text = 'server:\n  port: 4100\n  hots: 0.0.0.0\u001b[2J\n';
  write(text);
  const env = { EDITOR: 'true' };
  const said = await Promise.all([
    run('aliases'),
    run('config', 'show'),
    run('config', 'set', 'log.level', 'info'),
    run('models', 'list'),
  ]);
  for (const { code, out, err } of said) {
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).not.toContain('\u001b');
  }
  write('server:\n  port: 4100\n  hots: 0.0.0.0\n');
  const checked = await run('config', 'validate');
  expect(checked.code).toBe(3);
  expect(checked.out).toContain(`${file}:3:3: \`server\` has no field \`hots\`. Did you mean \`host\``);
  const { data, code } = await keelsonJson(['config', 'validate'], { folder });
  expect(code).toBe(3);
  expect(data).toMatchObject({ ok: false, problems: [{ path: 'server', file, line: 3, column: 3 }] });
  expect(await keelson(['config', 'edit'], { folder, env })).toMatchObject({
    code: 0,
    out: 'Nothing is changed.\n',
  });
  expect(await run('config', 'path', 'user')).toMatchObject({ code: 0, out: `${file}\n` });
  expect(await run('completion', 'bash')).toMatchObject({ code: 0, err: '' });
  expect(readFileSync(file, 'utf8')).toContain('hots');
  expect(await run('config', 'validate', 'nothing.yaml')).toMatchObject({ code: 3 });
});

test('edit takes over what is right, and keeps what is not beside the old file', async () => {
  const edit = (script: string) => {
    writeFileSync(join(folder, 'editor'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return keelson(['config', 'edit'], { folder, env: { VISUAL: join(folder, 'editor'), EDITOR: 'false' } });
  };
  expect(await edit('printf "log:\\n  level: info\\n" > "$1"')).toMatchObject({ code: 0, err: '' });
  expect([readFileSync(file, 'utf8'), modeOf(file)]).toEqual(['log:\n  level: info\n', '600']);
  const refused = await edit('printf "log:\\n  level: loud\\n" > "$1"');
  const draft = /What you wrote is in `([^`]+)`/.exec(refused.err)?.[1] ?? '';
  expect(refused.code).toBe(3);
  expect(refused.err).toContain(`${draft}:2:3: \`log.level\``);
  expect(readFileSync(draft, 'utf8')).toContain('loud');
  const meanwhile = await edit(`printf "log:\\n  level: warn\\n" > "$1"; printf "{}\\n" > ${file}`);
  expect(meanwhile.err).toContain('Somebody else has changed');
  expect(readFileSync(file, 'utf8')).toBe('{}\n');
  expect(await edit('printf x > "$1"; exit 7')).toMatchObject({ code: 3 });
  expect(await keelson(['config', 'edit'], { folder })).toMatchObject({ code: 3 });
  expect(readFileSync(file, 'utf8')).toBe('{}\n');
});

test('processes that write at once lose nothing', async () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const said = await Promise.all(
    names.map((name) => run('config', 'set', `aliases.${name}`, `["x:${name}"]`)),
  );
  expect(said.map(({ code }) => code)).toEqual(names.map(() => 0));
  const { data } = await keelsonJson(['config', 'get', 'aliases'], { folder });
  expect(data.value.map(({ path }: { path: string }) => path).sort()).toEqual(
    names.map((name) => `aliases.${name}`),
  );
});

test('settings hold for other commands: profile, lockfile and the form of answers', async () => {
  const lock =
    'version = 1\n[profiles.default.aliases]\nfast = ["openai:gpt-5.4-mini"]\n[profiles.dev]\ninherits = "default"\n';
  mkdirSync(join(folder, 'elsewhere'));
  writeFileSync(join(folder, 'elsewhere/keelson.lock'), lock);
  write('lockfile: ../../elsewhere/keelson.lock\nprofile: dev\ncommands:\n  output: json\n');
  const { out, code } = await run('profiles');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ applies: 'dev' });
  const wrong = await run('aliases', '--profile', 'nothing');
  expect(JSON.parse(wrong.out).error.code).toMatch(/./);
  const text = await keelson(['profiles'], {
    folder,
    env: { KEELSON_OUTPUT: 'text', KEELSON_PROFILE: 'default' },
  });
  expect(text.out).toMatch(/^\* +default/m);
  expect(await keelson(['profiles'], { folder, env: { KEELSON_OUTPUT: 'xml' } })).toMatchObject({ code: 2 });
  const completed = await run('__complete', '--', 'aliases', '--profile', '');
  expect(completed.out).toBe('default\ndev\n');
});

test.runIf(hasTerminal)('on a terminal it is in colours, and an editor has the terminal', async () => {
  write('log:\n  level: info\n');
  const shown = await onTerminal(['config', 'show', 'log'], { folder });
  expect(shown.screen).toContain('\u001b[1mSETTING');
  const edited = await onTerminal(['config', 'edit'], {
    folder,
    env: {
      EDITOR: 'f() { read line < /dev/tty; printf "log:\\n  level: %s\\n" "$line" > "$1"; }; echo ready; f',
    },
    typed: [['ready', 'warn\n']],
  });
  expect(edited.screen).toContain('is changed.');
  expect(readFileSync(file, 'utf8')).toBe('log:\n  level: warn\n');
});
