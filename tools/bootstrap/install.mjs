// Runs `npm ci` when `node_modules` is missing or stale, says so, and shows that it is going on. Plain JavaScript that
// Node 18 can parse, without dependencies.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { withInstallLock } from './install-lock.mjs';
import { isComplete, isInstalled, rememberInstall } from './install-state.mjs';
import { findPinnedNode, isNewEnough } from './pinned-node.mjs';

const tickMs = 10_000;

/** @param {string} text */
const say = (text) => process.stderr.write(`${text}\n`);

/**
 * How to call the npm that belongs to the Node outside `node_modules`: `npm ci` deletes the Node inside.
 * @param {NodeJS.ProcessEnv} environment
 * @returns {{ command: string, args: string[], shell: boolean }}
 */
function findNpm(environment = process.env, node = process.execPath) {
  const outerNode = environment.npm_node_execpath ?? node;
  const candidates = [
    environment.npm_execpath,
    join(dirname(outerNode), '../lib/node_modules/npm/bin/npm-cli.js'),
    join(dirname(outerNode), 'node_modules/npm/bin/npm-cli.js'),
  ];
  const npm = candidates.find((path) => path?.endsWith('npm-cli.js') && existsSync(path));
  if (npm !== undefined) return { command: outerNode, args: [npm], shell: false };
  return { command: 'npm', args: [], shell: process.platform === 'win32' };
}

/**
 * @param {string} root
 * @param {ReturnType<typeof findNpm>} npm
 * @param {string[]} subcommand
 */
async function runNpm(root, { command, args, shell }, subcommand) {
  const flags = ['--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  const child = spawn(command, [...args, ...subcommand, ...flags], { cwd: root, stdio: 'inherit', shell });
  let seconds = 0;
  const ticker = setInterval(() => {
    seconds += tickMs / 1000;
    say(`  still installing, ${seconds} s so far`);
  }, tickMs);
  const succeeded = await new Promise((resolve) => {
    child.on('error', () => resolve(false));
    child.on('close', (code) => resolve(code === 0));
  });
  clearInterval(ticker);
  if (!succeeded) {
    throw new Error(
      'The install failed; npm says why above. Check that npm can reach its registry (`npm ping`) and that the disk ' +
        'has 1 GB free, then run the same command again.',
    );
  }
}

/**
 * An old Node makes npm leave out, without a word, optional packages that want a newer one, among them the native parts
 * of the test runner. So npm runs once more under the Node that has just arrived.
 * @param {string} root
 */
async function addWhatOldNodeSkipped(root) {
  const pinned = findPinnedNode(root);
  const npm = findNpm();
  if (pinned === undefined || npm.args.length === 0 || isComplete(root)) return;
  say('Adding what npm leaves out under an old Node.');
  await runNpm(root, { ...npm, command: pinned }, ['install', '--no-save']);
}

/** @param {string} root */
async function install(root) {
  if (isInstalled(root)) return;
  say('Installing what Keelson needs (npm ci). The first time this takes about a minute.');
  await runNpm(root, findNpm(), ['ci']);
  if (!isNewEnough(process.version)) await addWhatOldNodeSkipped(root);
  rememberInstall(root);
  say('Installed.');
}

/** @param {string} root */
export async function ensureInstalled(root) {
  if (isInstalled(root)) return;
  const lock = join(root, '.install-lock');
  const onWait = () => say(`Another install is running; waiting for it. (If none is, delete ${lock}.)`);
  await withInstallLock(lock, onWait, () => install(root));
}
