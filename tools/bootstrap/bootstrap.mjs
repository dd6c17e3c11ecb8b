// Makes a fresh clone ready and then runs a script of this repository under the pinned Node:
//   node tools/bootstrap/bootstrap.mjs <file or tool> [arguments]
// It must start on any Node from 18 on with nothing installed: plain JavaScript, no dependencies.
import { spawn } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './install.mjs';
import { chooseNode } from './pinned-node.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The tools that npm scripts name instead of a file. @type {Readonly<Record<string, string>>} */
const tools = {
  biome: 'node_modules/@biomejs/biome/bin/biome',
  knip: 'node_modules/knip/bin/knip.js',
  tsc: 'node_modules/typescript/bin/tsc',
  vitest: 'node_modules/vitest/vitest.mjs',
};

/**
 * Runs the script, hands signals on to it, and ends as it ends.
 * @param {string} node
 * @param {string[]} command
 */
function run(node, [script = '', ...args]) {
  const path = [dirname(node), join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
  const child = spawn(node, [join(root, tools[script] ?? script), ...args], {
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
  });
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  endWithNpm(child);
  child.on('error', (error) => {
    throw error;
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/**
 * npm runs scripts through a shell, and a signal sent to npm ends that shell without reaching us. So when the shell is
 * gone, the script is asked to end; otherwise it would live on and keep its port.
 * @param {import('node:child_process').ChildProcess} child
 */
function endWithNpm(child) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const shell = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watch);
    child.kill('SIGTERM');
  }, 250);
  watch.unref();
}

try {
  await ensureInstalled(root);
  run(chooseNode(root), process.argv.slice(2));
} catch (error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
