// The command line itself, as a process: help, errors, exit codes, colours, pipes.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  findKeelson,
  keelson,
  keelsonJson,
  makeFolder,
  removeFolder,
  startKeelson,
} from './__fixtures__/run-keelson.ts';
import { catalog } from './catalog/index.ts';
import { listCommands, usageOf } from './line/parse-line.ts';

let folder = '';
beforeAll(() => {
  findKeelson();
  folder = makeFolder();
}, 120_000);
afterAll(() => removeFolder(folder));

const commands = listCommands(catalog);

test('every command explains itself, and ends with 0', async () => {
  const helps = await Promise.all(commands.map(({ path }) => keelson([...path, '--help'], { folder })));
  for (const [at, { code, out, err }] of helps.entries()) {
    const command = commands[at]!;
    expect(out, command.path.join(' ')).toContain(usageOf(command));
    expect(out).toContain(command.spec.about);
    for (const { name } of command.spec.flags ?? []) expect(out).toContain(`--${name}`);
    expect({ code, err }).toEqual({ code: 0, err: '' });
  }
});

test('without any word it lists its commands; with --version it tells its version', async () => {
  const [help, version, other] = await Promise.all([
    keelson([], { folder }),
    keelson(['--version'], { folder }),
    keelson(['lock', 'check', '-V'], { folder }),
  ]);
  for (const { name } of catalog.commands!.filter(({ isHidden }) => !isHidden))
    expect(help.out).toContain(name);
  expect(help.out).not.toContain('__complete');
  expect(version.out).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(other.out).toBe(version.out);
});

describe('what cannot be understood ends with 2', () => {
  test.each([
    [['modles'], 'Did you mean `models`?'],
    [['lock', 'chek'], 'Did you mean `check`?'],
    [['lock', 'check', '--formt', 'text'], 'Did you mean `--format`?'],
    [['lock', 'check', '--format', 'markdwn'], 'Did you mean `markdown`?'],
    [['lock', 'check', '--max-rise', 'ten'], 'Write a number such as 2.5.'],
    [['lock', 'check', '--max-rise'], 'Write `--max-rise PERCENT`'],
    [['lock', 'check', '--strict=yes'], 'Write `--strict` alone.'],
    [['bind', 'fast'], 'needs MODEL'],
    [['unbind', 'fast', 'slow'], 'can do nothing with `slow`'],
    [['completion', 'fsh'], 'Did you mean `fish` or'],
    [['lock'], 'Write one of init, validate'],
    [['bind', 'fast', 'openai:gpt-5', '--min-context', '10'], "Write a pattern such as 'anthropic:*'"],
  ])('%j', async (words, says) => {
    const { code, out, err } = await keelson(words, { folder });
    expect(err).toContain(says);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });
});

test('with --json an error is one JSON value on the output, and nothing is said aside', async () => {
  const [usage, lockfile] = await Promise.all([
    keelsonJson(['lock', 'chek'], { folder }),
    keelsonJson(['lock', 'check'], { folder }),
  ]);
  expect(usage.data).toEqual({
    error: {
      code: 'usage',
      message: expect.any(String),
      hint: expect.stringContaining('`check`'),
      retryable: false,
    },
  });
  expect(lockfile.data.error).toMatchObject({ code: 'configuration_invalid', retryable: false });
  expect([usage.code, usage.err, lockfile.code, lockfile.err]).toEqual([2, '', 3, '']);
});

test('with --json what is said aside goes to the error channel, and the output stays one JSON value', async () => {
  const own = makeFolder();
  const { code, err, data } = await keelsonJson(['bind', 'local', 'ollama:llama3.3:latest'], { folder: own });
  expect([code, data.models]).toEqual([0, ['ollama:llama3.3:latest']]);
  expect(err).toContain('nothing of it can be checked');
  removeFolder(own);
});

test('colours come only where they are wanted', async () => {
  const words = ['models', 'list', '--provider', 'deepseek'];
  const [pipe, forced, refused, always, never] = await Promise.all([
    keelson(words, { folder }),
    keelson(words, { folder, env: { FORCE_COLOR: '1' } }),
    keelson(words, { folder, env: { FORCE_COLOR: '1', NO_COLOR: '1' } }),
    keelson([...words, '--color', 'always'], { folder, env: { NO_COLOR: '1' } }),
    keelson([...words, '--color=never'], { folder, env: { FORCE_COLOR: '1' } }),
  ]);
  expect(forced.out).toContain('\u001b[1m');
  expect(always.out).toBe(forced.out);
  for (const plain of [pipe, refused, never]) expect(plain.out).not.toContain('\u001b');
});

const hasScript = spawnSync('script', ['--version']).stdout?.includes('util-linux') ?? false;

test.skipIf(!hasScript)('on a real terminal it is in colours, and with NO_COLOR it is not', () => {
  const line = `${process.execPath} ${findKeelson()} models list --provider deepseek`;
  const run = (env: Record<string, string>) =>
    spawnSync('script', ['-qec', line, '/dev/null'], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, TERM: 'xterm', ...env },
    }).stdout;
  expect(run({})).toContain('\u001b[1m');
  expect(run({ NO_COLOR: '1' })).not.toContain('\u001b[1m');
});

test('whoever reads only the first line of it gets that and no complaint', () => {
  const line = `"${process.execPath}" "${findKeelson()}" models list --all --json | head -1; echo "\${PIPESTATUS[0]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', line], { encoding: 'utf8' });
  expect(stdout).toBe('[\n0\n');
  expect(stderr).toBe('');
});

test('files that are not there are named, and end with 3', async () => {
  const ran = await Promise.all([
    keelson(['lock', 'check', '--lockfile', 'nothing.lock'], { folder }),
    keelson(['lock', 'diff', 'nothing.lock', 'nothing-else.lock'], { folder }),
    keelson(['lock', 'diff', '--usage', 'nothing.json'], { folder }),
    keelson(['models', 'list', '--registry', 'nothing'], { folder }),
    keelson(['aliases'], { folder, env: { KEELSON_LOCKFILE: 'nothing.lock' } }),
  ]);
  for (const { code, out, err } of ran) {
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toMatch(/^error: .*nothing/);
    expect(err).toMatch(/^hint: /m);
    expect(err).not.toContain('    at ');
  }
});

test('Ctrl-C ends a command that waits, with 130', async () => {
  const held = { pid: process.pid, host: hostname(), token: 'held' };
  writeFileSync(join(folder, 'keelson.lock.writing'), JSON.stringify(held));
  const child = startKeelson(['bind', 'fast', 'anthropic:claude-haiku-4-5'], { folder });
  const exited = once(child, 'exit');
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(child.exitCode).toBeNull();
  child.kill('SIGINT');
  child.kill('SIGINT');
  await new Promise((resolve) => setTimeout(resolve, 100));
  child.kill('SIGINT');
  expect(await exited).toEqual([130, null]);
  expect(existsSync(join(folder, 'keelson.lock'))).toBe(false);
  rmSync(join(folder, 'keelson.lock.writing'));
});
