// The bootstrap as a newcomer meets it: a clone without node_modules, with a stand-in for npm, as a real process.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'keelson-clone-'));
  cpSync(import.meta.dirname, join(root, 'tools/bootstrap'), { recursive: true });
  writeFileSync(join(root, 'package.json'), '{"type":"module"}');
  writeFileSync(join(root, 'package-lock.json'), '{"packages":{}}');
  mkdirSync(join(root, 'npm'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** A stand-in for npm that counts its calls and leaves what npm would leave. */
function writeNpm(exitCode = 0): void {
  const script = `
    const fs = require('node:fs');
    fs.appendFileSync('npm-calls', process.argv.slice(2).join(' ') + '\\n');
    setTimeout(() => {
      fs.mkdirSync('node_modules', { recursive: true });
      process.exit(${exitCode});
    }, 300);`;
  writeFileSync(join(root, 'npm/npm-cli.js'), script);
  writeFileSync(join(root, 'npm/package.json'), '{"type":"commonjs"}');
}

function bootstrap(...args: string[]): {
  child: ChildProcess;
  ended: Promise<{ code: unknown; text: string }>;
} {
  const child = spawn(process.execPath, ['tools/bootstrap/bootstrap.mjs', ...args], {
    cwd: root,
    env: { ...process.env, npm_execpath: join(root, 'npm/npm-cli.js'), npm_node_execpath: process.execPath },
  });
  let text = '';
  child.stdout.on('data', (chunk) => (text += chunk));
  child.stderr.on('data', (chunk) => (text += chunk));
  return { child, ended: once(child, 'close').then(([code, signal]) => ({ code: signal ?? code, text })) };
}

const npmCalls = () => readFileSync(join(root, 'npm-calls'), 'utf8').trim().split('\n');

test('it installs once, says so, then runs the script with its arguments and keeps the exit code', async () => {
  writeNpm();
  writeFileSync(join(root, 'script.mjs'), 'console.log(process.argv.slice(2).join()); process.exit(7);');
  const first = await bootstrap('script.mjs', 'a', '--b').ended;
  expect(first).toEqual({ code: 7, text: expect.stringMatching(/Installing .*\nInstalled\.\na,--b\n$/) });
  const second = await bootstrap('script.mjs').ended;
  expect(second).toEqual({ code: 7, text: '\n' });
  expect(npmCalls()).toHaveLength(1);
  expect(npmCalls()[0]).toMatch(/^ci --include=dev --include=optional/);
});

test('two at once install once', async () => {
  writeNpm();
  writeFileSync(join(root, 'script.mjs'), '');
  const both = await Promise.all([bootstrap('script.mjs').ended, bootstrap('script.mjs').ended]);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  expect(npmCalls()).toHaveLength(1);
});

test('a failed install says what to do, and the next run tries again', async () => {
  writeNpm(1);
  const failed = await bootstrap('script.mjs').ended;
  expect(failed.code).toBe(1);
  expect(failed.text).toContain('run the same command again');
  writeNpm();
  writeFileSync(join(root, 'script.mjs'), '');
  expect((await bootstrap('script.mjs').ended).code).toBe(0);
});

test.runIf(process.platform !== 'win32')(
  'a signal reaches the script, which ends in its own way',
  async () => {
    writeNpm();
    writeFileSync(
      join(root, 'script.mjs'),
      `process.on('SIGTERM', () => process.exit(3)); setInterval(() => {}, 1000); console.log('up');`,
    );
    const { child, ended } = bootstrap('script.mjs');
    child.stdout?.on('data', (chunk) => {
      if (String(chunk).includes('up')) child.kill('SIGTERM');
    });
    expect((await ended).code).toBe(3);
  },
);

test.runIf(process.platform !== 'win32')(
  'when the shell that npm started is killed, the script ends too',
  async () => {
    writeNpm();
    const script = `process.on('SIGTERM', () => { console.log('ended'); process.exit(); });
    setInterval(() => {}, 1000); console.log('up');`;
    writeFileSync(join(root, 'script.mjs'), script);
    const shell = spawn(
      'sh',
      ['-c', '"$0" tools/bootstrap/bootstrap.mjs script.mjs; true', process.execPath],
      {
        cwd: root,
        env: {
          ...process.env,
          npm_lifecycle_event: 'start',
          npm_execpath: join(root, 'npm/npm-cli.js'),
          npm_node_execpath: process.execPath,
        },
      },
    );
    let text = '';
    shell.stdout.on('data', (chunk) => {
      text += chunk;
      if (text.endsWith('up\n')) shell.kill('SIGTERM');
    });
    await once(shell, 'close');
    expect(text).toBe('up\nended\n');
  },
);

test.runIf(process.platform !== 'win32')('a script that dies of a signal is reported as such', async () => {
  writeNpm();
  writeFileSync(
    join(root, 'script.mjs'),
    `process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000);`,
  );
  expect((await bootstrap('script.mjs').ended).code).toBe('SIGKILL');
});
